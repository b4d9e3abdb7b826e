"""What an enrolled tablet asks for and sends: state, data, numbers, signed records. ``docs/tablet-sync.md`` specifies all of it.

Public, because the tablet's secret decides, whoever is logged in on it, and because one that was shut out still brings home what
was signed on it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Response as FlaskResponse
from flask import jsonify, make_response, request
from flask_babel import force_locale
from flask_wtf.csrf import generate_csrf

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.commitments.queries.tablets import Standing, TabletView, tablet_of_secret
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.taking_in import take_in_sent
from matchmaking.commitments.services.number_blocks import BLOCK_SIZE, HeldBlock, NumbersRequest, hand_out_numbers
from matchmaking.commitments.services.receiving import MAX_BODY_BYTES, MAX_RECORDS, Receipt
from matchmaking.commitments.services.sealing_keys import has_sealing_key, sealing_key_of
from matchmaking.commitments.services.settings import Settings, settings_of
from matchmaking.commitments.services.tablet_data import block_data, tablet_data, tablet_versions
from matchmaking.commitments.services.tablets import TabletReport, is_seen, meet_tablet, note_sync
from matchmaking.commitments.tablet_parts import chosen_parts
from matchmaking.errors import DomainError, InvalidInput, NotAllowed
from matchmaking.events.models import Event
from matchmaking.extensions import client_address, db, limiter
from matchmaking.i18n import LOCALES
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.transactions import transaction
from matchmaking.web.access import DEVICE_COOKIE

STATE_1 = "temu-bisnis-tablet-state/1"
NUMBERS_1 = "temu-bisnis-numbers/1"
SYNC_1 = "temu-bisnis-sync/1"
ANSWER_1 = "temu-bisnis-sync-answer/1"
_MAX_SERIAL = 10**8
View = Callable[..., FlaskResponse]


class TabletUnknown(NotAllowed):
    """The secret enrols no tablet."""

    code = "commitments.tablet_unknown"


class TabletShutOut(NotAllowed):
    """The tablet was shut out, or its device enrolled anew."""

    code = "commitments.tablet_shut_out"


class BodyTooLarge(DomainError):
    """More than one request may hold."""

    code = "commitments.sync_too_large"
    status = 413


def _in_asked_language(view: View) -> View:
    @wraps(view)
    def asked(*args: Any, **values: Any) -> FlaskResponse:
        language = request.args.get("lang")
        if language not in LOCALES:
            return view(*args, **values)
        with force_locale(language):
            return view(*args, **values)

    return asked


@commitments.get("/tablet/state")
@public
@_in_asked_language
def tablet_state() -> FlaskResponse:
    """Say what this tablet is worth now, what time it is, and give a fresh form token."""
    tablet = _met_tablet()
    state: dict[str, Any] = {
        "format": STATE_1,
        "state": (tablet.standing if tablet else Standing.UNKNOWN).value,
        "server_time": clock.now().isoformat(),
        "wipe_after_hours": (settings_of(tablet.event_id) if tablet else Settings()).wipe_after_hours,
        "csrf": generate_csrf(),
    }
    if tablet:
        event = db.session.get_one(Event, tablet.event_id)
        named = {"code": event.code, "name": event.name, "timezone": event.timezone}
        state |= {"tablet": tablet.code, "device": tablet.device_name, "event": named}
    if tablet and tablet.standing is Standing.ACTIVE:
        _need_keys(tablet)
        versions = tablet_versions(tablet)
        state |= {
            "numbers_left": versions.numbers_left, "data_version": versions.whole, "versions": versions.parts,
        }  # fmt: skip
    return _never_kept(state)


@commitments.get("/tablet/data")
@public
@_in_asked_language
def tablet_data_file() -> FlaskResponse:
    """Hand the tablet what it works with, whole or the parts it asks for; 304 when it has this already."""
    tablet = _active_tablet()
    _need_keys(tablet)
    data = tablet_data(tablet)
    if wanted := request.args.get("parts"):
        return _never_kept(chosen_parts(data, wanted[:200].split(",")))
    is_known = request.headers.get("If-None-Match") == data["data_version"]
    response = make_response("", 304) if is_known else jsonify(data)
    response.headers["ETag"] = data["data_version"]
    response.headers["Cache-Control"] = "no-store"
    return response


@commitments.post("/tablet/numbers")
@public
@_in_asked_language
def tablet_numbers() -> FlaskResponse:
    """Hand out a block of numbers where few are left, and take back what is returned."""
    tablet = _active_tablet()
    wanted = _read_numbers(_body(NUMBERS_1))
    with transaction():
        answer = hand_out_numbers(Actor(ActorKind.DEVICE, tablet.device_id, tablet.event_id), tablet, wanted)
        blocks = [block_data(block) for block in answer.blocks]
    return _never_kept({"number_blocks": blocks, "lost": list(answer.lost)})


@commitments.post("/tablet/sync")
@limiter.limit("60 per minute", key_func=client_address, deduct_when=lambda answer: answer.status_code == 403)
@public
@_in_asked_language
def tablet_sync() -> FlaskResponse:
    """Take in signed records, each by itself, and answer each by itself."""
    tablet = _known_tablet()
    body = _body(SYNC_1)
    records = body.get("records")
    if not isinstance(records, list) or len(records) > MAX_RECORDS:
        raise InvalidInput(_("A sync holds a list of at most %(count)s records.", count=MAX_RECORDS))
    report = _read_report(body)
    items = [_answer(item, *take_in_sent(item, tablet, report)) for item in records]
    with transaction():
        note_sync(tablet.id, report)
    now = clock.now().isoformat()
    return _never_kept({"format": ANSWER_1, "server_time": now, "state": tablet.standing.value, "items": items})


# Who asks


def _met_tablet() -> TabletView | None:
    """Return the tablet of the request's secret, noted as seen: written down once a minute, read only in between."""
    secret = request.cookies.get(DEVICE_COOKIE)
    tablet = tablet_of_secret(secret)
    if is_seen(tablet):
        return tablet
    with transaction():
        return meet_tablet(secret)


def _need_keys(tablet: TabletView) -> None:
    """Make the event's keys where it has none yet: the first data hand them out."""
    if not has_sealing_key(tablet.event_id):
        with transaction():
            sealing_key_of(tablet.event_id)


def _known_tablet() -> TabletView:
    """Return the tablet of the request's secret, also one that was shut out.

    Raises:
        TabletUnknown: the secret is none of a tablet.
    """
    secret = request.cookies.get(DEVICE_COOKIE)
    tablet = tablet_of_secret(secret)
    if tablet is None:
        with transaction():
            tablet = meet_tablet(secret)
    if tablet is None:
        raise TabletUnknown(
            _(
                "This tablet is not enrolled. Ask the organiser for a code; what is unsent here stays and can be exported."
            )
        )
    return tablet


def _active_tablet() -> TabletView:
    tablet = _known_tablet()
    if tablet.standing is not Standing.ACTIVE:
        raise TabletShutOut(_("This tablet was shut out by the organiser. What was signed on it can still be sent."))
    return tablet


# What is sent


def _body(format_name: str) -> dict[str, Any]:
    if (request.content_length or 0) > MAX_BODY_BYTES:
        raise BodyTooLarge(_("This is more than one request may hold. Send fewer records at a time."))
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict) or body.get("format") != format_name:
        raise InvalidInput(_("This request cannot be read. Please update the app on the tablet."))
    return body


def _read_report(body: dict[str, Any]) -> TabletReport:
    unsent: Any = body.get("unsent")
    return TabletReport(
        device_time=_read_moment(body.get("device_time")),
        unsent=unsent if _is_number(unsent, 0) else 0,
        app_version=str(body.get("app_version") or "")[:40],
    )


def _read_moment(value: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value)[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo and 1970 <= moment.year <= 9000 else None


def _read_numbers(body: dict[str, Any]) -> NumbersRequest:
    wanted = body.get("wanted", BLOCK_SIZE)
    blocks, returned = body.get("blocks", []), body.get("returned", [])
    if not _is_number(wanted, 0) or not isinstance(blocks, list) or not isinstance(returned, list):
        raise InvalidInput(_("This request cannot be read. Please update the app on the tablet."))
    held = tuple(_held(block) for block in blocks[:100])
    return NumbersRequest(wanted, held, tuple(str(code)[:16] for code in returned[:100]))


def _held(block: Any) -> HeldBlock:
    given: dict[str, Any] = block if isinstance(block, dict) else {}
    first, last = given.get("first"), given.get("last")
    following = given.get("next", first)
    code = given.get("code")
    if not (isinstance(code, str) and code.isalnum() and len(code) <= 16) or not all(
        _is_number(value, 1) for value in (first, last, following)
    ):
        raise InvalidInput(_("This request cannot be read. Please update the app on the tablet."))
    return HeldBlock(code, int(given["first"]), int(given["last"]), int(following or 0))


def _is_number(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _MAX_SERIAL


# What is answered


def _answer(item: Any, record: Any, receipt: Receipt) -> dict[str, str]:
    """Name the record as it was sent, so that a tablet deletes that one and no other."""
    given = item if isinstance(item, dict) else {}
    payload = given.get("record")
    told = payload.get("record_id") if isinstance(payload, dict) else ""
    return {
        "record_id": record.record_id if record else str(told or "")[:40],
        "record_hash": str(given.get("record_hash") or "")[:64],
        "outcome": receipt.outcome,
        "code": receipt.code,
        "message": receipt.message,
        "commitment": receipt.state,
    }


def _never_kept(content: dict[str, Any]) -> FlaskResponse:
    response = jsonify(content)
    response.headers["Cache-Control"] = "no-store"
    return response
