"""The status link of an entry: the same submission always has the same link, however often it is answered."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.actor import Actor
from matchmaking.codes import ALPHABET, keyed_hash, new_token, token_hash
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.identity import last_four
from matchmaking.registration.models import Participation
from matchmaking.registration.queries.entries import contact_of
from matchmaking.transactions import lock_row

#: A status link outlives the event: the agenda and what follows are read there.
AFTER_EVENT = timedelta(days=60)


@dataclass(frozen=True)
class StatusLink:
    """The secret of a status link, and the short code that can be read out; neither is stored."""

    token: str
    short_code: str


def status_link(actor: Actor, participation_id: int, submission_key: str | None = None) -> StatusLink:
    """Return the entry's status link, ending the one before; a repeated submission gets the same link again."""
    link = _derived(participation_id, submission_key or new_token())
    hashed = token_hash(link.token)
    live = db.session.scalar(
        sa.select(AccessLink).where(
            AccessLink.purpose == LinkPurpose.STATUS,
            AccessLink.subject_id == participation_id,
            AccessLink.ended_at.is_(None),
        )
    )
    if live is not None and live.token_hash == hashed:
        return link
    if live is not None:
        live.ended_at, live.end_reason = clock.now(), "replaced"
        db.session.flush()
    participation = db.session.get_one(Participation, participation_id)
    db.session.add(
        AccessLink(
            purpose=LinkPurpose.STATUS,
            subject_id=participation_id,
            event_id=participation.event_id,
            token_hash=hashed,
            short_code_hash=keyed_hash(link.short_code, _key()),
            created_at=clock.now(),
            created_by=actor.user_id,
            expires_at=_expiry(participation.event_id),
        )
    )
    audit.record(actor, "registration.issue_link", participation, event_id=participation.event_id)
    db.session.flush()
    return link


def _derived(participation_id: int, key: str) -> StatusLink:
    def digest(purpose: str) -> bytes:
        text = f"{purpose}:{participation_id}:{key}"
        return hmac.new(_key().encode(), text.encode(), hashlib.sha256).digest()

    token = base64.urlsafe_b64encode(digest("status-token")[:24]).decode()
    return StatusLink(token, "".join(ALPHABET[byte % 32] for byte in digest("status-code")[:8]))


def _key() -> str:
    return str(current_app.secret_key)


def _expiry(event_id: int) -> datetime:
    ends_on = db.session.get_one(Event, event_id).ends_on
    return max(datetime.combine(ends_on, time.max, tzinfo=UTC), clock.now()) + AFTER_EVENT


#: After this many wrong tries a link ends: the four digits could be guessed otherwise.
MAX_TRIES = 5


def find_status_link(token: str, event_id: int) -> AccessLink | None:
    """Return the live status link with this secret, of this event."""
    link = db.session.scalar(
        sa.select(AccessLink).where(
            AccessLink.token_hash == token_hash(token),
            AccessLink.purpose == LinkPurpose.STATUS,
            AccessLink.event_id == event_id,
        )
    )
    return link if link is not None and is_live(link) else None


def is_live(link: AccessLink) -> bool:
    """Say whether a link still opens anything."""
    return link.ended_at is None and clock.now() < link.expires_at


def live_link(link_id: int) -> AccessLink | None:
    """Return the link with this id while it lives."""
    link = db.session.get(AccessLink, link_id)
    return link if link is not None and is_live(link) else None


def note_opened(link_id: int) -> None:
    """Write down the first opening of a link."""
    link = lock_row(AccessLink, link_id)
    if link is not None and link.opened_at is None:
        link.opened_at = clock.now()


def prove_holder(link_id: int, digits: str) -> bool:
    """Say whether these are the last four digits of the contact's phone; wrong tries are counted and end the link."""
    link = lock_row(AccessLink, link_id)
    if link is None or not is_live(link):
        return False
    contact = contact_of(link.subject_id)
    expected = last_four(contact.phone) if contact else ""
    if expected and hmac.compare_digest(expected, "".join(c for c in digits if c.isdigit())):
        link.failed_tries = 0
        return True
    link.failed_tries += 1
    if link.failed_tries >= MAX_TRIES:
        link.ended_at, link.end_reason = clock.now(), "tries"
    db.session.flush()
    return False


def mark_handed_over(actor: Actor, participation_id: int, channel: str = "whatsapp") -> None:
    """Note by which way the entry's live link reached its owner."""
    link = db.session.scalar(
        sa.select(AccessLink).where(
            AccessLink.purpose == LinkPurpose.STATUS,
            AccessLink.subject_id == participation_id,
            AccessLink.ended_at.is_(None),
        )
    )
    if link is not None and link.channel is None:
        link.channel = channel
        audit.record(actor, "registration.hand_over", ("participation", participation_id))
