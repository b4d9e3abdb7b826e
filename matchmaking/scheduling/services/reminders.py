"""Reminding people of their day: the event's rule, one mail or one handed-over text for each person and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.jobs.services import active_job
from matchmaking.mail.services import Message, send_later
from matchmaking.registration.models import Delegate, Participation
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.reminders import Rule
from matchmaking.scheduling.reminder_models import MeetingReminder, ReminderRule
from matchmaking.transactions import insert_new, lock_row

REMIND = "scheduling.remind"
MOST_HOURS = 24


@dataclass(frozen=True)
class Reminded:
    """A person and the day they are reminded of."""

    event_id: int
    delegate_id: int
    day: date


def set_reminder_rule(actor: Actor, event_id: int, rule: Rule) -> ReminderRule:
    """Choose when an event reminds by mail by itself.

    Raises:
        InvalidInput: less than one hour or more than a day before.
    """
    if not 1 <= rule.hours <= MOST_HOURS:
        raise InvalidInput(_("Choose 1 to %(most)s hours.", most=MOST_HOURS), fields={"hours": _("1 to 24")})
    lock_row(Event, event_id)
    row = db.session.get(ReminderRule, event_id)
    if row is None:
        row = ReminderRule(event_id=event_id)
        db.session.add(row)
    row.timing, row.hours = rule.timing, rule.hours
    db.session.flush()
    event = db.session.get_one(Event, event_id)
    audit.record(actor, "scheduling.set_reminders", event, event_id=event_id, data={"timing": rule.timing.value})
    return row


def request_reminders(actor: Actor, event_id: int, day: date) -> Job:
    """Queue the mails to everybody with an address who was not reminded of ``day``; what runs already is not asked again."""
    args = {"day": day.isoformat()}
    running = active_job(REMIND, event_id)
    if running and running.args == args:
        return running
    return jobs.enqueue(actor, REMIND, args, event_id=event_id, dedupe_key=f"remind:{new_code(16)}")


def remind_by_mail(actor: Actor, version_id: int, who: Reminded, message: Message) -> bool:
    """Put one reminder into the outbox; say whether it was. Nobody is reminded twice, nor of a schedule that was replaced."""
    version = lock_row(ScheduleVersion, version_id)
    if version is None or version.state is not VersionState.PUBLISHED:
        return False
    reminder_id = insert_new(MeetingReminder, _values(who))
    if reminder_id is None:
        return False
    row = db.session.get_one(MeetingReminder, reminder_id)
    row.mail_message_id = send_later(actor, message, event_id=who.event_id).id
    return True


def hand_over_reminder(actor: Actor, event_id: int, delegate_code: str, day: date) -> MeetingReminder:
    """Mark that staff reminded somebody themselves; marking twice keeps the first time and name."""
    delegate = db.session.scalar(
        sa.select(Delegate)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(Participation.event_id == event_id, Delegate.code == delegate_code, Delegate.erased_at.is_(None))
    )
    if delegate is None:
        raise NotFound(_("This person is not on the list (any more)."))
    insert_new(MeetingReminder, _values(Reminded(event_id, delegate.id, day)))
    found = sa.select(MeetingReminder.id).where(MeetingReminder.delegate_id == delegate.id, MeetingReminder.day == day)
    row = lock_row(MeetingReminder, db.session.scalars(found).one())
    assert row is not None  # noqa: S101 - read in this transaction
    if row.handed_over_at is None:
        row.handed_over_at, row.handed_over_by = clock.now(), actor.user_id
        data = {"day": day.isoformat()}
        audit.record(actor, "scheduling.hand_over_reminder", delegate, event_id=event_id, data=data)
    return row


def _values(who: Reminded) -> dict[str, object]:
    return {"event_id": who.event_id, "delegate_id": who.delegate_id, "day": who.day, "made_at": clock.now()}
