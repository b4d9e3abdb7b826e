"""Who has meetings on which day, when they are reminded, and who was; a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage, MailState
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.agendas import Agenda, team_agendas
from matchmaking.scheduling.queries.team_people import Reachable, people_of_teams
from matchmaking.scheduling.reminder_models import MeetingReminder, ReminderRule, ReminderTiming

#: When those are reminded who are reminded the evening before, as wall time of the event.
EVENING = time(17, 0)


@dataclass(frozen=True)
class Rule:
    """When an event reminds by mail without anybody's doing. ``hours`` before the first meeting count for ``HOURS`` alone."""

    timing: ReminderTiming = ReminderTiming.OFF
    hours: int = 2

    def due_at(self, day: date, first_at: datetime, zone: str) -> datetime | None:
        """Return when somebody is reminded whose first meeting of ``day`` begins at ``first_at``; ``None``: never."""
        if self.timing is ReminderTiming.EVENING:
            return clock.from_zone(datetime.combine(day - timedelta(days=1), EVENING), zone)
        return first_at - timedelta(hours=self.hours) if self.timing is ReminderTiming.HOURS else None


@dataclass(frozen=True)
class PersonDay(Reachable):
    """A delegate on a day with meetings. ``agendas``: of that day alone, one for each of the person's teams."""

    day: date
    first_at: datetime
    agendas: tuple[Agenda, ...]
    is_noted: bool

    @property
    def is_reached(self) -> bool:
        """Say whether the person was reminded, as far as anybody knows."""
        return self.handed_over_at is not None or self.mail_state in (MailState.SENT, MailState.QUEUED)


def reminder_rule(event_id: int) -> Rule:
    """Return an event's rule."""
    row = db.session.get(ReminderRule, event_id)
    return Rule(row.timing, row.hours) if row else Rule()


def meeting_days(version: ScheduleVersion, zone: str) -> list[PersonDay]:
    """Return every delegate's days with meetings as they really begin, by day, organisation and name."""
    by_team = {agenda.id: _by_day(agenda, zone) for agenda in team_agendas(version)}
    people = people_of_teams(list(by_team))
    noted = _noted(version.event_id)
    found = []
    for delegate, locale, teams in people:
        for day in sorted({day for id in teams for day in by_team[id]}):
            agendas = tuple(by_team[id][day] for id in teams if day in by_team[id])
            found.append(_person_day(delegate, locale, day, agendas, noted.get((delegate.id, day))))
    return sorted(found, key=lambda p: (p.day, p.organization.casefold(), p.name.casefold(), p.delegate_id))


def _by_day(agenda: Agenda, zone: str) -> dict[date, Agenda]:
    days: defaultdict[date, list] = defaultdict(list)
    for item in agenda.meetings:
        days[clock.in_zone(item.starts_at, zone).date()].append(item)
    return {day: replace(agenda, items=tuple(items)) for day, items in days.items()}


@dataclass(frozen=True)
class _Noted:
    mail_state: MailState | None
    handed_over_at: datetime | None
    handed_over_by: str


def _noted(event_id: int) -> dict[tuple[int, date], _Noted]:
    rows = db.session.execute(
        sa.select(MeetingReminder, MailMessage.state, User.name)
        .outerjoin(MailMessage, MailMessage.id == MeetingReminder.mail_message_id)
        .outerjoin(User, User.id == MeetingReminder.handed_over_by)
        .where(MeetingReminder.event_id == event_id)
    )
    return {(row.delegate_id, row.day): _Noted(state, row.handed_over_at, name or "") for row, state, name in rows}


def _person_day(
    delegate: Delegate, locale: str, day: date, agendas: tuple[Agenda, ...], noted: _Noted | None
) -> PersonDay:
    return PersonDay(
        delegate_id=delegate.id,
        delegate_code=delegate.code,
        entry_code=delegate.participation.code,
        name=delegate.name,
        organization=delegate.participation.organization.legal_name,
        email=delegate.email,
        phone=delegate.phone,
        locale=locale,
        day=day,
        first_at=min(item.starts_at for agenda in agendas for item in agenda.items),
        agendas=agendas,
        is_noted=noted is not None,
        mail_state=noted.mail_state if noted else None,
        handed_over_at=noted.handed_over_at if noted else None,
        handed_over_by=noted.handed_over_by if noted else "",
    )
