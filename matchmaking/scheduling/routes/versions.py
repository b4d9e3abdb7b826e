"""What is done with a whole version: publish, copy, discard, name."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.errors import ChangedMeanwhile, StaleInputs
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.found import wanted_edit, wanted_version
from matchmaking.scheduling.routes.solving import tell_of_run
from matchmaking.scheduling.services.versions import copy_version, discard_version, name_version, publish_version
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/publish")
@requires("schedule.publish")
def publish(code: str) -> Response | str:
    """Publish a draft; asks once when its inputs are out of date."""
    edit = wanted_edit(wanted_version(code))
    try:
        with transaction():
            publish_version(current_actor(), edit, accept_stale=request.form.get("accept_stale") == "1")
    except StaleInputs as error:
        return render_template(
            "web/confirm.html",
            title=_("Publish all the same?"),
            text=str(error),
            consequences=[],
            action_label=_("Publish as it is"),
            action_url=url_for("scheduling.publish", code=code),
            cancel_url=url_for("scheduling.board", code=code),
            fields={"revision": edit.revision, "accept_stale": "1"},
        )
    flash(_("The schedule is published. Those whose agenda changed are being told."), "held")
    tell_of_run()
    return redirect(url_for("scheduling.told"), code=303)


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/copy")
@requires("schedule.edit")
def copy(code: str) -> Response:
    """Make a new draft from a version."""
    version_id = wanted_version(code).id
    with transaction():
        new_code = copy_version(current_actor(), version_id).code
    flash(_("A new draft was made. The version it comes from stays as it is."), "held")
    return redirect(url_for("scheduling.board", code=new_code), code=303)


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/discard")
@requires("schedule.edit")
def discard(code: str) -> Response:
    """Put a draft away."""
    version_id = wanted_version(code).id
    with transaction():
        discard_version(current_actor(), version_id)
    flash(_("The draft was discarded."), "held")
    tell_of_run()
    return redirect(url_for("scheduling.schedule"), code=303)


@scheduling.post("/manage/<event_code>/schedule/versions/<code>/name")
@requires("schedule.edit")
def rename(code: str) -> Response:
    """Give a version a name."""
    version_id = wanted_version(code).id
    name, seen = request.form.get("name", ""), request.form.get("seen", "")
    try:
        with transaction():
            name_version(current_actor(), version_id, name, seen)
    except (ChangedMeanwhile, InvalidInput) as refused:
        flash(str(refused), "refused")
    else:
        flash(_("The name is saved."), "held")
    return redirect(url_for("scheduling.board", code=code), code=303)
