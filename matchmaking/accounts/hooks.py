"""Where features to the right take part: events people are led to, whom a link is for, a person's data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matchmaking.accounts.models import AccessLink
from matchmaking.actor import Actor
from matchmaking.hooks import Hook


@dataclass(frozen=True)
class EventCard:
    """An event as the home page shows it; ``url`` is where this visitor or person goes."""

    code: str
    name: str
    venue: str
    starts_on: date
    ends_on: date
    url: str
    note: Any = ""


@dataclass(frozen=True)
class EventFacts:
    """What a link says about its event, and the address it is printed with (empty: the installation's)."""

    id: int
    code: str
    name: str
    timezone: str
    public_address: str
    is_trial: bool = False  # a demo or test event: its papers may carry an address of this machine


@dataclass(frozen=True)
class LinkSubject:
    """Whom a link is for, as the holder of the link may read it; ``phone`` and ``email`` are never shown to them."""

    first_name: str
    organization: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class PersonRef:
    """One human being, whatever tables know them: an account, delegates of organisations, or contact details."""

    user_id: int | None = None
    delegate_ids: tuple[int, ...] = ()
    phone: str | None = None
    email: str | None = None
    names: tuple[str, ...] = ()  # as they are written, taken before anything is forgotten


@dataclass(frozen=True)
class PersonFile:
    """One part of a person's exported data: a heading and rows of plain values (JSON-ready)."""

    name: str
    rows: tuple[dict[str, Any], ...] = field(default_factory=tuple)


#: () -> the events anybody may see, for the home page of visitors.
public_events: Hook[[], list[EventCard]] = Hook("accounts.public_events")
#: (actor) -> the events this person has a part in, newest first.
events_of_person: Hook[[Actor], list[EventCard]] = Hook("accounts.events_of_person")
#: (event id) -> its facts, or None.
event_facts: Hook[[int], EventFacts | None] = Hook("accounts.event_facts")
#: (link) -> whom a link of another feature's purpose is for; None when the feature does not know it.
link_subject: Hook[[AccessLink], LinkSubject | None] = Hook("accounts.link_subject")
#: (link) -> the page a status link leads to; None when the feature does not know it.
link_page: Hook[[AccessLink], str | None] = Hook("accounts.link_page")
#: (person) -> what the feature knows of the person, for the export.
person_data: Hook[[PersonRef], list[PersonFile]] = Hook("accounts.person_data")
#: (actor, person) -> nothing; the feature forgets the person and keeps its counts.
person_erasing: Hook[[Actor, PersonRef], None] = Hook("accounts.person_erasing")
#: (user id) -> sentences that forbid ending this account (it is the last organiser of an event).
account_needed: Hook[[int], list[str]] = Hook("accounts.account_needed")
