"""From badges to paper: the words and colours that the pure renderer needs. Badges speak Indonesian, whoever prints them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.queries.badges import PrintRow
from matchmaking.catalogue.queries.categories import category_names
from matchmaking.config import ROOT
from matchmaking.documents.badges import BadgeFace, BadgePaper, render_badges
from matchmaking.documents.layout import LAYOUTS
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.labels import SIDE_LABELS

FONTS = ROOT / "static" / "dist" / "fonts"
USUAL_LAYOUT = "a4-4"
#: The categories' colours on white paper, those of the pages' light theme.
CATEGORY_COLOURS = {
    "tapis": "#b636b0",
    "souvenir": "#16306b",
    "seminar-kit": "#0b8a80",
    "agri-machinery": "#a67c12",
    "processed-food": "#6b2a12",
}
OTHER_CATEGORY = "#5f524c"
LAYOUT_LABELS = {
    "a4-4": _l("A4, four badges of A6 with crop marks"),
    "a4-8": _l("A4, eight badges of 90 × 55 mm with crop marks"),
    "a6": _l("A6, one badge a page"),
}


def layout_choices() -> list[tuple[str, str]]:
    """Return (name, words) of each layout, the usual one first."""
    return [(name, str(LAYOUT_LABELS[name])) for name in LAYOUTS]


def badge_faces(rows: Sequence[PrintRow], event_name: str) -> list[BadgeFace]:
    """Return what stands on the badges; reads the categories' names."""
    with force_locale("id"):
        names = category_names()
        return [_face(row, event_name, names) for row in rows]


def _face(row: PrintRow, event_name: str, categories: dict[str, str]) -> BadgeFace:
    category = None
    if row.category_id:
        category = (categories.get(row.category_id, ""), CATEGORY_COLOURS.get(row.category_id, OTHER_CATEGORY))
    table = _("Table %(name)s", name=row.table) if row.table else ""
    team = _("Team %(name)s", name=row.team) if row.team.isdigit() else row.team
    return BadgeFace(
        event=event_name,
        organization=row.organization,
        name=row.name,
        office=row.office,
        side=row.side.value,
        side_word=str(SIDE_LABELS[row.side]),
        code=row.code,
        short_code=show_short_code(row.short_code),
        category=category,
        place=" · ".join(part for part in (table, team) if part),
    )


def badges_pdf(
    faces: Sequence[BadgeFace], layout: str, title: str, on_badge: Callable[[int], None] | None = None
) -> bytes:
    """Return the badges as one PDF; the same badges give the same bytes."""
    return render_badges(faces, LAYOUTS[layout], BadgePaper(FONTS, title), on_badge)
