"""Saying must, want or no about one participant of the other side."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.parties import bans, parties
from matchmaking.matching.suggestions import may_meet
from matchmaking.registration.models import Participation, ParticipationState, Side, Team
from matchmaking.transactions import lock_row


class WishesClosed(Conflict):
    """The deadline has passed."""

    code = "matching.closed"


@dataclass(frozen=True)
class MakeWish:
    """``strength`` ``None`` takes the word back. ``target_team_id`` names one team of the other organisation.

    ``note`` ``None`` leaves the note as it is: whoever taps another word says nothing about it.
    """

    wisher_id: int
    target_id: int
    strength: WishStrength | None
    target_team_id: int | None = None
    note: str | None = None
    origin: str = "participant"  # participant, staff, import, walk_in


def make_wish(actor: Actor, wish: MakeWish) -> Wish | None:
    """Store one word, replacing the one before; saying the same twice changes nothing.

    The caller has made sure that the actor may speak for ``wisher_id``.

    Raises:
        WishesClosed: a participant after the deadline; organisers may still enter wishes, and the desk those of a walk-in.
        NotFound: one of the two is not an approved participant of the same event.
        InvalidInput: both are of the same side, the rules keep them apart, or the note is too long.
    """
    wisher = lock_row(Participation, wish.wisher_id)
    target = db.session.get(Participation, wish.target_id)
    wisher, target = _check_pair(wisher, target)
    if wish.origin != "walk_in":
        _check_deadline(actor, wisher.event_id)
    if len(wish.note or "") > 300:
        raise InvalidInput(_("The note is longer than 300 characters. Please shorten it."))
    if wish.strength and wish.strength is not WishStrength.NO:
        _check_rules(wisher, target)
    _check_team(wish.target_team_id, target)
    known = db.session.scalar(sa.select(Wish).where(Wish.wisher_id == wisher.id, Wish.target_id == target.id))
    return _store(actor, wisher, wish, known)


def _check_pair(wisher: Participation | None, target: Participation | None) -> tuple[Participation, Participation]:
    if wisher is None or target is None or wisher.event_id != target.event_id:
        raise NotFound(_("This participant does not exist in this event."))
    if ParticipationState.APPROVED not in (wisher.state,) or target.state is not ParticipationState.APPROVED:
        raise NotFound(_("This participant is not taking part (any more)."))
    if wisher.side is target.side:
        raise InvalidInput(_("Exhibitors meet buyers: choose a participant of the other side."))
    return wisher, target


def _check_deadline(actor: Actor, event_id: int) -> None:
    event = db.session.get_one(Event, event_id)
    closes = event.wishes_close_at
    if actor.has_any(Role.ORGANIZER) or closes is None or clock.now() < closes:
        return
    raise WishesClosed(
        _(
            "Wishes could be given until %(time)s. Please contact the organiser if something must change.",
            time=show_moment(closes, event.timezone),
        )
    )


def _check_rules(wisher: Participation, target: Participation) -> None:
    rules = bans(wisher.event_id)
    if not rules:
        return
    everybody = parties(wisher.event_id)
    pair = (wisher, target) if wisher.side is Side.EXHIBITOR else (target, wisher)
    if not may_meet(everybody[pair[0].id], everybody[pair[1].id], rules):
        raise InvalidInput(_("By the rules of this event these two do not meet."))


def _check_team(team_id: int | None, target: Participation) -> None:
    if team_id is None:
        return
    team = db.session.get(Team, team_id)
    if team is None or team.participation_id != target.id:
        raise InvalidInput(_("This team does not belong to the participant you chose."))


def _store(actor: Actor, wisher: Participation, wish: MakeWish, known: Wish | None) -> Wish | None:
    subject = ("participation", wisher.id)
    if wish.strength is None:
        if known:
            db.session.delete(known)
            audit.record(actor, "matching.unwish", subject, event_id=wisher.event_id, data={"target": wish.target_id})
        return None
    row = known or _new_wish(wisher, wish)
    said = (wish.strength, wish.target_team_id, row.note if wish.note is None else wish.note)
    if known and (row.strength, row.target_team_id, row.note) == said:
        return row
    row.strength, row.target_team_id, row.note = said
    row.origin, row.entered_by, row.updated_at = wish.origin, actor.user_id, clock.now()
    db.session.flush()
    # The strength is left out: who may read the trail is not who may read a "no".
    audit.record(actor, "matching.wish", subject, event_id=wisher.event_id, data={"target": wish.target_id})
    return row


def _new_wish(wisher: Participation, wish: MakeWish) -> Wish:
    row = Wish(
        event_id=wisher.event_id,
        wisher_id=wisher.id,
        target_id=wish.target_id,
        strength=wish.strength,
        origin=wish.origin,
        note="",
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    db.session.add(row)
    return row
