"""The board of one version: read it, and change a draft by hand."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.actor import Role
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.permissions import requires
from matchmaking.scheduling.models import ScheduleVersion, Unmet, VersionState
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board, UnmetRow, board_of, unmet_rows
from matchmaking.scheduling.queries.changes import changes_between
from matchmaking.scheduling.queries.notices import times_and_table_names
from matchmaking.scheduling.queries.versions import placed_meeting, published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_edit, wanted_version
from matchmaking.scheduling.routes.grid import Grid, Held
from matchmaking.scheduling.routes.progress import objective_sentence
from matchmaking.scheduling.services.placements import Place, move_meeting, pin_meeting, place_pair, remove_meeting
from matchmaking.scheduling.services.versions import stale_inputs
from matchmaking.scheduling.telling import Places, comparison_sentences
from matchmaking.scheduling.wording import changes_sentence, obstacle_sentences
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event

VIEWS = ("tables", "participants", "unmet", "changes")


@scheduling.get("/manage/<event_code>/schedule/versions/<code>")
@requires("schedule.read")
def board(code: str) -> str:
    """Show a version as times by tables or by participants, and what is unmet."""
    version = wanted_version(code)
    may_edit = current_actor().has_any(Role.ORGANIZER) and version.state is VersionState.DRAFT
    shown = board_of(version)
    held = _held(shown, version.id) if may_edit or request.args.get("meeting") else None
    grid = Grid(shown, code, current_event().timezone, held, is_editable=may_edit)
    view = request.args.get("view", "tables")
    unmet = unmet_rows(version.id, select_locale())
    stale = stale_inputs(version) if version.state is VersionState.DRAFT else {}
    return render_template(
        "scheduling/board.html",
        version=version,
        view=view if view in VIEWS else "tables",
        grid=grid,
        held=held,
        names=shown.names,
        held_reasons=obstacle_sentences(grid.conflicts.get(held.seat.meeting_id, []), shown.names) if held else [],
        may_edit=may_edit,
        unmet=unmet,
        changes=_changes(version, shown, unmet),
        summary=objective_sentence(version.objective),
        stale=changes_sentence(stale),
    )


def _changes(version: ScheduleVersion, shown: Board, unmet: list[UnmetRow]) -> list[str] | None:
    """Return what a draft would change for people, each meeting a sentence; ``None`` where nothing is announced yet."""
    published = published_version(version.event_id)
    if published is None or version.state is not VersionState.DRAFT:
        return None
    teams = shown.hall.teams
    why = {(row.exhibitor_id, row.buyer_id): row.text for row in unmet}
    found = changes_between(published.id, version.id)
    pairs = [(c.exhibitor_team_id, c.buyer_team_id) for c in found]
    reasons = {
        (e, b): why.get((teams[e].participation_id, teams[b].participation_id), "")
        for e, b in pairs
        if e in teams and b in teams
    }
    places = Places(*times_and_table_names(version.event_id), current_event().timezone)
    return comparison_sentences(found, shown.names, places, reasons)


def _held(shown: Board, version_id: int) -> Held | None:
    """Return what the person took in hand: a meeting of the board, or an unmet wish."""
    meeting_code, unmet_id = request.args.get("meeting"), read_row_number(request.args.get("unmet"))
    if meeting_code:
        seat = next((seat for seat in shown.rules.seats if seat.meeting_code == meeting_code), None)
        return Held(seat) if seat else None
    row = db.session.get(Unmet, unmet_id) if unmet_id else None
    if row is None or row.version_id != version_id:
        return None
    pair = _teams_for(shown, row)
    return Held(Seat(0, "", *pair, 0, 0), is_new=True) if pair else None


def _teams_for(shown: Board, row: Unmet) -> tuple[int, int] | None:
    """Choose the teams of an unmet wish: those with the fewest meetings so far."""
    held = [team_id for seat in shown.rules.seats for team_id in seat.teams]

    def least_busy(participation_id: int) -> int | None:
        teams = [team.id for team in shown.hall.teams.values() if team.participation_id == participation_id]
        return min(teams, key=lambda id: (held.count(id), id), default=None)

    exhibitor, buyer = least_busy(row.exhibitor_id), least_busy(row.buyer_id)
    return (exhibitor, buyer) if exhibitor and buyer else None


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


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/move")
@requires("schedule.edit")
def move(code: str) -> Response:
    """Move the held meeting, or place the unmet wish that is held."""
    version = wanted_version(code)
    edit, place = wanted_edit(version), _wanted_place()
    if request.form.get("meeting"):
        meeting_id = _meeting_id(version.id, request.form["meeting"])
        with transaction():
            move_meeting(current_actor(), edit, meeting_id, place)
        flash(_("The meeting was moved and pinned there."), "held")
    else:
        exhibitor, buyer = (read_row_number(request.form.get(side)) or 0 for side in ("exhibitor", "buyer"))
        with transaction():
            place_pair(current_actor(), edit, exhibitor, buyer, place)
        flash(_("The meeting was placed and pinned there."), "held")
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
    flash(_("The meeting is pinned.") if is_pinned else _("The meeting is free to move again."), "held")
    return redirect(url_for("scheduling.board", code=code), code=303)


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/remove")
@requires("schedule.edit")
def remove(code: str) -> Response:
    """Take the held meeting out of the draft."""
    version = wanted_version(code)
    edit = wanted_edit(version)
    meeting_id = _meeting_id(version.id, request.form.get("meeting", ""))
    with transaction():
        remove_meeting(current_actor(), edit, meeting_id)
    flash(_("The meeting was taken out. A wish stays among those that are not met."), "held")
    return redirect(url_for("scheduling.board", code=code), code=303)
