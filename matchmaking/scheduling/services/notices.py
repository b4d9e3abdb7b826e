"""Who is told of a published schedule: one row for each delegate whose agenda changed, told once."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.mail.services import Message, send_later
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion
from matchmaking.scheduling.queries.changes import by_team, changes_between
from matchmaking.transactions import lock_row

TELL = "scheduling.tell"


def note_changed_agendas(actor: Actor, version: ScheduleVersion, old_version_id: int | None) -> list[AgendaNotice]:
    """Note who must be told: delegates of the teams whose agenda differs from what was announced before.

    Who was not told of that one yet (mail not sent, text not handed over) is noted too. A delegate of two teams is noted
    once. E-mail is sent by a job after the commit; who has none is listed for staff.
    """
    changed = by_team(changes_between(old_version_id, version.id))
    untold = _untold_teams(old_version_id) if old_version_id is not None else []
    return notify_teams(actor, version, [*changed, *untold])


def notify_teams(actor: Actor, version: ScheduleVersion, team_ids: list[int]) -> list[AgendaNotice]:
    """Note the delegates of these teams; those noted for the version already are left as they are."""
    known = set(db.session.scalars(sa.select(AgendaNotice.delegate_id).where(AgendaNotice.version_id == version.id)))
    notices = []
    for delegate, teams in _delegates(team_ids).items():
        if delegate.id in known:
            continue
        notice = AgendaNotice(
            version_id=version.id, delegate_id=delegate.id, team_id=min(teams), channel=channel_of(delegate)
        )
        db.session.add(notice)
        notices.append(notice)
    db.session.flush()
    if any(notice.channel == "email" for notice in notices):
        # One job for each occasion. A notice's id does not name it: SQLite gives the ids of deleted rows again.
        key = f"tell:{version.id}:{new_code(12)}"
        jobs.enqueue(actor, TELL, {"version_id": version.id}, event_id=version.event_id, dedupe_key=key)
    return notices


def _untold_teams(version_id: int) -> list[int]:
    return list(
        db.session.scalars(
            sa.select(AgendaNotice.team_id).where(
                AgendaNotice.version_id == version_id,
                AgendaNotice.mail_message_id.is_(None),
                AgendaNotice.handed_over_at.is_(None),
            )
        )
    )


def channel_of(delegate: Delegate) -> str:
    """Return how a delegate can be reached: e-mail, else a WhatsApp text handed over by staff, else neither."""
    if delegate.email:
        return "email"
    return "whatsapp" if delegate.phone else "none"


def _delegates(team_ids: list[int]) -> dict[Delegate, list[int]]:
    rows = db.session.execute(
        sa.select(Delegate, TeamDelegate.team_id)
        .join(TeamDelegate, TeamDelegate.delegate_id == Delegate.id)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(
            TeamDelegate.team_id.in_(team_ids),
            Delegate.erased_at.is_(None),
            Participation.state == ParticipationState.APPROVED,
        )
        .order_by(Delegate.id)
    )
    found: defaultdict[Delegate, list[int]] = defaultdict(list)
    for delegate, team_id in rows:
        found[delegate].append(team_id)
    return found


def mail_notice(actor: Actor, notice_id: int, message: Message) -> bool:
    """Put one agenda into the outbox; a notice that was mailed already stays as it is. Says whether it was new."""
    notice = lock_row(AgendaNotice, notice_id)
    if notice is None or notice.mail_message_id is not None or notice.channel != "email":
        return False
    event_id = db.session.get_one(ScheduleVersion, notice.version_id).event_id
    notice.mail_message_id = send_later(actor, message, event_id=event_id).id
    return True


def hand_over_notice(actor: Actor, version_id: int, delegate_code: str) -> AgendaNotice:
    """Mark that staff handed an agenda over; marking twice keeps the first time and name."""
    notice = db.session.scalar(
        sa.select(AgendaNotice)
        .join(Delegate, Delegate.id == AgendaNotice.delegate_id)
        .where(AgendaNotice.version_id == version_id, Delegate.code == delegate_code)
    )
    if notice is None:
        raise NotFound(_("This person is not on the list (any more)."))
    lock_row(AgendaNotice, notice.id)
    if notice.handed_over_at is None:
        notice.handed_over_at, notice.handed_over_by = clock.now(), actor.user_id
        version = db.session.get_one(ScheduleVersion, version_id)
        audit.record(
            actor, "scheduling.hand_over", version, event_id=version.event_id, data={"delegate": notice.delegate_id}
        )
    return notice
