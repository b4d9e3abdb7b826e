"""The figures of a day against a count by hand, both ways: with everything recorded, and with nothing."""

from __future__ import annotations

import pytest

from matchmaking import clock
from matchmaking.commitments.models import EventKind
from matchmaking.commitments.queries.commitments import Amount
from matchmaking.registration.models import Side
from matchmaking.reports.figures import Figure, event_figures
from matchmaking.reports.queries.day import People, day_facts
from matchmaking.reports.queries.facts import event_facts
from matchmaking.reports.queries.life import StageKey, StageState, stages
from matchmaking.reports.queries.shares import Share, buyers_by_type, exhibitors_by_regency, products_by_category
from matchmaking.reports.queries.waiting import Chore, waiting_now
from tests.commitments.scene import DETAILS
from tests.reports.scene import EVENING, MORNING, DayScene, live_day, make_day
from tests.world import BOTH, DAY, World

ZONE = "Asia/Jakarta"
ONE = 25 * 450_000


def numbers(event_id: int) -> dict[str, tuple[int | None, int | None, int | None]]:
    found: list[Figure] = event_figures(event_facts(event_id), day_facts(event_id, DAY))
    return {figure.key: (figure.number, figure.of, figure.value) for figure in found}


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_figures_equal_a_count_by_hand(world: World) -> None:
    day = live_day(world)
    assert numbers(day.event_id) == {
        "exhibitors": (2, None, None),
        "buyers": (3, None, None),
        "people": (3, 5, None),
        "exhibitors_came": (1, 2, None),
        "buyers_came": (2, 3, None),
        "planned": (6, None, None),
        "held": (2, 6, None),
        "no_show": (2, 6, None),
        "other_meetings": (2, 6, None),
        "potential": (1, None, 40_000_000),  # the buyer's word, not the exhibitor's
        "committed": (1, None, ONE),
        "realized": (0, None, 0),
        "agreed": (1, None, ONE),
        "proposed": (1, None, ONE),
        "invited": (0, None, None),
        "next_year": (0, None, 0),
    }


def test_nothing_recorded_is_left_to_be_written_in_by_hand(world: World) -> None:
    found = numbers(make_day(world).event_id)
    on_paper = {key for key, (number, _of, _value) in found.items() if number is None}
    assert on_paper == {"people", "exhibitors_came", "buyers_came", "held", "no_show", "other_meetings"}
    assert found["committed"] == (0, None, 0)


def test_people_are_counted_not_scans_and_an_undone_scan_does_not_count(world: World) -> None:
    day = live_day(world)
    assert day_facts(day.event_id, DAY).people == People(expected=5, came=3, came_today=3, printed=1)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_breakdowns_say_who_came_and_what_was_signed(world: World) -> None:
    day = live_day(world)
    found = day_facts(day.event_id, DAY).commitments
    assert exhibitors_by_regency(day.event_id, found.by_regency) == [
        Share("18.09", 1, 0, Amount()), Share("18.71", 1, 1, Amount(1, ONE)),
    ]  # fmt: skip
    assert buyers_by_type(day.event_id, found.by_buyer_type) == [Share("regional_agency", 3, 2, Amount(1, ONE))]
    assert products_by_category(day.event_id, found.by_category) == [
        Share("tapis", 1, 1, Amount()), Share("", 0, 0, Amount(1, ONE)),  # the line was typed freely
    ]  # fmt: skip


def test_agreed_becomes_committed_once_both_have_signed_and_withdrawn_counts_nowhere(world: World) -> None:
    day = make_day(world)
    deal = day.deal()
    code = deal.agreed(DETAILS)
    assert (numbers(day.event_id)["committed"][0], numbers(day.event_id)["agreed"][0]) == (0, 1)
    for party in ("buyer", "exhibitor"):
        deal.happen(code, EventKind.SIGNED, party)
    assert (numbers(day.event_id)["committed"], numbers(day.event_id)["agreed"][0]) == ((1, None, ONE), 0)
    other = deal.propose(DETAILS)
    deal.happen(other, EventKind.WITHDRAWN, "buyer", reason="Anggaran berubah")
    assert [numbers(day.event_id)[key][0] for key in ("committed", "agreed", "proposed")] == [1, 0, 0]


def chores(day: DayScene) -> dict[Chore, int]:
    facts, found = event_facts(day.event_id), day_facts(day.event_id, clock.today(ZONE))
    return {item.chore: item.count for item in waiting_now(day.event_id, facts, found, ZONE)}


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_what_waits_in_the_evening(world: World) -> None:
    day = live_day(world)
    with clock.frozen(EVENING):
        assert chores(day) == {
            Chore.MEETINGS_OPEN: 1, Chore.BADGES: 4, Chore.OUTCOMES: 1, Chore.SIGNATORIES: 1, Chore.OTHER_PARTY: 1,
            Chore.NEXT_STEPS: 1,
        }  # fmt: skip


def test_teams_whose_meeting_is_near_are_missed_until_somebody_comes(world: World) -> None:
    day = make_day(world)
    scene = day.scene
    with clock.frozen(MORNING.replace(hour=1, minute=50)):  # 08.50 WIB; the first meeting is at 09.00
        assert chores(day)[Chore.PEOPLE_MISSING] == 2
        day.come(scene.makers[0])
        assert chores(day)[Chore.PEOPLE_MISSING] == 1
        day.come(scene.agencies[0])
        assert Chore.PEOPLE_MISSING not in chores(day)
    with clock.frozen(MORNING.replace(hour=0)):
        assert Chore.PEOPLE_MISSING not in chores(day)


def test_nobody_is_asked_for_badges_that_are_switched_off(world: World) -> None:
    day = make_day(world)
    with clock.frozen(MORNING):
        assert chores(day)[Chore.BADGES] == 5
    from matchmaking.events.services.basics import DaySettings, update_event
    from matchmaking.transactions import transaction

    with transaction():
        update_event(day.scene.actor, day.event_id, DaySettings(has_badges=False), 1)
    with clock.frozen(MORNING):
        assert Chore.BADGES not in chores(day)


def test_day_is_the_step_before_follow_up(world: World) -> None:
    day = live_day(world)
    day.scene.wish_all()
    facts = event_facts(day.event_id)
    current = {
        at: next(s.key for s in stages(facts, at) if s.state is StageState.CURRENT) for at in (DAY, DAY.replace(day=12))
    }
    assert current == {DAY: StageKey.DAY, DAY.replace(day=12): StageKey.FOLLOW_UP}
    assert facts.approved == {Side.EXHIBITOR: 2, Side.BUYER: 3}
