"""What a change of programme or hall does to meetings (``queries.consequences`` said it before): drafts are repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.events.hooks import SetupChange
from matchmaking.extensions import db
from matchmaking.scheduling.models import AgendaNotice, Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import Board, board_of
from matchmaking.scheduling.services.notices import notify_teams
from matchmaking.scheduling.services.steps import PARKED, one_step, take_out
from matchmaking.transactions import lock_rows, lock_where


def apply_setup_change(actor: Actor, event_id: int, change: SetupChange) -> None:
    """Re-seat or park what the drafts lose, and tell those again whose published meetings begin at another time.

    The published schedule itself is never changed here: what it loses is marked on its board.
    """
    of_event, is_draft = ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.DRAFT
    drafts = lock_rows(ScheduleVersion, lock_where(ScheduleVersion, sa.and_(of_event, is_draft)))
    if change.retired_slot_ids or change.retired_table_ids:
        for version in drafts:
            _repair_draft(actor, version)
    if change.retimed_slot_ids:
        _tell_retimed(actor, event_id, change.retimed_slot_ids)


def _repair_draft(actor: Actor, version: ScheduleVersion) -> None:
    """Seat each meeting whose table is gone at a free table of its slot; park it where there is none."""
    board = board_of(version)
    rows = [
        row
        for row in db.session.scalars(
            sa.select(Placement).where(Placement.version_id == version.id).order_by(Placement.id)
        )
        if row.slot_id not in board.rules.slots or row.table_id not in board.rules.tables
    ]
    if not rows:
        return
    with one_step(actor, version, "repair_draft", [row.meeting_id for row in rows]):
        for row in rows:
            table_id = _free_table(board, row)
            if table_id is None:
                take_out(version, row, board, PARKED)
            else:
                row.table_id = table_id
            db.session.flush()
            board = board_of(version)


def _free_table(board: Board, row: Placement) -> int | None:
    seat = board.seat_of(row.meeting_id)
    if seat is None or row.slot_id not in board.rules.slots:
        return None
    free = (t.id for t in board.hall.tables if not board.rules.obstacles(replace(seat, table_id=t.id)))
    return next(free, None)


def _tell_retimed(actor: Actor, event_id: int, slot_ids: tuple[int, ...]) -> None:
    rows = db.session.scalars(
        sa.select(Placement)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .where(
            ScheduleVersion.event_id == event_id,
            ScheduleVersion.state == VersionState.PUBLISHED,
            Placement.slot_id.in_(slot_ids),
        )
    ).all()
    tell_shifted(actor, rows)


def tell_shifted(actor: Actor, rows: Sequence[Placement], *, tells: bool = True) -> None:
    """Give published meetings that begin at another time a higher sequence for calendars, and tell their people again.

    Without ``tells`` nobody is written to: the pages follow, and calendars when they ask next.
    """
    if not rows:
        return
    mine = lock_where(Meeting, Meeting.id.in_([row.meeting_id for row in rows]))
    db.session.execute(
        sa.update(Meeting).where(Meeting.id.in_(mine)).values(calendar_sequence=Meeting.calendar_sequence + 1)
    )
    if not tells:
        return
    teams = {team_id for row in rows for team_id in (row.exhibitor_team_id, row.buyer_team_id)}
    version = db.session.get_one(ScheduleVersion, rows[0].version_id)
    _reopen(version.id, teams)
    notify_teams(actor, version, sorted(teams))


def _reopen(version_id: int, team_ids: set[int]) -> None:
    """Forget that these teams' delegates were told of this version: what they were told is not true any more."""
    db.session.execute(
        sa.delete(AgendaNotice).where(AgendaNotice.version_id == version_id, AgendaNotice.team_id.in_(team_ids))
    )
    db.session.flush()
