"""Joining two records of one organisation: chosen values, all its entries; nothing is lost, and it is written down."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration import hooks
from matchmaking.registration.models import (
    Consent,
    Delegate,
    DismissedDuplicate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Team,
    TeamDelegate,
)
from matchmaking.registration.queries.entries import pending_revision
from matchmaking.registration.services.attachments import OWNER
from matchmaking.registration.services.details import names_of
from matchmaking.registration.services.organizations import apply_values, differences
from matchmaking.registration.services.revisions import add_revision, touch
from matchmaking.registration.services.teams import ensure_team
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import lock_row, lock_where

#: Of two entries for one event the further one lives on.
_RANK = (
    ParticipationState.APPROVED,
    ParticipationState.SUBMITTED,
    ParticipationState.WAITLISTED,
    ParticipationState.REFUSED,
    ParticipationState.WITHDRAWN,
)


def merge_organizations(actor: Actor, event_id: int, kept_code: str, gone_code: str, take: set[str]) -> Organization:
    """Join two organisations; ``take`` names the fields whose value comes from the one that goes.

    Raises:
        NotFound: one of them is not there, or neither is in this event.
        Conflict: they are of two sides, or one has been joined already.
    """
    kept, gone = _locked_pair(event_id, kept_code, gone_code)
    values = {name: getattr(gone, name) for name in names_of(kept.side) if name in take}
    changes = differences(kept, values)
    gone.business_id_number = None  # unique: the kept one may take it over
    gone.merged_into_id, gone.updated_at = kept.id, clock.now()
    db.session.flush()
    apply_values(kept, values)
    for participation in _entries(gone.id):
        _move_entry(actor, participation, kept)
    hooks.organizations_merged(actor, kept.id, gone.id)
    for participation in _entries(kept.id):
        if changes and participation.event_id == event_id:
            add_revision(actor, participation.id, "merge", changes)
        touch(participation)
    audit.record(
        actor,
        "registration.merge",
        kept,
        event_id=event_id,
        data={"gone": gone.id, "fields": sorted(change["field"] for change in changes)},
    )
    db.session.flush()
    return kept


def dismiss_duplicate(actor: Actor, event_id: int, first_code: str, second_code: str) -> None:
    """Note that two organisations are different; the pair is not shown again."""
    a, b = (_in_event(event_id, code) for code in (first_code, second_code))
    first, second = sorted((a.id, b.id))
    known = db.session.scalar(
        sa.select(DismissedDuplicate.id).where(
            DismissedDuplicate.first_id == first, DismissedDuplicate.second_id == second
        )
    )
    if known is None and first != second:
        db.session.add(DismissedDuplicate(first_id=first, second_id=second, dismissed_on=clock.today()))
        audit.record(actor, "registration.dismiss_duplicate", a, event_id=event_id, data={"other": b.id})
    db.session.flush()


def organization_pair(event_id: int, first_code: str, second_code: str) -> tuple[Organization, Organization]:
    """Return two organisations to compare, of which at least one is in this event.

    Raises:
        NotFound, Conflict: as for :func:`merge_organizations`.
    """
    first, second = (_in_event(event_id, code) for code in (first_code, second_code))
    here = set(
        db.session.scalars(
            sa.select(Participation.organization_id).where(
                Participation.event_id == event_id, Participation.organization_id.in_((first.id, second.id))
            )
        )
    )
    if not here:
        raise NotFound(_("There is no such entry in this event."))
    if first.side is not second.side or first.id == second.id:
        raise Conflict(_("Only two organisations of the same side can be joined."))
    return first, second


def _in_event(_event_id: int, code: str) -> Organization:
    found = db.session.scalar(
        sa.select(Organization).where(Organization.code == code, Organization.merged_into_id.is_(None))
    )
    if found is None:
        raise NotFound(_("This organisation is not there any more: it may have been joined with another."))
    return found


def _locked_pair(event_id: int, kept_code: str, gone_code: str) -> tuple[Organization, Organization]:
    lock_row(Event, event_id)
    pair = organization_pair(event_id, kept_code, gone_code)
    for row in sorted(pair, key=lambda organization: organization.id):
        if (locked := lock_row(Organization, row.id, bars_new=True)) is None or locked.merged_into_id:
            raise Conflict(_("Somebody else has joined these two meanwhile."))
    lock_where(Participation, Participation.organization_id.in_([row.id for row in pair]))
    return pair


def _entries(organization_id: int) -> list[Participation]:
    statement = sa.select(Participation).where(Participation.organization_id == organization_id)
    return list(db.session.scalars(statement.order_by(Participation.id)))


def _move_entry(actor: Actor, coming: Participation, kept: Organization) -> None:
    """Give an entry to the kept organisation; where both have one for the event, the two become one."""
    staying = db.session.scalar(
        sa.select(Participation).where(
            Participation.event_id == coming.event_id, Participation.organization_id == kept.id
        )
    )
    if staying is None:
        coming.organization_id = kept.id
        db.session.flush()
        return
    lives, ends = sorted((staying, coming), key=lambda p: (_RANK.index(p.state), p.submitted_at, p.id))
    _join_entries(actor, lives, ends, kept)


def _join_entries(actor: Actor, lives: Participation, ends: Participation, kept: Organization) -> None:
    lives_id, ends_id, event_id = lives.id, ends.id, ends.event_id
    _move_people(actor, lives, ends)
    _move_papers(lives_id, ends_id)
    hooks.participations_merged(actor, lives_id, ends_id)
    audit.record(
        actor, "registration.merge_entries", lives, event_id=event_id, data={"gone": ends_id, "state": ends.state.value}
    )
    db.session.flush()
    db.session.expunge(ends)  # everything of it has moved; the ORM must not touch its former children
    db.session.execute(sa.delete(Participation).where(Participation.id == ends_id))
    db.session.expire_all()
    lives = db.session.get_one(Participation, lives_id)
    lives.organization_id = kept.id
    db.session.flush()
    if lives.state is ParticipationState.APPROVED:
        ensure_team(lives)


def _move_people(actor: Actor, lives: Participation, ends: Participation) -> None:
    """Delegates move, the same person once; teams move whole, so that meetings planned with them stay planned.

    Who is the same person sits in the teams of both entries from then on: none of them loses its people.
    """
    mine = {d.phone: d for d in _delegates(lives.id) if d.phone}
    for delegate in _delegates(ends.id):
        twin = mine.get(delegate.phone or "")
        if twin is not None and _is_twin(actor, twin, delegate):
            twin.user_id = twin.user_id or delegate.user_id
            seats = sa.update(TeamDelegate).where(TeamDelegate.delegate_id == delegate.id)
            db.session.execute(seats.values(delegate_id=twin.id))
            db.session.delete(delegate)
            continue
        delegate.participation_id, delegate.is_contact = lives.id, False
    both_planned = lives.state is ends.state is ParticipationState.APPROVED
    last = db.session.scalar(sa.select(sa.func.max(Team.position)).where(Team.participation_id == lives.id)) or 0
    teams = db.session.scalars(sa.select(Team).where(Team.participation_id == ends.id).order_by(Team.position)).all()
    for n, team in enumerate(teams, start=1):
        if both_planned:
            team.participation_id, team.position = lives.id, last + n
        else:
            db.session.delete(team)
    db.session.flush()


def _is_twin(actor: Actor, twin: Delegate, delegate: Delegate) -> bool:
    """Say whether two are one person, and nothing hangs on the second one (a check-in) that would go with it."""
    if twin.user_id is not None and delegate.user_id not in (None, twin.user_id):
        return False
    try:
        hooks.delegate_leaving(actor, delegate.id)
    except Conflict:
        return False
    return True


def _delegates(participation_id: int) -> list[Delegate]:
    statement = sa.select(Delegate).where(Delegate.participation_id == participation_id)
    return list(db.session.scalars(statement.order_by(Delegate.id)))


def _move_papers(lives_id: int, ends_id: int) -> None:
    """Consents, changes and files go along; the ended entry's status link ends with it."""
    if pending_revision(lives_id) is not None and (other := pending_revision(ends_id)) is not None:
        other.state, other.seen_at = "declined", clock.now()
        db.session.flush()
    for table in (Consent, EntryRevision):
        db.session.execute(sa.update(table).where(table.participation_id == ends_id).values(participation_id=lives_id))
    db.session.execute(
        sa.update(StoredFile)
        .where(StoredFile.owner_type == OWNER, StoredFile.owner_id == ends_id)
        .values(owner_id=lives_id)
    )
    db.session.execute(
        sa.update(AccessLink)
        .where(
            AccessLink.purpose == LinkPurpose.STATUS, AccessLink.subject_id == ends_id, AccessLink.ended_at.is_(None)
        )
        .values(ended_at=clock.now(), end_reason="replaced")
    )
