"""The attendance list: who came when and how; on A4 for signatures, as a spreadsheet, ticked from paper."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.accounts.services.access_log import note_access
from matchmaking.attendance.door_words import METHODS
from matchmaking.attendance.list_papers import SPARE_ROWS, attendees, list_paper, list_words
from matchmaking.attendance.models import ScanMethod
from matchmaking.attendance.queries.attendance_list import (
    ListRow,
    Wanted,
    attendance_page,
    attendance_rows,
    list_days,
)
from matchmaking.attendance.queries.presence import door_counts
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.services.paper_list import tick_present, untick_present
from matchmaking.documents.attendance_list import render_attendance_list
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date, show_moment
from matchmaking.permissions import requires
from matchmaking.registration.labels import SIDE_LABELS, SIDES_LABELS, choices
from matchmaking.sheets import XLSX_TYPE, Column, Sheet, to_xlsx
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number


@attendance.get("/manage/<event_code>/attendance")
@requires("attendance.read")
def attendance_list() -> str:
    """List who came when, by which way, by organisation; filters and days."""
    event, wanted = _event(), _wanted()
    day = _day(event)
    return render_template(
        "attendance/attendance_list.html",
        page=attendance_page(event.id, day, wanted, page_number()),
        counts=door_counts(event.id, day),
        days=[(one.isoformat(), show_date(one, weekday=True)) for one in list_days(event, _today(event))],
        day=day,
        wanted=wanted,
        methods=METHODS,
        side_labels=SIDE_LABELS,
        sides=choices(SIDES_LABELS),
        tabs_of_day=day_tabs(),
        on_paper=not event.has_check_in,
        may_tick=not event.has_check_in and current_actor().is_staff and day <= _today(event),
    )


@attendance.get("/manage/<event_code>/attendance/list.pdf")
@requires("attendance.read")
def attendance_paper() -> Response:
    """Give the list of a day on A4, to be signed in ink; always there, also where check-in is on a screen."""
    event = _event()
    day, wanted = _day(event), Wanted(side=_wanted().side)
    _note_export(event.id)
    content = render_attendance_list(
        attendees(event.id, day, wanted),
        list_words(event, day, wanted.side),
        list_paper(event),
        spare=SPARE_ROWS,
    )
    return _file(content, f"{event.code}-{day.isoformat()}.pdf", "application/pdf")


@attendance.get("/manage/<event_code>/attendance/list.xlsx")
@requires("attendance.read")
def attendance_sheet() -> Response:
    """Give the list as it is filtered as a spreadsheet."""
    event = _event()
    day = _day(event)
    _note_export(event.id)
    content = to_xlsx([_sheet(event, day, attendance_rows(event.id, day, _wanted()))], zone=event.timezone)
    return _file(content, f"{event.code}-{day.isoformat()}.xlsx", XLSX_TYPE)


@attendance.post("/manage/<event_code>/attendance/<delegate_code>/tick")
@requires("check_in.use")
def tick_attendance(delegate_code: str) -> Response:
    """Note from the paper list that the person came, or take that back."""
    event = _event()
    day, is_undo = _day(event), request.form.get("undo") == "yes"
    with transaction():
        if is_undo:
            untick_present(current_actor(), event.id, delegate_code, day)
        else:
            tick_present(current_actor(), event.id, delegate_code, day)
    flash(_("The tick was taken back.") if is_undo else _("Noted: this person came."), "held")
    kept: dict[str, Any] = {
        name: request.args[name] for name in ("side", "state", "q", "page") if request.args.get(name)
    }
    return redirect(url_for(".attendance_list", day=day.isoformat(), **kept), code=303)


def _event() -> Event:
    return db.session.get_one(Event, current_event().id)


def _today(event: Event) -> date:
    return clock.today(event.timezone)


def _day(event: Event) -> date:
    """Return the day of the address when it can be chosen; else today on a day of the event, else its first day."""
    days, today = list_days(event, _today(event)), _today(event)
    chosen = request.values.get("day", "")
    return next((day for day in days if day.isoformat() == chosen), today if today in days else days[0])


def _wanted() -> Wanted:
    return Wanted(request.args.get("side", ""), request.args.get("state", ""), request.args.get("q", "")[:100])


def _note_export(event_id: int) -> None:
    with transaction():
        note_access(current_actor(), "list.exported", ("event", event_id))


def _sheet(event: Event, day: date, rows: list[ListRow]) -> Sheet:
    columns = (
        Column(_("No."), "whole"), Column(_("Name")), Column(_("Organisation"), width=36), Column(_("Side")),
        Column(_("Office or position")), Column(_("Came at"), "moment"), Column(_("How")), Column(_("Remark")),
    )  # fmt: skip
    counts = door_counts(event.id, day)
    notes = (
        f"{event.name} · {show_date(day, weekday=True)}",
        _("%(inside)s people came, %(missing)s did not; people are counted, not scans.",
          inside=counts.inside, missing=counts.not_arrived),
        _("As of %(time)s", time=show_moment(clock.now(), event.timezone)),
    )  # fmt: skip
    return Sheet(_("Attendance list"), columns, [_sheet_row(n, row) for n, row in enumerate(rows, start=1)], notes)


def _sheet_row(number: int, row: ListRow) -> tuple[Any, ...]:
    return (
        number, row.name, row.organization, str(SIDE_LABELS[row.side]), row.office,
        row.arrived_at if row.method is not ScanMethod.PAPER else None,
        str(METHODS[row.method]) if row.method else "",
        _("left, a substitute came") if row.is_replaced else "",
    )  # fmt: skip


def _file(content: bytes, name: str, media_type: str) -> Response:
    is_sheet = media_type == XLSX_TYPE
    response = send_file(io.BytesIO(content), mimetype=media_type, download_name=name, as_attachment=is_sheet)
    response.headers["Cache-Control"] = "private, no-store"
    return response
