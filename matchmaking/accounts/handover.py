"""Giving a link away: its address, the texts for WhatsApp and mail, and the secrets staff's own browser keeps meanwhile."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from flask import session, url_for

from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.accounts.queries import facts_of_event
from matchmaking.accounts.services.links import IssuedLink, mark_handed_over, subject_of
from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.mail import Message, send_later
from matchmaking.mail.sealing import seal, unseal
from matchmaking.web.addresses import public_address

_KEY = "handover"
#: How many fresh links one browser can still show; older ones are issued again when they are needed.
_KEPT = 4


@dataclass(frozen=True)
class LinkTexts:
    """A fresh link as it is given away."""

    url: str
    code_url: str
    short_code: str
    text: str
    subject: str
    expires: str


def remember_handover(issued: IssuedLink) -> None:
    """Keep a fresh link's secrets, encrypted, in the session of the staff member who made it, and nowhere else."""
    sealed = seal(json.dumps({**asdict(issued), "expires_at": issued.expires_at.isoformat()}))
    others = [pair for pair in session.get(_KEY, []) if pair[0] != issued.id]
    session[_KEY] = [*others, [issued.id, sealed]][-_KEPT:]


def handover_of(link_id: int) -> IssuedLink | None:
    """Return the secrets of a link this browser issued lately."""
    sealed = next((sealed for known, sealed in session.get(_KEY, []) if known == link_id), "")
    try:
        values = json.loads(unseal(sealed)) if sealed else None
    except InvalidToken:
        return None
    if values is None:
        return None
    expires_at = datetime.fromisoformat(values.pop("expires_at"))
    return IssuedLink(**{**values, "purpose": LinkPurpose(values["purpose"])}, expires_at=expires_at)


def hand_over_url(issued: IssuedLink) -> str:
    """Keep the link for this browser and return the page where staff give it away."""
    remember_handover(issued)
    return url_for("accounts.hand_over", link_id=issued.id)


def texts_of(issued: IssuedLink, first_name: str, *, may_guess: bool = True) -> LinkTexts | None:
    """Return what is sent or read out; ``None`` when no address is known and none may be guessed from the request."""
    event = facts_of_event(issued.event_id)
    base = public_address(event.public_address if event else "", may_guess=may_guess)
    if not base:
        return None
    url = base + url_for("accounts.open_link", token=issued.token)
    expires = show_moment(issued.expires_at, event.timezone) if event else show_moment(issued.expires_at)
    subject, sentence = _words(issued.purpose, event.name if event else "Temu Bisnis")
    text = "\n\n".join(
        (
            _("Dear %(name)s,", name=first_name),
            sentence,
            url,
            _(
                "The page asks for the last four digits of your phone number. The link works until %(time)s.",
                time=expires,
            ),
            _("It is meant for you alone: please do not pass it on."),
        )
    )
    return LinkTexts(url, base + url_for("accounts.enter_code"), spaced_code(issued.short_code), text, subject, expires)


def spaced_code(code: str) -> str:
    """Return a short code in two groups, easier to read out: ``K7M4-QX2P``."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def _words(purpose: LinkPurpose, event: str) -> tuple[str, str]:
    if purpose is LinkPurpose.INVITATION:
        return (
            _("Your invitation to %(event)s", event=event),
            _("You are invited to %(event)s. Please open this link and choose a password:", event=event),
        )
    if purpose is LinkPurpose.RESET:
        return (
            _("A new password for %(event)s", event=event),
            _("With this link you choose a new password for %(event)s:", event=event),
        )
    if purpose is LinkPurpose.SIGN:
        return (
            _("A commitment to sign, %(event)s", event=event),
            _("With this link you read the commitment of your organisation at %(event)s, and sign it:", event=event),
        )
    return (
        _("Your registration for %(event)s", event=event),
        _("With this link you see how your registration for %(event)s stands, and change it:", event=event),
    )


def send_by_mail(actor: Actor, issued: IssuedLink, *, may_guess: bool = True) -> bool:
    """Put the link into the outbox, in the caller's transaction, where the person has an address; say whether it went.

    ``may_guess``: whether the address in the link may be taken from this request when none is set.
    """
    subject = subject_of(db.session.get_one(AccessLink, issued.id))
    texts = texts_of(issued, subject.first_name, may_guess=may_guess) if subject.email else None
    if texts is None or not subject.email:
        return False
    message = Message(subject.email, texts.subject, texts.text, "access_link", f"link:{issued.id}", is_secret=True)
    send_later(actor, message, event_id=issued.event_id)
    mark_handed_over(actor, issued.id, "mail")
    return True
