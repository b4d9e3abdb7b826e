"""Taking a step back, and doing it again."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from matchmaking.actor import Actor
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_version
from matchmaking.scheduling.routes.news import news_of
from matchmaking.scheduling.services.undoing import Undone, redo_step, undo_step
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor
from matchmaking.web.errors import wants_json


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/undo")
@requires("schedule.edit")
def undo(code: str) -> Response:
    """Take one's own newest step back; says so where somebody changed the same meeting since."""
    return _turned(code, undo_step, _("Your last step was taken back."))


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/redo")
@requires("schedule.edit")
def redo(code: str) -> Response:
    """Do again what one took back last."""
    return _turned(code, redo_step, _("The step was done again."))


def _turned(code: str, turn: Callable[[Actor, int], Undone], said: str) -> Response:
    version = wanted_version(code)
    version_id, seen = version.id, read_row_number(request.form.get("revision")) or version.revision
    with transaction():
        refused = turn(current_actor(), version_id).refused
    if wants_json():
        return jsonify({**news_of(wanted_version(code), seen), "said": refused or said, "kind": _kind(refused)})
    flash(refused or said, _kind(refused))
    return redirect(url_for("scheduling.board", code=code), code=303)


def _kind(refused: str) -> str:
    return "refused" if refused else "held"
