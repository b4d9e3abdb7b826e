"""Taking a step of a draft back, and doing it again: one's own steps only, and never over what somebody else did since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.matching.queries.parties import team_names
from matchmaking.scheduling.errors import NothingToUndo, NotPossible
from matchmaking.scheduling.models import BoardStep, Meeting, Placement, ScheduleVersion, StepState, Unmet
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.queries.steps import last_step, later_step, people_names
from matchmaking.scheduling.services.placements import draft_for_change
from matchmaking.scheduling.services.steps import one_step, pair_of, states_of
from matchmaking.scheduling.wording import obstacle_sentences

Json = dict[str, Any]
Side = Literal["before", "after"]


@dataclass(frozen=True)
class Undone:
    """What came of it. ``refused``: why the step was left as it is; then the step before it can be undone next."""

    version: ScheduleVersion
    step: BoardStep
    refused: str = ""


def undo_step(actor: Actor, version_id: int) -> Undone:
    """Take the person's newest step of a draft back.

    Raises:
        NothingToUndo: there is none.
        NotPossible: a hard rule stands against how it was before.
        NotADraft: it was published meanwhile.
    """
    version = draft_for_change(version_id)
    step = last_step(version.id, actor.user_id, StepState.DONE)
    if step is None:
        raise NothingToUndo(_("There is no step of yours to take back."))
    return _turn(actor, version, step, "before", StepState.UNDONE)


def redo_step(actor: Actor, version_id: int) -> Undone:
    """Do the step again that the person took back last; raises what :func:`undo_step` does."""
    version = draft_for_change(version_id)
    step = last_step(version.id, actor.user_id, StepState.UNDONE)
    if step is None:
        raise NothingToUndo(_("There is no step of yours to do again."))
    return _turn(actor, version, step, "after", StepState.DONE)


def _turn(actor: Actor, version: ScheduleVersion, step: BoardStep, to: Side, state: StepState) -> Undone:
    """Bring the step's meetings to one side of it, if they still stand on the other."""
    here: Side = "after" if to == "before" else "before"
    now = states_of(version.id, [change["meeting"] for change in step.changes])
    for change in step.changes:
        if now[change["meeting"]]["place"] != change[here]["place"]:
            step.state = StepState.FINAL
            return Undone(version, step, _changed_since(step, change))
    _check_rules(version, step, to)
    with one_step(actor, version, "undo_step" if to == "before" else "redo_step", now):
        _lay(version.id, step.changes, to)
    step.state = state
    return Undone(version, step)


def _changed_since(step: BoardStep, change: Json) -> str:
    later = later_step(step, change["meeting"])
    names = team_names(db.session.get_one(ScheduleVersion, step.version_id).event_id)
    pair = " – ".join(names.get(id, "") for id in change["teams"])
    who = people_names([later.user_id]).get(later.user_id or 0, "") if later and later.user_id != step.user_id else ""
    if not who:
        return _("%(pair)s was changed since. The step was left as it is.", pair=pair)
    return _("%(who)s has changed %(pair)s since. Your step was left as it is.", who=who, pair=pair)


def _check_rules(version: ScheduleVersion, step: BoardStep, to: Side) -> None:
    board = board_of(version)
    together = frozenset(change["meeting"] for change in step.changes)
    found = []
    for change in step.changes:
        place = change[to]["place"]
        if place and place[:2] != (change["after" if to == "before" else "before"]["place"] or [0, 0])[:2]:
            exhibitor, buyer = change["teams"]
            wanted = Seat(change["meeting"], "", exhibitor, buyer, place[0], place[1])
            found += board.rules.obstacles(wanted, together)
    if found:
        reasons = obstacle_sentences(found, board.names)
        raise NotPossible(_("That is not possible: %(reasons)s", reasons=" ".join(reasons)), reasons)


def _lay(version_id: int, changes: list[Json], to: Side) -> None:
    """Write the meetings as they stood on that side; all leave their places before any takes one."""
    ids = [change["meeting"] for change in changes]
    db.session.execute(sa.delete(Placement).where(Placement.version_id == version_id, Placement.meeting_id.in_(ids)))
    db.session.expire_all()
    for change in changes:
        place, unmet = change[to]["place"], change[to]["unmet"]
        exhibitor, buyer = change["teams"]
        if place:
            db.session.add(
                Placement(
                    version_id=version_id,
                    meeting_id=change["meeting"],
                    slot_id=place[0],
                    table_id=place[1],
                    is_pinned=place[2],
                    exhibitor_team_id=exhibitor,
                    buyer_team_id=buyer,
                )
            )
        pair = pair_of(db.session.get_one(Meeting, change["meeting"]))
        db.session.execute(
            sa.delete(Unmet).where(
                Unmet.version_id == version_id, Unmet.exhibitor_id == pair[0], Unmet.buyer_id == pair[1]
            )
        )
        if unmet:
            db.session.add(Unmet(version_id=version_id, exhibitor_id=pair[0], buyer_id=pair[1], **unmet))
