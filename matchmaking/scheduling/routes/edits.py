"""Changing a draft by hand: each change is one POST, answered with a page or, to the board's script, with what changed."""

from __future__ import annotations

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import InvalidInput, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import NeedsYes
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.versions import placed_meeting
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_edit, wanted_version
from matchmaking.scheduling.routes.news import news_of
from matchmaking.scheduling.services.placements import (
    Edit,
    Place,
    move_meeting,
    pin_meeting,
    place_pair,
    remove_meeting,
)
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor
from matchmaking.web.errors import wants_json


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/move")
@requires("schedule.edit")
def move(code: str) -> Response | str | tuple[Response, int]:
    """Move the held meeting, or place the unmet wish that is held; asks once where it costs somebody something."""
    version = wanted_version(code)
    edit, place = wanted_edit(version), _wanted_place()
    try:
        said = _move(version, edit, place)
    except NeedsYes as asked:
        return _question(code, asked)
    return _done(code, edit, said)


def _move(version: ScheduleVersion, edit: Edit, place: Place) -> str:
    accepted = request.form.get("accepted")
    if request.form.get("meeting"):
        meeting_id = _meeting_id(version.id, request.form["meeting"])
        with transaction():
            move_meeting(current_actor(), edit, meeting_id, place, accepted=accepted)
        return _("The meeting was moved and pinned there.")
    exhibitor, buyer = (read_row_number(request.form.get(side)) or 0 for side in ("exhibitor", "buyer"))
    with transaction():
        place_pair(current_actor(), edit, exhibitor, buyer, place, accepted=accepted)
    return _("The meeting was placed and pinned there.")


def _question(code: str, asked: NeedsYes) -> str | tuple[Response, int]:
    if wants_json():
        return jsonify(error={"code": asked.code, "message": str(asked)}, key=asked.key), asked.status
    kept = ("revision", "meeting", "exhibitor", "buyer", "place")
    return render_template(
        "web/confirm.html",
        title=_("Put it there all the same?"),
        text="",
        consequences=asked.questions,
        action_label=_("Put it there"),
        action_url=url_for("scheduling.move", code=code),
        cancel_url=url_for("scheduling.board", code=code),
        fields={name: request.form[name] for name in kept if request.form.get(name)} | {"accepted": asked.key},
    )


def _wanted_place() -> Place:
    first, _dash, second = request.form.get("place", "").partition("-")
    slot, table = read_row_number(first), read_row_number(second)
    if not (slot and table):
        raise InvalidInput(_("Please choose a time and a table."))
    return Place(slot, table)


def _meeting_id(version_id: int, code: str) -> int:
    found = placed_meeting(version_id, code)
    if found is None:
        raise NotFound(_("This meeting is not part of the draft any more."))
    return found


def _done(code: str, edit: Edit, said: str) -> Response:
    if wants_json():
        return jsonify({**news_of(wanted_version(code), edit.revision), "said": said})
    flash(said, "held")
    return redirect(url_for("scheduling.board", code=code), code=303)


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/pin")
@requires("schedule.edit")
def pin(code: str) -> Response:
    """Pin or unpin the held meeting."""
    version = wanted_version(code)
    edit, is_pinned = wanted_edit(version), request.form.get("pinned") == "1"
    meeting_id = _meeting_id(version.id, request.form.get("meeting", ""))
    with transaction():
        pin_meeting(current_actor(), edit, meeting_id, is_pinned=is_pinned)
    return _done(code, edit, _("The meeting is pinned.") if is_pinned else _("The meeting is free to move again."))


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/remove")
@requires("schedule.edit")
def remove(code: str) -> Response:
    """Take the held meeting out of the draft."""
    version = wanted_version(code)
    edit = wanted_edit(version)
    meeting_id = _meeting_id(version.id, request.form.get("meeting", ""))
    with transaction():
        remove_meeting(current_actor(), edit, meeting_id)
    return _done(code, edit, _("The meeting was taken out. A wish stays among those that are not met."))
