"""All papers of an event in one PDF, in the order in which they are handed out, behind a page that says what lies where."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

from matchmaking.documents import hall_grid
from matchmaking.documents.agenda import GREY, LINE, MARGIN, Paper, Sheet, letterhead_flowables, sheet_flowables
from matchmaking.documents.attendance_list import Attendee, ListWords, list_flowables
from matchmaking.documents.blank_form import BlankForms, form_flowables
from matchmaking.documents.fonts import Typeface, typeface
from matchmaking.documents.hall_grid import GridDay, GridFlowable, foot_of, grid_pages


@dataclass(frozen=True)
class AttendanceDay:
    """The list of one day, with its words and empty rows at its end."""

    people: tuple[Attendee, ...]
    words: ListWords
    spare: int


@dataclass(frozen=True)
class PackWords:
    """Headings in the reader's language. ``pages`` has %(first)s and %(last)s, ``page`` %(page)s and %(pages)s."""

    heading: str
    lines: tuple[str, ...]
    columns: tuple[str, str, str, str]  # what, how many, pages, handed over
    agendas: str
    tables: str
    attendance: str
    forms: str
    grid: str
    corner: str
    pages: str
    page: str


@dataclass(frozen=True)
class Pack:
    """What is printed. ``agendas``: organisation and its people's sheets, in the order of handing out."""

    words: PackWords
    paper: Paper
    agendas: tuple[tuple[str, tuple[Sheet, ...]], ...] = ()
    tables: tuple[Sheet, ...] = ()
    attendance: tuple[AttendanceDay, ...] = ()
    forms: BlankForms | None = None
    grid: tuple[GridDay, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A line of the contents: how many papers, on which pages; ``is_part`` for an organisation below its heading."""

    title: str
    count: int
    first: int
    last: int
    is_part: bool = False


@dataclass(frozen=True)
class PackFile:
    """The PDF, how many pages it has, and what lies where."""

    content: bytes
    pages: int
    entries: tuple[Entry, ...]


@dataclass
class _Seen:
    """On which page each part began, as the layout went."""

    starts: list[int] = field(default_factory=list)
    pages: int = 0


class _Mark(Flowable):
    """Takes no room and notes the page it comes to lie on."""

    def __init__(self, seen: _Seen) -> None:
        super().__init__()
        self.seen = seen

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        """Return no size."""
        return 0, 0

    def draw(self) -> None:
        """Note the page."""
        self.seen.starts.append(self.canv.getPageNumber())


Part = tuple[str, int, bool, str, list[Flowable]]  # title, count, is_part, template, what is printed


def render_pack(pack: Pack, on_page: Callable[[int], None] | None = None) -> PackFile:
    """Return the pack, the same bytes for the same data. Laid out twice: the contents name pages that come later.

    Args:
        pack: what to print.
        on_page: called with the number of pages laid out so far in both rounds; raising in it ends the work.
    """
    face = typeface(pack.paper.fonts)
    draft, seen = _built(pack, face, (), 0, 0, on_page)
    del draft
    entries = _entries(_parts(pack, face), seen)
    content, seen = _built(pack, face, entries, seen.pages, seen.pages, on_page)
    return PackFile(content, seen.pages, entries)


def render_grid(pack: Pack) -> bytes:
    """Return the grid alone, for a printer that takes A3."""
    face = typeface(pack.paper.fonts)
    alone = Pack(pack.words, pack.paper, grid=pack.grid)
    story = [flowable for _t, _c, _p, _k, found in _parts(alone, face) for flowable in [*found, PageBreak()]][:-1]
    out = io.BytesIO()
    document = _document(out, alone, face, len(story) // 2 + 1, None)
    document.build([NextPageTemplate("grid"), *story])
    return out.getvalue()


def _entries(parts: Sequence[Part], seen: _Seen) -> tuple[Entry, ...]:
    ends = [*[start - 1 for start in seen.starts[1:]], seen.pages]
    found = []
    for number, (title, count, is_part, _template, story) in enumerate(parts):
        last = ends[number]
        if not story:  # a heading over parts ends with the last of them
            last = max([ends[n] for n in range(number + 1, len(parts)) if parts[n][2]], default=last)
        found.append(Entry(title, count, seen.starts[number], last, is_part))
    return tuple(found)


def _parts(pack: Pack, face: Typeface) -> list[Part]:
    words = pack.words
    found: list[Part] = []
    if pack.agendas:
        found.append((words.agendas, sum(len(sheets) for _n, sheets in pack.agendas), False, "sheet", []))
        found += [(name, len(sheets), True, "sheet", _sheets(sheets, pack, face)) for name, sheets in pack.agendas]
    if pack.tables:
        found.append((words.tables, len(pack.tables), False, "sheet", _sheets(pack.tables, pack, face)))
    for day in pack.attendance:
        story = list_flowables(day.people, day.words, pack.paper, face, day.spare)
        title = " · ".join((words.attendance, day.words.lines[1])) if len(day.words.lines) > 1 else words.attendance
        found.append((title, len(day.people), False, "sheet", story))
    if pack.forms and pack.forms.numbers:
        forms = [form_flowables(pack.forms, number, face) for number in pack.forms.numbers]
        found.append((words.forms, len(forms), False, "form", _broken(forms)))
    if pages := grid_pages(pack.grid, words.corner):
        found.append(
            (words.grid, len(pages), False, "grid", _broken([[GridFlowable(p, words.corner, face)] for p in pages]))
        )
    return found


def _sheets(sheets: Iterable[Sheet], pack: Pack, face: Typeface) -> list[Flowable]:
    return _broken([sheet_flowables(sheet, pack.paper, face) for sheet in sheets])


def _broken(stories: Sequence[list[Flowable]]) -> list[Flowable]:
    """Join stories, each beginning on a page of its own."""
    return [flowable for n, story in enumerate(stories) for flowable in ([PageBreak(), *story] if n else story)]


def _built(
    pack: Pack, face: Typeface, entries: tuple[Entry, ...], pages: int, done: int, on_page: Callable[[int], None] | None
) -> tuple[bytes, _Seen]:
    seen, parts, out = _Seen(), _parts(pack, face), io.BytesIO()
    shown = entries or tuple(Entry(title, count, 999, 999, is_part) for title, count, is_part, _t, _s in parts)
    story = _contents(pack, shown, face)
    for _title, _count, _is_part, template, body in parts:
        if body:
            story += [NextPageTemplate(template), PageBreak(), *_late(story, seen), _Mark(seen), *body]
        else:
            story.append(_Pending())
    document = _document(out, pack, face, pages, on_page and (lambda page: on_page(done + page)))
    document.build([f for f in story if not isinstance(f, _Pending)])
    seen.pages = document.page
    return out.getvalue(), seen


class _Pending(Flowable):
    """A heading over parts: it begins where the first of them begins."""


def _late(story: list[Flowable], seen: _Seen) -> list[Flowable]:
    return [_Mark(seen)] if story and isinstance(story[-1], _Pending) else []


def _document(
    out: io.BytesIO, pack: Pack, face: Typeface, pages: int, on_page: Callable[[int], None] | None
) -> BaseDocTemplate:
    document = BaseDocTemplate(out, pagesize=A4, title=pack.paper.title, author=pack.paper.letterhead.name, invariant=1)

    def template(name: str, size: tuple[float, float], sides: float, top: float, bottom: float) -> PageTemplate:
        def foot(canvas: Canvas, _document: BaseDocTemplate) -> None:
            page = canvas.getPageNumber()
            right = pack.words.page % {"page": page, "pages": pages}
            foot_of(canvas, face, pack.paper.title, right, size[0])
            if on_page:
                on_page(page)

        frame = Frame(sides, bottom, size[0] - 2 * sides, size[1] - top - bottom, 0, 0, 0, 0)
        return PageTemplate(name, [frame], onPage=foot, pagesize=size)

    grid = hall_grid.MARGIN
    document.addPageTemplates([
        template("sheet", A4, MARGIN, 14 * mm, 18 * mm),
        template("form", A4, MARGIN, 11 * mm, 11 * mm),
        template("grid", hall_grid.PAGE, grid, grid, grid + 4 * mm),
    ])  # fmt: skip
    return document


def _contents(pack: Pack, entries: Sequence[Entry], face: Typeface) -> list[Flowable]:
    words = pack.words
    head, strong, plain = _style(face.bold, 9), _style(face.bold, 10), _style(face.regular, 9)
    rows: list[list[Any]] = [[Paragraph(escape(word), head) for word in words.columns]]
    for entry in entries:
        style = plain if entry.is_part else strong
        span = (
            words.pages % {"first": entry.first, "last": entry.last} if entry.last > entry.first else str(entry.first)
        )
        title = ParagraphStyle("part", parent=style, leftIndent=5 * mm) if entry.is_part else style
        rows.append(
            [
                Paragraph(escape(entry.title), title),
                *(Paragraph(escape(w), style) for w in (str(entry.count), span)),
                "",
            ]
        )
    width = A4[0] - 2 * MARGIN
    table = Table(rows, colWidths=[width - 78 * mm, 18 * mm, 24 * mm, 36 * mm], repeatRows=1)
    table.setStyle(
        TableStyle([
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 2.5), ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
        ])
    )  # fmt: skip
    return [
        *letterhead_flowables(pack.paper.letterhead, face),
        Paragraph(escape(words.heading), _style(face.bold, 16, after=3)),
        *(Paragraph(escape(line), _style(face.regular, 9.5, GREY)) for line in words.lines),
        Spacer(1, 8),
        table,
    ]


def _style(font: str, size: float, color: Any = None, *, after: float = 0) -> ParagraphStyle:
    values = {"textColor": color} if color is not None else {}
    return ParagraphStyle(
        f"pack-{font}-{size}", fontName=font, fontSize=size, leading=size * 1.28, spaceAfter=after, **values
    )
