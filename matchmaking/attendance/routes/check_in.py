"""The door: one screen for camera, USB scanner, typed code and name; each scan is answered big."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.actor import ActorKind
from matchmaking.attendance.door_words import sign_of
from matchmaking.attendance.forms.check_in import LONGEST_TEXT, ScanForm
from matchmaking.attendance.models import ScanMethod
from matchmaking.attendance.queries.badges import PrintState, has_badges
from matchmaking.attendance.queries.door import (
    Found,
    ScanAnswer,
    answer_by_key,
    find_people,
    is_name,
    last_scans,
)
from matchmaking.attendance.queries.presence import door_counts
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.services.scans import RecordScan, record_scan, undo_scan
from matchmaking.codes import new_code
from matchmaking.events.models import Event
from matchmaking.events.services.devices import note_seen
from matchmaking.extensions import db
from matchmaking.permissions import is_allowed, requires
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.errors import wants_json
from matchmaking.web.navigation import optional_url
from matchmaking.web.security import allow_webassembly

KEY_LENGTH = 20


@attendance.get("/check-in/<event_code>")
@requires("check_in.use")
def check_in() -> Response | str:
    """Show the door; ``scan`` in the address is the random key of the scan to show."""
    event = db.session.get_one(Event, current_event().id)
    if not event.has_check_in:
        return render_template("attendance/check_in_off.html", list_url=_list_url(), tabs_of_day=_tabs())
    actor = current_actor()
    if actor.kind is ActorKind.DEVICE:
        with transaction():
            note_seen(actor.reference or 0)
    answer = answer_by_key(current_event().id, request.args.get("scan", "")[:40])
    return _page(answer=answer)


@attendance.post("/check-in/<event_code>/scan")
@requires("check_in.use")
def scan() -> Response | str:
    """Take one scan: a code, or the person chosen from the list. What is typed and is no code is looked up as a name."""
    form = ScanForm()
    text = (form.text.data or "")[:LONGEST_TEXT]
    method = ScanMethod(form.method.data) if form.validate() else ScanMethod.TYPED
    delegate_code = (form.delegate.data or "")[:16]
    event_id = current_event().id
    if not delegate_code and method is ScanMethod.TYPED and is_name(event_id, _today(), text):
        return _found_answer(text)
    with transaction():
        answer = record_scan(
            current_actor(),
            RecordScan(
                event_id,
                form.scan_key.data or "",
                text,
                delegate_code,
                ScanMethod.NAME if delegate_code else method,
                _moment(form.age.data),
            ),
        )
    return _answered(answer)


@attendance.post("/check-in/<event_code>/undo")
@requires("check_in.use")
def undo_check_in() -> Response:
    """Take a wrong check-in back."""
    with transaction():
        answer = undo_scan(current_actor(), current_event().id, request.form.get("scan_key", "")[:40])
    return _answered(answer)


@attendance.post("/check-in/<event_code>/people")
@requires("check_in.use")
def find_at_door() -> str:
    """Answer with the people whose name or organisation has the words typed; sent as a form, so that no log keeps names."""
    words = request.form.get("text", "")[:100]
    return render_template("attendance/_check_in_found.html", words=words, **_search(words))


@attendance.get("/check-in/<event_code>/state")
@requires("check_in.use")
def door_state() -> Response:
    """Say how many are inside, and give a page that stays open all day a fresh form token."""
    return jsonify(counts=asdict(door_counts(current_event().id, _today())), csrf=generate_csrf())


def _page(*, answer: ScanAnswer | None = None, words: str = "", status: int = 200) -> Response:
    event = db.session.get_one(Event, current_event().id)
    today = _today()
    response = make_response(
        render_template(
            "attendance/check_in.html",
            counts=door_counts(event.id, today),
            scan_key=new_code(KEY_LENGTH),
            words=words,
            tabs_of_day=_tabs(),
            starts_on=event.starts_on,
            is_event_day=event.starts_on <= today <= event.ends_on,
            **_shown(answer),
            **_recent(),
            **_search(words),
        ),
        status,
    )
    return allow_webassembly(response)


def _answered(answer: ScanAnswer) -> Response:
    if not wants_json():
        return redirect(url_for(".check_in", scan=answer.scan_key), code=303)
    html = render_template("attendance/_check_in_answer.html", **_shown(answer))
    return jsonify(
        scan_key=answer.scan_key,
        outcome="undone" if answer.is_undone else answer.outcome.value,
        html=html,
        recent=render_template("attendance/_check_in_recent.html", **_recent()),
        counts=asdict(door_counts(current_event().id, _today())),
    )


def _found_answer(words: str) -> Response:
    if not wants_json():
        return _page(words=words)
    html = render_template("attendance/_check_in_found.html", words=words, **_search(words))
    return jsonify(outcome="search", html=html)


def _shown(answer: ScanAnswer | None) -> dict[str, Any]:
    sign = sign_of(answer, current_event().timezone) if answer else None
    person = answer.person if answer else None
    return {
        "answer": answer,
        "sign": sign,
        "substitute_url": url_for(".substitute", delegate_code=person.delegate_code) if person else None,
        "badge_url": _badge_url(answer),
    }


def _badge_url(answer: ScanAnswer | None) -> str | None:
    """Lead staff to the badges that wait to be printed, such as a substitute's; a scanner prints none."""
    if answer is None or not is_allowed(current_actor(), "badge.manage") or not has_badges(current_event().id):
        return None
    return url_for(".badges", state=PrintState.UNPRINTED.value)


def _recent() -> dict[str, Any]:
    actor = current_actor()
    device_id = actor.reference if actor.kind is ActorKind.DEVICE else None
    return {"recent": last_scans(current_event().id, _today(), (actor.user_id, device_id))}


def _search(words: str) -> dict[str, Any]:
    found: list[Found] = find_people(current_event().id, _today(), words)
    return {"found": found, "keys": [new_code(KEY_LENGTH) for _person in found], "walk_in_url": _walk_in_url()}


def _today() -> Any:
    return clock.today(current_event().timezone)


def _moment(age: str | None) -> datetime | None:
    """Return when it was read: the device says how long ago, so that a wrong clock does no harm."""
    milliseconds = read_row_number(age)
    return clock.now() - timedelta(milliseconds=milliseconds) if milliseconds else None


def _tabs() -> Any:
    return day_tabs() if current_actor().user_id else []


def _list_url() -> str | None:
    return optional_url("attendance.attendance_list") if current_actor().user_id else None


def _walk_in_url() -> str | None:
    return optional_url("attendance.walk_in") if current_actor().user_id else None
