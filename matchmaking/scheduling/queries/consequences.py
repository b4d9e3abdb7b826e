"""What a change of slots or tables does to schedules that exist: said before it is made, nothing goes in silence."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.extensions import db
from matchmaking.i18n import ngettext
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState

LIVE = (VersionState.PUBLISHED, VersionState.DRAFT)


def schedule_consequences(event_id: int, change: SetupChange) -> list[Consequence]:
    """Return a sentence for each version people work with whose meetings lose or shift their place."""
    lost = sa.or_(Placement.slot_id.in_(change.retired_slot_ids), Placement.table_id.in_(change.retired_table_ids))
    shifted = sa.and_(Placement.slot_id.in_(change.retimed_slot_ids), sa.not_(lost))
    return [
        *(_lost(*row) for row in _counts(event_id, lost)),
        *(_shifted(*row) for row in _counts(event_id, shifted)),
    ]


def _counts(event_id: int, condition: sa.ColumnElement[bool]) -> Sequence[tuple[VersionState, int, int]]:
    """Return (state, number of the version, meetings), the published version first."""
    statement = (
        sa.select(ScheduleVersion.state, ScheduleVersion.number, sa.func.count())
        .join(Placement, Placement.version_id == ScheduleVersion.id)
        .where(ScheduleVersion.event_id == event_id, ScheduleVersion.state.in_(LIVE), condition)
        .group_by(ScheduleVersion.id, ScheduleVersion.state, ScheduleVersion.number)
        .order_by(ScheduleVersion.state.desc(), ScheduleVersion.number.desc())
    )
    return [tuple(row) for row in db.session.execute(statement)]  # type: ignore[misc]


def _lost(state: VersionState, number: int, meetings: int) -> Consequence:
    if state is VersionState.PUBLISHED:
        sentence = ngettext(
            "%(num)s meeting of the published schedule has no place any more. It stays on record; build and publish a new schedule.",
            "%(num)s meetings of the published schedule have no place any more. They stay on record; build and publish a new schedule.",
            meetings,
        )
    else:
        sentence = ngettext(
            "%(num)s meeting of draft %(number)s loses its place. It moves to a free table at the same time, or to the requests that are not met.",
            "%(num)s meetings of draft %(number)s lose their place. They move to a free table at the same time, or to the requests that are not met.",
            meetings,
            number=number,
        )
    return Consequence(sentence, meetings)


def _shifted(state: VersionState, number: int, meetings: int) -> Consequence:
    if state is VersionState.PUBLISHED:
        sentence = ngettext(
            "%(num)s meeting of the published schedule gets other times. Those concerned are told again.",
            "%(num)s meetings of the published schedule get other times. Those concerned are told again.",
            meetings,
        )
    else:
        sentence = ngettext(
            "%(num)s meeting of draft %(number)s gets other times.",
            "%(num)s meetings of draft %(number)s get other times.",
            meetings,
            number=number,
        )
    return Consequence(sentence, meetings)
