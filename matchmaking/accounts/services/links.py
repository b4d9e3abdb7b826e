"""Handed-over links: issued, replaced, opened by token or by a short code, proved by the phone's last four digits, ended."""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock
from matchmaking.accounts import hooks
from matchmaking.accounts.models import AccessLink, LinkPurpose, User, UserState
from matchmaking.accounts.services.users import set_password
from matchmaking.actor import Actor, ActorKind
from matchmaking.codes import ALPHABET, keyed_hash, new_code, new_token, read_typed, token_hash
from matchmaking.errors import Conflict, DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.phones import last_four
from matchmaking.transactions import insert_new, lock_row

#: Wrong digits that end a link: four digits guessed five times succeed once in two thousand.
MAX_FAILED_TRIES = 5
#: 40 bits: with a thousand live links and the limit on tries, guessing one takes centuries.
SHORT_CODE_LENGTH = 8
LIFETIME = {
    LinkPurpose.INVITATION: timedelta(days=14),
    LinkPurpose.RESET: timedelta(days=1),
    LinkPurpose.STATUS: timedelta(days=180),
    LinkPurpose.SIGN: timedelta(days=90),
}
ACCOUNT_PURPOSES = (LinkPurpose.INVITATION, LinkPurpose.RESET)
_ATTEMPTS = 10


class LinkEnded(DomainError):
    """The link does not work any more; the sentence says why and whom to ask."""

    code = "accounts.link_ended"
    status = 410


@dataclass(frozen=True)
class IssuedLink:
    """A fresh link with its secrets, which exist only here and in the hands of whom it is given to."""

    id: int
    purpose: LinkPurpose
    subject_id: int
    event_id: int | None
    token: str
    short_code: str
    expires_at: datetime


@dataclass(frozen=True)
class DigitsCheck:
    """What checking the last four digits gave; ``tries_left`` 0 means that the link has ended."""

    is_right: bool
    tries_left: int = MAX_FAILED_TRIES


def issue_link(
    actor: Actor, purpose: LinkPurpose, subject_id: int, event_id: int | None, *, seed: str | None = None
) -> IssuedLink:
    """Make the link that works from now on; the one before, if any, ends as replaced.

    ``seed``: an unguessable text the request brought along. The same seed gives the same link again while it lives, so
    that a form that is sent twice has one outcome and a link already mailed keeps working.
    """
    secrets = _derived(f"{purpose.value}:{subject_id}:{seed}") if seed else None
    for attempt in range(_ATTEMPTS):  # another transaction may have issued one in between: replace that one too
        if secrets and (same := _live_link(purpose, subject_id, secrets)):
            return same
        if attempt:
            secrets = None  # the seed's link has ended: it never comes back, a new one takes its place
        end_links(actor, [purpose], subject_id, "replaced")
        issued = _insert(actor, purpose, subject_id, event_id, secrets or (new_token(), new_code(SHORT_CODE_LENGTH)))
        if issued:
            audit.record(
                actor,
                "accounts.issue_link",
                ("access_link", issued.id),
                event_id=event_id,
                data={"purpose": purpose.value, "subject": subject_id},
            )
            return issued
    raise Conflict(_("Somebody else is making this link at the same moment. Please try again."))


def _derived(text: str) -> tuple[str, str]:
    """Return token and short code that only this installation can make of the text."""
    digest = hmac.new(("link:" + current_app.config["SECRET_KEY"]).encode(), text.encode(), "sha256").digest()
    token = base64.urlsafe_b64encode(digest[:24]).decode()
    return token, "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[24:])


def _live_link(purpose: LinkPurpose, subject_id: int, secrets: tuple[str, str]) -> IssuedLink | None:
    token, short_code = secrets
    link = db.session.scalar(
        sa.select(AccessLink).where(
            AccessLink.token_hash == token_hash(token),
            AccessLink.purpose == purpose,
            AccessLink.subject_id == subject_id,
            AccessLink.ended_at.is_(None),
        )
    )
    if link is None:
        return None
    return IssuedLink(link.id, purpose, subject_id, link.event_id, token, short_code, link.expires_at)


def _insert(
    actor: Actor, purpose: LinkPurpose, subject_id: int, event_id: int | None, secrets: tuple[str, str]
) -> IssuedLink | None:
    token, short_code = secrets
    expires_at = clock.now() + LIFETIME[purpose]
    values = {
        "purpose": purpose,
        "subject_id": subject_id,
        "event_id": event_id,
        "token_hash": token_hash(token),
        "short_code_hash": short_code_hash(short_code),
        "created_at": clock.now(),
        "created_by": actor.user_id,
        "expires_at": expires_at,
    }
    link_id = insert_new(AccessLink, values)
    if link_id is None:
        return None
    return IssuedLink(link_id, purpose, subject_id, event_id, token, short_code, expires_at)


def short_code_hash(code: str) -> str:
    """Return the form in which short codes are stored: keyed, because 40 bits could be searched in a stolen database."""
    return keyed_hash(code, "short-code:" + current_app.config["SECRET_KEY"])


def link_by_short_code(typed: str) -> AccessLink | None:
    """Return the link of a typed code, in whatever state; hyphens, blanks and look-alikes do not matter."""
    code = read_typed(typed)
    if len(code) != SHORT_CODE_LENGTH:
        return None
    return db.session.scalar(sa.select(AccessLink).where(AccessLink.short_code_hash == short_code_hash(code)))


def issue_status_link(actor: Actor, participation_id: int, event_id: int, *, seed: str | None = None) -> IssuedLink:
    """Make the status link of a registration; the one before ends. ``seed`` as for :func:`issue_link`."""
    return issue_link(actor, LinkPurpose.STATUS, participation_id, event_id, seed=seed)


def issue_account_link(actor: Actor, user_id: int, event_id: int | None) -> IssuedLink:
    """Make the link by which a person sets a password: an invitation the first time, a reset afterwards.

    Raises:
        NotFound: the account is closed.
    """
    user = lock_row(User, user_id)
    if user is None or user.state is not UserState.ACTIVE:
        raise NotFound(_("This person has no account any more."))
    purpose = LinkPurpose.RESET if user.password_hash else LinkPurpose.INVITATION
    return issue_link(actor, purpose, user_id, event_id)


def end_links(actor: Actor, purposes: list[LinkPurpose], subject_id: int, reason: str) -> None:
    """End the live links of these purposes for this subject."""
    db.session.execute(
        sa.update(AccessLink)
        .where(AccessLink.purpose.in_(purposes), AccessLink.subject_id == subject_id, AccessLink.ended_at.is_(None))
        .values(ended_at=clock.now(), end_reason=reason)
    )


def mark_handed_over(actor: Actor, link_id: int, channel: str) -> None:
    """Note how staff gave the link away: whatsapp, paper, spoken or mail."""
    link = lock_row(AccessLink, link_id)
    if link is None or channel not in {"whatsapp", "paper", "spoken", "mail"}:
        raise NotFound(_("This link does not exist any more."))
    link.channel = channel
    audit.record(actor, "accounts.hand_over", link, event_id=link.event_id, data={"channel": channel})


def check_live(link: AccessLink | None) -> AccessLink:
    """Return the link if it works.

    Raises:
        NotFound: there is no such link.
        LinkEnded: it was used, replaced, ended by wrong digits, revoked, or is too old.
    """
    if link is None:
        raise NotFound(_("There is nothing at this link. Please check that it is complete, or ask the organiser."))
    if link.ended_at is not None:
        raise LinkEnded(_ending(link.purpose, link.end_reason))
    if link.expires_at <= clock.now():
        raise LinkEnded(_("This link is too old. Please ask the organiser for a new one."))
    return link


def _ending(purpose: LinkPurpose, reason: str | None) -> str:
    if reason == "used" and purpose is LinkPurpose.SIGN:
        return _("The signature is stored, so this link has ended. Ask the organiser if you need a copy of the paper.")
    if reason == "used":
        return _("This link has been used. Log in with your password, or ask the organiser for a new link.")
    if reason == "replaced":
        return _("There is a newer link in place of this one. Please use the last one that you were given.")
    if reason == "tries":
        return _("The digits were wrong five times, so this link has ended. Please ask the organiser for a new one.")
    return _("This link has ended. Please ask the organiser for a new one.")


def subject_of(link: AccessLink) -> hooks.LinkSubject:
    """Return whom a link is for.

    Raises:
        NotFound: the subject does not exist any more.
    """
    if link.purpose in ACCOUNT_PURPOSES:
        user = db.session.get(User, link.subject_id)
        if user is not None and user.state is UserState.ACTIVE:
            return hooks.LinkSubject(user.name.split()[0], "", user.phone, user.email)
    else:
        found = next((subject for subject in hooks.link_subject(link) if subject), None)
        if found:
            return found
    raise NotFound(_("What this link was for does not exist any more. Please ask the organiser."))


def needs_digits(link: AccessLink, subject: hooks.LinkSubject) -> bool:
    """Say whether digits are asked for: always, except of a person who is known by e-mail alone."""
    return bool(subject.phone) or link.purpose not in ACCOUNT_PURPOSES


def verify_last_four(link_id: int, digits: str) -> DigitsCheck:
    """Compare with the registered phone; a wrong try is counted, the fifth ends the link.

    Returns rather than raises, because an error would undo the count.

    Raises:
        NotFound, LinkEnded: the link does not work.
    """
    link = check_live(lock_row(AccessLink, link_id))
    subject = subject_of(link)
    if not needs_digits(link, subject):
        return DigitsCheck(True)
    typed = "".join(character for character in digits if character.isascii() and character.isdigit())
    expected = last_four(subject.phone)
    if expected and hmac.compare_digest(typed.encode(), expected.encode()):
        link.opened_at = link.opened_at or clock.now()
        return DigitsCheck(True, MAX_FAILED_TRIES - link.failed_tries)
    link.failed_tries += 1
    left = max(MAX_FAILED_TRIES - link.failed_tries, 0)
    if not left:
        link.ended_at, link.end_reason = clock.now(), "tries"
        audit.record(link_actor(link), "accounts.link_tries_ended", link, event_id=link.event_id)
    return DigitsCheck(False, left)


def redeem_link(link_id: int, digits: str, password_hash: str) -> tuple[DigitsCheck, User | None]:
    """Set the password by an invitation or reset link and end the link; the person may be logged in then.

    Raises:
        NotFound, LinkEnded: the link does not work.
    """
    link = check_live(db.session.get(AccessLink, link_id))
    if link.purpose not in ACCOUNT_PURPOSES:
        raise NotFound(_("There is nothing at this link. Please check that it is complete, or ask the organiser."))
    lock_row(User, link.subject_id)  # the person before the link, as issuing does: no two wait for each other
    check = verify_last_four(link_id, digits)
    if not check.is_right:
        return check, None
    user = set_password(link_actor(link), link.subject_id, password_hash)
    user.last_login_at = clock.now()
    end_links(link_actor(link), list(ACCOUNT_PURPOSES), user.id, "used")
    return check, user


def link_actor(link: AccessLink) -> Actor:
    """Return the actor behind a link: whoever holds it."""
    return Actor(ActorKind.LINK, link.id, link.event_id)
