"""The pages of wishes and availability: what each person sees, and what nobody may."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.matching.models import Absence, Wish, WishStrength
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.world import LONG_AGO, World


@dataclass
class Scene:
    world: World
    event_id: int
    code: str
    maker: int
    agency: int

    def browser(self, participation_id: int) -> FlaskClient:
        return self.world.client(self.world.login_of(participation_id))

    def staff(self, role: Role = Role.ORGANIZER) -> FlaskClient:
        return self.world.client(self.world.user(roles={self.event_id: role}))

    def code_of(self, participation_id: int) -> str:
        return db.session.get_one(Participation, participation_id).code

    def wishes(self) -> list[tuple[int, int, str, str]]:
        rows = db.session.scalars(sa.select(Wish).order_by(Wish.id))
        return [(row.wisher_id, row.target_id, row.strength.value, row.origin) for row in rows]


@pytest.fixture
def scene(world: World) -> Scene:
    event_id = world.event()
    world.slots(event_id, 4)
    maker = world.participation(event_id, Side.EXHIBITOR, legal_name="Tapis Melati Contoh")
    agency = world.participation(event_id, Side.BUYER, legal_name="Dinas Anggrek Contoh")
    return Scene(world, event_id, world.code_of(event_id), maker, agency)


def test_one_tap_stores_the_wish_and_answers_with_the_card(scene: Scene) -> None:
    browser = scene.browser(scene.agency)
    address = f"/my/{scene.code}/wishes/{scene.code_of(scene.maker)}"
    answer = browser.post(address, data={"wish": "must"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert scene.wishes() == [(scene.agency, scene.maker, "must", "participant")]
    browser.post(address, data={"wish": ""}, headers={"HX-Request": "true"})
    assert scene.wishes() == []


def test_it_works_without_a_script(scene: Scene) -> None:
    browser = scene.browser(scene.agency)
    code = scene.code_of(scene.maker)
    answer = browser.post(f"/my/{scene.code}/wishes/{code}", data={"wish": "want"})
    assert (answer.status_code, answer.location) == (303, f"/my/{scene.code}/wishes#wish-{code}")
    page = browser.get(f"/my/{scene.code}/wishes")
    assert "Tapis Melati Contoh" in page.text
    assert 'value="" aria-pressed="true"' in page.text


def test_unknown_word_is_refused(scene: Scene) -> None:
    browser = scene.browser(scene.agency)
    answer = browser.post(f"/my/{scene.code}/wishes/{scene.code_of(scene.maker)}", data={"wish": "maybe"})
    assert answer.status_code == 422
    assert scene.wishes() == []


def test_nobody_speaks_for_another(scene: Scene) -> None:
    """Codes of one's own side, of another event, and another's entry are all unknown."""
    browser = scene.browser(scene.agency)
    second = scene.world.participation(scene.event_id, Side.BUYER)
    other_event = scene.world.event()
    stranger = scene.world.participation(other_event, Side.EXHIBITOR)
    for code in (scene.code_of(scene.agency), scene.code_of(second), scene.code_of(stranger), "1"):
        assert browser.post(f"/my/{scene.code}/wishes/{code}", data={"wish": "must"}).status_code == 404
    entry = scene.code_of(second)
    for address in ("wishes", "availability"):
        assert browser.get(f"/my/{scene.code}/{address}?entry={entry}").status_code == 404
    target = scene.code_of(scene.maker)
    answer = browser.post(f"/my/{scene.code}/wishes/{target}?entry={entry}", data={"wish": "must"})
    assert answer.status_code == 404
    assert scene.wishes() == []
    assert browser.get(f"/my/{scene.world.code_of(other_event)}/wishes").status_code == 404


def test_who_is_not_approved_has_no_page(scene: Scene, world: World) -> None:
    waiting = world.participation(scene.event_id, Side.BUYER, state=ParticipationState.SUBMITTED)
    assert scene.browser(waiting).get(f"/my/{scene.code}/wishes").status_code == 404


def test_a_person_of_two_organisations_chooses(scene: Scene, world: World) -> None:
    second = world.participation(scene.event_id, Side.BUYER, legal_name="Biro Kedua Contoh")
    user_id = world.login_of(scene.agency)
    with transaction():
        db.session.execute(sa.update(Delegate).where(Delegate.participation_id == second).values(user_id=user_id))
    browser = world.client(user_id)
    target, entry = scene.code_of(scene.maker), scene.code_of(second)
    assert "Biro Kedua Contoh" in browser.get(f"/my/{scene.code}/wishes").text
    browser.post(f"/my/{scene.code}/wishes/{target}?entry={entry}", data={"wish": "want"})
    assert scene.wishes() == [(second, scene.maker, "want", "participant")]


def test_a_no_is_never_shown_to_the_other_side(scene: Scene) -> None:
    """The exhibitor's pages are the same, byte for byte, whether the buyer said no or nothing."""
    browser = scene.browser(scene.maker)
    addresses = [f"/my/{scene.code}/wishes{query}" for query in ("", "?only=asked", "?only=no", "?only=unchosen")]

    def pages() -> list[str]:
        # The form's token is signed with the second it was made in.
        return [re.sub(r'name="csrf_token" value="[^"]*"', "", browser.get(address).text) for address in addresses]

    before = pages()
    scene.world.save(_wish(scene, scene.agency, scene.maker, WishStrength.NO))
    assert pages() == before
    with transaction():
        db.session.execute(sa.delete(Wish))
    scene.world.save(_wish(scene, scene.agency, scene.maker, WishStrength.WANT))
    assert pages() != before


def _wish(scene: Scene, wisher: int, target: int, strength: WishStrength) -> Wish:
    return Wish(
        event_id=scene.event_id, wisher_id=wisher, target_id=target, strength=strength,
        created_at=LONG_AGO, updated_at=LONG_AGO,
    )  # fmt: skip


def test_organizer_enters_on_behalf_and_sees_both_words(scene: Scene) -> None:
    scene.world.save(_wish(scene, scene.agency, scene.maker, WishStrength.NO))
    browser = scene.staff()
    address = f"/manage/{scene.code}/wishes/of/{scene.code_of(scene.maker)}"
    target = scene.code_of(scene.agency)
    assert browser.post(f"{address}/{target}", data={"wish": "must"}).status_code == 303
    assert scene.wishes()[-1] == (scene.maker, scene.agency, "must", "staff")
    assert browser.get(address).status_code == 200
    part = browser.post(f"{address}/{target}", data={"wish": "want"}, headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert browser.get(f"/manage/{scene.code}/wishes").status_code == 200


def test_pairs_page_shows_weights_and_reasons(scene: Scene) -> None:
    scene.world.save(_wish(scene, scene.agency, scene.maker, WishStrength.MUST))
    scene.world.save(_wish(scene, scene.maker, scene.agency, WishStrength.WANT))
    page = scene.staff().get(f"/manage/{scene.code}/wishes/pairs")
    assert page.status_code == 200
    assert 'class="numeric">60</td>' in page.text
    assert "Tapis Melati Contoh" in page.text


def test_staff_pages_know_only_this_events_participants(scene: Scene) -> None:
    browser = scene.staff()
    stranger = scene.code_of(scene.world.participation(scene.world.event(), Side.BUYER))
    for address in (f"wishes/of/{stranger}", f"availability/{stranger}"):
        assert browser.get(f"/manage/{scene.code}/{address}").status_code == 404


def test_availability_is_saved_for_each_team_by_its_owner_and_by_staff(scene: Scene) -> None:
    own = scene.browser(scene.agency)
    slots = db.session.scalars(sa.text("SELECT id FROM time_slot ORDER BY position")).all()
    answer = own.post(f"/my/{scene.code}/availability", data={"team": "1", "slot": slots[1:], "note": " Terlambat "})
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Absence)).one()
    assert (row.kind, row.note) == ("arrives", "Terlambat")
    assert own.get(f"/my/{scene.code}/availability").text.count("checked") == 3
    desk = scene.staff(Role.DESK)
    address = f"/manage/{scene.code}/availability/{scene.code_of(scene.agency)}"
    assert desk.get(address).text.count("checked") == 3
    assert desk.post(address, data={"team": "1", "slot": slots}).status_code == 303
    assert db.session.scalars(sa.select(Absence)).all() == []


def test_team_of_another_participation_cannot_be_named(scene: Scene) -> None:
    answer = scene.browser(scene.agency).post(f"/my/{scene.code}/availability", data={"team": "2", "slot": []})
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(Absence)).all() == []


def statements(browser: FlaskClient, address: str) -> int:
    count = 0

    def one_more(*_: object) -> None:
        nonlocal count
        count += 1

    sa.event.listen(db.engine, "before_cursor_execute", one_more)
    try:
        assert browser.get(address).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", one_more)
    return count


@pytest.mark.parametrize(
    "address", ["/my/{}/wishes", "/manage/{}/wishes", "/manage/{}/wishes/pairs", "/manage/{}/wishes/of/{}"]
)
def test_number_of_statements_does_not_grow(scene: Scene, address: str) -> None:
    browser = scene.browser(scene.maker) if address.startswith("/my") else scene.staff()
    address = address.format(scene.code, scene.code_of(scene.maker))

    def more(number: int) -> None:
        for _ in range(number):
            agency = scene.world.participation(scene.event_id, Side.BUYER)
            exhibitor = scene.world.participation(scene.event_id, Side.EXHIBITOR)
            scene.world.save(_wish(scene, scene.maker, agency, WishStrength.WANT))
            scene.world.save(_wish(scene, exhibitor, agency, WishStrength.MUST))

    more(2)
    few = statements(browser, address)
    more(20)
    assert statements(browser, address) == few
