"""Blank numbered forms for a hall without power: printed, typed in, or said why not."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.commitments.blank_papers import blank_forms_pdf
from matchmaking.commitments.queries.blank_forms import blank_forms
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.paper_forms import print_forms, spoil_form
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.routes.files import file_answer
from matchmaking.transactions import abandon, transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event


@commitments.get("/manage/<event_code>/commitments/paper-forms")
@requires("commitment.write")
def paper_forms() -> str:
    """List the printed forms and what became of each."""
    return _page()


def _page(problem: str = "") -> str:
    return render_template("commitments/paper_forms.html", forms=blank_forms(current_event().id), problem=problem)


@commitments.post("/manage/<event_code>/commitments/paper-forms")
@requires("commitment.write")
def make_forms() -> Response | tuple[str, int]:
    """Take numbers for blank forms."""
    try:
        with transaction():
            print_forms(current_actor(), current_event().id, read_row_number(request.form.get("count")) or 0)
    except DomainError as refusal:
        abandon()
        return _page(str(refusal)), 422
    flash(_("The numbers are taken. Print the forms now."), "held")
    return redirect(url_for("commitments.paper_forms"), code=303)


@commitments.get("/manage/<event_code>/commitments/paper-forms.pdf")
@requires("commitment.write")
def forms_pdf() -> Response:
    """Hand out every form that is neither typed in nor spoiled, as one PDF."""
    event = current_event()
    numbers = [row.form.number for row in blank_forms(event.id) if row.is_open]
    if not numbers:
        raise NotFound(_("There is no blank form to print. Take numbers first."))
    return file_answer(blank_forms_pdf(event.id, numbers), "application/pdf", f"formulir-{event.code}.pdf")


@commitments.post("/manage/<event_code>/commitments/paper-forms/<int:form_id>/spoil")
@requires("commitment.write")
def spoil(form_id: int) -> Response | tuple[str, int]:
    """Say why a form is not typed in."""
    try:
        with transaction():
            spoil_form(current_actor(), current_event().id, form_id, request.form.get("reason", ""))
    except DomainError as refusal:
        if refusal.status == NotFound.status:
            raise
        abandon()
        return _page(str(refusal)), refusal.status
    return redirect(url_for("commitments.paper_forms"), code=303)
