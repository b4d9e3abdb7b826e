"""Announcing an earlier version again: what would change and who would be told first, then one step."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import ChangedMeanwhile, NothingToUndo, NotReady
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.going_back import WayBack, way_back
from matchmaking.scheduling.queries.notices import times_and_table_names
from matchmaking.scheduling.queries.previews import as_addressees, people_to_tell
from matchmaking.scheduling.queries.versions import published_version, version_by_code
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_version
from matchmaking.scheduling.routes.solving import tell_of_run
from matchmaking.scheduling.services.going_back import go_back
from matchmaking.scheduling.telling import Places, comparison_sentences
from matchmaking.scheduling.wording import way_back_reasons
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@scheduling.get("/manage/<event_code>/schedule/versions/<code>/back")
@requires("schedule.publish")
def preview_back(code: str) -> str:
    """Show what announcing this version again would change, what stays as it is, and who would be told."""
    earlier, published = _wanted(code)
    way = way_back(published, earlier)
    places = Places(*times_and_table_names(published.event_id), current_event().timezone)
    return render_template(
        "scheduling/go_back.html",
        earlier=earlier,
        published=published,
        kept=way.kept,
        sentences=comparison_sentences(way.changes, way.now.names, places, {}),
        refused=_refused(way),
        people=as_addressees(people_to_tell(published, way.standings)) if way.changes else [],
    )


def _refused(way: WayBack) -> list[tuple[str, str]]:
    names = way.now.names
    stays, falls = _("It stays where it is announced now."), _("It falls away.")
    return [
        (
            " – ".join(names.get(id, "") for id in seat.teams),
            " ".join([*way_back_reasons(why, names), stays if seat.meeting_id in way.stays else falls]),
        )
        for seat, why in way.refused
    ]


def _wanted(code: str) -> tuple[ScheduleVersion, ScheduleVersion]:
    earlier, published = wanted_version(code), published_version(current_event().id)
    if published is None:
        raise NotReady(_("No schedule is published yet."))
    if earlier.state is not VersionState.SUPERSEDED:
        raise NotFound(_("Only what was announced before can be announced again."))
    return earlier, published


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/back")
@requires("schedule.publish")
def back(code: str) -> Response:
    """Announce this version again."""
    earlier_id = wanted_version(code).id
    seen = version_by_code(current_event().id, request.form.get("seen", ""))
    if seen is None:
        raise NotFound(_("This version does not exist (any more)."))
    seen_id = seen.id
    try:
        with transaction():
            go_back(current_actor(), seen_id, earlier_id)
    except (ChangedMeanwhile, NothingToUndo) as refused:
        return _refusal(refused)
    flash(_("The earlier schedule is announced again. Those whose agenda changed are being told."), "held")
    tell_of_run()
    return redirect(url_for("scheduling.told"), code=303)


def _refusal(refused: DomainError) -> Response:
    flash(str(refused), "refused")
    return redirect(url_for("scheduling.schedule"), code=303)
