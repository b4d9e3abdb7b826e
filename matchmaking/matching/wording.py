"""Codes of reasons put into sentences of the reader's language."""

from __future__ import annotations

from matchmaking.i18n import gettext as _
from matchmaking.matching.models import WishStrength
from matchmaking.matching.weights import Point


def strength_word(strength: WishStrength | None) -> str:
    """Return *Sangat ingin*, *Ingin*, *Tidak* or a dash."""
    words = {
        WishStrength.MUST: _("Want very much"),
        WishStrength.WANT: _("Want"),
        WishStrength.NO: _("No"),
        None: "–",
    }
    return words[strength]


def point_sentence(point: Point, category_names: dict[str, str]) -> str:
    """Return why the point was given."""
    about = category_names.get(point.about, point.about)
    sentences = {
        "mutual_must_must": _("Both want very much to meet."),
        "mutual_must_want": _("The exhibitor wants very much to meet, and the buyer wants to."),
        "mutual_want_must": _("The buyer wants very much to meet, and the exhibitor wants to."),
        "mutual_want_want": _("Both want to meet."),
        "exhibitor_must": _("The exhibitor wants very much to meet."),
        "exhibitor_want": _("The exhibitor wants to meet."),
        "buyer_must": _("The buyer wants very much to meet."),
        "buyer_want": _("The buyer wants to meet."),
        "same_category": _("Same category: %(category)s.", category=about),
        "written_need": _("The buyer has a need in this category: %(category)s.", category=about),
        "several_needs": _("The buyer has several such needs."),
        "same_regency": _("Both are from the same regency or city."),
        "minimum": _("No common category; suggested so that the exhibitor reaches its fewest meetings."),
        "staff": _("Placed by the organiser."),
    }
    return sentences[point.reason]
