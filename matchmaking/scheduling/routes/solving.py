"""Starting a run from the schedule page or from a board, and the part of both pages that shows the newest run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import InvalidInput, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.models import ScheduleRun, ScheduleVersion, SolveMode, VersionState
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.queries.versions import newest_draft, newest_run, published_version, version_by_code
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_run, wanted_version
from matchmaking.scheduling.routes.progress import RunView, run_view
from matchmaking.scheduling.services.runs import ACTIVE, RequestRun, active_run, request_run, stop_run
from matchmaking.scheduling.wording import conflict_sentences
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@dataclass(frozen=True)
class Choices:
    """What the form to start a run offers: the draft it starts from, and what stands against a mode."""

    draft: ScheduleVersion | None
    published: ScheduleVersion | None
    pinned: int = 0
    gaps: int = 0
    conflicts: Sequence[str] = ()


@dataclass(frozen=True)
class Solving:
    """The newest run as a page shows it. ``on``: the code of the board it is shown on; empty: the schedule page.

    ``is_gone``: the draft of that board was discarded while somebody looked at it.
    """

    run: RunView | None
    choices: Choices | None
    on: str = ""
    is_gone: bool = False

    @property
    def tag(self) -> str:
        """Return what tells the page whether it is up to date."""
        return tag_of(self.run, is_gone=self.is_gone)


def tag_of(run: RunView | None, *, is_gone: bool) -> str:
    """Return what tells a page whether it shows the run as it is, also where it shows none."""
    return f"{run.tag if run else 'none'}{'-gone' if is_gone else ''}"


def _is_gone(version: ScheduleVersion | None) -> bool:
    return version is not None and version.state is VersionState.DISCARDED


def solving_of(version: ScheduleVersion | None, shown: Board | None = None) -> Solving:
    """Return the newest run, for the schedule page or for the board of a version.

    ``shown``: the board of what a run would start from, where the page has it already. A board's own part has no form: that
    is a dialog of the page.
    """
    run = newest_view(version)
    if version is not None:
        return Solving(run, choices_of(version, shown) if shown else None, version.code, _is_gone(version))
    is_active = run is not None and run.is_active
    return Solving(run, None if is_active else choices_of(newest_draft(current_event().id), shown))


def newest_view(version: ScheduleVersion | None) -> RunView | None:
    """Return the newest run; on a board what is under way, and what ended only where it started from this draft."""
    event = current_event()
    run = newest_run(event.id)
    if run is None or (version is not None and not _concerns(run, version)):
        return None
    return run_view(run, event.timezone)


def _concerns(run: ScheduleRun, version: ScheduleVersion) -> bool:
    is_draft = version.state in (VersionState.DRAFT, VersionState.DISCARDED)
    return run.state in ACTIVE or (run.parameters.get("base") == version.id and is_draft)


def choices_of(draft: ScheduleVersion | None, shown: Board | None = None) -> Choices:
    """Return what can be started from a draft as it stands."""
    published = published_version(current_event().id)
    if draft is None or draft.state is not VersionState.DRAFT:
        return Choices(None, published)
    board = shown or board_of(draft)
    seats = board.rules.seats
    held = set(map(board.entries_of, seats))
    wishes = [r for r in board.matching.requests if r.is_wish and (r.exhibitor_id, r.buyer_id) not in held]
    return Choices(
        draft,
        published,
        pinned=sum(1 for seat in seats if seat.is_pinned),
        gaps=len(wishes),
        conflicts=conflict_sentences(seats, board.rules.conflicts(), board.names),
    )


@scheduling.post("/manage/<event_code>/schedule/run")
@requires("schedule.edit")
def start_run() -> Response:
    """Ask for a run; pressing twice leads to the same one."""
    form, event_id = request.form, current_event().id
    draft = wanted_version(form["draft"]) if form.get("draft") else None
    wanted = RequestRun(
        event_id,
        seconds=form.get("seconds", type=int),
        with_suggestions=form.get("suggestions") == "1",
        mode=_mode(),
        base=draft.id if draft else None,
        keep_pins=form.get("keep_pins") == "1",
        keep_told=form.get("keep_told") == "1",
    )
    with transaction():
        under_way = active_run(event_id)
        request_run(current_actor(), wanted)
    if under_way:
        flash(
            _("A schedule is being made already; it is shown here. When it has ended you can start another."), "waiting"
        )
    return _back(form.get("on", ""))


def _mode() -> SolveMode:
    try:
        return SolveMode(request.form.get("mode", SolveMode.ALL.value))
    except ValueError:
        raise InvalidInput(_("The page was incomplete. Please reload it and try again.")) from None


def _back(on: str) -> Response:
    """Lead back to the board that was left, unless it is gone."""
    version = version_by_code(current_event().id, on) if on else None
    if version is not None and version.state is not VersionState.DISCARDED:
        return redirect(url_for("scheduling.board", code=version.code, _anchor="run"), code=303)
    return redirect(url_for("scheduling.schedule"), code=303)


@scheduling.get("/manage/<event_code>/schedule/run")
@requires("schedule.read")
def run_state() -> Response:
    """Answer the page's question how far the newest run is; nothing where the page shows that already."""
    on = request.args.get("on", "")
    version = version_by_code(current_event().id, on) if on else None
    if on and version is None:
        raise NotFound(_("This version does not exist (any more)."))
    if request.args.get("known") == tag_of(newest_view(version), is_gone=_is_gone(version)):
        return make_response("", 204)
    return make_response(render_template("scheduling/_solving.html", solving=solving_of(version)))


@scheduling.post("/manage/<event_code>/schedule/run/<code>/stop")
@requires("schedule.edit")
def stop(code: str) -> Response:
    """Stop a run; its best schedule so far becomes a draft."""
    run_id = wanted_run(code).id
    with transaction():
        stop_run(current_actor(), run_id)
    return _back(request.form.get("on", ""))


def tell_of_run() -> None:
    """Say that a run under way is not ended by what was just done: whoever waits for it still gets its result."""
    if active_run(current_event().id):
        flash(
            _("The schedule that is being made goes on. Its result will be a draft that does not know about this."),
            "waiting",
        )
