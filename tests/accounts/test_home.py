"""The front door: who sees what at ``/``, and where people are led."""

from __future__ import annotations

import pytest

from matchmaking.actor import Role
from matchmaking.events.models import EventState
from matchmaking.registration.models import Side
from tests.world import World


def test_visitor_sees_public_events_only(world: World) -> None:
    world.user()
    world.event(name="Acara terbuka")
    world.event(name="Acara rancangan", state=EventState.DRAFT)
    world.event(name="Acara arsip", state=EventState.ARCHIVED)
    world.event(name="Acara tertutup", is_public_page_on=False)
    world.event(name="Acara coba", is_test=True)
    answer = world.client().get("/")
    assert answer.status_code == 200
    names = ["Acara terbuka", "Acara rancangan", "Acara arsip", "Acara tertutup", "Acara coba"]
    assert [name in answer.text for name in names] == [True, False, False, False, False]


def test_visitor_without_public_events_is_told(world: World) -> None:
    world.user()
    assert 'class="empty-state"' in world.client().get("/").text


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.DESK, Role.LEADER, Role.EXHIBITOR, Role.BUYER])
def test_person_with_one_event_is_led_there(world: World, role: Role) -> None:
    event = world.event(code="satu")
    world.event(code="dua")
    if role in {Role.EXHIBITOR, Role.BUYER}:
        person = world.login_of(world.participation(event, Side(role.value)))
    else:
        person = world.user(roles={event: role})
    answer = world.client(person).get("/")
    assert answer.status_code == 303
    assert "/satu" in answer.location
    assert world.client(person).get(answer.location, follow_redirects=True).status_code == 200


def test_person_with_two_events_chooses_among_their_own(world: World) -> None:
    first, second = world.event(name="Acara satu"), world.event(name="Acara dua")
    world.event(name="Acara orang lain")
    person = world.user(roles={first: Role.DESK, second: Role.BUYER})
    answer = world.client(person).get("/")
    assert answer.status_code == 200
    assert [name in answer.text for name in ("Acara satu", "Acara dua", "Acara orang lain")] == [True, True, False]


def test_person_without_event_is_told_what_to_do(world: World) -> None:
    world.event(name="Acara orang lain")
    answer = world.client(world.user()).get("/")
    assert (answer.status_code, "Acara orang lain" in answer.text) == (200, False)
    assert 'class="empty-state"' in answer.text


def test_administrator_may_make_the_first_event(world: World) -> None:
    answer = world.client(world.user(is_administrator=True)).get("/")
    assert 'href="/manage/new"' in answer.text
