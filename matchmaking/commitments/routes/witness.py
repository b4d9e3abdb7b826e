"""The witness's page on the tablet: what waits for the witness, ticked, and one drawing for all of it."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.commitments.forms.papers import WitnessForm
from matchmaking.commitments.forms.signing import read_device_time
from matchmaking.commitments.labels import KIND_LABELS
from matchmaking.commitments.queries.sealing import SealState, unsealed
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.signing import has_screen_signing
from matchmaking.commitments.services.settings import settings_of
from matchmaking.commitments.services.witnessing import MAX_AT_ONCE, WitnessRequest, witness_commitments
from matchmaking.errors import DomainError, NotFound
from matchmaking.permissions import requires
from matchmaking.transactions import abandon, transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@commitments.get("/sign/<event_code>/witness")
@requires("commitment.sign")
def witness() -> str:
    """Show what waits for the witness, all of it ticked."""
    settings = settings_of(current_event().id)
    form = WitnessForm(formdata=None, data={"name": settings.witness_name, "office": settings.witness_office})
    done = read_row_number(request.args.get("done"))
    return _page(form, done=done, passed_over=read_row_number(request.args.get("passed")) or 0)


@commitments.post("/sign/<event_code>/witness")
@requires("commitment.sign")
def store_witness() -> Response | tuple[str, int]:
    """Put the drawing under each ticked commitment."""
    form = WitnessForm()
    if form.validate_on_submit():
        try:
            with transaction():
                outcome = witness_commitments(current_actor(), _request(form))
            done, passed = outcome.signed, outcome.passed_over
            return redirect(url_for("commitments.witness", done=done, passed=passed), code=303)
        except DomainError as error:
            if error.status == NotFound.status:
                raise
            show_problems(form, error)
            abandon()
    return _page(form), 422


def _request(form: WitnessForm) -> WitnessRequest:
    return WitnessRequest(
        event_id=current_event().id,
        codes=tuple(form.codes.data or ()),
        key=form.signature_key.data or "",
        name=form.name.data or "",
        office=form.office.data or "",
        strokes=form.strokes.data or "",
        device_time=read_device_time(form.device_time.data),
    )


def _page(form: WitnessForm, *, done: int | None = None, passed_over: int = 0) -> str:
    event_id = current_event().id
    rows = [row for row in unsealed(event_id) if row.state is SealState.WITNESS][:MAX_AT_ONCE]
    ticked = set(form.codes.data or ()) if form.is_submitted() else {row.code for row in rows}
    return render_template(
        "commitments/witness.html",
        form=form,
        rows=rows,
        kinds=KIND_LABELS,
        ticked=ticked,
        done=done,
        passed_over=passed_over,
        is_on=has_screen_signing() and settings_of(event_id).has_screen_witness,
    )
