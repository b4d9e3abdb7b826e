"""What a board that is shown does not know yet: the cells that changed, and who changed them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import render_template

from matchmaking.i18n import gettext as _
from matchmaking.scheduling.models import BoardStep, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.queries.steps import people_names, steps_since
from matchmaking.scheduling.routes.board import page_of, status_sentence, steps_shown, unmet_shown
from matchmaking.scheduling.routes.grid import Cell, Grid
from matchmaking.web.access import current_actor

Pairs = set[tuple[int, int]]


def news_of(version: ScheduleVersion, since: int) -> dict[str, Any]:
    """Return what changed after a revision, as the board's script takes it.

    ``html``: the changed cells; ``others``: sentences about what other people did; ``reload``: the steps do not tell it all,
    or it is no draft any more.
    """
    steps = steps_since(version, since)
    if version.state is not VersionState.DRAFT or steps is None:
        return {"revision": version.revision, "state": version.state.value, "reload": True}
    shown = board_of(version)
    grid = Grid(shown, page_of(version))
    return {
        "revision": version.revision,
        "state": version.state.value,
        "html": render_template("scheduling/_cells.html", cells=_changed_cells(grid, steps)),
        "status": status_sentence(version, grid),
        "parts": _parts(version, grid, steps),
        "others": _others(steps, shown),
    }


def _parts(version: ScheduleVersion, grid: Grid, steps: Sequence[BoardStep]) -> dict[str, str]:
    """Return the parts beside the grid that changed, by the id of the element they replace."""
    shown: dict[str, Any] = {"version": version, "may_edit": grid.page.is_editable}
    parts = {}
    if grid.page.is_editable:
        steps_words = steps_shown(version, grid.board.names)
        parts["board-tools"] = render_template("scheduling/_tools.html", **shown, **steps_words)
    if any(change["before"]["unmet"] != change["after"]["unmet"] for step in steps for change in step.changes):
        unmet = unmet_shown(version, grid)
        parts["parking"] = render_template("scheduling/_parking.html", **shown, unmet=unmet)
    return parts


def _changed_cells(grid: Grid, steps: Sequence[BoardStep]) -> list[Cell]:
    """Return the cells of what was moved, where it was and is, and of the meetings whose teams it concerns."""
    places: Pairs = set()
    spots: Pairs = set()
    teams: set[int] = set()
    for change in (change for step in steps for change in step.changes):
        teams.update(change["teams"])
        for state in (change["before"], change["after"]):
            if state["place"]:
                slot, table, _pinned = state["place"]
                places.add((slot, table))
                spots.update((slot, team) for team in change["teams"])
    rules = grid.board.rules
    units = {rules.teams[id].unit for id in teams if id in rules.teams}
    for seat in rules.seats:
        if any(id in teams or (id in rules.teams and rules.teams[id].unit in units) for id in seat.teams):
            places.add((seat.slot_id, seat.table_id))
            spots.update((seat.slot_id, id) for id in seat.teams)
    return grid.cells_of(sorted(places), sorted(spots))


def _others(steps: Sequence[BoardStep], shown: Board) -> list[str]:
    me = current_actor().user_id
    theirs = [step for step in steps if step.user_id != me]
    who = people_names(step.user_id for step in theirs)
    return [_sentence(who.get(step.user_id or 0, ""), change, shown) for step in theirs for change in step.changes]


def _sentence(who: str, change: dict[str, Any], shown: Board) -> str:
    pair = " – ".join(shown.names.get(id, "") for id in change["teams"])
    before, after = change["before"]["place"], change["after"]["place"]
    if after is None:
        return _("%(who)s took out %(pair)s.", who=who, pair=pair)
    if before is None:
        return _("%(who)s placed %(pair)s.", who=who, pair=pair)
    if before[:2] == after[:2]:
        return _("%(who)s changed the pin of %(pair)s.", who=who, pair=pair)
    return _("%(who)s moved %(pair)s.", who=who, pair=pair)
