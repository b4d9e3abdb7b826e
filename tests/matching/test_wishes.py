"""Saying must, want or no."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.models import Event, PairRule
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.requests import matching_of
from matchmaking.matching.queries.wishes import Filter, WishCounts, asker_count, wish_cards, wish_counts
from matchmaking.matching.services import MakeWish, make_wish
from matchmaking.matching.services.wishes import WishesClosed
from matchmaking.registration.models import ParticipationState, Side
from matchmaking.transactions import transaction
from tests.world import BOTH, World

MUST, WANT, NO = WishStrength.MUST, WishStrength.WANT, WishStrength.NO
PERSON = Actor(ActorKind.USER, 1, None, frozenset({Role.BUYER}))
ORGANIZER = Actor(ActorKind.USER, 2, None, frozenset({Role.ORGANIZER}))


@pytest.fixture
def pair(world: World) -> tuple[int, int, int]:
    event_id = world.event()
    return event_id, world.participation(event_id, Side.EXHIBITOR), world.participation(event_id, Side.BUYER)


def wish(wisher: int, target: int, strength: WishStrength | None, actor: Actor = PERSON, **more: object) -> None:
    with transaction():
        make_wish(actor, MakeWish(wisher, target, strength, **more))  # type: ignore[arg-type]


def stored() -> list[tuple[int, int, WishStrength]]:
    rows = db.session.scalars(sa.select(Wish).order_by(Wish.id))
    return [(row.wisher_id, row.target_id, row.strength) for row in rows]


def test_wish_is_stored_changed_and_taken_back(pair: tuple[int, int, int]) -> None:
    _event, maker, agency = pair
    wish(maker, agency, MUST)
    wish(maker, agency, MUST)
    assert stored() == [(maker, agency, MUST)]
    wish(maker, agency, NO)
    assert stored() == [(maker, agency, NO)]
    wish(maker, agency, None)
    wish(maker, agency, None)
    assert stored() == []


def test_another_word_leaves_the_note_as_it_is(pair: tuple[int, int, int]) -> None:
    _event, maker, agency = pair
    for strength, said in ((MUST, {"note": "minta sampel tapis"}), (WANT, {}), (WANT, {"note": ""})):
        wish(maker, agency, strength, **said)
        kept = db.session.scalars(sa.select(Wish.note)).one()
        assert kept == ("" if said == {"note": ""} else "minta sampel tapis")


def test_both_sides_words_stand_beside_each_other(pair: tuple[int, int, int]) -> None:
    event_id, maker, agency = pair
    wish(maker, agency, WANT)
    wish(agency, maker, MUST)
    request = matching_of(event_id).requests[0]
    assert (request.exhibitor_strength, request.buyer_strength, request.weight) == (WANT, MUST, 60)
    assert [point.reason for point in request.points] == ["mutual_want_must"]


def test_a_no_takes_the_pair_out_whatever_the_other_said(pair: tuple[int, int, int]) -> None:
    event_id, maker, agency = pair
    wish(maker, agency, MUST)
    wish(agency, maker, NO)
    found = matching_of(event_id)
    assert found.requests == ()
    assert found.refused == {(maker, agency)}


def test_same_side_is_refused(pair: tuple[int, int, int], world: World) -> None:
    event_id, maker, _agency = pair
    with pytest.raises(InvalidInput):
        wish(maker, world.participation(event_id, Side.EXHIBITOR), MUST)
    assert stored() == []


@pytest.mark.parametrize("state", [state for state in ParticipationState if state is not ParticipationState.APPROVED])
def test_only_approved_participants_wish_and_are_wished_for(
    pair: tuple[int, int, int], world: World, state: ParticipationState
) -> None:
    event_id, maker, agency = pair
    outsider = world.participation(event_id, Side.BUYER, state=state)
    for wisher, target in ((maker, outsider), (outsider, maker)):
        with pytest.raises(NotFound):
            wish(wisher, target, WANT)
    wish(maker, agency, WANT)
    assert stored() == [(maker, agency, WANT)]


def test_participant_of_another_event_is_unknown(pair: tuple[int, int, int], world: World) -> None:
    _event, maker, _agency = pair
    with pytest.raises(NotFound):
        wish(maker, world.participation(world.event(), Side.BUYER), MUST)
    with pytest.raises(NotFound):
        wish(maker, 999, MUST)


def test_deadline_binds_participants_and_not_the_organizer(pair: tuple[int, int, int]) -> None:
    event_id, maker, agency = pair
    closes = datetime(2023, 5, 9, tzinfo=UTC)
    with transaction():
        db.session.get_one(Event, event_id).wishes_close_at = closes
    with clock.frozen(datetime(2023, 5, 8, 23, 59, tzinfo=UTC)):
        wish(maker, agency, WANT)
    with clock.frozen(closes):
        with pytest.raises(WishesClosed):
            wish(maker, agency, MUST)
        assert stored() == [(maker, agency, WANT)]
        wish(maker, agency, MUST, ORGANIZER, origin="staff")
    assert stored() == [(maker, agency, MUST)]


def test_rule_of_the_event_refuses_the_wish_and_lets_the_no_pass(pair: tuple[int, int, int], world: World) -> None:
    event_id, maker, agency = pair
    world.save(PairRule(event_id=event_id, buyer_type="regional_agency"))
    with pytest.raises(InvalidInput):
        wish(maker, agency, MUST)
    wish(maker, agency, NO)
    assert stored() == [(maker, agency, NO)]


def test_named_team_must_belong_to_the_other(pair: tuple[int, int, int], world: World) -> None:
    event_id, maker, agency = pair
    second, strange = world.team(agency), world.team(maker)
    with pytest.raises(InvalidInput):
        wish(maker, agency, MUST, target_team_id=strange)
    wish(maker, agency, MUST, target_team_id=second)
    assert matching_of(event_id).requests[0].buyer_team_id == second


def test_note_has_a_limit(pair: tuple[int, int, int]) -> None:
    _event, maker, agency = pair
    wish(maker, agency, MUST, note="x" * 300)
    with pytest.raises(InvalidInput):
        wish(maker, agency, MUST, note="x" * 301)


def test_counts_leave_the_no_out_of_chosen_and_hide_it_from_the_other_side(
    pair: tuple[int, int, int], world: World
) -> None:
    event_id, maker, agency = pair
    second, third = (world.participation(event_id, Side.EXHIBITOR) for _ in range(2))
    for exhibitor, strength in ((maker, MUST), (second, WANT), (third, NO)):
        wish(agency, exhibitor, strength)
    assert wish_counts(agency) == WishCounts(must=1, want=1, no=1)
    assert wish_counts(agency).chosen == 2
    assert [asker_count(id) for id in (maker, second, third)] == [1, 1, 0]
    assert [wish_cards(id, Filter(), 1).items[0].asked_me for id in (maker, second, third)] == ["must", "want", None]
    assert [wish_cards(id, Filter(only="asked"), 1).total for id in (maker, second, third)] == [1, 1, 0]


def test_cards_are_found_by_words_category_and_own_choice(pair: tuple[int, int, int], world: World) -> None:
    event_id, maker, agency = pair
    named = world.participation(event_id, Side.BUYER, legal_name="RSUD 100% Sehat_Contoh")
    wish(maker, named, MUST)

    def ids(**filter: str) -> list[int]:
        return [card.id for card in wish_cards(maker, Filter(**filter), 1).items]

    assert ids() == [agency, named]
    assert ids(text="sehat_contoh") == [named]
    assert ids(text="100%") == [named]
    assert ids(text="%") == [named]
    assert ids(only="chosen") == [named]
    assert ids(only="unchosen") == [agency]
    assert ids(only="no") == []
    assert ids(category="tapis") == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_same_tap_from_many_threads_is_one_wish(pair: tuple[int, int, int], world: World) -> None:
    _event, maker, agency = pair
    errors: list[BaseException] = []

    def tap() -> None:
        with world.app.app_context():
            try:
                wish(maker, agency, WANT)
            except BaseException as error:
                errors.append(error)

    threads = [threading.Thread(target=tap) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    db.session.rollback()
    assert stored() == [(maker, agency, WANT)]
