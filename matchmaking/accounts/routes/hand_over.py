"""Staff give a fresh link away: WhatsApp text, slip of paper, or a code read out."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.handover import LinkTexts, handover_of, texts_of
from matchmaking.accounts.models import AccessLink
from matchmaking.accounts.queries import facts_of_event, link_by_id
from matchmaking.accounts.routes.blueprint import accounts
from matchmaking.accounts.services.links import check_live, mark_handed_over, subject_of
from matchmaking.documents.qr import qr_code
from matchmaking.errors import NotFound
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.phones import whatsapp_number
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.addresses import printed_address
from matchmaking.web.routes import safe_next


@accounts.get("/manage/<event_code>/hand-over/<int:link_id>")
@requires("link.hand_over")
def hand_over(link_id: int) -> str:
    """Show the link in the three ways it can be given away; only in the browser that issued it."""
    link, texts = _fresh(link_id)
    subject = subject_of(link)
    return render_template(
        "accounts/hand_over.html",
        link=link,
        texts=texts,
        subject=subject,
        whatsapp=whatsapp_number(subject.phone),
        next=safe_next(request.args.get("next"), ""),
    )


@accounts.get("/manage/<event_code>/hand-over/<int:link_id>/slip")
@requires("link.hand_over")
def slip(link_id: int) -> str:
    """Show the link as a slip of paper, A6, with QR code and short code; refused where its address ends at the hall's door."""
    link, texts = _fresh(link_id)
    facts = facts_of_event(link.event_id)
    printed_address(facts.public_address if facts else "", may_be_local=facts.is_trial if facts else False)
    return render_template(
        "accounts/slip.html", texts=texts, subject=subject_of(link), code=qr_code(texts.url), link=link
    )


@accounts.post("/manage/<event_code>/hand-over/<int:link_id>")
@requires("link.hand_over")
def mark_link(link_id: int) -> Response:
    """Note that the link has been given away, and how."""
    link, _texts = _fresh(link_id)
    with transaction():
        mark_handed_over(current_actor(), link.id, request.form.get("channel", "whatsapp"))
    flash(_("Noted: the link has been handed over."), "held")
    return redirect(safe_next(request.form.get("next"), url_for("accounts.hand_over", link_id=link_id)), code=303)


def _fresh(link_id: int) -> tuple[AccessLink, LinkTexts]:
    """Return the link with its texts in the recipient's language (Indonesian), not in the staff member's.

    Raises:
        NotFound: this browser did not issue it, or it is too long ago.
        LinkEnded: it does not work any more.
    """
    issued, link = handover_of(link_id), link_by_id(link_id)
    if issued is None or link is None or link.event_id != current_event().id:
        raise NotFound(_("This link can be shown only once, where it was made. Make a new one: it replaces this one."))
    check_live(link)
    with force_locale("id"):
        texts = texts_of(issued, subject_of(link).first_name)
    if texts is None:  # cannot be: staff's own request has an address
        raise NotFound(_("This link does not exist any more."))
    return link, texts
