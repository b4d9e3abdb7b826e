"""What one version takes over from another: placements and unmet wishes, whatever columns they have."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.scheduling.models import Placement, Unmet


def copy_placements(source_id: int, target_id: int, stays: sa.ColumnElement[bool] | None = None) -> None:
    """Copy the placements of a version, or those that ``stays`` chooses."""
    _copy(Placement, source_id, target_id, sa.true() if stays is None else stays)


def copy_unmet(source_id: int, target_id: int) -> None:
    """Copy the wishes that a version does not hold, with their reasons."""
    _copy(Unmet, source_id, target_id, sa.true())


def _copy(model: type[Placement | Unmet], source_id: int, target_id: int, stays: sa.ColumnElement[bool]) -> None:
    columns = [column for column in model.__table__.columns if column.name not in ("id", "version_id")]
    rows = sa.select(sa.literal(target_id), *columns).where(model.version_id == source_id, stays).order_by(model.id)
    db.session.execute(sa.insert(model).from_select(["version_id", *(column.name for column in columns)], rows))
