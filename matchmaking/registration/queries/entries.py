"""One entry: whose it is, what its owner may see of it, what it still needs, what has changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration import hooks
from matchmaking.registration.commands import OrganizationDetails
from matchmaking.registration.hooks import Missing
from matchmaking.registration.models import (
    Consent,
    Delegate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.storage.models import StoredFile

OWN_MISSING = {
    "business_id_number": Missing("business_id_number", _l("NIB, or why it is still in process")),
    "owner_name": Missing("owner_name", _l("Name of the owner")),
    "business_scale": Missing("business_scale", _l("Business scale: micro, small or medium")),
    "contact": Missing("contact", _l("A phone number of the contact person")),
    "office_role": Missing("office_role", _l("The contact person's role in procurement (PA/KPA, PPK, PPTK …)")),
}


def participation_of_event(event_id: int, code: str) -> Participation:
    """Return an entry of this event by its code.

    Raises:
        NotFound: there is none, or it belongs to another event.
    """
    found = db.session.scalar(
        sa.select(Participation)
        .where(Participation.event_id == event_id, Participation.code == code)
        .options(joinedload(Participation.organization))
    )
    if found is None:
        raise NotFound(_("There is no such entry in this event."))
    return found


def own_entry(participation_id: int) -> Participation:
    """Return the entry that a status link is for.

    Raises:
        NotFound: it has been joined with another entry since.
    """
    found = db.session.scalar(
        sa.select(Participation)
        .where(Participation.id == participation_id)
        .options(joinedload(Participation.organization))
    )
    if found is None:
        raise NotFound(_("This entry was joined with another one. Ask the organiser for the link of that one."))
    return found


def own_participations(user_id: int, event_id: int) -> list[Participation]:
    """Return the entries this person comes for in this event, the first registered first."""
    statement = (
        sa.select(Participation)
        .join(Delegate, Delegate.participation_id == Participation.id)
        .where(Delegate.user_id == user_id, Participation.event_id == event_id)
        .options(joinedload(Participation.organization))
        .order_by(Participation.id)
    )
    return list(db.session.scalars(statement).unique())


def pending_revision(participation_id: int) -> EntryRevision | None:
    """Return the values of a returning organisation that wait for staff."""
    return db.session.scalar(
        sa.select(EntryRevision).where(
            EntryRevision.participation_id == participation_id, EntryRevision.state == "pending"
        )
    )


def holds_back(participation: Participation) -> bool:
    """Say whether the organisation's record is hidden from who registered: staff have not yet said it is they."""
    if participation.state is ParticipationState.APPROVED:
        return False
    return pending_revision(participation.id) is not None


def values_for_owner(participation: Participation) -> dict[str, Any]:
    """Return the organisation's values as its owner may see them: the record's, or only what they gave themselves."""
    revision = pending_revision(participation.id)
    if revision is not None and participation.state is not ParticipationState.APPROVED:
        return {change["field"]: change["new"] for change in revision.changes}
    return {name: getattr(participation.organization, name) for name in OrganizationDetails.__dataclass_fields__}


def missing_of(participations: Sequence[Participation]) -> dict[int, list[Missing]]:
    """Return what each entry needs before matching; the number of statements does not depend on how many there are."""
    contacts = _contacts([p.id for p in participations])
    found = {p.id: list(_own_missing(p, contacts.get(p.id))) for p in participations}
    for part in hooks.missing_items([p.id for p in participations]):
        for participation_id, items in part.items():
            found[participation_id].extend(items)
    return found


def _own_missing(participation: Participation, contact: Delegate | None) -> Iterable[Missing]:
    organization = participation.organization
    if participation.side is Side.EXHIBITOR:
        if not organization.business_id_number and not organization.business_id_pending:
            yield OWN_MISSING["business_id_number"]
        if not organization.owner_name:
            yield OWN_MISSING["owner_name"]
        if organization.business_scale is None:
            yield OWN_MISSING["business_scale"]
    if contact is None or not contact.phone:
        yield OWN_MISSING["contact"]
    elif participation.side is Side.BUYER and contact.office_role.value == "other":
        yield OWN_MISSING["office_role"]


def missing_condition() -> sa.ColumnElement[bool]:
    """Return a condition over Participation joined to Organization: something is missing (as :func:`missing_of` says)."""
    contact = sa.select(Delegate.id).where(
        Delegate.participation_id == Participation.id, Delegate.is_contact, Delegate.phone.is_not(None)
    )
    with_role = contact.where(Delegate.office_role != "other")
    exhibitor = sa.and_(
        Participation.side == Side.EXHIBITOR,
        sa.or_(
            sa.and_(Organization.business_id_number.is_(None), Organization.business_id_pending == ""),
            Organization.owner_name == "",
            Organization.business_scale.is_(None),
        ),
    )
    buyer = sa.and_(Participation.side == Side.BUYER, ~with_role.exists())
    return sa.or_(exhibitor, buyer, ~contact.exists(), *hooks.missing_condition())


def _contacts(participation_ids: Sequence[int]) -> dict[int, Delegate]:
    rows = db.session.scalars(
        sa.select(Delegate)
        .where(Delegate.participation_id.in_(participation_ids), Delegate.is_contact)
        .order_by(Delegate.id.desc())
    )
    return {row.participation_id: row for row in rows}


def contact_of(participation_id: int) -> Delegate | None:
    """Return the entry's contact person."""
    return _contacts([participation_id]).get(participation_id)


def contacts_of(participation_ids: Sequence[int]) -> dict[int, Delegate]:
    """Return the contact person of each entry."""
    return _contacts(participation_ids)


def delegates_of(participation_id: int) -> list[Delegate]:
    """Return the people who come for an entry, the contact first."""
    statement = sa.select(Delegate).where(Delegate.participation_id == participation_id)
    return list(db.session.scalars(statement.order_by(Delegate.is_contact.desc(), Delegate.id)))


@dataclass(frozen=True)
class TeamMembers:
    """A team and who sits in it."""

    team: Team
    members: list[Delegate]


def teams_of(participation_id: int) -> list[TeamMembers]:
    """Return the teams of an entry with their members."""
    teams = db.session.scalars(
        sa.select(Team).where(Team.participation_id == participation_id).order_by(Team.position)
    ).all()
    rows = db.session.execute(
        sa.select(TeamDelegate.team_id, Delegate)
        .join(Delegate, Delegate.id == TeamDelegate.delegate_id)
        .where(TeamDelegate.team_id.in_([team.id for team in teams]))
        .order_by(Delegate.is_contact.desc(), Delegate.id)
    ).all()
    return [TeamMembers(team, [member for team_id, member in rows if team_id == team.id]) for team in teams]


def revisions_of(participation_id: int) -> list[EntryRevision]:
    """Return the changes of an entry, the newest first."""
    statement = sa.select(EntryRevision).where(EntryRevision.participation_id == participation_id)
    return list(db.session.scalars(statement.order_by(EntryRevision.at.desc(), EntryRevision.id.desc())))


def unseen_changes(participation_ids: Sequence[int]) -> dict[int, int]:
    """Return for each entry how many changes staff have not looked at."""
    rows = db.session.execute(
        sa.select(EntryRevision.participation_id, sa.func.count())
        .where(EntryRevision.participation_id.in_(participation_ids), EntryRevision.seen_at.is_(None))
        .group_by(EntryRevision.participation_id)
    )
    return {row[0]: row[1] for row in rows}


def consents_of(participation_id: int) -> list[Consent]:
    """Return the consents given for an entry."""
    statement = sa.select(Consent).where(Consent.participation_id == participation_id)
    return list(db.session.scalars(statement.order_by(Consent.id)))


def live_consents(participation_ids: Sequence[int]) -> dict[int, set[str]]:
    """Return for each entry the purposes agreed to and not taken back; ask before showing contact or photo to others."""
    rows = db.session.execute(
        sa.select(Consent.participation_id, Consent.purpose).where(
            Consent.participation_id.in_(participation_ids), Consent.withdrawn_at.is_(None)
        )
    )
    found: dict[int, set[str]] = {}
    for participation_id, purpose in rows:
        found.setdefault(participation_id, set()).add(purpose)
    return found


def attachments_of(participation_id: int) -> list[StoredFile]:
    """Return the files of an entry, those to be typed in first."""
    return list(
        db.session.scalars(
            sa.select(StoredFile)
            .where(StoredFile.owner_type == "participation", StoredFile.owner_id == participation_id)
            .order_by(StoredFile.purpose.desc(), StoredFile.id)
        )
    )
