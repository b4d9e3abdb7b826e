"""The control page as one part that is drawn again after each tap: what it shows, and how a tap is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.day_view import (
    SlotLink,
    TableRow,
    Timing,
    actions_of,
    outcome_words,
    place_words,
    slot_links,
    state_of,
    summary_of,
    table_rows,
    timing_of,
)
from matchmaking.attendance.forms.delays import SCOPES
from matchmaking.attendance.queries.day import DaySlot, day_meetings, day_slots, day_tables, nearest_slot
from matchmaking.attendance.queries.replanning import open_replans, replan_announced
from matchmaking.attendance.queries.standing_by import hall_of_day, seated_keys, stand_bys
from matchmaking.attendance.replan_models import ReplanState
from matchmaking.attendance.replan_view import what_happened
from matchmaking.attendance.round_view import (
    QUICK_DELAYS,
    DelayLine,
    RoundState,
    delay_lines,
    delay_warnings,
    round_state,
)
from matchmaking.attendance.routes.blueprint import day_tabs
from matchmaking.attendance.stand_by_view import MOST_FREE_TABLES, Offer, offers
from matchmaking.codes import new_code
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.permissions import is_allowed
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.agendas import break_items
from matchmaking.scheduling.queries.times import delay_revision, noted_delays, overlapping_meetings, times_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event


@dataclass(frozen=True)
class Told:
    """What a toast says after a tap; with an address, its button takes the tap back."""

    kind: str
    text: str
    undo_url: str = ""
    undo_fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Shown:
    """The part of the page that follows the clock."""

    slot: DaySlot
    timing: Timing
    links: list[SlotLink]
    rows: list[TableRow]
    wanted_slot: int | None  # chosen by the person; without it the page goes along with the clock
    has_arrivals: bool  # of a day at which nobody was scanned, "not arrived" would say nothing
    round: RoundState
    delays: list[DelayLine]
    warnings: list[str]
    delay_revision: int
    tables: list[tuple[int, str]]
    stand_bys: Mapping[int, list[Offer]]  # by table
    seated: Mapping[int, str]  # the key that takes a meeting's seating back


def wanted_slot(text: str | None) -> int | None:
    """Return the number of the slot that a person chose; ``None``: the page goes along with the clock."""
    return read_row_number(text) or None


def day_page(wanted: int | None, told: Told | None = None) -> str:
    """Return the control page, or over htmx its living part, with a toast after a tap."""
    version = published_version(current_event().id)
    shown = _shown(version, wanted) if version else None
    name = "attendance/_day_live.html" if "HX-Request" in request.headers else "attendance/day.html"
    return render_template(
        name,
        shown=shown,
        version=version,
        day_tab_list=day_tabs(),
        told=told,
        quick_delays=QUICK_DELAYS,
        delay_scopes=[(value.value, label) for value, label in SCOPES.items()],
        open_replans=_open_replans(),
        applied_replan=_applied_replan(version),
        may_steer=is_allowed(current_actor(), "schedule.publish"),
        summary=summary_of(shown.rows) if shown else [],
        now=clock.now(),
        shows_arrivals=bool(shown and shown.has_arrivals),
        **words_for_rows(),
    )


def words_for_rows() -> dict[str, object]:
    """Return what the templates of meetings call to say a row in words."""
    zone = current_event().timezone
    return {
        "may_record": is_allowed(current_actor(), "meeting.record"),
        "has_check_in": db.session.get_one(Event, current_event().id).has_check_in,
        "actions_of": actions_of,
        "state_of": lambda row: state_of(row, zone),
        "place_of": lambda row: place_words(row, zone),
        "outcome_words": outcome_words,
        "new_key": lambda: new_code(20),
    }


def _shown(version: ScheduleVersion, wanted: int | None) -> Shown | None:
    slots, now, zone = day_slots(version), clock.now(), current_event().timezone
    chosen = next((slot for slot in slots if slot.number == wanted), None) or nearest_slot(slots, now)
    if chosen is None:
        return None
    following = next((slot for slot in slots if slot.number == chosen.number + 1), None)
    ids = [slot.id for slot in (chosen, following) if slot]
    has_check_in = db.session.get_one(Event, version.event_id).has_check_in
    meetings = day_meetings(version, zone, ids)
    tables, delays = day_tables(version), noted_delays(version.event_id)
    rows = table_rows(tables, meetings, chosen, following)
    return Shown(
        chosen,
        timing_of(slots, chosen, now, zone),
        slot_links(slots, chosen, now, zone),
        rows,
        wanted if chosen.number == wanted else None,
        has_check_in and any(side.arrived_at for row in meetings for side in (row.exhibitor, row.buyer)),
        round_state(chosen, rows, now, zone),
        delay_lines(delays, zone),
        _warnings(version, slots, zone) if delays else [],
        delay_revision(version.event_id),
        tables,
        _stand_bys(version, chosen, rows, now) if is_allowed(current_actor(), "meeting.record") else {},
        seated_keys(version.event_id, chosen.id),
    )


def _stand_bys(version: ScheduleVersion, slot: DaySlot, rows: list[TableRow], now: datetime) -> dict[int, list[Offer]]:
    """Return who could take the places that nobody holds, tables that were given up first."""
    empty = sorted((row for row in rows if row.is_given_up), key=lambda row: row.now is None)
    if not empty or slot.ends_at <= now:
        return {}
    found = stand_bys(hall_of_day(version), slot.id, [row.id for row in empty], MOST_FREE_TABLES)
    return {table_id: offers(pairs) for table_id, pairs in found.items()}


def _warnings(version: ScheduleVersion, slots: list[DaySlot], zone: str) -> list[str]:
    overlapping = overlapping_meetings(version.id, times_of(version.event_id))
    return delay_warnings(slots, break_items(version.event_id), overlapping, zone)


@dataclass(frozen=True)
class OpenReplan:
    """A re-planning that waits for a decision."""

    code: str
    title: str
    is_ready: bool


def _open_replans() -> list[OpenReplan]:
    event = current_event()
    if not is_allowed(current_actor(), "schedule.publish"):
        return []
    return [
        OpenReplan(row.code, what_happened(row, event.timezone), row.state is ReplanState.READY)
        for row in open_replans(event.id)
    ]


def _applied_replan(version: ScheduleVersion | None) -> OpenReplan | None:
    """Return the re-planning that is announced, with the code of the version before it."""
    if version is None or not is_allowed(current_actor(), "schedule.publish"):
        return None
    row = replan_announced(version)
    if row is None:
        return None
    base = db.session.get_one(ScheduleVersion, row.base_version_id)
    return OpenReplan(base.code, what_happened(row, current_event().timezone), is_ready=True)


def answer_tap(told: Told, anchor: str = "", back: str = "") -> Response:
    """Answer with the part of the page and a toast, or without a script with the page the tap came from.

    ``anchor``: the row to come back to; ``back``: another page that the tap came from.
    """
    wanted = wanted_slot(request.form.get("slot"))
    if "HX-Request" in request.headers:
        return make_response(day_page(wanted, told))
    flash(told.text, told.kind)
    return redirect(back or url_for("attendance.day", slot=wanted, _anchor=anchor or None), code=303)
