"""Which version each person was told of last: what changed is said against that one, whatever was announced in between."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage, MailState
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion


def was_told() -> sa.ColumnElement[bool]:
    """Return the SQL condition that a notice (with its mail joined) reached somebody: handed over, or mailed and not failed."""
    is_mailed = sa.and_(AgendaNotice.mail_message_id.is_not(None), MailMessage.state != MailState.FAILED)
    return sa.or_(AgendaNotice.handed_over_at.is_not(None), sa.func.coalesce(is_mailed, sa.false()))


def last_told(event_id: int, version: ScheduleVersion | None) -> dict[int, int | None]:
    """Return, by delegate, the version they were told of last before ``version``; ``None``: they should have been, never were.

    Whoever was not written to since has the same agenda since, or was not reached: in both cases it is that version they know.
    Whoever is not there had nothing to be told of so far: they know what is announced.
    """
    rows = db.session.execute(
        sa.select(AgendaNotice.delegate_id, AgendaNotice.version_id, was_told())
        .join(ScheduleVersion, ScheduleVersion.id == AgendaNotice.version_id)
        .outerjoin(MailMessage, MailMessage.id == AgendaNotice.mail_message_id)
        .where(ScheduleVersion.event_id == event_id, *_earlier(version))
        .order_by(ScheduleVersion.published_at, ScheduleVersion.number)
    )
    found: dict[int, int | None] = {}
    for delegate_id, version_id, is_told in rows:
        found[delegate_id] = version_id if is_told else found.get(delegate_id)
    return found


def _earlier(version: ScheduleVersion | None) -> list[sa.ColumnElement[bool]]:
    if version is None:
        return []
    wanted = [ScheduleVersion.id != version.id]
    if version.published_at is not None:
        wanted.append(ScheduleVersion.published_at <= version.published_at)
    return wanted
