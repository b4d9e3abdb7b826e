"""The schedule's home: make one, watch it being made, and every version there is."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.queries.notices import open_notices
from matchmaking.scheduling.queries.spread import spread_of
from matchmaking.scheduling.queries.versions import (
    announced_before,
    meeting_counts,
    newest_draft,
    newest_run,
    published_version,
    versions_of,
)
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_run
from matchmaking.scheduling.routes.progress import objective_sentence, run_view
from matchmaking.scheduling.services.runs import RequestRun, request_run, stop_run
from matchmaking.scheduling.wording import obstacle_sentences
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@scheduling.get("/manage/<event_code>/schedule")
@requires("schedule.read")
def schedule() -> str:
    """Show where the schedule stands and the one next step."""
    event = current_event()
    run, published, draft = newest_run(event.id), published_version(event.id), newest_draft(event.id)
    boards = [board_of(version) for version in (published, draft) if version]
    return render_template(
        "scheduling/schedule.html",
        run=run_view(run, event.timezone) if run else None,
        versions=versions_of(event.id),
        counts=meeting_counts(event.id),
        draft=draft,
        published=published,
        before=announced_before(published) if published else None,
        objective_sentence=objective_sentence,
        open_notices=open_notices(event.id),
        lost=_lost(boards[0]) if published else [],
        spreads=[
            (_spread_title(version), spread_of(shown))
            for version, shown in zip(filter(None, (published, draft)), boards, strict=True)
        ],
    )


def _spread_title(version: ScheduleVersion) -> str:
    if version.state is VersionState.PUBLISHED:
        return _("Version %(number)s", number=version.number)
    return _("Draft %(number)s", number=version.number)


def _lost(shown: Board) -> list[tuple[str, str]]:
    """Return the published meetings that are not possible any more: somebody left, a table is gone."""
    conflicts = shown.rules.conflicts()
    return [
        (
            f"{shown.names[seat.exhibitor_team_id]} – {shown.names[seat.buyer_team_id]}",
            " ".join(obstacle_sentences(conflicts[seat.meeting_id], shown.names)),
        )
        for seat in shown.rules.seats
        if seat.meeting_id in conflicts
    ]


@scheduling.post("/manage/<event_code>/schedule/run")
@requires("schedule.edit")
def start_run() -> Response:
    """Ask for a run; pressing twice leads to the same one."""
    event_id, form = current_event().id, request.form
    draft = newest_draft(event_id) if form.get("keep_pins") else None
    wanted = RequestRun(
        event_id,
        seconds=form.get("seconds", type=int),
        with_suggestions=form.get("suggestions") == "1",
        base=draft.id if draft else None,
        keep_told=form.get("keep_told") == "1",
    )
    with transaction():
        request_run(current_actor(), wanted)
    return redirect(url_for("scheduling.schedule"), code=303)


@scheduling.get("/manage/<event_code>/schedule/run/<code>")
@requires("schedule.read")
def run_state(code: str) -> str:
    """Answer the page's question how far the run is."""
    view = run_view(wanted_run(code), current_event().timezone)
    return render_template("scheduling/_run.html", run=view)


@scheduling.post("/manage/<event_code>/schedule/run/<code>/stop")
@requires("schedule.edit")
def stop(code: str) -> Response:
    """Stop a run; its best schedule so far becomes a draft."""
    run_id = wanted_run(code).id
    with transaction():
        stop_run(current_actor(), run_id)
    return redirect(url_for("scheduling.schedule"), code=303)
