"""An event as the engine's problem."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.events.models import Event, MeetingTable, TimeSlot, Zone
from matchmaking.extensions import db
from matchmaking.matching.models import Absence
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling import engine
from matchmaking.scheduling.queries.inputs import SolveOptions, build_inputs, changed_things
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, NO, WANT, Scene
from tests.world import LONG_AGO


def change(model: type, row_id: int, **values: object) -> None:
    with transaction():
        row = db.session.get_one(model, row_id)
        for name, value in values.items():
            setattr(row, name, value)


def test_problem_has_slots_tables_teams_and_weighted_wishes(scene: Scene) -> None:
    maker, agency = scene.makers[0], scene.agencies[0]
    scene.wish(maker, agency, MUST)
    scene.wish(agency, maker, WANT)
    scene.wish(scene.agencies[1], maker, WANT)
    problem = build_inputs(scene.event_id).problem
    assert engine.parse_problem(problem.to_json()) == problem
    assert (problem.slots, problem.tables) == (4, (2, 2, 2, 2))
    assert [p.id for p in problem.participants] == [f"T{scene.team(p)}" for p in scene.makers + scene.agencies]
    assert [(m.id, m.weight) for m in problem.meetings] == [
        (f"E{maker}-B{agency}", 60),
        (f"E{maker}-B{scene.agencies[1]}", 10),
    ]


def test_refused_pairs_and_people_who_are_not_approved_are_left_out(scene: Scene) -> None:
    scene.wish_all()
    scene.wish(scene.agencies[0], scene.makers[0], NO)
    change(Participation, scene.agencies[1], state=ParticipationState.WITHDRAWN)
    inputs = build_inputs(scene.event_id)
    assert set(inputs.planned) == {
        f"E{scene.makers[1]}-B{scene.agencies[0]}",
        *(f"E{maker}-B{scene.agencies[2]}" for maker in scene.makers),
    }
    assert len(inputs.problem.participants) == 4


def test_absences_limits_home_tables_and_zones_become_rules(scene: Scene) -> None:
    maker, other = scene.makers
    slot = db.session.get_one(TimeSlot, scene.slots[1])
    scene.world.save(
        Absence(team_id=scene.team(maker), kind="away", starts_at=slot.starts_at + timedelta(minutes=1),
                ends_at=slot.ends_at, created_at=LONG_AGO)
    )  # fmt: skip
    zone = scene.world.save(Zone(event_id=scene.event_id, name="Sisi timur"))
    change(MeetingTable, scene.tables[1], zone_id=zone)
    change(Event, scene.event_id, exhibitor_min_meetings=2, buyer_max_meetings=3)
    change(Participation, maker, home_table_id=scene.tables[0], max_meetings=2)
    change(Participation, other, zone_id=zone)
    people = {p.id: p for p in build_inputs(scene.event_id).problem.participants}
    first, second = people[f"T{scene.team(maker)}"], people[f"T{scene.team(other)}"]
    assert (first.unavailable, first.min_meetings, first.max_meetings, first.home_table) == ({2}, 2, 2, 1)
    assert (second.unavailable, second.home_table, second.tables) == (frozenset(), None, {2})
    assert people[f"T{scene.team(scene.agencies[0])}"].max_meetings == 3


def test_retired_slots_and_tables_are_gone_and_the_rest_is_numbered_anew(scene: Scene) -> None:
    change(TimeSlot, scene.slots[0], retired_at=LONG_AGO)
    change(MeetingTable, scene.tables[0], retired_at=LONG_AGO)
    inputs = build_inputs(scene.event_id)
    assert (inputs.problem.slots, inputs.problem.tables) == (3, (1, 1, 1))
    assert [(s.id, s.number) for s in inputs.hall.slots] == [(id, n) for n, id in enumerate(scene.slots[1:], start=1)]


def test_wishes_of_an_organisation_are_spread_over_its_teams(scene: Scene) -> None:
    agency = scene.agencies[0]
    first, second = scene.team(agency), scene.world.team(agency)
    for maker in scene.makers:
        scene.wish(agency, maker)
    planned = build_inputs(scene.event_id).planned
    assert sorted(plan.buyer_team_id for plan in planned.values()) == [first, second]


def test_named_team_gets_the_wish(scene: Scene) -> None:
    agency = scene.agencies[0]
    second = scene.world.team(agency)
    wishes = [scene.wish(maker, agency) for maker in scene.makers]
    with transaction():
        db.session.execute(sa.text("UPDATE wish SET target_team_id = :team"), {"team": second})
    assert len(wishes) == 2
    assert {plan.buyer_team_id for plan in build_inputs(scene.event_id).planned.values()} == {second}


def test_team_that_is_never_there_together_with_the_other_is_not_chosen(scene: Scene) -> None:
    maker, agency = scene.makers[0], scene.agencies[0]
    first, second = scene.team(agency), scene.world.team(agency)
    start = db.session.get_one(TimeSlot, scene.slots[0]).starts_at
    absence = Absence(
        team_id=first, kind="away", starts_at=start, ends_at=start + timedelta(days=1), created_at=LONG_AGO
    )
    scene.world.save(absence)
    scene.wish(maker, agency)
    assert [plan.buyer_team_id for plan in build_inputs(scene.event_id).planned.values()] == [second]


def test_teams_that_share_a_delegate_are_one_for_the_solver(scene: Scene) -> None:
    agency = scene.agencies[0]
    first, second = scene.team(agency), scene.world.team(agency)
    shared = db.session.scalars(sa.select(Delegate.id).join(TeamDelegate).where(TeamDelegate.team_id == first)).one()
    assert len({build_inputs(scene.event_id).hall.teams[id].unit for id in (first, second)}) == 2
    with transaction():
        db.session.add(TeamDelegate(team_id=second, delegate_id=shared))
    for maker in scene.makers:
        scene.wish(agency, maker)
    inputs = build_inputs(scene.event_id)
    assert {inputs.hall.teams[id].unit for id in (first, second)} == {first}
    assert {m.participants[1] for m in inputs.problem.meetings} == {f"T{first}"}
    version_id = scene.solve()
    placed = scene.placements(version_id)
    assert len(placed) == 2
    assert len({row.slot_id for row in placed}) == 2


def test_minimum_of_an_organisation_is_shared_by_its_teams(scene: Scene) -> None:
    change(Event, scene.event_id, exhibitor_min_meetings=3)
    scene.world.team(scene.makers[0])
    people = [p.min_meetings for p in build_inputs(scene.event_id).problem.participants if p.side == "exhibitor"]
    assert sorted(people) == [1, 2, 3]


def test_pins_of_a_version_are_required_where_they_stand(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    placement = scene.placements(version_id)[0]
    change(type(placement), placement.id, is_pinned=True)
    placement = scene.placements(version_id)[0]
    problem = build_inputs(scene.event_id, SolveOptions(base=version_id)).problem
    pinned = [m for m in problem.meetings if m.slot]
    assert len(pinned) == 1
    assert pinned[0].required
    assert scene.slots[(pinned[0].slot or 0) - 1] == placement.slot_id
    assert scene.tables[(pinned[0].table or 0) - 1] == placement.table_id
    change(MeetingTable, placement.table_id, retired_at=LONG_AGO)
    again = build_inputs(scene.event_id, SolveOptions(base=version_id))
    assert (again.released_pins, [m for m in again.problem.meetings if m.slot]) == (1, [])


def test_what_people_were_told_is_given_with_the_past_frozen(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    starts = db.session.get_one(TimeSlot, scene.slots[1]).starts_at
    with clock.frozen(starts):
        current = build_inputs(scene.event_id, SolveOptions(told=version_id)).problem.current
    assert current is not None
    assert current.frozen_through_slot == 2
    assert len(current.assignments) == 6


def test_digest_stands_while_nothing_changes_and_moves_with_each_kind_of_input(scene: Scene) -> None:
    scene.wish_all()
    before = build_inputs(scene.event_id)
    assert build_inputs(scene.event_id).digest == before.digest

    def changed() -> dict[str, int]:
        return changed_things(before.fingerprint, build_inputs(scene.event_id).fingerprint)

    assert changed() == {}
    scene.wish(scene.agencies[0], scene.makers[0], MUST)
    assert changed() == {"pair": 1}
    change(Participation, scene.makers[1], min_meetings=4)
    assert changed() == {"pair": 1, "participant": 1}
    change(Participation, scene.makers[1], home_table_id=scene.tables[0])
    assert changed() == {"pair": 1, "participant": 1, "team": 1}
    change(TimeSlot, scene.slots[3], retired_at=LONG_AGO)
    change(MeetingTable, scene.tables[1], retired_at=LONG_AGO)
    assert changed() == {"pair": 1, "participant": 1, "slot": 1, "table": 1, "team": 1}
    assert build_inputs(scene.event_id).digest != before.digest


def test_number_of_statements_does_not_grow(scene: Scene) -> None:
    def count() -> int:
        seen = []
        db.session.rollback()
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: seen.append(1))
        build_inputs(scene.event_id)
        return len(seen)

    scene.wish_all()
    few = count()
    from matchmaking.registration.models import Side

    for _ in range(10):
        agency = scene.world.participation(scene.event_id, Side.BUYER)
        scene.wish(scene.makers[0], agency)
    assert count() == few
