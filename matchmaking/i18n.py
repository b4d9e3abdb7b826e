"""Languages and formats: Indonesian first, English second; times in the event's zone, with its name."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

from flask import g, has_request_context, request
from flask_babel import force_locale, get_locale, gettext, lazy_gettext, ngettext
from flask_babel import format_date as babel_date

from matchmaking import clock

LOCALES = ("id", "en")
LOCALE_COOKIE = "language"

__all__ = ["LOCALES", "force_locale", "gettext", "lazy_gettext", "ngettext"]


def translation_folders(package: Path) -> list[str]:
    """Return every catalogue folder: one of the shared words, one a feature (flask-babel merges them)."""
    return sorted(str(folder) for folder in package.glob("**/translations") if folder.is_dir())


def select_locale() -> str:
    """Choose the language: the person's own choice (cookie, then account), else Indonesian."""
    if not has_request_context():
        return LOCALES[0]
    chosen = request.cookies.get(LOCALE_COOKIE) or getattr(g, "preferred_locale", None)
    return chosen if chosen in LOCALES else LOCALES[0]


def show_date(day: date, *, weekday: bool = False) -> str:
    """Return ``11 Mei 2023`` or ``Kamis, 11 Mei 2023`` in the reader's language."""
    return babel_date(day, "EEEE, d MMMM y" if weekday else "d MMMM y", rebase=False)


def show_time(moment: datetime | time, zone: str = clock.DEFAULT_ZONE, *, with_zone: bool = False) -> str:
    """Return ``10.40`` in Indonesian, ``10:40`` in English; with the zone's name (``WIB``) when asked."""
    separator = "." if str(get_locale() or "id") == "id" else ":"
    if isinstance(moment, time):
        return moment.strftime(f"%H{separator}%M")
    local = clock.in_zone(moment, zone)
    text = local.strftime(f"%H{separator}%M")
    return f"{text} {clock.zone_name(moment, zone)}" if with_zone else text


def show_moment(moment: datetime, zone: str = clock.DEFAULT_ZONE) -> str:
    """Return date and time with the zone's name: ``11 Mei 2023, 10.40 WIB``."""
    return f"{show_date(clock.in_zone(moment, zone).date())}, {show_time(moment, zone, with_zone=True)}"
