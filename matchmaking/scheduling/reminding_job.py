"""Reminders by mail: every five minutes those that are due, or a whole day's at the press of a button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import SYSTEM, Actor, ActorKind
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.mail import Message
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import EventHead, agenda_address, event_head
from matchmaking.scheduling.queries.reminders import PersonDay, meeting_days, reminder_rule
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.reminder_models import ReminderRule, ReminderTiming
from matchmaking.scheduling.reminding import reminder_letter, reminder_subject
from matchmaking.scheduling.services.reminders import REMIND, Reminded, remind_by_mail
from matchmaking.transactions import end_read, transaction


def remind_due() -> int:
    """Remind by mail whoever is due in any open event, real ones only; return how many. One transaction for each."""
    wanted = (
        sa.select(Event.id)
        .join(ReminderRule, ReminderRule.event_id == Event.id)
        .where(ReminderRule.timing != ReminderTiming.OFF, Event.state == EventState.OPEN, Event.is_demo.is_(False))
        .order_by(Event.id)
    )
    return sum(_remind_due(event_id) for event_id in db.session.scalars(wanted).all())


def _remind_due(event_id: int) -> int:
    version = published_version(event_id)
    if version is None:
        return 0
    zone, rule, now = db.session.get_one(Event, event_id).timezone, reminder_rule(event_id), clock.now()
    due = []
    for person in meeting_days(version, zone):
        at = rule.due_at(person.day, person.first_at, zone)
        if at is not None and at <= now < person.first_at:
            due.append(person)
    return sum(_mails(SYSTEM, version, due))


@job_handler(REMIND)
def remind_day(handle: JobHandle) -> dict[str, Any]:
    """Remind everybody with an address of one day, whose first meeting has not begun yet."""
    version = published_version(handle.event_id or 0)
    if version is None:
        return {"reminded": 0}
    zone = db.session.get_one(Event, version.event_id).timezone
    day, now = date.fromisoformat(handle.args["day"]), clock.now()
    people = [p for p in meeting_days(version, zone) if p.day == day and now < p.first_at]
    actor = Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else SYSTEM
    reminded = 0
    for number, was_new in enumerate(_mails(actor, version, people), start=1):
        reminded += was_new
        if handle.report(done=number, total=len(people)):
            raise JobStopped
    return {"reminded": reminded}


def _mails(actor: Actor, version: ScheduleVersion, people: Iterable[PersonDay]) -> Iterable[bool]:
    """Mail one after another, and say of each whether it was new; nothing is read from rows once the first is written."""
    version_id, event_id = version.id, version.event_id
    head, address = event_head(event_id, version.published_at), agenda_address(event_id)
    wanted = [(person, reminder_message(person, head, address)) for person in people if _is_wanted(person)]
    end_read()
    for person, message in wanted:
        with transaction():
            was_new = remind_by_mail(actor, version_id, Reminded(event_id, person.delegate_id, person.day), message)
        yield was_new


def _is_wanted(person: PersonDay) -> bool:
    return bool(person.email) and not person.is_noted


def reminder_message(person: PersonDay, head: EventHead, address: str) -> Message:
    """Return the mail to one person, in their language."""
    with force_locale(person.locale):
        return Message(
            to_address=person.email or "",
            subject=reminder_subject(person, head),
            body=reminder_letter(person, head, address),
            purpose="reminder",
            dedupe_key=f"reminder:{person.delegate_id}:{person.day.isoformat()}",
        )
