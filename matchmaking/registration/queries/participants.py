"""The list of an event's participants, its filters and counts; as many statements for one row as for fifty."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import AccessLink, LinkPurpose, User
from matchmaking.actor import Actor, Role
from matchmaking.events.models import Event, Membership
from matchmaking.extensions import db
from matchmaking.identity import fold_name
from matchmaking.registration import hooks
from matchmaking.registration.hooks import Missing
from matchmaking.registration.models import (
    Delegate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Side,
)
from matchmaking.registration.queries.entries import contacts_of, missing_condition, missing_of, unseen_changes
from matchmaking.storage.models import StoredFile
from matchmaking.web.paging import Page, paginate

#: What waits for somebody comes first.
_ORDER = sa.case({state.value: n for n, state in enumerate(ParticipationState)}, value=Participation.state, else_=9)


@dataclass(frozen=True)
class ParticipantFilter:
    """What the list is narrowed to; empty values narrow nothing."""

    side: str = ""
    state: str = ""
    regency: str = ""
    missing: str = ""  # yes or no
    changed: str = ""  # yes
    text: str = ""
    others: dict[str, str] = field(default_factory=dict)  # of other features, by name


@dataclass(frozen=True)
class ParticipantRow:
    """One entry as the list shows it."""

    participation: Participation
    contact: Delegate | None
    missing: list[Missing]
    changes: int


def participants_page(event_id: int, wanted: ParticipantFilter, number: int) -> Page[ParticipantRow]:
    """Return one page of the list."""
    page = paginate(_listed(event_id, wanted), number)
    ids = [p.id for p in page.items]
    missing, contacts, changes = missing_of(page.items), contacts_of(ids), unseen_changes(ids)
    rows = [ParticipantRow(p, contacts.get(p.id), missing[p.id], changes.get(p.id, 0)) for p in page.items]
    return Page(rows, page.number, page.pages, page.total)


def _listed(event_id: int, wanted: ParticipantFilter) -> sa.Select[Any]:
    statement = (
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Participation.event_id == event_id, Organization.merged_into_id.is_(None))
        .options(joinedload(Participation.organization))
        .order_by(_ORDER, Participation.submitted_at, Participation.id)
    )
    if wanted.side:
        statement = statement.where(Participation.side == wanted.side)
    if wanted.state:
        statement = statement.where(Participation.state == wanted.state)
    if wanted.regency:
        statement = statement.where(Organization.regency == wanted.regency)
    if wanted.missing:
        condition = missing_condition()
        statement = statement.where(condition if wanted.missing == "yes" else ~condition)
    if wanted.changed:
        unseen = sa.select(EntryRevision.id).where(
            EntryRevision.participation_id == Participation.id, EntryRevision.seen_at.is_(None)
        )
        statement = statement.where(unseen.exists())
    if wanted.text.strip():
        statement = statement.where(_contains(wanted.text.strip()))
    for other in hooks.list_filters():
        if value := wanted.others.get(other.name):
            statement = other.apply(statement, value)
    return statement


def _contains(text: str) -> sa.ColumnElement[bool]:
    """Search names, brand, NIB and the people; ``%`` and ``_`` are plain signs."""
    like = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    person = sa.select(Delegate.id).where(
        Delegate.participation_id == Participation.id, Delegate.name.ilike(like, escape="\\")
    )
    conditions = [
        Organization.legal_name.ilike(like, escape="\\"),
        Organization.brand.ilike(like, escape="\\"),
        Organization.owner_name.ilike(like, escape="\\"),
        Organization.business_id_number.like(like, escape="\\"),
        Participation.code == text.upper(),
        person.exists(),
    ]
    if folded := fold_name(text):
        conditions.append(Organization.name_key.contains(folded, autoescape=True))
    return sa.or_(*conditions)


def counts_by_state(event_id: int) -> dict[tuple[Side, ParticipationState], int]:
    """Return how many entries each side has in each state."""
    rows = db.session.execute(
        sa.select(Participation.side, Participation.state, sa.func.count())
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Participation.event_id == event_id, Organization.merged_into_id.is_(None))
        .group_by(Participation.side, Participation.state)
    )
    return {(side, state): count for side, state, count in rows}


def count_waiting(event_id: int) -> int:
    """Return how many entries wait for the organiser's decision (the figure in the rail)."""
    statement = sa.select(sa.func.count()).where(
        Participation.event_id == event_id, Participation.state == ParticipationState.SUBMITTED
    )
    return db.session.scalar(statement.select_from(Participation)) or 0


def chosen_participations(event_id: int, codes: list[str]) -> list[Participation]:
    """Return the entries of this event with these codes, in the list's order; codes of others are passed over."""
    statement = sa.select(Participation).where(Participation.event_id == event_id, Participation.code.in_(codes))
    return list(db.session.scalars(statement.order_by(Participation.submitted_at, Participation.id)))


def documents_to_type(event_id: int, number: int) -> Page[tuple[StoredFile, Participation]]:
    """Return the queue of files whose content staff have to type in, the oldest first."""
    statement = (
        sa.select(StoredFile)
        .where(
            StoredFile.event_id == event_id,
            StoredFile.owner_type == "participation",
            StoredFile.purpose == "document_waiting",
        )
        .order_by(StoredFile.created_at, StoredFile.id)
    )
    page = paginate(statement, number)
    owners = db.session.scalars(
        sa.select(Participation)
        .where(Participation.id.in_({file.owner_id for file in page.items}))
        .options(joinedload(Participation.organization))
    )
    by_id = {p.id: p for p in owners}
    pairs = [(file, by_id[file.owner_id]) for file in page.items if file.owner_id in by_id]
    return Page(pairs, page.number, page.pages, page.total)


def count_documents_to_type(event_id: int) -> int:
    """Return how many files wait to be typed in."""
    statement = sa.select(sa.func.count()).where(
        StoredFile.event_id == event_id,
        StoredFile.owner_type == "participation",
        StoredFile.purpose == "document_waiting",
    )
    return db.session.scalar(statement.select_from(StoredFile)) or 0


def contacts_to_reach(event_id: int, number: int) -> Page[tuple[Delegate, Participation]]:
    """Return the contacts of approved entries whose invitation nobody has mailed, handed over or used yet."""
    page = paginate(_to_reach(event_id), number)
    return Page([(d, d.participation) for d in page.items], page.number, page.pages, page.total)


def count_contacts_to_reach(event_id: int) -> int:
    """Return how many contacts wait for their link."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(_to_reach(event_id).subquery())) or 0


def _to_reach(event_id: int) -> sa.Select[Any]:
    of_account = sa.and_(
        AccessLink.purpose.in_((LinkPurpose.INVITATION, LinkPurpose.RESET)), AccessLink.subject_id == Delegate.user_id
    )
    of_entry = sa.and_(AccessLink.purpose == LinkPurpose.STATUS, AccessLink.subject_id == Participation.id)
    reached = sa.select(AccessLink.id).where(
        sa.or_(of_account, sa.and_(Delegate.user_id.is_(None), of_entry)),
        AccessLink.ended_at.is_(None),
        sa.or_(AccessLink.channel.is_not(None), AccessLink.opened_at.is_not(None)),
    )
    logged_in = sa.select(User.id).where(User.id == Delegate.user_id, User.last_login_at.is_not(None))
    return (
        sa.select(Delegate)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(
            Participation.event_id == event_id,
            Participation.state == ParticipationState.APPROVED,
            Delegate.is_contact,
            Delegate.erased_at.is_(None),
            ~reached.exists(),
            ~logged_in.exists(),
        )
        .options(joinedload(Delegate.participation).joinedload(Participation.organization))
        .order_by(Participation.decided_at, Delegate.id)
    )


def earlier_events(actor: Actor, event_id: int) -> list[Event]:
    """Return the other events whose entries this organiser may see, the newest first."""
    statement = sa.select(Event).where(Event.id != event_id).order_by(Event.starts_on.desc(), Event.id.desc())
    if not actor.is_administrator:
        mine = sa.select(Membership.event_id).where(
            Membership.user_id == actor.user_id, Membership.role == Role.ORGANIZER
        )
        statement = statement.where(Event.id.in_(mine))
    return list(db.session.scalars(statement.limit(50)))
