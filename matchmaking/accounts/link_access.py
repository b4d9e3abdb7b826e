"""What this browser has done with links: opened them, and proved by the phone's last four digits that they are its own."""

from __future__ import annotations

from datetime import timedelta

from flask import session

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.accounts.queries import link_by_id
from matchmaking.accounts.services.links import LinkEnded, check_live
from matchmaking.errors import NotFound

_KEY = "links"
#: More links than this no phone needs at once; the cookie stays small.
_KEPT = 6
PROOF_LASTS = timedelta(hours=12)


def remember_opened(link: AccessLink) -> None:
    """Note that this browser came by the link's token or short code."""
    _keep(link, _proved_at(link.id))


def remember_proved(link: AccessLink) -> None:
    """Note that this browser gave the right digits."""
    _keep(link, int(clock.now().timestamp()))


def opened_link(purpose: LinkPurpose, subject_id: int | None = None) -> AccessLink | None:
    """Return the link of this purpose (and subject) that this browser opened last and that still works."""
    for link_id, _proved in reversed(_known()):
        link = link_by_id(link_id)
        if link and link.purpose is purpose and subject_id in (None, link.subject_id) and _works(link):
            return link
    return None


def known_link(purpose: LinkPurpose, subject_id: int) -> AccessLink | None:
    """Return the link of this purpose and subject that this browser opened last, in whatever state."""
    known = (link_by_id(link_id) for link_id, _proved in reversed(_known()))
    return next((link for link in known if link and (link.purpose, link.subject_id) == (purpose, subject_id)), None)


def opened_link_by_id(link_id: int) -> AccessLink | None:
    """Return the link, in whatever state, if this browser opened it."""
    return link_by_id(link_id) if any(known == link_id for known, _proved in _known()) else None


def is_proved(link: AccessLink) -> bool:
    """Say whether this browser gave the right digits for the link, less than twelve hours ago."""
    proved_at = _proved_at(link.id)
    return bool(proved_at) and clock.now().timestamp() - proved_at < PROOF_LASTS.total_seconds()


def _known() -> list[list[int]]:
    """Return pairs of link id and moment of the proof (0: none), in the order of opening."""
    return list(session.get(_KEY, []))


def _proved_at(link_id: int) -> int:
    return next((proved for known, proved in _known() if known == link_id), 0)


def _keep(link: AccessLink, proved_at: int) -> None:
    others = [pair for pair in _known() if pair[0] != link.id]
    session[_KEY] = [*others, [link.id, proved_at]][-_KEPT:]


def _works(link: AccessLink) -> bool:
    try:
        check_live(link)
    except (LinkEnded, NotFound):
        return False
    return True
