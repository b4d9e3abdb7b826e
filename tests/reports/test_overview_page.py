"""The overview as organiser and leader see it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.registration.models import ParticipationState, Side
from tests.world import World


def page(world: World, event_id: int, role: Role) -> str:
    browser = world.client(world.user(roles={event_id: role}))
    browser.set_cookie("language", "en")
    answer = browser.get(f"/manage/{world.code_of(event_id)}/")
    assert answer.status_code == 200
    return answer.text


def test_new_event_leads_to_its_set_up(world: World) -> None:
    event_id = world.event()
    text = page(world, event_id, Role.ORGANIZER)
    assert "Set sessions and tables" in text
    assert text.count('aria-current="step"') == 1


def test_waiting_registrations_are_the_next_step_of_the_organiser(world: World) -> None:
    event_id = world.event()
    world.slots(event_id)
    world.tables(event_id)
    world.participation(event_id, Side.BUYER)
    world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    assert "1 waits for you" in page(world, event_id, Role.ORGANIZER)


def test_leader_reads_figures_and_has_nothing_to_press(world: World) -> None:
    event_id = world.event()
    world.participation(event_id, Side.BUYER)
    text = page(world, event_id, Role.LEADER)
    assert "Regional agency" in text
    assert "Set sessions and tables" not in text


@pytest.mark.parametrize("role", [Role.ORGANIZER])
def test_statements_do_not_grow_with_the_event(world: World, role: Role) -> None:
    event_id = world.event()
    browser = world.client(world.user(roles={event_id: role}))

    def statements() -> int:
        count = 0

        def note(*_args: object) -> None:
            nonlocal count
            count += 1

        sa.event.listen(db.engine, "before_cursor_execute", note)
        browser.get(f"/manage/{world.code_of(event_id)}/")
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return count

    world.participation(event_id, Side.EXHIBITOR, regency="18.71")
    world.participation(event_id, Side.BUYER)
    few = statements()
    for _number in range(12):
        world.participation(event_id, Side.EXHIBITOR, regency="18.09")
        world.participation(event_id, Side.BUYER)
    assert statements() == few
