"""Marking papers as printed and handed over, and asking for the pack."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from matchmaking import audit, clock, jobs
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.commitments.services.paper_forms import MAX_FORMS, print_forms
from matchmaking.documents.pack import PackFile
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.registration.models import Delegate, Participation
from matchmaking.reports.models import PaperMark, PaperPack
from matchmaking.reports.queries.print_desk import desk_papers, open_forms
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_file
from matchmaking.transactions import insert_new, lock_row

PACK = "reports.pack"
PURPOSE = "pack"
MAX_NAME = 120


class Step(StrEnum):
    """What is noted of a paper, and taken back."""

    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    HANDED = "handed"
    NOT_HANDED = "not_handed"


class PaperChanged(Conflict):
    """The paper reads otherwise now than on the page that was shown."""

    code = "reports.paper_changed"


def mark_papers(actor: Actor, event_id: int, references: Collection[str], step: Step, handed_to: str = "") -> int:
    """Note a step of papers as they read on the page that was shown; return how many it was new for.

    Noted twice, the first time and name stand; handing over notes the printing too where nobody did.

    Raises:
        PaperChanged: one of them reads otherwise by now, or is gone: nothing is noted.
    """
    known = {paper.reference: paper for paper in desk_papers(event_id)}
    if not references or not set(references) <= known.keys():
        raise PaperChanged(_("This paper has changed since you opened the page. Please look at it again."))
    marked = []
    for reference in sorted(set(references)):
        key, edition = reference.split("~")
        insert_new(PaperMark, {"event_id": event_id, "paper": key, "edition": edition, "handed_to": ""})
        found = sa.select(PaperMark.id).where(
            PaperMark.event_id == event_id, PaperMark.paper == key, PaperMark.edition == edition
        )
        row = lock_row(PaperMark, db.session.scalars(found).one())
        if row and _noted(
            actor, row, step, handed_to.strip()[:MAX_NAME], was_printed=bool(known[reference].printed_at)
        ):
            marked.append(key)
    if marked:
        data = {"step": step.value, "papers": marked}
        audit.record(actor, "reports.mark_papers", ("event", event_id), event_id=event_id, data=data)
    return len(marked)


def _noted(actor: Actor, row: PaperMark, step: Step, handed_to: str, *, was_printed: bool) -> bool:
    now = clock.now()
    if step is Step.PRINTED:
        is_new = row.printed_at is None
        if is_new:
            row.printed_at, row.printed_by = now, actor.user_id
    elif step is Step.HANDED:
        is_new = row.handed_at is None
        if is_new:
            row.handed_at, row.handed_by, row.handed_to = now, actor.user_id, handed_to
            if not was_printed:
                row.printed_at, row.printed_by = now, actor.user_id
    elif step is Step.NOT_PRINTED:
        is_new = row.printed_at is not None
        row.printed_at = row.printed_by = row.handed_at = row.handed_by = None
        row.handed_to = ""
    else:
        is_new = row.handed_at is not None
        row.handed_at = row.handed_by = None
        row.handed_to = ""
    return is_new


@dataclass(frozen=True)
class PackOrder:
    """``forms``: how many blank numbered forms shall be in it, those included that are open; ``renews``: after each publication."""

    event_id: int
    forms: int
    renews: bool
    locale: str


def request_pack(actor: Actor, order: PackOrder) -> Job:
    """Ask for the pack; what is being made of the same schedule is not made twice, and no number is taken twice.

    Raises:
        Conflict: nothing is published yet.
        InvalidInput: more forms than fit one order.
    """
    if not 0 <= order.forms <= MAX_FORMS:
        sentence = _("Please write a number from 0 to %(most)s.", most=MAX_FORMS)
        raise InvalidInput(sentence, fields={"forms": sentence})
    lock_row(Event, order.event_id)
    if published_version(order.event_id) is None:
        raise Conflict(_("Nothing is published yet. The pack is made of the published schedule."))
    missing = order.forms - len(open_forms(order.event_id))
    if missing > 0:
        print_forms(actor, order.event_id, missing)
    insert_new(PaperPack, _fresh(order))
    row = db.session.get_one(PaperPack, order.event_id, populate_existing=True)
    row.renews, row.locale = order.renews, order.locale
    running = db.session.get(Job, row.job_id) if row.job_id else None
    if running and running.is_active and not running.stop_requested and missing <= 0:
        return running
    return _enqueue(actor, row)


def _fresh(order: PackOrder) -> dict[str, object]:
    return {
        "event_id": order.event_id,
        "renews": order.renews,
        "locale": order.locale,
        "delay_revision": 0,
        "pages": 0,
        "contents": [],
    }


def _enqueue(actor: Actor, row: PaperPack) -> Job:
    args = {"locale": row.locale}
    job = jobs.enqueue(actor, PACK, args, event_id=row.event_id, dedupe_key=f"pack:{new_code(16)}")
    row.job_id = job.id
    return job


def renew_pack(actor: Actor, event_id: int) -> None:
    """After a publication: ask for the pack again where there is one that shall follow. Queued once this is committed."""
    row = lock_row(PaperPack, event_id)
    if row is not None and row.renews:
        _enqueue(actor, row)


@dataclass(frozen=True)
class MadeFrom:
    """The schedule that a pack was made of."""

    event_id: int
    version_id: int
    delay_revision: int


def store_pack(actor: Actor, source: MadeFrom, made: PackFile, name: str) -> bool:
    """Keep a pack that was made and forget the one before; one of an older schedule than the kept one is thrown away."""
    row = lock_row(PaperPack, source.event_id)
    if row is None or _is_older(source, row):
        return False
    old = db.session.get(StoredFile, row.file_id) if row.file_id else None
    stored = keep_file(made.content, name, "application/pdf", Owner(PURPOSE, event_id=source.event_id))
    row.file_id, row.version_id, row.delay_revision = stored.id, source.version_id, source.delay_revision
    row.pages, row.made_at, row.made_by = made.pages, clock.now(), actor.user_id
    row.contents = [[entry.title, entry.count, entry.first, entry.last, entry.is_part] for entry in made.entries]
    db.session.flush()
    if old:
        delete_file(old)
    return True


def _is_older(source: MadeFrom, row: PaperPack) -> bool:
    if row.file_id is None or row.version_id is None:
        return False
    if row.version_id == source.version_id:
        return source.delay_revision < row.delay_revision
    mine = db.session.get_one(ScheduleVersion, source.version_id)
    kept = db.session.get_one(ScheduleVersion, row.version_id)
    return bool(mine.published_at and kept.published_at and mine.published_at < kept.published_at)


def forget_person(_actor: Actor, person: PersonRef) -> None:
    """Delete the packs that name a person, and whom papers were handed to; that they were printed stays countable."""
    people = db.session.execute(
        sa.select(Delegate.code, Participation.event_id)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(Delegate.id.in_(person.delegate_ids))
    ).all()
    forget_packs({event_id for _code, event_id in people})
    keys = [f"agenda:{code}" for code, _event_id in people]
    db.session.execute(sa.update(PaperMark).where(PaperMark.paper.in_(keys)).values(handed_to=""))


def forget_packs(event_ids: Iterable[int]) -> None:
    """Delete the kept PDFs of these events."""
    wanted = sa.select(StoredFile).where(StoredFile.purpose == PURPOSE, StoredFile.event_id.in_(list(event_ids)))
    files = db.session.scalars(wanted).all()
    gone = [stored.id for stored in files]
    db.session.execute(sa.update(PaperPack).where(PaperPack.file_id.in_(gone)).values(file_id=None, contents=[]))
    for stored in files:
        delete_file(stored)


def forget_event(_actor: Actor, event_id: int) -> None:
    """Delete the kept PDF of an event that is deleted."""
    forget_packs([event_id])
