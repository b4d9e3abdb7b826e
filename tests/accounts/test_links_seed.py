"""A link from a seed: one request, one link, however often it is answered."""

from __future__ import annotations

from matchmaking.accounts.models import AccessLink
from matchmaking.accounts.services.links import LinkEnded, check_live, issue_status_link
from matchmaking.actor import ANONYMOUS
from matchmaking.extensions import db
from matchmaking.registration.models import Side
from matchmaking.transactions import transaction
from tests.world import World


def issue(participation_id: int, event_id: int, seed: str | None):  # type: ignore[no-untyped-def]
    with transaction():
        return issue_status_link(ANONYMOUS, participation_id, event_id, seed=seed)


def test_same_seed_gives_the_same_link_while_it_lives(world: World) -> None:
    event_id = world.event()
    entry = world.participation(event_id, Side.EXHIBITOR)
    first = issue(entry, event_id, "kunci")
    assert issue(entry, event_id, "kunci") == first
    other = issue(entry, event_id, "lain")
    assert other.token != first.token
    try:
        check_live(db.session.get(AccessLink, first.id))
    except LinkEnded:
        return
    raise AssertionError("the first link should have been replaced")


def test_same_seed_of_another_entry_gives_another_link(world: World) -> None:
    event_id = world.event()
    one, two = (world.participation(event_id, Side.EXHIBITOR) for _n in range(2))
    assert issue(one, event_id, "kunci").token != issue(two, event_id, "kunci").token


def test_without_a_seed_each_link_is_new(world: World) -> None:
    event_id = world.event()
    entry = world.participation(event_id, Side.EXHIBITOR)
    assert issue(entry, event_id, None).token != issue(entry, event_id, None).token


def test_seed_of_an_ended_link_gives_a_new_one(world: World) -> None:
    event_id = world.event()
    entry = world.participation(event_id, Side.EXHIBITOR)
    first = issue(entry, event_id, "kunci")
    issue(entry, event_id, "lain")
    again = issue(entry, event_id, "kunci")
    assert again.token != first.token
    check_live(db.session.get(AccessLink, again.id))
