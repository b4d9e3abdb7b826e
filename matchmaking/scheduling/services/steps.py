"""One change of a draft is one step: its revision, what it changed, true figures, an audit entry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.scheduling.errors import NotPossible
from matchmaking.scheduling.models import BoardStep, Meeting, Placement, ScheduleVersion, StepState, Unmet
from matchmaking.scheduling.queries.board import Board, board_of

Json = dict[str, Any]
_WHY = ("reason", "price", "weight", "text_id", "text_en")
#: A step of a person can be undone by that person; these follow from something else.
_NOT_UNDONE = frozenset({"repair_draft", "undo_step", "redo_step"})


@dataclass(frozen=True)
class Why:
    """Why a wish has no place (any more), in both languages."""

    reason: str
    text_id: str
    text_en: str


REMOVED = Why("removed", "Dikeluarkan dari jadwal oleh panitia.", "Taken out of the schedule by the organiser.")
PARKED = Why("parked", "Giliran atau mejanya dihapus dari acara.", "Its slot or table was taken out of the programme.")


def take_out(version: ScheduleVersion, row: Placement, board: Board, why: Why) -> None:
    """Take a meeting out of a draft; the wish it met waits among those without a place, unless other teams of the two still meet."""
    pair = pair_of(row.meeting)
    request = next((r for r in board.matching.requests if (r.exhibitor_id, r.buyer_id) == pair), None)
    others = (seat for seat in board.rules.seats if seat.meeting_id != row.meeting_id)
    db.session.delete(row)
    if request is not None and pair not in map(board.entries_of, others):
        exhibitor_id, buyer_id = pair
        db.session.add(
            Unmet(
                version_id=version.id,
                exhibitor_id=exhibitor_id,
                buyer_id=buyer_id,
                weight=request.weight,
                **asdict(why),
            )
        )


@contextmanager
def one_step(actor: Actor, version: ScheduleVersion, action: str, meeting_ids: Iterable[int]) -> Iterator[None]:
    """Make what happens inside one step of the draft, which the caller has locked.

    A new step of a person ends what the same person could do again.

    Raises:
        NotPossible: the place was taken at the same moment; the constraints have the last word.
    """
    ids = sorted(set(meeting_ids))
    before = states_of(version.id, ids)
    yield
    try:
        db.session.flush()
    except IntegrityError as error:
        raise NotPossible(_("That place was taken at the same moment. Please choose another.")) from error
    after = states_of(version.id, ids)
    _count_anew(version)
    version.revision += 1
    if action not in _NOT_UNDONE:
        _end_redo(actor, version.id)
    state = StepState.FINAL if action in _NOT_UNDONE else StepState.DONE
    changes = [{**_who(id), "before": before[id], "after": after[id]} for id in ids if before[id] != after[id]]
    db.session.add(
        BoardStep(
            version_id=version.id,
            revision=version.revision,
            user_id=actor.user_id,
            action=action,
            state=state,
            changes=changes,
            created_at=clock.now(),
        )
    )
    db.session.flush()
    audit.record(actor, f"scheduling.{action}", version, event_id=version.event_id, data={"meetings": ids})


def states_of(version_id: int, meeting_ids: Iterable[int]) -> dict[int, Json]:
    """Return each meeting's place (slot, table, pinned) and what is written of its wish as unmet."""
    ids = list(meeting_ids)
    placed = {
        row.meeting_id: [row.slot_id, row.table_id, row.is_pinned]
        for row in db.session.scalars(
            sa.select(Placement).where(Placement.version_id == version_id, Placement.meeting_id.in_(ids))
        )
    }
    pairs = {id: pair_of(db.session.get_one(Meeting, id)) for id in ids}
    unmet = {
        (row.exhibitor_id, row.buyer_id): {name: getattr(row, name) for name in _WHY}
        for row in db.session.scalars(
            sa.select(Unmet).where(
                Unmet.version_id == version_id, Unmet.exhibitor_id.in_([exhibitor for exhibitor, _b in pairs.values()])
            )
        )
    }
    return {id: {"place": placed.get(id), "unmet": unmet.get(pairs[id])} for id in ids}


def pair_of(meeting: Meeting) -> tuple[int, int]:
    """Return the participations of a meeting, the exhibitor's first."""
    return meeting.exhibitor_team.participation_id, meeting.buyer_team.participation_id


def _who(meeting_id: int) -> Json:
    meeting = db.session.get_one(Meeting, meeting_id)
    return {"meeting": meeting_id, "teams": [meeting.exhibitor_team_id, meeting.buyer_team_id]}


def _count_anew(version: ScheduleVersion) -> None:
    board = board_of(version)
    version.objective = {
        **version.objective,
        "status": "edited",
        "wishes_held": board.wishes_held(board.rules.seats),
        "wished": sum(1 for request in board.matching.requests if request.is_wish),
    }


def _end_redo(actor: Actor, version_id: int) -> None:
    db.session.execute(
        sa.update(BoardStep)
        .where(
            BoardStep.version_id == version_id,
            BoardStep.user_id == actor.user_id,
            BoardStep.state == StepState.UNDONE,
        )
        .values(state=StepState.FINAL)
    )
