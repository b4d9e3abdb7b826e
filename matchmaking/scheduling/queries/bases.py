"""The draft that a run starts from: who sat where at one revision, and what has become of it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.scheduling.models import BoardStep, Placement, ScheduleRun, ScheduleVersion, VersionState


@dataclass(frozen=True)
class Placed:
    """One meeting at its place."""

    exhibitor_team_id: int
    buyer_team_id: int
    slot_id: int
    table_id: int
    is_pinned: bool = False


@dataclass(frozen=True)
class Base:
    """A version as it stood when a run read it."""

    version_id: int
    number: int
    revision: int
    rows: tuple[Placed, ...]


def base_of(version_id: int | None) -> Base | None:
    """Return a version as it stands now; whoever must not have it change meanwhile holds its row."""
    version = db.session.get(ScheduleVersion, version_id) if version_id else None
    return Base(version.id, version.number, version.revision, placed_in(version.id)) if version else None


def placed_in(version_id: int | None) -> tuple[Placed, ...]:
    """Return who sits where in a version, in the order in which they were placed; nothing for no version."""
    if version_id is None:
        return ()
    rows = db.session.scalars(sa.select(Placement).where(Placement.version_id == version_id).order_by(Placement.id))
    return tuple(
        Placed(row.exhibitor_team_id, row.buyer_team_id, row.slot_id, row.table_id, row.is_pinned) for row in rows
    )


@dataclass(frozen=True)
class Meanwhile:
    """What happened while a run was under way, to the draft it starts from and to what is announced.

    ``steps``: how often the draft was changed by hand. ``announced``: the number of another announced version than when the run
    was asked for, ``announced_by`` the user.
    """

    base_id: int | None = None
    base_state: str = ""
    steps: int = 0
    announced: int | None = None
    announced_by: int | None = None

    @property
    def is_discarded(self) -> bool:
        """The draft was put away."""
        return self.base_state == VersionState.DISCARDED

    def to_json(self) -> dict[str, Any]:
        """Return it as it is kept with a run that has ended."""
        return dict(vars(self))


def meanwhile(run: ScheduleRun) -> Meanwhile:
    """Return what happened since the run began; of a run that has ended, what had happened when it did."""
    if kept := run.outcome.get("meanwhile"):
        return Meanwhile(**kept)
    chosen = run.parameters
    base_id = chosen.get("base")
    version = db.session.get(ScheduleVersion, base_id) if base_id else None
    number, by = _announced_since(run.event_id, chosen)
    return Meanwhile(
        base_id=base_id,
        base_state=version.state.value if version else "",
        steps=_steps_since(version, chosen.get("base_revision")) if version else 0,
        announced=number,
        announced_by=by,
    )


def _steps_since(version: ScheduleVersion, revision: int | None) -> int:
    if revision is None or version.revision == revision:
        return 0
    later = sa.select(sa.func.count()).select_from(BoardStep).where(BoardStep.version_id == version.id)
    return db.session.scalar(later.where(BoardStep.revision > revision)) or 0


def _announced_since(event_id: int, chosen: Mapping[str, Any]) -> tuple[int | None, int | None]:
    if "announced" not in chosen:  # a run from before this was noted
        return None, None
    now = db.session.scalar(
        sa.select(ScheduleVersion).where(
            ScheduleVersion.event_id == event_id, ScheduleVersion.state == VersionState.PUBLISHED
        )
    )
    return (now.number, now.published_by) if now is not None and now.id != chosen["announced"] else (None, None)


@dataclass(frozen=True)
class Origin:
    """Where a version comes from: the run that made it, or else the number of the version it was copied from."""

    run: ScheduleRun | None = None
    copied_from: int | None = None


def origins_of(versions: Sequence[ScheduleVersion]) -> dict[int, Origin]:
    """Return where versions come from, in two statements; those that were made by hand from nothing are left out."""
    runs = {
        run.id: run
        for run in db.session.scalars(
            sa.select(ScheduleRun).where(ScheduleRun.id.in_({version.run_id for version in versions}))
        )
    }
    numbers = dict(
        db.session.execute(
            sa.select(ScheduleVersion.id, ScheduleVersion.number).where(
                ScheduleVersion.id.in_({version.based_on_id for version in versions})
            )
        ).all()
    )
    found = {}
    for version in versions:
        run = runs.get(version.run_id or 0)
        if run is not None and run.outcome.get("version_id") == version.id:
            found[version.id] = Origin(run=run)
        elif version.based_on_id in numbers:
            found[version.id] = Origin(copied_from=numbers[version.based_on_id])
    return found
