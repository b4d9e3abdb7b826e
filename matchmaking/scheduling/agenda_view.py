"""An agenda as the ``agenda`` macro shows it, and the meeting that comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from matchmaking import clock
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, show_date, show_time
from matchmaking.scheduling.queries.agendas import Agenda, AgendaItem

#: A countdown in minutes is shown when the meeting is this near.
SOON_MINUTES = 120


def agenda_days(
    agenda: Agenda, zone: str, now: datetime, *, meetings_only: bool = False
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return each day's title with its entries."""
    items = agenda.meetings if meetings_only else agenda.items
    return [
        (show_date(day, weekday=True), [_entry(item, zone, now) for item in group])
        for day, group in groupby(items, key=lambda item: clock.in_zone(item.starts_at, zone).date())
    ]


def _entry(item: AgendaItem, zone: str, now: datetime) -> dict[str, Any]:
    titles = {"free": _("Free"), "away": _("Not there")}
    state = {"meeting": "meeting", "break": "break"}.get(item.kind, "free")
    if item.kind == "meeting" and item.starts_at <= now < item.ends_at:
        state = "now"
    elif item.ends_at <= now:
        state = "past"
    return {
        "start": show_time(item.starts_at, zone),
        "end": show_time(item.ends_at, zone, with_zone=True),
        "title": item.title or titles.get(item.kind, ""),
        "place": _place(item),
        "detail": item.detail,
        "state": state,
        "signal": _late_signal(item),
    }


def _late_signal(item: AgendaItem) -> tuple[str, str, str] | None:
    if not item.late_minutes:
        return None
    words = ngettext("%(num)s minute later", "%(num)s minutes later", item.late_minutes)
    return ("warning", words, "clock")


def _place(item: AgendaItem) -> str:
    if not item.table:
        return ""
    table = _("Table %(name)s", name=item.table)
    return f"{table} · {item.zone_name}" if item.zone_name else table


def next_meeting(agendas: Sequence[Agenda], zone: str, now: datetime) -> dict[str, str] | None:
    """Return the card of the meeting that runs or comes next."""
    coming = [item for agenda in agendas for item in agenda.meetings if item.ends_at > now]
    if not coming:
        return None
    item = min(coming, key=lambda it: it.starts_at)
    minutes = int((item.starts_at - now).total_seconds() // 60)
    if minutes < 0:
        soon = _("now")
    elif minutes <= SOON_MINUTES:
        soon = ngettext("in %(num)s minute", "in %(num)s minutes", minutes)
    else:
        soon = show_date(clock.in_zone(item.starts_at, zone).date())
    return {
        "time": show_time(item.starts_at, zone),
        "zone": clock.zone_name(item.starts_at, zone),
        "place": _place(item),
        "with_whom": item.title,
        "soon": soon,
    }
