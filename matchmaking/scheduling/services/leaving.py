"""What becomes of meetings when an event is deleted, entries turn out to be one, a team goes, a person is forgotten."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.errors import Conflict
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Team
from matchmaking.scheduling.day_models import SlotDelay
from matchmaking.scheduling.models import (
    AgendaNotice,
    Meeting,
    Placement,
    ScheduleRun,
    ScheduleVersion,
    Unmet,
    VersionState,
)
from matchmaking.scheduling.reminder_models import MeetingReminder


def delete_schedule(_actor: Actor, event_id: int) -> None:
    """Remove everything of an event's schedule before the event goes: placements hold on to slots and tables."""
    for model in (SlotDelay, ScheduleVersion, Meeting, ScheduleRun):
        db.session.execute(sa.delete(model).where(model.event_id == event_id))


def merge_unmet(_actor: Actor, kept_id: int, gone_id: int) -> None:
    """Give the gone entry's unmet wishes to the kept one; meetings belong to teams, which have moved already."""
    for mine, other in ((Unmet.exhibitor_id, Unmet.buyer_id), (Unmet.buyer_id, Unmet.exhibitor_id)):
        known = set(db.session.execute(sa.select(Unmet.version_id, other).where(mine == kept_id)).all())
        for row in db.session.scalars(sa.select(Unmet).where(mine == gone_id).order_by(Unmet.id)).all():
            partner = row.buyer_id if mine is Unmet.exhibitor_id else row.exhibitor_id
            if (row.version_id, partner) in known:
                db.session.delete(row)
            else:
                setattr(row, mine.key, kept_id)
                known.add((row.version_id, partner))  # type: ignore[arg-type]
        db.session.flush()


def keep_scheduled_team(_actor: Actor, team_id: int) -> None:
    """Refuse to let a team go that has meetings: they would disappear in silence.

    Raises:
        Conflict: with what to do first.
    """
    held = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Placement)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(
            ScheduleVersion.state != VersionState.DISCARDED,
            sa.or_(Placement.exhibitor_team_id == team_id, Placement.buyer_team_id == team_id),
        )
    )
    if held:
        raise Conflict(
            _("This team has meetings in the schedule (%(number)s). It can be renamed, not removed.", number=held)
        )


def agenda_data(person: PersonRef) -> list[PersonFile]:
    """Return what is known of telling a person about their agenda."""
    rows = db.session.execute(
        sa.select(AgendaNotice, ScheduleVersion.number, Team.event_id)
        .join(ScheduleVersion, ScheduleVersion.id == AgendaNotice.version_id)
        .join(Team, Team.id == AgendaNotice.team_id)
        .where(AgendaNotice.delegate_id.in_(person.delegate_ids))
        .order_by(AgendaNotice.id)
    ).all()
    entries = tuple(
        {
            "event": event_id,
            "version": number,
            "channel": notice.channel,
            "handed_over_at": notice.handed_over_at.isoformat() if notice.handed_over_at else None,
        }
        for notice, number, event_id in rows
    )
    files = [PersonFile("agenda_notices", entries)] if entries else []
    return files + _reminder_data(person)


def _reminder_data(person: PersonRef) -> list[PersonFile]:
    rows = db.session.scalars(
        sa.select(MeetingReminder)
        .where(MeetingReminder.delegate_id.in_(person.delegate_ids))
        .order_by(MeetingReminder.id)
    )
    entries = tuple(
        {
            "event": row.event_id,
            "day": row.day.isoformat(),
            "by_mail": row.mail_message_id is not None,
            "handed_over_at": row.handed_over_at.isoformat() if row.handed_over_at else None,
        }
        for row in rows
    )
    return [PersonFile("reminders", entries)] if entries else []


def forget_messages(_actor: Actor, person: PersonRef) -> None:
    """Empty the agenda messages and reminders that went to a person: address, text and attachments carry the name."""
    messages = [
        sa.select(noted.mail_message_id).where(noted.delegate_id.in_(person.delegate_ids))
        for noted in (AgendaNotice, MeetingReminder)
    ]
    db.session.execute(
        sa.update(MailMessage)
        .where(sa.or_(*(MailMessage.id.in_(found) for found in messages)))
        .values(to_address="", subject="", body="", attachments=[])
        .execution_options(synchronize_session=False)
    )
