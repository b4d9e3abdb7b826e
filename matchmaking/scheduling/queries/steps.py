"""The steps that made a draft what it is: what others changed since a board was shown, and what can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.scheduling.models import BoardStep, ScheduleVersion


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
