"""The recap of an event: the overview's figures, the largest commitments and the lines to sign, as page and as paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaking import clock
from matchmaking.documents import recap as paper
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date, show_moment
from matchmaking.money import format_rupiah, format_short
from matchmaking.reports.figures import Bar, Breakdown, Figure, breakdowns, event_figures
from matchmaking.reports.queries.commitments import CommitmentLineRow, largest_commitments
from matchmaking.reports.queries.day import day_facts
from matchmaking.reports.queries.facts import event_facts
from matchmaking.scheduling.papers import FONTS, event_head


@dataclass(frozen=True)
class RecapView:
    """What page and paper share."""

    event: Event
    subtitle: str
    as_of: str
    figures: list[Figure]
    breakdowns: list[Breakdown]
    largest: list[CommitmentLineRow]


def recap_of(event_id: int, today: date) -> RecapView:
    """Return the recap as it is now; the figures are those of the overview."""
    event, facts, day = db.session.get_one(Event, event_id), event_facts(event_id), day_facts(event_id, today)
    return RecapView(
        event=event,
        subtitle=" · ".join(part for part in (_days(event), event.venue) if part),
        as_of=_("As of %(time)s", time=show_moment(clock.now(), event.timezone)),
        figures=event_figures(facts, day),
        breakdowns=[part for part in breakdowns(event_id, day) if part.bars],
        largest=largest_commitments(event_id),
    )


def _days(event: Event) -> str:
    first, last = show_date(event.starts_on, weekday=True), show_date(event.ends_on, weekday=True)
    return first if event.starts_on == event.ends_on else f"{first} – {last}"


def recap_pdf(view: RecapView) -> bytes:
    """Return the recap as PDF."""
    return paper.render_recap(
        paper.Recap(
            name=view.event.name,
            subtitle=view.subtitle,
            as_of=view.as_of,
            rows=tuple(_row(figure) for figure in view.figures),
            largest=_largest(view),
            sections=tuple(_section(part) for part in view.breakdowns),
            signers=(paper.Signer(_("Chair of the committee")), paper.Signer(_("Head of the office"))),
            words=_words(),
            letterhead=event_head(view.event.id, None).letterhead,
            fonts=FONTS,
        )
    )


def _words() -> paper.Words:
    return paper.Words(
        heading=_("Recap of the business matching"),
        figure=_("Figure"),
        number=_("How many"),
        value=_("Value"),
        counted=_("How it is counted"),
        place_and_date=_("…………………………, …………………… 20……"),
        page=_("page %(page)s", page="%(page)s"),
    )


def _row(figure: Figure) -> paper.Row:
    number = None if figure.number is None else number_text(figure)
    value = "" if figure.value is None else format_rupiah(figure.value)
    return paper.Row(figure.label, number, value, figure.counted, figure.note)


def number_text(figure: Figure) -> str:
    """Return ``61`` or ``61 of 73``."""
    if figure.of is None:
        return str(figure.number)
    return _("%(number)s of %(all)s", number=figure.number, all=figure.of)


def _largest(view: RecapView) -> paper.Section:
    rows = tuple(
        (
            f"{row.buyer.legal_name} – {row.exhibitor.legal_name} ({row.commitment.number})",
            format_rupiah(row.commitment.total),
        )
        for row in view.largest
    )
    return paper.Section((_("Largest signed commitments"), _("Value")), rows)


def _section(part: Breakdown) -> paper.Section:
    """Lay a breakdown out in three narrow columns: who came of those approved; for products, how many there are."""
    rows = tuple(
        (bar.label, _count(part, bar), format_short(bar.committed_value) if bar.committed_value else "–")
        for bar in part.bars
    )
    heading = f"{part.came_unit} / {part.unit}" if part.is_came_of else part.unit
    return paper.Section((part.title, heading, _("Value")), rows, part.counted)


def _count(part: Breakdown, bar: Bar) -> str:
    return f"{bar.came} / {bar.number}" if part.is_came_of else str(bar.number)
