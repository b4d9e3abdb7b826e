"""Changing a draft by hand: place, move, pin, remove; hard rules hold, and nobody overwrites another's change."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.errors import NotFound
from matchmaking.events.models import Event
from matchmaking.events.services.guards import refuse_archived
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.errors import ChangedMeanwhile, NeedsYes, NotADraft, NotPossible
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, Unmet, VersionState
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board, board_of, judge_of
from matchmaking.scheduling.services.steps import REMOVED, one_step, take_out
from matchmaking.scheduling.services.storing import new_meeting
from matchmaking.scheduling.verdicts import ASK, NO, Verdict
from matchmaking.scheduling.wording import note_sentences, obstacle_sentences
from matchmaking.transactions import lock_row


@dataclass(frozen=True)
class Edit:
    """Which version is changed, and the revision that the person saw."""

    version_id: int
    revision: int


@dataclass(frozen=True)
class Place:
    """A slot and a table."""

    slot_id: int
    table_id: int


def draft_for_change(version_id: int) -> ScheduleVersion:
    """Lock and return a draft.

    Raises:
        NotFound, NotADraft; EventArchived: the event is read-only.
    """
    version = lock_row(ScheduleVersion, version_id)
    if version is None:
        raise NotFound(_("This version does not exist."))
    refuse_archived(db.session.get_one(Event, version.event_id))
    if version.state is not VersionState.DRAFT:
        raise NotADraft(_("What was published is not changed in place. Make a new draft from it and change that."))
    return version


def editable_version(edit: Edit) -> ScheduleVersion:
    """Lock and return a draft at the revision that the person saw.

    Raises:
        NotFound, NotADraft, ChangedMeanwhile.
    """
    version = draft_for_change(edit.version_id)
    if version.revision != edit.revision:
        raise ChangedMeanwhile(
            _(
                "Somebody else changed this draft meanwhile. Your change was not made; reload the page to see how it stands."
            )
        )
    return version


def move_meeting(
    actor: Actor, edit: Edit, meeting_id: int, place: Place, *, accepted: str | None = None
) -> ScheduleVersion:
    """Move a meeting; what a person placed is pinned, so that the solver leaves it there.

    ``accepted``: the key of the questions that were answered with yes. Where another meeting sits and the two can change
    places, that is one of the questions.

    Raises:
        NotPossible: a hard rule stands against it.
        NeedsYes: it costs somebody something, and nobody has said yes to that.
    """
    version = editable_version(edit)
    board = board_of(version)
    seat = board.seat_of(meeting_id)
    if seat is None:
        raise NotFound(_("This meeting is not part of the draft any more."))
    verdict = _allowed(board, seat, place, accepted)
    if verdict.swap is None:
        with one_step(actor, version, "move_meeting", [meeting_id]):
            _sit(_placement(version.id, meeting_id), place)
        return version
    other = verdict.swap
    with one_step(actor, version, "swap_meetings", [meeting_id, other.meeting_id]):
        _swap(_placement(version.id, meeting_id), _placement(version.id, other.meeting_id))
    return version


def _sit(row: Placement, place: Place) -> None:
    row.slot_id, row.table_id, row.is_pinned = place.slot_id, place.table_id, True


def _swap(row: Placement, other: Placement) -> None:
    """Let two meetings change places. The constraints look at each row by itself: one of the two is written anew."""
    here, there = Place(row.slot_id, row.table_id), Place(other.slot_id, other.table_id)
    anew = Placement(
        version_id=row.version_id,
        meeting_id=row.meeting_id,
        exhibitor_team_id=row.exhibitor_team_id,
        buyer_team_id=row.buyer_team_id,
    )
    db.session.delete(row)
    db.session.flush()
    _sit(other, here)
    db.session.flush()
    _sit(anew, there)
    db.session.add(anew)


def place_pair(
    actor: Actor, edit: Edit, exhibitor_team_id: int, buyer_team_id: int, place: Place, *, accepted: str | None = None
) -> ScheduleVersion:
    """Place two teams that do not meet in this version yet (an unmet wish, or an organiser's own idea).

    Raises:
        NotPossible: a hard rule stands against it, or they meet already.
        NeedsYes: as for :func:`move_meeting`.
    """
    version = editable_version(edit)
    board = board_of(version)
    pair = (exhibitor_team_id, buyer_team_id)
    exhibitor, buyer = board.hall.teams.get(exhibitor_team_id), board.hall.teams.get(buyer_team_id)
    if exhibitor is None or buyer is None or (exhibitor.side, buyer.side) != ("exhibitor", "buyer"):
        raise NotFound(_("One of the two is not taking part (any more)."))
    meeting = _meeting_of(version.event_id, *pair)
    if board.seat_of(meeting.id):
        raise NotPossible(_("These two meet already in this draft."))
    _allowed(board, Seat(meeting.id, meeting.code, *pair, 0, 0), place, accepted)
    with one_step(actor, version, "place_meeting", [meeting.id]):
        row = Placement(version_id=version.id, meeting_id=meeting.id, exhibitor_team_id=pair[0], buyer_team_id=pair[1])
        _sit(row, place)
        db.session.add(row)
        db.session.execute(
            sa.delete(Unmet).where(
                Unmet.version_id == version.id,
                Unmet.exhibitor_id == exhibitor.participation_id,
                Unmet.buyer_id == buyer.participation_id,
            )
        )
    return version


def pin_meeting(actor: Actor, edit: Edit, meeting_id: int, *, is_pinned: bool) -> ScheduleVersion:
    """Pin a meeting where it is, or let the solver move it again."""
    version = editable_version(edit)
    row = _placement(version.id, meeting_id)
    with one_step(actor, version, "pin_meeting" if is_pinned else "unpin_meeting", [meeting_id]):
        row.is_pinned = is_pinned
    return version


def remove_meeting(actor: Actor, edit: Edit, meeting_id: int) -> ScheduleVersion:
    """Take a meeting out of the draft; a wish goes to the unmet ones, where it can be placed again."""
    version = editable_version(edit)
    row, board = _placement(version.id, meeting_id), board_of(version)
    with one_step(actor, version, "remove_meeting", [meeting_id]):
        take_out(version, row, board, REMOVED)
    return version


def _placement(version_id: int, meeting_id: int) -> Placement:
    row = db.session.scalar(
        sa.select(Placement).where(Placement.version_id == version_id, Placement.meeting_id == meeting_id)
    )
    if row is None:
        raise NotFound(_("This meeting is not part of the draft any more."))
    return row


def _meeting_of(event_id: int, exhibitor_team_id: int, buyer_team_id: int) -> Meeting:
    known = db.session.scalar(
        sa.select(Meeting).where(
            Meeting.event_id == event_id,
            Meeting.exhibitor_team_id == exhibitor_team_id,
            Meeting.buyer_team_id == buyer_team_id,
        )
    )
    return known or new_meeting(event_id, (exhibitor_team_id, buyer_team_id), "staff")


def _allowed(board: Board, seat: Seat, place: Place, accepted: str | None) -> Verdict:
    """Judge the place as the board showed it; what was shown is checked again here, in the transaction of the change."""
    verdict = judge_of(board).verdict(seat, place.slot_id, place.table_id)
    if verdict.kind == NO:
        reasons = obstacle_sentences(verdict.notes, board.names)
        raise NotPossible(_("That is not possible: %(reasons)s", reasons=" ".join(reasons)), reasons)
    if verdict.kind == ASK and accepted != verdict.key:
        questions = note_sentences(verdict.notes, board.names, board.rules.seats)
        raise NeedsYes(_("Please look first: %(reasons)s", reasons=" ".join(questions)), questions, verdict.key)
    return verdict
