"""What the board's script asks for: a verdict for every place of the held meeting, and what changed meanwhile."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from matchmaking.errors import InvalidInput, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import NotADraft
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.board import page_of
from matchmaking.scheduling.routes.found import wanted_version
from matchmaking.scheduling.routes.grid import Grid, Held
from matchmaking.scheduling.routes.holding import held_of
from matchmaking.scheduling.routes.news import news_of
from matchmaking.scheduling.verdicts import ASK, FREE, NO
from matchmaking.scheduling.wording import obstacle_sentences
from matchmaking.typed import read_row_number


@scheduling.get("/manage/<event_code>/schedule/versions/<code>/verdicts")
@requires("schedule.edit")
def verdicts(code: str) -> Response:
    """Say of every cell of the view whether the held meeting can be put there, in one answer."""
    version = wanted_version(code)
    page = page_of(version)
    if not page.is_editable:
        raise NotADraft(_("What was published is not changed in place. Make a new draft from it and change that."))
    shown = board_of(version)
    held = held_of(shown)
    if held is None:
        raise NotFound(_("This meeting is not part of the draft any more."))
    grid = Grid(shown, page, held)
    panel = render_template(
        "scheduling/_held.html",
        held=held, grid=grid, version=version, view=page.view, names=shown.names, may_edit=True,
        held_reasons=obstacle_sentences(grid.conflicts.get(held.seat.meeting_id, []), shown.names),
    )  # fmt: skip
    seat = held.seat
    sent = (
        {"exhibitor": seat.exhibitor_team_id, "buyer": seat.buyer_team_id}
        if held.is_new
        else {"meeting": seat.meeting_code}
    )
    return jsonify({"revision": version.revision, "panel": panel, "sent": sent, **_judged(grid, held)})


def _judged(grid: Grid, held: Held) -> dict[str, Any]:
    """Return ``cells``: by id the kind, the number of its sentence in ``reasons``, the place and the key of a question."""
    reasons: dict[str, int] = {"": 0}
    cells: dict[str, list[str | int]] = {}
    count: Counter[str] = Counter()
    for id, verdict in grid.judged():
        count[verdict.kind] += 1
        why = reasons.setdefault(grid.why(verdict), len(reasons))
        place = f"{verdict.slot_id}-{verdict.table_id}"
        cells[id] = [verdict.kind, why] if verdict.kind == NO else [verdict.kind, why, place, verdict.key]
    pair = " – ".join(grid.board.names[id] for id in held.seat.teams)
    return {
        "cells": cells,
        "reasons": list(reasons),
        "said": _(
            "In hand: %(pair)s. %(free)s places are free, %(ask)s with a question.",
            pair=pair, free=count[FREE], ask=count[ASK],
        ),
    }  # fmt: skip


@scheduling.get("/manage/<event_code>/schedule/versions/<code>/changes")
@requires("schedule.read")
def changes(code: str) -> Response:
    """Say what changed after the revision that is shown; 304 as long as nothing did."""
    version = wanted_version(code)
    since = read_row_number(request.args.get("since"))
    if since is None:
        raise InvalidInput(_("The page was incomplete. Please reload it and try again."))
    tag = f"{version.revision}-{version.state.value}"
    if tag in request.if_none_match:
        return make_response("", 304)
    response = make_response(jsonify(news_of(version, since)))
    response.set_etag(tag)
    return response
