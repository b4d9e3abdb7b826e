"""A published schedule to record meetings in."""

from __future__ import annotations

from itertools import count

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.attendance.models import Absent, MeetingResult, MeetingState, OutcomeSource
from matchmaking.attendance.services.meetings import ChangeMeeting, MeetingChange, change_meeting, undo_step
from matchmaking.attendance.services.outcomes import RecordOutcome, record_outcome
from matchmaking.extensions import db
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.storing import new_meeting
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene
from tests.world import LONG_AGO

_keys = count(1)


def key() -> str:
    """A key as a page makes it."""
    return f"tap-{next(_keys):08d}"


def lay_version(
    scene: Scene, pairs: list[tuple[int, int, int, int]], state: VersionState = VersionState.PUBLISHED
) -> int:
    """Store a version of (maker number, agency number, slot number, table number); what was published is superseded."""
    with transaction():
        known = {(m.exhibitor_team_id, m.buyer_team_id): m.id for m in db.session.scalars(sa.select(Meeting))}
        before = db.session.scalars(sa.select(ScheduleVersion)).all()
        for old in before:
            old.state = VersionState.SUPERSEDED if old.state is VersionState.PUBLISHED else old.state
        db.session.flush()
        version = ScheduleVersion(
            code=f"V{len(before) + 1:011d}", event_id=scene.event_id, number=len(before) + 1, state=state,
            created_at=LONG_AGO, published_at=LONG_AGO,
        )  # fmt: skip
        db.session.add(version)
        db.session.flush()
        for maker, agency, slot, table in pairs:
            teams = scene.team(scene.makers[maker]), scene.team(scene.agencies[agency])
            meeting_id = known.get(teams) or new_meeting(scene.event_id, teams, "wish").id
            db.session.add(
                Placement(
                    version_id=version.id, meeting_id=meeting_id, slot_id=scene.slots[slot],
                    table_id=scene.tables[table], exhibitor_team_id=teams[0], buyer_team_id=teams[1],
                )
            )  # fmt: skip
        db.session.flush()
        return version.id


def publish(scene: Scene, version_id: int) -> None:
    """Publish a draft the way the board does."""
    with transaction():
        publish_version(scene.actor, Edit(version_id, scene.version(version_id).revision))


def codes(scene: Scene) -> list[str]:
    """The codes of the event's meetings in the order they were made."""
    db.session.rollback()
    return list(
        db.session.scalars(sa.select(Meeting.code).where(Meeting.event_id == scene.event_id).order_by(Meeting.id))
    )


def tap(
    scene: Scene,
    code: str,
    to: MeetingState,
    absent: Absent | None = None,
    *,
    step_key: str = "",
    seen: int | None = None,
    actor: Actor | None = None,
) -> MeetingChange:
    """Tap once."""
    with transaction():
        wanted = ChangeMeeting(scene.event_id, code, to, step_key or key(), absent, seen)
        return change_meeting(actor or scene.actor, wanted)


def undo(scene: Scene, step_key: str, new_key: str = "") -> MeetingChange:
    """Take a tap back."""
    with transaction():
        return undo_step(scene.actor, scene.event_id, step_key, new_key or key())


def say(
    scene: Scene,
    code: str,
    source: OutcomeSource = OutcomeSource.STAFF,
    result: MeetingResult = MeetingResult.OFFER_ASKED,
    value: int | None = None,
    **given: object,
) -> int:
    """Write one side's word; returns its version."""
    with transaction():
        command = RecordOutcome(scene.event_id, code, source, result, value, **given)  # type: ignore[arg-type]
        return record_outcome(scene.actor, command).row_version
