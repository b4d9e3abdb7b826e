"""What every change of an event checks first."""

from __future__ import annotations

from matchmaking.errors import Conflict, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row


class EventArchived(Conflict):
    """The event is read-only."""

    code = "events.archived"


class SetupOutdated(Conflict):
    """Somebody else changed the set-up since the page was opened."""

    code = "events.outdated"


def editable_event(event_id: int, seen_version: int | None = None) -> Event:
    """Return the event, locked, if it may be changed.

    Args:
        event_id: which event.
        seen_version: the ``setup_version`` the page was made from; ``None`` for actions that cannot overwrite.

    Raises:
        EventArchived: it is read-only.
        SetupOutdated: another change came first.
    """
    event = lock_row(Event, event_id)
    if event is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    refuse_archived(event)
    if seen_version is not None and seen_version != event.setup_version:
        raise SetupOutdated(
            _(
                "Somebody else has changed the settings of this event since you opened the page. "
                "Your entries are still here: look at them once more and save again."
            )
        )
    return event


def refuse_archived(event: Event) -> None:
    """Raise where an event can only be read; for changes that need not wait for others of the event.

    Raises:
        EventArchived: it is read-only.
    """
    if event.state is EventState.ARCHIVED:
        raise EventArchived(_("This event is archived and can only be read. Copy it to plan the next one."))
