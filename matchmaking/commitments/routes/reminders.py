"""The list of signatories who are waited for, with one tap to hand a reminder over."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.handover import hand_over_url
from matchmaking.codes import new_code
from matchmaking.commitments import labels, life_labels
from matchmaking.commitments.forms.signing import read_party
from matchmaking.commitments.queries.waiting import waiting_signatories
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.reminding import RemindSignatory, remind_signatory
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event


@commitments.get("/manage/<event_code>/commitments/reminders")
@requires("commitment.write")
def reminders() -> str:
    """List whom agreed records wait for."""
    return render_template(
        "commitments/reminders.html",
        waiting=waiting_signatories(current_event().id),
        seed=new_code(26),
        labels=labels,
        life_labels=life_labels,
    )


@commitments.post("/manage/<event_code>/commitments/<code>/remind/<party>")
@requires("commitment.write")
def remind(code: str, party: str) -> Response:
    """Remind a signatory: the text with a fresh link is on the next page."""
    kind = read_party(party)
    if kind is None:
        raise NotFound(_("There is no such party."))
    given = request.form
    command = RemindSignatory(
        current_event().id,
        code,
        kind,
        given.get("stage", "")[:20],
        "whatsapp",
        (given.get("seed") or new_code(26))[:64],
    )
    try:
        with transaction():
            issued = remind_signatory(current_actor(), command)
        return redirect(hand_over_url(issued), code=303)
    except DomainError as refusal:
        if refusal.status == NotFound.status:
            raise
        abandon()
        flash(str(refusal.fields.get("phone", refusal)), "warning")
        if refusal.fields:  # the name, role or phone is missing: it is written on the link's own page
            return redirect(url_for("commitments.send_link", code=code, party=kind.value), code=303)
    return redirect(url_for("commitments.reminders"), code=303)
