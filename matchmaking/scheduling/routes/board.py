"""The board of one version: times by tables or by participants, as a grid or as a list, and what is unmet."""

from __future__ import annotations

from flask import render_template, request

from matchmaking.actor import Role
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.permissions import requires
from matchmaking.scheduling.comparing import reasons_of
from matchmaking.scheduling.models import BoardStep, ScheduleVersion, StepState, VersionState
from matchmaking.scheduling.queries.board import Board, UnmetRow, board_of, unmet_rows
from matchmaking.scheduling.queries.changes import changes_between
from matchmaking.scheduling.queries.notices import times_and_table_names
from matchmaking.scheduling.queries.people import choices_of, findable
from matchmaking.scheduling.queries.spread import spread_of
from matchmaking.scheduling.queries.steps import last_step
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.filtering import chosen_filter
from matchmaking.scheduling.routes.found import wanted_version
from matchmaking.scheduling.routes.grid import Grid, Page
from matchmaking.scheduling.routes.holding import held_of
from matchmaking.scheduling.routes.listing import listed
from matchmaking.scheduling.routes.progress import objective_sentence, origins_shown
from matchmaking.scheduling.routes.solving import solving_of
from matchmaking.scheduling.services.versions import stale_inputs
from matchmaking.scheduling.telling import Places, comparison_sentences
from matchmaking.scheduling.wording import changes_sentence, obstacle_sentences, step_name
from matchmaking.web.access import current_actor, current_event

VIEWS = ("tables", "participants", "unmet", "changes")


@scheduling.get("/manage/<event_code>/schedule/versions/<code>")
@requires("schedule.read")
def board(code: str) -> str:
    """Show a version as times by tables or by participants, and what is unmet."""
    version = wanted_version(code)
    shown = board_of(version)
    grid = Grid(shown, page_of(version), held_of(shown))
    held, names = grid.held, shown.names
    unmet = unmet_shown(version, grid)
    stale = stale_inputs(version) if version.state is VersionState.DRAFT else {}
    return render_template(
        "scheduling/board.html",
        version=version,
        view=_view(),
        as_list=request.args.get("as") == "list",
        grid=grid,
        listed=listed(grid) if request.args.get("as") == "list" else [],
        held=held,
        names=names,
        held_reasons=obstacle_sentences(grid.conflicts.get(held.seat.meeting_id, []), names) if held else [],
        may_edit=grid.page.is_editable,
        unmet=unmet,
        changes=_changes(version, shown, unmet),
        status=status_sentence(version, grid),
        solving=solving_of(version, shown),
        origin=origins_shown([version]).get(version.id, ""),
        spread=spread_of(shown),
        filter=grid.page.filter,
        choices=choices_of(shown, select_locale()),
        people=findable(shown),
        **steps_shown(version, shown.names),
        stale=changes_sentence(stale),
    )


def page_of(version: ScheduleVersion) -> Page:
    """Return how the request wants the version to be shown."""
    may_edit = current_actor().has_any(Role.ORGANIZER) and version.state is VersionState.DRAFT
    return Page(version.code, current_event().timezone, _view(), may_edit, chosen_filter())


def unmet_shown(version: ScheduleVersion, grid: Grid) -> list[UnmetRow]:
    """Return the wishes without a place that the filter leaves over."""
    chosen = grid.page.filter
    rows = unmet_rows(version.id, select_locale())
    return [row for row in rows if chosen.shows_pair(grid.board, (row.exhibitor_id, row.buyer_id))]


def steps_shown(version: ScheduleVersion, names: dict[int, str]) -> dict[str, str | None]:
    """Return what the person can take back and do again, in words."""
    if version.state is not VersionState.DRAFT:
        return {"undoable": None, "redoable": None}
    mine = (last_step(version.id, current_actor().user_id, state) for state in (StepState.DONE, StepState.UNDONE))
    words = [_step_words(step, names) if step else None for step in mine]
    return {"undoable": words[0], "redoable": words[1]}


def _step_words(step: BoardStep, names: dict[int, str]) -> str:
    pairs = (" – ".join(names.get(id, "") for id in change["teams"]) for change in step.changes)
    return step_name(step.action, pairs)


def status_sentence(version: ScheduleVersion, grid: Grid) -> str:
    """Return how the version stands, in a line."""
    held, conflicts = objective_sentence(version.objective), len(grid.conflicts)
    return f"{held} · {_('%(number)s not possible any more', number=conflicts)}" if conflicts else held


def _view() -> str:
    view = request.args.get("view", "tables")
    return view if view in VIEWS else "tables"


def _changes(version: ScheduleVersion, shown: Board, unmet: list[UnmetRow]) -> list[str] | None:
    """Return what a draft would change for people, each meeting a sentence; ``None`` where nothing is announced yet."""
    published = published_version(version.event_id)
    if published is None or version.state is not VersionState.DRAFT:
        return None
    found = changes_between(published.id, version.id)
    places = Places(*times_and_table_names(version.event_id), current_event().timezone)
    return comparison_sentences(found, shown.names, places, reasons_of(shown, found, unmet))
