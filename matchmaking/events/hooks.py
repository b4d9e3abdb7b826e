"""What other features may take part in: a change of the programme or the hall, a copy, a deletion."""

from __future__ import annotations

from dataclasses import dataclass, field

from matchmaking.actor import Actor
from matchmaking.hooks import Hook


@dataclass(frozen=True)
class SetupChange:
    """What a change of programme or hall does: slots and tables that go, slots whose times shift, how many are new."""

    retired_slot_ids: tuple[int, ...] = ()
    retimed_slot_ids: tuple[int, ...] = ()
    added_slots: int = 0
    retired_table_ids: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether nothing that a meeting could refer to changes."""
        return not (self.retired_slot_ids or self.retimed_slot_ids or self.retired_table_ids or self.added_slots)


@dataclass(frozen=True)
class Consequence:
    """One thing the change would do, as a sentence for the organiser."""

    sentence: str
    meetings: int = 0


@dataclass(frozen=True)
class CopyOptions:
    """What goes along when an event is copied, besides its set-up."""

    with_exhibitors: bool = True
    with_buyers: bool = True
    data: dict[str, str] = field(default_factory=dict)


#: (event_id, change) -> consequences; called before a change is confirmed, must change nothing.
setup_changing: Hook[[int, SetupChange], list[Consequence]] = Hook("events.setup_changing")
#: (actor, event_id, change): the change has been made in this transaction.
setup_changed: Hook[[Actor, int, SetupChange], None] = Hook("events.setup_changed")
#: (actor, source_id, target_id, options)
event_copied: Hook[[Actor, int, int, CopyOptions], None] = Hook("events.event_copied")
#: (actor, event_id): before a test event is deleted.
event_deleting: Hook[[Actor, int], None] = Hook("events.event_deleting")
#: () -> [(category id, label)]: the categories a pair rule may name.
category_choices: Hook[[], list[tuple[str, str]]] = Hook("events.category_choices")
#: () -> [(buyer type, label)]: the kinds of buyer a pair rule may name.
buyer_type_choices: Hook[[], list[tuple[str, str]]] = Hook("events.buyer_type_choices")
#: (event_id) -> how many approved exhibitors there are, for "does the minimum fit".
exhibitor_count: Hook[[int], int] = Hook("events.exhibitor_count")
#: (event_id) -> side -> how many places are held, for "full: waiting list" on the public page.
places_taken: Hook[[int], dict[str, int]] = Hook("events.places_taken")
#: () -> [(endpoint, label)]: settings pages of other features, after the letterhead.
settings_pages: Hook[[], list[tuple[str, str]]] = Hook("events.settings_pages")
