"""Badges given out, ended and printed: at most one is live for a person, and paper that was replaced opens no door."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.attendance.badge_codes import new_badge_code, new_short_code
from matchmaking.attendance.models import Badge, BadgeEnd
from matchmaking.attendance.queries.badges import is_replaced, live_badge, people_with_badges
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Delegate, ParticipationState
from matchmaking.transactions import insert_new, lock_row, lock_rows

MAX_NOTE = 150
#: A short code of 30 bits may be taken in the event; so often in a row it is not.
_TRIES = 20


class WhyAgain(StrEnum):
    """Why a badge that was printed is printed again."""

    LOST = "lost"
    DAMAGED = "damaged"
    NAME_CORRECTED = "name_corrected"
    OTHER = "other"


def issue_badge(actor: Actor, delegate_id: int) -> Badge:
    """Return the person's live badge; make one when there is none. Two at once get the same.

    Raises:
        NotFound: the person is not there (any more).
        Conflict: the entry does not take part, or somebody else came in this person's place.
    """
    if badge := live_badge(delegate_id):
        return badge
    delegate = db.session.get(Delegate, delegate_id)
    if delegate is None or delegate.erased_at is not None:
        raise NotFound(_("This person is not in the event any more."))
    _require_part(delegate)
    return _new_badge(actor, delegate, replaces_id=None)


def ensure_badges(actor: Actor, event_id: int, participation_id: int | None = None) -> int:
    """Give a badge to everybody of the approved entries who has none; return how many were made.

    Left out: who was forgotten, and in whose place somebody else came.
    """
    statement = people_with_badges(event_id).where(~_has_live_badge())
    if participation_id is not None:
        statement = statement.where(Delegate.participation_id == participation_id)
    missing = db.session.scalars(statement.order_by(Delegate.id)).all()
    for delegate in missing:
        _new_badge(actor, delegate, replaces_id=None)
    return len(missing)


def _has_live_badge() -> sa.ColumnElement[bool]:
    return sa.select(Badge.id).where(Badge.delegate_id == Delegate.id, Badge.ended_at.is_(None)).exists()


def _require_part(delegate: Delegate) -> None:
    if delegate.participation.state is not ParticipationState.APPROVED:
        raise Conflict(_("A badge is made once the registration is approved."))
    if db.session.scalar(sa.select(is_replaced()).where(Delegate.id == delegate.id)):
        raise Conflict(_("Somebody else has come in this person's place. Take that back first."))


def _new_badge(actor: Actor, delegate: Delegate, replaces_id: int | None) -> Badge:
    for _attempt in range(_TRIES):
        values: dict[str, Any] = {
            "event_id": delegate.event_id,
            "delegate_id": delegate.id,
            "code": new_badge_code(),
            "short_code": new_short_code(),
            "issued_at": clock.now(),
            "issued_by": actor.user_id,
            "replaces_id": replaces_id,
        }
        badge_id = insert_new(Badge, values)
        if badge_id is not None:
            badge = db.session.get_one(Badge, badge_id)
            audit.record(actor, "attendance.issue_badge", badge, event_id=delegate.event_id)
            return badge
        if winner := live_badge(delegate.id):  # somebody was faster
            return winner
    raise RuntimeError("no free badge code was found")


def end_badge(actor: Actor, badge: Badge, reason: BadgeEnd, note: str = "") -> None:
    """End a badge, so that its codes open no door any more; one that has ended stays as it is."""
    locked = lock_row(Badge, badge.id)
    if locked is None or locked.ended_at is not None:
        return
    locked.ended_at, locked.ended_by = clock.now(), actor.user_id
    locked.end_reason, locked.end_note = reason, " ".join(note.split())[:200]
    audit.record(actor, "attendance.end_badge", locked, event_id=locked.event_id, data={"reason": reason.value})
    db.session.flush()


def end_badges_of(actor: Actor, delegate_ids: Collection[int], reason: BadgeEnd) -> None:
    """End the live badges of several people."""
    live = sa.select(Badge).where(Badge.delegate_id.in_(delegate_ids), Badge.ended_at.is_(None)).order_by(Badge.id)
    for badge in db.session.scalars(live).all():
        end_badge(actor, badge, reason)


def reprint_badge(actor: Actor, event_id: int, delegate_code: str, why: WhyAgain | str, note: str = "") -> Badge:
    """Replace a badge that was printed by a new one with new codes; the old one opens no door any more.

    Args:
        actor: who prints again.
        event_id: the event of the address.
        delegate_code: the person's public code.
        why: the reason.
        note: in own words; needed with ``other``.

    Raises:
        NotFound: there is no such person, or no badge.
        InvalidInput: no reason.
        Conflict: the badge was never printed, so there is nothing to replace.
    """
    reason = _why(why, note)
    delegate = db.session.scalar(
        sa.select(Delegate).where(Delegate.event_id == event_id, Delegate.code == delegate_code)
    )
    found = live_badge(delegate.id) if delegate else None
    badge = lock_row(Badge, found.id) if found else None
    if delegate is None or badge is None or badge.ended_at is not None:
        raise NotFound(_("There is no valid badge of this person. Please look again."))
    if badge.printed_at is None:
        raise Conflict(_("This badge was not printed yet, so nothing needs to be replaced. Just print it."))
    end_badge(actor, badge, BadgeEnd.REPRINTED, reason)
    return _new_badge(actor, delegate, replaces_id=badge.id)


def _why(why: WhyAgain | str, note: str) -> str:
    words = " ".join(note.split())
    if why not in set(WhyAgain):
        raise InvalidInput(
            _("Please say why the badge is printed again."), fields={"why": _("Please choose a reason.")}
        )
    if why == WhyAgain.OTHER and not words:
        raise InvalidInput(
            _("Please say why the badge is printed again."), fields={"note": _("Please write the reason.")}
        )
    if len(words) > MAX_NOTE:
        raise InvalidInput(
            _("The reason is too long."), fields={"note": _("At most %(count)s characters, please.", count=MAX_NOTE)}
        )
    return f"{WhyAgain(why).value}: {words}" if words else WhyAgain(why).value


def note_printed(actor: Actor, badge_ids: Sequence[int]) -> None:
    """Note that these badges stand on paper now."""
    badges = lock_rows(Badge, badge_ids)
    for badge in badges:
        badge.printed_at, badge.printed_by = clock.now(), actor.user_id
        badge.print_count += 1
    for event_id in {badge.event_id for badge in badges}:
        ids = sorted(badge.id for badge in badges if badge.event_id == event_id)
        audit.record(actor, "attendance.print_badges", ("event", event_id), event_id=event_id, data={"badges": ids})
    db.session.flush()
