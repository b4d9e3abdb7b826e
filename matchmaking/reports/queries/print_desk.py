"""Every paper of an event with where it stands: waits, printed, handed over, or changed since it was printed."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.attendance.queries.attendance_list import attendance_rows, list_days
from matchmaking.clock import today
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentState, EventKind
from matchmaking.commitments.queries.blank_forms import blank_forms
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.reports.models import PaperMark, PaperPack
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.agendas import table_agendas
from matchmaking.scheduling.queries.hand_outs import hall_days, person_agendas
from matchmaking.scheduling.queries.times import delay_revision
from matchmaking.scheduling.queries.versions import published_version


class Group(StrEnum):
    """Kinds of papers, in the order in which they are handed out."""

    PACK = "pack"
    AGENDAS = "agendas"
    TABLES = "tables"
    ATTENDANCE = "attendance"
    FORMS = "forms"
    GRID = "grid"
    INK = "ink"


class PaperState(StrEnum):
    """Where a paper stands."""

    WAITING = "waiting"
    CHANGED = "changed"
    PRINTED = "printed"
    HANDED = "handed"


@dataclass(frozen=True)
class DeskPaper:
    """A paper as it reads now. ``is_changed``: another edition of it was printed before, this one not."""

    group: Group
    key: str
    edition: str
    title: str
    detail: str = ""
    printed_at: datetime | None = None
    printed_by: str = ""
    handed_at: datetime | None = None
    handed_by: str = ""
    handed_to: str = ""
    is_changed: bool = False
    day: date | None = None

    @property
    def state(self) -> PaperState:
        """Return where this edition stands."""
        if self.handed_at:
            return PaperState.HANDED
        if self.printed_at:
            return PaperState.PRINTED
        return PaperState.CHANGED if self.is_changed else PaperState.WAITING

    @property
    def reference(self) -> str:
        """Return what a form sends back: which paper, in which edition."""
        return f"{self.key}~{self.edition}"


@dataclass(frozen=True)
class Pack:
    """The pack as it was made last; ``is_outdated`` where the schedule was announced anew or delayed since."""

    file_id: int | None
    pages: int
    made_at: datetime | None
    made_by: str
    version: int | None
    renews: bool
    is_outdated: bool
    job_id: int | None


def pack_of(event_id: int) -> Pack | None:
    """Return the event's pack, ``None`` before anybody asked for one."""
    row = db.session.get(PaperPack, event_id, populate_existing=True)
    if row is None:
        return None
    version, published = _version(row.version_id), published_version(event_id)
    same = published is not None and published.id == row.version_id
    outdated = row.file_id is not None and not (same and row.delay_revision == delay_revision(event_id))
    name = db.session.scalar(sa.select(User.name).where(User.id == row.made_by)) if row.made_by else None
    number = version.number if version else None
    return Pack(row.file_id, row.pages, row.made_at, name or "", number, row.renews, outdated, row.job_id)


def _version(version_id: int | None) -> ScheduleVersion | None:
    return db.session.get(ScheduleVersion, version_id) if version_id else None


def desk_papers(event_id: int) -> list[DeskPaper]:
    """Return all papers there are now, each with its marks; a fixed number of statements."""
    return _marked(event_id, [*_schedule_papers(event_id), *_attendance(event_id), *_forms(event_id), *_ink(event_id)])


def _schedule_papers(event_id: int) -> Iterator[DeskPaper]:
    pack = db.session.get(PaperPack, event_id, populate_existing=True)
    if pack and pack.file_id and pack.made_at:
        yield DeskPaper(Group.PACK, "pack", _edition([pack.file_id, pack.made_at]), "", str(pack.pages))
    version = published_version(event_id)
    if version is None:
        return
    for person in person_agendas(version):
        met = [(item.starts_at, item.ends_at, item.title, item.table) for item in person.agenda.meetings]
        yield DeskPaper(Group.AGENDAS, f"agenda:{person.code}", _edition(met), person.name, person.organization)
    for number, table in enumerate(table_agendas(version), start=1):
        met = [(item.starts_at, item.ends_at, item.title, item.table) for item in table.meetings]
        if met:
            yield DeskPaper(Group.TABLES, f"table:{table.id}", _edition([table.name, *met]), table.name, str(number))
    yield DeskPaper(Group.GRID, "grid", _edition(hall_days(version)), "")


def _attendance(event_id: int) -> Iterator[DeskPaper]:
    event = db.session.get_one(Event, event_id)
    for day in list_days(event, today(event.timezone)):
        rows = [(row.name, row.office, row.organization) for row in attendance_rows(event_id, day)]
        if rows:
            yield DeskPaper(
                Group.ATTENDANCE, f"attendance:{day.isoformat()}", _edition(rows), "", str(len(rows)), day=day
            )


def _forms(event_id: int) -> Iterator[DeskPaper]:
    numbers = open_forms(event_id)
    if numbers:
        yield DeskPaper(Group.FORMS, "forms", _edition(numbers), f"{numbers[0]} – {numbers[-1]}", str(len(numbers)))


def open_forms(event_id: int) -> list[str]:
    """Return the numbers of the blank forms that are neither typed in nor spoiled."""
    return [row.form.number for row in blank_forms(event_id) if row.is_open]


def _ink(event_id: int) -> Iterator[DeskPaper]:
    """Commitments that both agreed on and somebody has still to sign; printing for ink is noted by its own page."""
    rows = db.session.execute(
        sa.select(Commitment, CommitmentEvent, User.name)
        .outerjoin(
            CommitmentEvent,
            sa.and_(CommitmentEvent.commitment_id == Commitment.id, CommitmentEvent.kind == EventKind.INK_PRINTED),
        )
        .outerjoin(User, User.id == CommitmentEvent.user_id)
        .where(Commitment.event_id == event_id, Commitment.state == CommitmentState.AGREED)
        .order_by(Commitment.number, CommitmentEvent.id)
    )
    found: dict[str, DeskPaper] = {}
    for commitment, printed, name in rows:
        edition = (commitment.content_hash or "")[:16]
        found[commitment.code] = DeskPaper(
            Group.INK, f"ink:{commitment.code}", edition, commitment.number or "", commitment.code,
            printed.at if printed else None, name or "",
        )  # fmt: skip
    yield from found.values()


def _edition(content: Iterable[object]) -> str:
    """Name what stands on a paper: the same words give the same edition, others another."""
    return hashlib.sha256(repr(list(content)).encode()).hexdigest()[:20]


def _marked(event_id: int, papers: list[DeskPaper]) -> list[DeskPaper]:
    printer, hander = sa.orm.aliased(User), sa.orm.aliased(User)
    rows = db.session.execute(
        sa.select(PaperMark, printer.name, hander.name)
        .outerjoin(printer, printer.id == PaperMark.printed_by)
        .outerjoin(hander, hander.id == PaperMark.handed_by)
        .where(PaperMark.event_id == event_id)
        .execution_options(populate_existing=True)
    ).all()
    marks = {(mark.paper, mark.edition): (mark, by, to) for mark, by, to in rows}
    printed: defaultdict[str, set[str]] = defaultdict(set)
    for mark, _by, _to in rows:
        if mark.printed_at:
            printed[mark.paper].add(mark.edition)
    found = []
    for paper in papers:
        is_changed = bool(printed[paper.key]) and paper.edition not in printed[paper.key]
        shown = replace(paper, is_changed=is_changed)
        if known := marks.get((paper.key, paper.edition)):
            mark, by, hand = known
            shown = replace(
                shown,
                printed_at=mark.printed_at or paper.printed_at,
                printed_by=(by or "") if mark.printed_at else paper.printed_by,
                handed_at=mark.handed_at,
                handed_by=hand or "",
                handed_to=mark.handed_to,
            )
        found.append(shown)
    return found
