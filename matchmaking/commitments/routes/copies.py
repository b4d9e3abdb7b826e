"""Registering a later lawful copy of a signed commitment."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for

from matchmaking.commitments.forms.papers import CopyForm
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.doors import Answer
from matchmaking.commitments.services.copies import RegisterCopy, register_copy
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.forms.entries import place_errors
from matchmaking.registration.routes.blueprint import keep_files, sent
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event


@commitments.route("/manage/<event_code>/commitments/<code>/copies", methods=["GET", "POST"])
@requires("commitment.write")
def add_copy(code: str) -> Answer:
    """Ask for the copy and what was done to it; register it."""
    view = commitment_view(current_event().id, code)
    form = CopyForm(sent() if request.method == "POST" else None).offer()
    if request.method == "POST":
        if answer := _keep(code, form):
            return answer
        return render_template("commitments/copy.html", view=view, form=form), 422
    return render_template("commitments/copy.html", view=view, form=form)


def _keep(code: str, form: CopyForm) -> Answer | None:
    if not keep_files(form) or not form.validate():
        return None
    command = RegisterCopy(
        current_event().id, code, next(iter(form.file.data or ()), ""), form.kind.data or "", form.serial.data or "",
        form.affixed_by.data or "", form.note.data or "",
    )  # fmt: skip
    try:
        with transaction():
            register_copy(current_actor(), command)
    except DomainError as refusal:
        if refusal.status == NotFound.status:
            raise
        place_errors(form, refusal)
        abandon()
        return None
    flash(_("The copy is registered: the check page knows it from now on."), "held")
    return redirect(url_for("commitments.view", code=code), code=303)
