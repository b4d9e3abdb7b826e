"""Changing a draft by hand: place, move, pin, remove; hard rules hold, and nobody overwrites another's change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.errors import ChangedMeanwhile, NotADraft, NotPossible
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, Unmet, VersionState
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.services.storing import new_meeting
from matchmaking.scheduling.wording import obstacle_sentences
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


def editable_version(edit: Edit) -> ScheduleVersion:
    """Lock and return a draft at the revision that the person saw.

    Raises:
        NotFound, NotADraft, ChangedMeanwhile.
    """
    version = lock_row(ScheduleVersion, edit.version_id)
    if version is None:
        raise NotFound(_("This version does not exist."))
    if version.state is not VersionState.DRAFT:
        raise NotADraft(_("What was published is not changed in place. Make a new draft from it and change that."))
    if version.revision != edit.revision:
        raise ChangedMeanwhile(
            _(
                "Somebody else changed this draft meanwhile. Your change was not made; reload the page to see how it stands."
            )
        )
    return version


def move_meeting(actor: Actor, edit: Edit, meeting_id: int, place: Place) -> ScheduleVersion:
    """Move a meeting; what a person placed is pinned, so that the solver leaves it there.

    Raises:
        NotPossible: a hard rule stands against it.
    """
    version = editable_version(edit)
    row = _placement(version.id, meeting_id)
    board = board_of(version)
    seat = board.seat_of(meeting_id)
    if seat is None:
        raise NotFound(_("This meeting is not part of the draft any more."))
    _check(board, replace(seat, slot_id=place.slot_id, table_id=place.table_id))
    row.slot_id, row.table_id, row.is_pinned = place.slot_id, place.table_id, True
    return _changed(actor, version, "scheduling.move_meeting", meeting_id)


def place_pair(actor: Actor, edit: Edit, exhibitor_team_id: int, buyer_team_id: int, place: Place) -> ScheduleVersion:
    """Place two teams that do not meet in this version yet (an unmet wish, or an organiser's own idea).

    Raises:
        NotPossible: a hard rule stands against it, or they meet already.
    """
    version = editable_version(edit)
    board = board_of(version)
    exhibitor, buyer = board.hall.teams.get(exhibitor_team_id), board.hall.teams.get(buyer_team_id)
    if exhibitor is None or buyer is None or (exhibitor.side, buyer.side) != ("exhibitor", "buyer"):
        raise NotFound(_("One of the two is not taking part (any more)."))
    meeting = _meeting_of(version.event_id, exhibitor_team_id, buyer_team_id)
    if board.seat_of(meeting.id):
        raise NotPossible(_("These two meet already in this draft."))
    _check(board, Seat(meeting.id, meeting.code, exhibitor_team_id, buyer_team_id, place.slot_id, place.table_id))
    db.session.add(
        Placement(
            version_id=version.id,
            meeting_id=meeting.id,
            slot_id=place.slot_id,
            table_id=place.table_id,
            exhibitor_team_id=exhibitor_team_id,
            buyer_team_id=buyer_team_id,
            is_pinned=True,
        )
    )
    db.session.execute(
        sa.delete(Unmet).where(
            Unmet.version_id == version.id,
            Unmet.exhibitor_id == exhibitor.participation_id,
            Unmet.buyer_id == buyer.participation_id,
        )
    )
    return _changed(actor, version, "scheduling.place_meeting", meeting.id)


def pin_meeting(actor: Actor, edit: Edit, meeting_id: int, *, is_pinned: bool) -> ScheduleVersion:
    """Pin a meeting where it is, or let the solver move it again."""
    version = editable_version(edit)
    _placement(version.id, meeting_id).is_pinned = is_pinned
    return _changed(actor, version, "scheduling.pin_meeting" if is_pinned else "scheduling.unpin_meeting", meeting_id)


def remove_meeting(actor: Actor, edit: Edit, meeting_id: int) -> ScheduleVersion:
    """Take a meeting out of the draft; a wish goes to the unmet ones, where it can be placed again."""
    version = editable_version(edit)
    row, board = _placement(version.id, meeting_id), board_of(version)
    pair = _pair(row)
    db.session.delete(row)
    request = next((r for r in board.matching.requests if (r.exhibitor_id, r.buyer_id) == pair), None)
    if request is not None:
        db.session.add(
            Unmet(
                version_id=version.id,
                exhibitor_id=pair[0],
                buyer_id=pair[1],
                reason="removed",
                weight=request.weight,
                text_id="Dikeluarkan dari jadwal oleh panitia.",
                text_en="Taken out of the schedule by the organiser.",
            )
        )
    return _changed(actor, version, "scheduling.remove_meeting", meeting_id)


def _pair(row: Placement) -> tuple[int, int]:
    return row.meeting.exhibitor_team.participation_id, row.meeting.buyer_team.participation_id


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


def _check(board: Board, wanted: Seat) -> None:
    if found := board.rules.obstacles(wanted):
        reasons = obstacle_sentences(found, board.names)
        raise NotPossible(_("That is not possible: %(reasons)s", reasons=" ".join(reasons)), reasons)


def _changed(actor: Actor, version: ScheduleVersion, action: str, meeting_id: int) -> ScheduleVersion:
    """Count the revision up and keep the figures true; the constraints have the last word."""
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NotPossible(_("That place was taken at the same moment. Please choose another.")) from error
    board = board_of(version)
    held = sum(1 for seat in board.rules.seats if seat.is_wish)
    version.objective = {
        **version.objective,
        "status": "edited",
        "wishes_held": held,
        "wished": sum(1 for request in board.matching.requests if request.is_wish),
    }
    version.revision += 1
    audit.record(actor, action, version, event_id=version.event_id, data={"meeting": meeting_id})
    return version
