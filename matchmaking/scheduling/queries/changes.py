"""What differs between two versions, by meeting and by team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.scheduling.models import Placement


@dataclass(frozen=True)
class Spot:
    """A slot and a table."""

    slot_id: int
    table_id: int


@dataclass(frozen=True)
class Change:
    """One meeting that is not as it was: ``before`` ``None`` is new, ``after`` ``None`` is gone."""

    meeting_id: int
    exhibitor_team_id: int
    buyer_team_id: int
    before: Spot | None
    after: Spot | None

    @property
    def kind(self) -> str:
        """Return added, removed, moved (other time) or retabled (same time, other table)."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        return "moved" if self.before.slot_id != self.after.slot_id else "retabled"


@dataclass(frozen=True)
class Standing:
    """Where a meeting of these two teams sits."""

    spot: Spot
    exhibitor_team_id: int
    buyer_team_id: int


#: Who sits where in one schedule, by meeting.
Standings = Mapping[int, Standing]


def changes_between(old_version_id: int | None, new_version_id: int) -> list[Change]:
    """Return what the new version changes; without an old one everything is new."""
    return changes_of(standings_of(old_version_id) if old_version_id is not None else {}, standings_of(new_version_id))


def changes_of(old: Standings, new: Standings) -> list[Change]:
    """Return what one schedule changes against another."""
    found = []
    for meeting_id in sorted(old.keys() | new.keys()):
        before, after = old.get(meeting_id), new.get(meeting_id)
        either = after or before
        if either and (before is None or after is None or before.spot != after.spot):
            teams = (either.exhibitor_team_id, either.buyer_team_id)
            found.append(Change(meeting_id, *teams, before.spot if before else None, after.spot if after else None))
    return found


def standings_of(version_id: int) -> dict[int, Standing]:
    """Return who sits where in a version."""
    rows = db.session.scalars(sa.select(Placement).where(Placement.version_id == version_id))
    return {
        row.meeting_id: Standing(Spot(row.slot_id, row.table_id), row.exhibitor_team_id, row.buyer_team_id)
        for row in rows
    }


def by_team(changes: list[Change]) -> dict[int, list[Change]]:
    """Return the changes of each team's agenda."""
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for change in changes:
        found[change.exhibitor_team_id].append(change)
        found[change.buyer_team_id].append(change)
    return dict(found)
