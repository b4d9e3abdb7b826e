"""Stand-by on the control page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from matchmaking import clock
from matchmaking.actor import Role
from tests.attendance.meetings import codes, lay_version
from tests.attendance.stand_bys import (
    B2,
    B3,
    M1,
    M2,
    MINUTE,
    NINE,
    PAIRS,
    miss,
    seats,
)
from tests.scheduling.scene import Scene, make_scene
from tests.world import World


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 6 * MINUTE):
        yield scene


def send(scene: Scene, address: str, role: Role = Role.DESK, **given: object) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    answer = browser.post(f"/manage/{scene.code}/day/{address}", data=given, headers={"HX-Request": "true"})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def shown(scene: Scene, role: Role = Role.DESK) -> str:
    browser = scene.staff(role)
    browser.set_cookie("language", "en")
    return browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)


def tapped(scene: Scene, key: str = "seatkey0001") -> dict[str, object]:
    return {
        "exhibitor": scene.team(scene.makers[0]), "buyer": scene.team(scene.agencies[2]), "slot_id": scene.slots[0],
        "table": scene.tables[0], "key": key,
    }  # fmt: skip


def test_the_page_offers_at_once_and_takes_with_one_tap(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    assert "Seat them" not in shown(scene)
    code = codes(scene)[0]
    missed = send(scene, f"meetings/{code}/state", to="no_show:buyer", key="abcdefgh12345678", seen=0)
    assert f"<strong>{M1} – {B3}</strong>" in missed
    assert "The exhibitor wants to meet." in missed
    assert missed.count("Seat them") == 1
    assert "Seat them" not in shown(scene, Role.LEADER)
    taken = send(scene, "stand-by", **tapped(scene))
    assert f"Seated at table 1: {M1} – {B3}. Both are told." in taken
    assert "seated on the day" in taken
    assert "Seat them" not in taken
    back = send(scene, "stand-by/undo", key="seatkey0001")
    assert f"Taken back: {M1} – {B3} are not seated any more." in back
    assert back.count("Seat them") == 1


def test_who_comes_second_is_told_by_the_page(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[2])
    miss(scene)
    send(scene, "stand-by", **tapped(scene))
    second = send(scene, "stand-by", **tapped(scene, "seatkey0002"))
    assert f"Somebody was faster: {M1} – {B3} sit there now." in second
    assert seats(scene) == {(M1, B3, 1, 1), (M2, B2, 1, 2), (M1, B2, 2, 1)}


@pytest.mark.parametrize("wrong", ["exhibitor", "buyer", "slot_id", "table"])
def test_a_tap_without_its_fields_is_refused(scene: Scene, wrong: str) -> None:
    answer = scene.staff().post(f"/manage/{scene.code}/day/stand-by", data={**tapped(scene), wrong: "x"})
    assert answer.status_code == 422
