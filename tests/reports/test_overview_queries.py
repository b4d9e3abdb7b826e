"""The overview's figures and the stage an event is in."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.reports.queries.facts import event_facts
from matchmaking.reports.queries.life import StageKey, StageState, stages
from matchmaking.reports.queries.shares import Share, buyers_by_type, exhibitors_by_regency
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.transactions import transaction
from tests.world import BOTH, DAY, LONG_AGO, World


def current_stage(event_id: int, today: date = DAY) -> StageKey:
    found = [s.key for s in stages(event_facts(event_id), today) if s.state is StageState.CURRENT]
    assert len(found) == 1
    return found[0]


def teams_of(*participation_ids: int) -> list[int]:
    from matchmaking.registration.models import Team

    return [db.session.scalars(sa.select(Team.id).where(Team.participation_id == p)).one() for p in participation_ids]


def published(world: World, event_id: int, **values: Any) -> int:
    return world.save(
        ScheduleVersion(
            code=f"V{event_id}",
            event_id=event_id,
            number=1,
            state=VersionState.PUBLISHED,
            created_at=LONG_AGO,
            **values,
        )
    )


def test_stage_follows_the_event_through_its_life(world: World) -> None:
    event_id = world.event()
    assert current_stage(event_id) is StageKey.SET_UP
    slots, tables = world.slots(event_id), world.tables(event_id)
    assert current_stage(event_id) is StageKey.INVITE
    exhibitor = world.participation(event_id, Side.EXHIBITOR)
    buyer = world.participation(event_id, Side.BUYER)
    late = world.participation(event_id, Side.BUYER, state=ParticipationState.SUBMITTED)
    assert current_stage(event_id) is StageKey.APPROVE
    assert late
    world.save(
        Wish(
            event_id=event_id,
            wisher_id=buyer,
            target_id=exhibitor,
            strength=WishStrength.MUST,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
    )
    assert current_stage(event_id) is StageKey.APPROVE  # one registration still waits
    version = published(world, event_id)
    one, two = teams_of(exhibitor, buyer)
    meeting = world.save(
        Meeting(code="M1", event_id=event_id, exhibitor_team_id=one, buyer_team_id=two, created_at=LONG_AGO)
    )
    world.save(
        Placement(
            version_id=version,
            meeting_id=meeting,
            slot_id=slots[0],
            table_id=tables[0],
            exhibitor_team_id=one,
            buyer_team_id=two,
        )
    )
    facts = event_facts(event_id)
    assert (facts.meetings, facts.wishes, facts.wishers, facts.silent, facts.waiting) == (1, 1, 1, 1, 1)
    assert facts.registered == {Side.EXHIBITOR: 1, Side.BUYER: 2}
    assert facts.approved == {Side.EXHIBITOR: 1, Side.BUYER: 1}


def test_who_withdrew_after_wishing_is_no_wisher_and_hides_nobody_who_is_silent(world: World) -> None:
    event_id = world.event()
    maker = world.participation(event_id, Side.EXHIBITOR)
    silent, gone = world.participation(event_id, Side.BUYER), world.participation(event_id, Side.BUYER)
    wish = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "event_id": event_id}
    world.save(Wish(wisher_id=maker, target_id=silent, strength=WishStrength.WANT, **wish))
    world.save(Wish(wisher_id=gone, target_id=maker, strength=WishStrength.WANT, **wish))
    with transaction():
        db.session.get_one(Participation, gone).state = ParticipationState.WITHDRAWN
    facts = event_facts(event_id)
    assert (facts.wishes, facts.wishers, facts.silent) == (1, 1, 1)
    assert {s.key: s.waiting for s in stages(facts, DAY)}[StageKey.WISHES] == 1


def test_day_is_current_until_it_has_passed(world: World) -> None:
    event_id = world.event()
    world.slots(event_id)
    world.tables(event_id)
    one, two = world.participation(event_id, Side.EXHIBITOR), world.participation(event_id, Side.BUYER)
    wish = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "event_id": event_id}
    world.save(Wish(wisher_id=one, target_id=two, strength=WishStrength.WANT, **wish))
    assert current_stage(event_id) is StageKey.SCHEDULE
    published(world, event_id)
    assert current_stage(event_id, DAY) is StageKey.DAY
    assert current_stage(event_id, date(2023, 5, 12)) is StageKey.FOLLOW_UP


def test_a_no_is_not_counted_as_a_wish(world: World) -> None:
    event_id = world.event()
    one, two = world.participation(event_id, Side.EXHIBITOR), world.participation(event_id, Side.BUYER)
    wish = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "event_id": event_id}
    world.save(Wish(wisher_id=one, target_id=two, strength=WishStrength.NO, **wish))
    assert event_facts(event_id).wishes == 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_breakdowns_count_approved_only(world: World) -> None:
    event_id = world.event()
    for regency in ("18.71", "18.71", "18.09"):
        world.participation(event_id, Side.EXHIBITOR, regency=regency)
    world.participation(event_id, Side.EXHIBITOR, regency="18.09", state=ParticipationState.SUBMITTED)
    world.participation(event_id, Side.BUYER)
    assert exhibitors_by_regency(event_id, {}) == [Share("18.71", 2), Share("18.09", 1)]
    assert buyers_by_type(event_id, {}) == [Share("regional_agency", 1)]
