"""Who is told of a published version, with everything their message needs, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import User
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage, MailState
from matchmaking.matching.queries.parties import team_names
from matchmaking.registration.models import Delegate, Participation, TeamDelegate
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.agendas import Agenda, AgendaItem, cancelled_items, team_agendas
from matchmaking.scheduling.queries.changes import Change, by_team, changes_of, standings_of
from matchmaking.scheduling.queries.last_told import last_told
from matchmaking.scheduling.queries.team_people import Reachable
from matchmaking.scheduling.queries.times import SlotTimes, times_of
from matchmaking.scheduling.queries.versions import announced_before


@dataclass(frozen=True)
class Addressee(Reachable):
    """A delegate who must be told."""

    notice_id: int
    channel: str
    mail_error: str
    team_ids: tuple[int, ...]

    @property
    def is_unreached(self) -> bool:
        """Say whether neither mail nor hand can have reached the person: no address at all, or the mail failed."""
        has_no_way = not self.email and not self.phone
        return self.handed_over_at is None and (has_no_way or self.mail_state is MailState.FAILED)

    @property
    def may_be_mailed(self) -> bool:
        """Say whether a mail may go (again): an address is known, and none is under way or was taken."""
        return bool(self.email) and self.mail_state in (None, MailState.FAILED)


@dataclass(frozen=True)
class Announcement:
    """A version beside what people know: ``known`` says which version each delegate was told of last (``last_told``)."""

    version_id: int
    event_id: int
    published_at: datetime | None
    before_id: int | None
    known: dict[int, int | None]
    since: dict[int, dict[int, list[Change]]]  # by version that somebody knows: what is different now, by team
    agendas: dict[int, Agenda]
    cancelled: dict[int, list[AgendaItem]]
    names: dict[int, str]
    times: SlotTimes
    table_names: dict[int, str]

    def changes_for(self, delegate_id: int, team_ids: Iterable[int]) -> list[tuple[int, list[Change]]]:
        """Return what is new to a person in the agendas of these teams; nothing for who was never told anything."""
        since = self.since.get(self.known.get(delegate_id, self.before_id) or 0, {})
        return [(id, since[id]) for id in team_ids if id in since]


def announcement_of(version: ScheduleVersion, locale: str = "id") -> Announcement:
    """Return a version with what it changed; a draft as if it were published now."""
    agendas = {agenda.id: agenda for agenda in team_agendas(version, locale=locale)}
    known, now, before = last_told(version.event_id, version), standings_of(version.id), announced_before(version)
    bases = {base for base in (before.id if before else None, *known.values()) if base}
    return Announcement(
        version.id,
        version.event_id,
        version.published_at,
        before.id if before else None,
        known,
        {base: by_team(changes_of(standings_of(base), now)) for base in sorted(bases)},
        agendas,
        cancelled_items(version, agendas),
        team_names(version.event_id),
        *times_and_table_names(version.event_id),
    )


def times_and_table_names(event_id: int) -> tuple[SlotTimes, dict[int, str]]:
    """Return when every slot begins and what every table is called, retired ones too: versions speak of them."""
    rows = db.session.scalars(sa.select(MeetingTable).where(MeetingTable.event_id == event_id))
    return times_of(event_id), {row.id: row.name for row in rows}


def addressees(version_id: int, only: Iterable[int] | None = None) -> list[Addressee]:
    """Return who must be told of a version, by organisation and name; ``only``: these notices."""
    statement = (
        sa.select(AgendaNotice, Delegate, User.locale, MailMessage.state, MailMessage.error)
        .join(Delegate, Delegate.id == AgendaNotice.delegate_id)
        .outerjoin(User, User.id == Delegate.user_id)
        .outerjoin(MailMessage, MailMessage.id == AgendaNotice.mail_message_id)
        .options(joinedload(Delegate.participation).joinedload(Participation.organization))
        .where(AgendaNotice.version_id == version_id, Delegate.erased_at.is_(None))
        .order_by(Delegate.participation_id, Delegate.name, Delegate.id)
    )
    if only is not None:
        statement = statement.where(AgendaNotice.id.in_(list(only)))
    rows = db.session.execute(statement).all()
    teams = team_ids_of([row.Delegate.id for row in rows])
    staff = _names_of({row.AgendaNotice.handed_over_by for row in rows if row.AgendaNotice.handed_over_by})
    return [
        Addressee(
            notice_id=notice.id,
            delegate_id=delegate.id,
            delegate_code=delegate.code,
            entry_code=delegate.participation.code,
            name=delegate.name,
            organization=delegate.participation.organization.legal_name,
            email=delegate.email,
            phone=delegate.phone,
            locale=locale or "id",
            channel=notice.channel,
            mail_state=state,
            mail_error=error or "",
            handed_over_at=notice.handed_over_at,
            handed_over_by=staff.get(notice.handed_over_by or 0, ""),
            team_ids=tuple(teams[delegate.id]),
        )
        for notice, delegate, locale, state, error in rows
    ]


def team_ids_of(delegate_ids: list[int]) -> defaultdict[int, list[int]]:
    """Return the teams of delegates, by delegate."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = db.session.execute(
        sa.select(TeamDelegate.delegate_id, TeamDelegate.team_id)
        .where(TeamDelegate.delegate_id.in_(delegate_ids))
        .order_by(TeamDelegate.team_id)
    )
    for delegate_id, team_id in rows:
        found[delegate_id].append(team_id)
    return found


def _names_of(user_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(user_ids)))
    return {id: name for id, name in rows}  # noqa: C416 - rows are no pairs to mypy


def open_notices(event_id: int) -> int:
    """Return how many people of the published version staff must still tell by hand: without e-mail, or their mail failed."""
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(AgendaNotice)
            .join(ScheduleVersion, ScheduleVersion.id == AgendaNotice.version_id)
            .outerjoin(MailMessage, MailMessage.id == AgendaNotice.mail_message_id)
            .where(
                ScheduleVersion.event_id == event_id,
                ScheduleVersion.state == VersionState.PUBLISHED,
                sa.or_(AgendaNotice.channel != "email", MailMessage.state == MailState.FAILED),
                AgendaNotice.handed_over_at.is_(None),
            )
        )
        or 0
    )
