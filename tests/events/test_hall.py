"""Tables, zones and pair rules."""

from __future__ import annotations

import pytest

from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events import hooks
from matchmaking.events.hooks import Consequence, SetupChange
from matchmaking.events.queries import pair_rules_of, tables_of, zones_of
from matchmaking.events.services import hall, rules
from matchmaking.events.services.guards import SetupOutdated
from matchmaking.transactions import transaction
from tests.world import World


def numbers(event_id: int) -> list[int]:
    return [table.number for table in tables_of(event_id)]


def test_adding_tables_twice_adds_them_once(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        assert hall.add_tables(actor, event_id, 1, 20) == 20
    with transaction():
        assert hall.add_tables(actor, event_id, 19, 22) == 2
    assert numbers(event_id) == list(range(1, 23))


@pytest.mark.parametrize(("first", "last"), [(0, 3), (5, 4), (1, 600), (9998, 10000)])
def test_nonsense_numbers_are_refused(world: World, first: int, last: int) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with pytest.raises(InvalidInput), transaction():
        hall.add_tables(actor, event_id, first, last)


def test_table_of_another_event_does_not_exist_here(world: World) -> None:
    here, there = world.event(), world.event()
    foreign = world.tables(there, 1)[0]
    actor = world.organizer(here)
    with pytest.raises(NotFound), transaction():
        hall.edit_table(actor, here, foreign, "A1", None)
    with pytest.raises(NotFound), transaction():
        hall.remove_tables(actor, here, [foreign], 1)
    assert numbers(there) == [1]


def test_removed_table_leaves_its_number_free(world: World) -> None:
    event_id = world.event()
    first, second = world.tables(event_id, 2)
    actor = world.organizer(event_id)
    with transaction():
        change = hall.remove_tables(actor, event_id, [second], 1)
    assert (change.retired_table_ids, numbers(event_id)) == ((second,), [1])
    with transaction():
        hall.add_tables(actor, event_id, 2, 2)
    assert numbers(event_id) == [1, 2]
    assert first in {table.id for table in tables_of(event_id)}


def test_removal_asks_once_when_meetings_lie_there(world: World) -> None:
    event_id = world.event()
    table = world.tables(event_id, 1)[0]

    def would_move(_event: int, change: SetupChange) -> list[Consequence]:
        return [Consequence("2 meetings would be parked", 2)] if change.retired_table_ids else []

    hooks.setup_changing._handlers.append(would_move)
    try:
        browser = world.client(world.organizer(event_id).user_id)
        address = f"/manage/{world.code_of(event_id)}/settings/tables/remove"
        data = {"selected": str(table), "setup_version": "1"}
        asked = browser.post(address, data=data)
        assert (asked.status_code, "2 meetings would be parked" in asked.text) == (200, True)
        assert numbers(event_id) == [1]
        browser.post(address, data={**data, "confirmed": "yes"})
        assert numbers(event_id) == []
    finally:
        hooks.setup_changing._handlers.remove(would_move)


def test_removal_from_an_old_page_is_refused(world: World) -> None:
    event_id = world.event()
    table = world.tables(event_id, 1)[0]
    actor = world.organizer(event_id)
    with transaction():
        hall.add_tables(actor, event_id, 2, 3)
    with pytest.raises(SetupOutdated), transaction():
        hall.remove_tables(actor, event_id, [table], 1)
    assert numbers(event_id) == [1, 2, 3]


def test_zone_goes_only_when_it_is_empty(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        zone_id = hall.add_zone(actor, event_id, "  Sisi   timur ").id
    with transaction():
        assert hall.add_zone(actor, event_id, "Sisi timur").id == zone_id
    with transaction():
        hall.add_tables(actor, event_id, 1, 1, zone_id)
    with pytest.raises(Conflict), transaction():
        hall.remove_zone(actor, event_id, zone_id)
    table = tables_of(event_id)[0].id
    with transaction():
        hall.edit_table(actor, event_id, table, "A1", None)
    with transaction():
        hall.remove_zone(actor, event_id, zone_id)
    assert zones_of(event_id) == []
    assert tables_of(event_id)[0].name == "A1"


def test_pair_rule_is_kept_once_and_can_be_lifted(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    for _time in range(2):
        with transaction():
            rule_id = rules.add_pair_rule(actor, event_id, "private_company", "").id
    assert [(r.buyer_type, r.category_id) for r in pair_rules_of(event_id)] == [("private_company", "")]
    with transaction():
        rules.remove_pair_rule(actor, event_id, rule_id)
    assert pair_rules_of(event_id) == []


@pytest.mark.parametrize(("buyer_type", "category"), [("", ""), ("private_company", "no-such-category")])
def test_pair_rule_must_say_something_known(world: World, buyer_type: str, category: str) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with pytest.raises(InvalidInput), transaction():
        rules.add_pair_rule(actor, event_id, buyer_type, category)


@pytest.mark.parametrize(
    ("room", "fits"),
    [(rules.Room(14, 20, 36, 2), True), (rules.Room(14, 20, 36, 8), False), (rules.Room(2, 20, 3, 3), False)],
)
def test_minimum_fits_hall_and_day_or_not(room: rules.Room, fits: bool) -> None:
    assert room.is_enough is fits
