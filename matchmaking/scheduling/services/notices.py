"""Who is told of a published schedule: one row for each delegate whose agenda changed, told once."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from matchmaking import audit, clock, jobs
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.mail.services import Message, mark_returned, send_again, send_later
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.changes import standings_of
from matchmaking.scheduling.queries.previews import channel_of, delegates_of, people_to_tell
from matchmaking.transactions import lock_row

TELL = "scheduling.tell"


def note_changed_agendas(actor: Actor, version: ScheduleVersion, before: ScheduleVersion | None) -> list[AgendaNotice]:
    """Note who must be told: whoever's agenda is not the one that they were told last.

    Who was not told of the version before (mail not sent, text not handed over) is asked about too. A delegate of two teams
    is noted once. E-mail is sent by a job after the commit; who has none is listed for staff.
    """
    return _notify(actor, version, people_to_tell(before, standings_of(version.id), version))


def notify_teams(actor: Actor, version: ScheduleVersion, team_ids: list[int]) -> list[AgendaNotice]:
    """Note the delegates of these teams; those noted for the version already are left as they are."""
    return _notify(actor, version, delegates_of(team_ids))


def _notify(actor: Actor, version: ScheduleVersion, people: Mapping[Delegate, list[int]]) -> list[AgendaNotice]:
    known = set(db.session.scalars(sa.select(AgendaNotice.delegate_id).where(AgendaNotice.version_id == version.id)))
    notices = []
    for delegate, teams in people.items():
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


def mail_notice(actor: Actor, notice_id: int, message: Message) -> bool:
    """Put one agenda into the outbox; a notice that was mailed already stays as it is. Says whether it was new.

    The version is locked first: once another takes its place, nobody is written to about this one any more.
    """
    found = db.session.get(AgendaNotice, notice_id)
    version = lock_row(ScheduleVersion, found.version_id) if found else None
    if version is None or version.state is not VersionState.PUBLISHED:
        return False
    notice = lock_row(AgendaNotice, notice_id)
    if notice is None or notice.mail_message_id is not None or notice.channel != "email":
        return False
    notice.mail_message_id = send_later(actor, message, event_id=version.event_id).id
    return True


def hand_over_notice(actor: Actor, version_id: int, delegate_code: str) -> AgendaNotice:
    """Mark that staff handed an agenda over; marking twice keeps the first time and name."""
    notice = _locked_notice(version_id, delegate_code)
    if notice.handed_over_at is None:
        notice.handed_over_at, notice.handed_over_by = clock.now(), actor.user_id
        _record(actor, "scheduling.hand_over", notice)
    return notice


def mail_again(actor: Actor, version_id: int, delegate_code: str) -> bool:
    """Mail an agenda that never reached its reader: the address is known only now, or the mail failed. Says whether it goes.

    What was sent, or is under way, is left alone: nobody gets the same agenda twice.
    """
    notice = _locked_notice(version_id, delegate_code)
    address = db.session.get_one(Delegate, notice.delegate_id).email
    if not address:
        raise InvalidInput(_("No e-mail address is known. Write one into the entry first."))
    if notice.mail_message_id is None:
        notice.channel, goes = "email", True
        event_id = db.session.get_one(ScheduleVersion, version_id).event_id
        key = f"tell:{version_id}:{new_code(12)}"
        jobs.enqueue(actor, TELL, {"version_id": version_id}, event_id=event_id, dedupe_key=key)
    else:
        goes = send_again(actor, notice.mail_message_id, address)
    if goes:
        _record(actor, "scheduling.mail_again", notice)
    return goes


def note_returned(actor: Actor, version_id: int, delegate_code: str) -> bool:
    """Note that the mail to somebody came back, so that they are on the list of who was not reached; says whether it was new."""
    notice = _locked_notice(version_id, delegate_code)
    was_new = notice.mail_message_id is not None and mark_returned(notice.mail_message_id)
    if was_new:
        _record(actor, "scheduling.mail_returned", notice)
    return was_new


def _locked_notice(version_id: int, delegate_code: str) -> AgendaNotice:
    """Lock the version, so that nobody decides who must be told of the next one meanwhile, and the person's notice."""
    lock_row(ScheduleVersion, version_id)
    found = db.session.scalar(
        sa.select(AgendaNotice.id)
        .join(Delegate, Delegate.id == AgendaNotice.delegate_id)
        .where(AgendaNotice.version_id == version_id, Delegate.code == delegate_code)
    )
    notice = lock_row(AgendaNotice, found) if found else None
    if notice is None:
        raise NotFound(_("This person is not on the list (any more)."))
    return notice


def _record(actor: Actor, action: str, notice: AgendaNotice) -> None:
    version = db.session.get_one(ScheduleVersion, notice.version_id)
    audit.record(actor, action, version, event_id=version.event_id, data={"delegate": notice.delegate_id})
