"""The steps that made a draft what it is: what others changed since a board was shown, and what can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.scheduling.models import BoardStep, ScheduleVersion, StepState


def steps_since(version: ScheduleVersion, revision: int) -> Sequence[BoardStep] | None:
    """Return the steps after a revision in their order; ``None`` where they do not tell everything that happened."""
    if not 0 < revision <= version.revision:
        return None
    steps = db.session.scalars(
        sa.select(BoardStep)
        .where(BoardStep.version_id == version.id, BoardStep.revision > revision)
        .order_by(BoardStep.revision)
    ).all()
    return steps if len(steps) == version.revision - revision else None


def people_names(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Return what the people are called who made steps."""
    rows = db.session.execute(sa.select(User.id, User.name).where(User.id.in_({id for id in user_ids if id})))
    return {id: name for id, name in rows}  # noqa: C416 - rows are no pairs to mypy


def last_step(version_id: int, user_id: int | None, state: StepState) -> BoardStep | None:
    """Return the step that a person would undo (``done``: their newest) or do again (``undone``: their oldest)."""
    order = BoardStep.revision.desc() if state is StepState.DONE else BoardStep.revision.asc()
    return db.session.scalar(
        sa.select(BoardStep)
        .where(BoardStep.version_id == version_id, BoardStep.user_id == user_id, BoardStep.state == state)
        .order_by(order)
        .limit(1)
    )


def later_step(step: BoardStep, meeting_id: int) -> BoardStep | None:
    """Return the newest step of anybody after this one that changed a meeting."""
    later = db.session.scalars(
        sa.select(BoardStep)
        .where(BoardStep.version_id == step.version_id, BoardStep.revision > step.revision)
        .order_by(BoardStep.revision.desc())
    )
    return next((each for each in later if any(c["meeting"] == meeting_id for c in each.changes)), None)
