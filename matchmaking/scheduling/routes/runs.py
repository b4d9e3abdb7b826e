"""The schedule's home: make one, watch it being made, and every version there is."""

from __future__ import annotations

from flask import render_template

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
    published_version,
    versions_of,
)
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.progress import objective_sentence, origins_shown
from matchmaking.scheduling.routes.solving import solving_of
from matchmaking.scheduling.wording import obstacle_sentences
from matchmaking.web.access import current_event


@scheduling.get("/manage/<event_code>/schedule")
@requires("schedule.read")
def schedule() -> str:
    """Show where the schedule stands and the one next step."""
    event = current_event()
    published, draft = published_version(event.id), newest_draft(event.id)
    versions = versions_of(event.id)
    boards = [board_of(version) for version in (published, draft) if version]
    return render_template(
        "scheduling/schedule.html",
        solving=solving_of(None, boards[-1] if draft else None),
        versions=versions,
        origins=origins_shown(versions),
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
