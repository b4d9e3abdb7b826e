"""Printing badges: what is on paper is noted when the PDF is made, and nobody prints the same badge twice by accident."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking import jobs
from matchmaking.accounts.models import User
from matchmaking.actor import Actor
from matchmaking.attendance.models import Badge
from matchmaking.attendance.queries.badges import BadgeFilter, PrintState, has_badges, people_with_badges, rows_of
from matchmaking.attendance.services.badges import WhyAgain, ensure_badges, note_printed, reprint_badge
from matchmaking.codes import new_code
from matchmaking.documents.layout import LAYOUTS
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.jobs.models import Job, JobState
from matchmaking.registration.models import Delegate, Participation
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_file
from matchmaking.transactions import lock_rows

PRINT = "attendance.badges"
#: What the kept PDFs are for; they name people and go when one of these is forgotten.
PURPOSE = "badges"
#: So many are made while the person waits; more are made in the background.
AT_ONCE = 50


@dataclass(frozen=True)
class PrintOrder:
    """What to print: people by their public codes, and the layout. ``why`` and ``note``: for those printed before.

    ``locale`` is the language of whoever waits for it, for what a job in the background has to tell.
    """

    codes: tuple[str, ...]
    layout: str
    why: str = ""
    note: str = ""
    locale: str = "id"


def codes_to_print(event_id: int, wanted: BadgeFilter) -> tuple[str, ...]:
    """Return the people (public codes) whose badge is to be printed: of a side, and not printed yet or all."""
    statement = people_with_badges(event_id).with_only_columns(Delegate.code)
    if wanted.side:
        statement = statement.where(Participation.side == wanted.side)
    if wanted.state == PrintState.UNPRINTED:
        printed = sa.select(Badge.id).where(
            Badge.delegate_id == Delegate.id, Badge.ended_at.is_(None), Badge.printed_at.is_not(None)
        )
        statement = statement.where(~printed.exists())
    return tuple(db.session.scalars(statement.order_by(Delegate.id)))


def request_print(actor: Actor, event_id: int, order: PrintOrder) -> Job:
    """Ask for one PDF of these people's badges; badges that were printed before are replaced by new ones, with a reason.

    Raises:
        InvalidInput: nobody was chosen, the layout is unknown, or a badge was printed before and no reason is given.
        Conflict: the event does without badges.
    """
    if not has_badges(event_id):
        raise Conflict(_("Badges are switched off for this event."))
    if order.layout not in LAYOUTS:
        raise InvalidInput(_("Please choose how the badges lie on the sheet."))
    ensure_badges(actor, event_id)
    chosen = rows_of(event_id, order.codes)
    if not chosen:
        raise InvalidInput(_("Please choose whose badges to print."))
    ids = []
    for row in chosen:
        badge = row.badge
        if badge is not None and badge.printed_at is not None:
            badge = reprint_badge(
                actor, event_id, row.person, WhyAgain(order.why) if order.why in set(WhyAgain) else "", order.note
            )
        if badge is not None:
            ids.append(badge.id)
    args = {"badges": ids, "layout": order.layout, "locale": order.locale}
    return jobs.enqueue(actor, PRINT, args, event_id=event_id, dedupe_key=f"badges:{new_code(16)}")


def printed_before(event_id: int, codes: Collection[str]) -> tuple[list[str], list[str]]:
    """Return (codes printed already, the others) of the people named."""
    rows = rows_of(event_id, codes)
    again = [row.person for row in rows if row.badge and row.badge.printed_at]
    return again, [row.person for row in rows if row.person not in set(again)]


def finish_print(actor: Actor, event_id: int, badge_ids: Sequence[int], content: bytes, name: str) -> StoredFile:
    """Keep the PDF and note the badges as printed, all or none.

    Raises:
        Conflict: some of them were printed or ended since they were chosen: two papers with one code must not go round.
    """
    badges = lock_rows(Badge, badge_ids)
    fresh = [badge.id for badge in badges if badge.ended_at is None and badge.printed_at is None]
    if changed := len(badge_ids) - len(fresh):
        raise Conflict(
            ngettext(
                "Meanwhile %(num)s of these badges was printed or replaced by somebody else. Nothing was made; please choose again.",
                "Meanwhile %(num)s of these badges were printed or replaced by somebody else. Nothing was made; please choose again.",
                changed,
            )
        )
    note_printed(actor, fresh)
    return keep_file(content, name, "application/pdf", Owner(PURPOSE, event_id=event_id))


@dataclass(frozen=True)
class EarlierPrint:
    """A PDF that was made and is still kept."""

    code: str
    made_at: datetime
    count: int
    by: str


def earlier_prints(event_id: int, limit: int = 10) -> list[EarlierPrint]:
    """Return the newest PDFs of the event's badges that can be fetched again."""
    jobs_done = db.session.execute(
        sa.select(Job, User.name)
        .outerjoin(User, User.id == Job.requested_by)
        .where(Job.event_id == event_id, Job.kind == PRINT, Job.state == JobState.DONE)
        .order_by(Job.id.desc())
        .limit(limit)
    )
    made = [(job, name) for job, name in jobs_done if job.result.get("file_id")]
    kept = set(
        db.session.scalars(sa.select(StoredFile.id).where(StoredFile.id.in_([j.result["file_id"] for j, _n in made])))
    )
    return [
        EarlierPrint(job.code, job.finished_at or job.created_at, len(job.args["badges"]), name or "")
        for job, name in made
        if job.result["file_id"] in kept
    ]


def forget_prints(event_ids: Collection[int]) -> None:
    """Delete the kept PDFs of these events: they name everybody on them."""
    files = db.session.scalars(
        sa.select(StoredFile).where(StoredFile.purpose == PURPOSE, StoredFile.event_id.in_(event_ids))
    )
    for stored in files.all():
        delete_file(stored)
