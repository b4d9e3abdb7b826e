"""Which signed commitments have no sealed paper yet and why; sealing them; the certificate that seals."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.commitments.labels import KIND_LABELS
from matchmaking.commitments.paper_labels import SEAL_LABELS, SEAL_SIGNALS
from matchmaking.commitments.queries.sealing import SealState, unsealed
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.recording import locked_commitment
from matchmaking.commitments.services.sealing import request_seal, request_seals
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@commitments.get("/manage/<event_code>/commitments/seals")
@requires("commitment.read")
def seals() -> str:
    """List the signed commitments whose paper has no seal yet."""
    rows = unsealed(current_event().id)
    return render_template(
        "commitments/seals.html",
        rows=rows,
        can_seal=any(row.state in (SealState.FAILED, SealState.MISSING) for row in rows),
        waits=any(row.state is SealState.WITNESS for row in rows),
        labels=SEAL_LABELS,
        kinds=KIND_LABELS,
        signals=SEAL_SIGNALS,
    )


@commitments.post("/manage/<event_code>/commitments/seals")
@requires("commitment.write")
def seal_all() -> Response:
    """Ask for every missing seal of the event."""
    with transaction():
        asked = len(request_seals(current_actor(), current_event().id))
    flash(ngettext("%(num)s paper is being sealed.", "%(num)s papers are being sealed.", asked), "held")
    return redirect(url_for("commitments.seals"), code=303)


@commitments.post("/manage/<event_code>/commitments/<code>/seal")
@requires("commitment.write")
def seal_one(code: str) -> Response:
    """Ask for the seal of one commitment, also without its witness when staff say so."""
    with transaction():
        commitment = locked_commitment(current_event().id, code)
        job = request_seal(current_actor(), commitment, without_witness=request.form.get("without_witness") == "1")
    flash(
        _("The paper is being sealed.") if job else _("Nothing is to be sealed here now."), "held" if job else "warning"
    )
    return redirect(url_for("commitments.view", code=code), code=303)
