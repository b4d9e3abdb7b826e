"""What becomes of badges when an entry is approved, leaves or is joined with another, and when a person is forgotten."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonFile, PersonRef
from matchmaking.actor import Actor
from matchmaking.attendance.models import Badge, BadgeEnd
from matchmaking.attendance.services.badge_printing import forget_prints
from matchmaking.attendance.services.badges import end_badges_of, ensure_badges, issue_badge
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, ParticipationState


def make_badges(actor: Actor, participation_id: int) -> None:
    """Give everybody of an approved entry a badge."""
    event_id = db.session.get_one(Participation, participation_id).event_id
    ensure_badges(actor, event_id, participation_id)


def make_badge(actor: Actor, delegate_id: int) -> None:
    """Give somebody who was added to an approved entry a badge."""
    issue_badge(actor, delegate_id)


def end_of_entry(actor: Actor, participation_id: int) -> None:
    """End the badges of an entry that does not take part any more."""
    people = db.session.scalars(sa.select(Delegate.id).where(Delegate.participation_id == participation_id)).all()
    end_badges_of(actor, people, BadgeEnd.LEFT)


def keep_badges(actor: Actor, kept_id: int, _gone_id: int) -> None:
    """Badges go along with their people when two entries turn out to be one; who had none gets one."""
    entry = db.session.get_one(Participation, kept_id)
    if entry.state is ParticipationState.APPROVED:
        ensure_badges(actor, entry.event_id, kept_id)


def badge_data(person: PersonRef) -> list[PersonFile]:
    """Return what badges know of a person."""
    badges = db.session.scalars(sa.select(Badge).where(Badge.delegate_id.in_(person.delegate_ids)).order_by(Badge.id))
    rows = tuple(_row(badge) for badge in badges)
    return [PersonFile("badges", rows)] if rows else []


def forget_badges(actor: Actor, person: PersonRef) -> None:
    """End the person's badges and empty what was written about them; that there were badges stays countable."""
    end_badges_of(actor, person.delegate_ids, BadgeEnd.ERASED)
    db.session.execute(sa.update(Badge).where(Badge.delegate_id.in_(person.delegate_ids)).values(end_note=""))
    events = sa.select(Badge.event_id).where(Badge.delegate_id.in_(person.delegate_ids))
    forget_prints(set(db.session.scalars(events)))


def forget_event(_actor: Actor, event_id: int) -> None:
    """Delete the kept PDFs of an event that is deleted; its badges go with it."""
    forget_prints([event_id])


def _row(badge: Badge) -> dict[str, Any]:
    moments = {name: getattr(badge, name) for name in ("issued_at", "printed_at", "ended_at")}
    return {
        "event": badge.event_id,
        "code": badge.code,
        "short_code": badge.short_code,
        **{name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "end_reason": badge.end_reason.value if badge.end_reason else None,
        "end_note": badge.end_note,
    }
