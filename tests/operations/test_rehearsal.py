"""The rehearsal: each step both ways, and what the projector shows of a slot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from matchmaking import audit, clock
from matchmaking.actor import Role
from matchmaking.attendance.live_view import ScreenSlot, screen_slots
from matchmaking.attendance.queries.live import live_slots
from matchmaking.commitments.sync_models import Tablet
from matchmaking.events.models import Device, DeviceKind, Event, MeetingTable
from matchmaking.extensions import db
from matchmaking.operations.backup.instance import note_backup
from matchmaking.operations.queries.rehearsal import rehearsal_facts
from matchmaking.operations.rehearsal import Mark, Step, steps_of
from matchmaking.operations.stage import example_stage, stage_of
from matchmaking.operations.venue.serving import Venue
from matchmaking.scheduling.models import VersionState
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.transactions import transaction
from matchmaking.web.access import EventContext
from tests.attendance.meetings import lay_version
from tests.attendance.test_day_pages import NINE, PAIRS
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import Scene, make_scene
from tests.world import BOTH, World

CLOSED = Venue(0, 0, None, ("192.168.7.5",))
LATELY = NINE - timedelta(hours=2)
LONG_SINCE = NINE - timedelta(days=3)


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    made = make_scene(world)
    with clock.frozen(NINE):
        yield made


@pytest.fixture(autouse=True)
def _words(app: Flask) -> Iterator[None]:
    with app.test_request_context(headers={"Cookie": "language=en"}):
        yield


def steps(scene: Scene, venue: Venue = CLOSED) -> dict[str, Step]:
    db.session.rollback()
    g.event = EventContext(scene.event_id, scene.code, "", "Asia/Jakarta", "open", is_demo=False)
    return {step.title: step for step in steps_of(rehearsal_facts(scene.event_id), venue)}


def mark(scene: Scene, title: str) -> Mark:
    return steps(scene)[title].mark


def device(scene: Scene, kind: DeviceKind, **given: Any) -> int:
    values = {"enrolled_at": LONG_SINCE, "token_hash": f"{kind}{given.get('name', '')}", "last_seen_at": None, **given}
    row = {"name": "Meja depan 1", **values}
    return scene.world.save(Device(event_id=scene.event_id, kind=kind, created_at=LONG_SINCE, **row))


def tablet(scene: Scene, device_id: int, **given: Any) -> None:
    token = db.session.get_one(Device, device_id).token_hash
    values = {
        "code": f"T{device_id}",
        "token_hash": token,
        "first_seen_at": LONG_SINCE,
        "last_seen_at": LATELY,
        **given,
    }
    scene.world.save(Tablet(event_id=scene.event_id, device_id=device_id, **values))


def test_schedule_published_or_not_and_overtaken_by_a_draft(scene: Scene) -> None:
    assert (mark(scene, "Schedule"), steps(scene)["Schedule"].text) == (Mark.MISSING, "No schedule is published.")
    lay_version(scene, PAIRS)
    assert mark(scene, "Schedule") is Mark.GOOD
    assert "with 4 meetings." in steps(scene)["Schedule"].text
    with transaction():
        before = published_version(scene.event_id)
        assert before is not None
        before_id = before.id
    lay_version(scene, PAIRS, VersionState.DRAFT)
    with transaction():
        db.session.get_one(type(before), before_id).state = VersionState.PUBLISHED
    assert mark(scene, "Schedule") is Mark.LOOK


def test_scanners_are_good_when_each_was_seen_within_a_day(scene: Scene) -> None:
    title = "Scanners at the door"
    assert steps(scene)[title].text == "None is enrolled for this event."
    device(scene, DeviceKind.SCANNER, last_seen_at=LATELY)
    assert mark(scene, title) is Mark.GOOD
    device(scene, DeviceKind.SCANNER, name="Meja depan 2", last_seen_at=LONG_SINCE)
    device(scene, DeviceKind.SCANNER, name="Meja depan 3", enrolled_at=None, token_hash=None)
    device(scene, DeviceKind.SCANNER, name="Meja depan 4", revoked_at=LATELY, last_seen_at=None)
    found = steps(scene)[title]
    assert (found.mark, found.text) == (Mark.LOOK, "1 of 3 were tried in the last 24 hours.")
    assert found.lines == (
        "Meja depan 1: seen 11 May 2023, 07:00 WIB",
        "Meja depan 2: seen 8 May 2023, 09:00 WIB",
        "Meja depan 3: waits for its code",
    )
    with transaction():
        event = db.session.get_one(Event, scene.event_id)
        event.has_check_in = False
    assert title not in steps(scene)


def test_a_tablet_must_have_fetched_the_days_data(scene: Scene) -> None:
    made = device(scene, DeviceKind.TABLET, last_seen_at=LATELY)
    assert mark(scene, "Tablets") is Mark.LOOK
    tablet(scene, made, code="old", token_hash="an earlier enrolment", synced_at=LATELY)
    assert mark(scene, "Tablets") is Mark.LOOK
    tablet(scene, made, synced_at=LATELY, unsent=2, clock_error_seconds=-300)
    found = steps(scene)["Tablets"]
    assert found.mark is Mark.GOOD
    assert found.lines == (
        "Meja depan 1: data fetched 11 May 2023, 07:00 WIB, 2 commitments not sent, its clock is 5 minutes off",
    )


def test_the_clock_is_doubted_when_something_was_recorded_later(scene: Scene) -> None:
    assert mark(scene, "The clock") is Mark.BY_EYE
    with clock.frozen(NINE + timedelta(hours=1)), transaction():
        audit.record(scene.actor, "test.later", ("event", scene.event_id))
    assert mark(scene, "The clock") is Mark.MISSING


@pytest.mark.parametrize(
    ("address", "expected"),
    [("", Mark.MISSING), ("http://192.168.7.5:8000", Mark.MISSING), ("https://temubisnis.example.id", Mark.GOOD)],
)
def test_public_address_must_open_outside_the_hall(scene: Scene, address: str, expected: Mark) -> None:
    with transaction():
        db.session.get_one(Event, scene.event_id).public_address = address
    assert mark(scene, "Public address on paper") is expected


def test_badges_are_asked_for_where_the_event_uses_them(scene: Scene) -> None:
    found = steps(scene)["Badges"]
    assert (found.mark, found.text.startswith("0 of ")) == (Mark.LOOK, True)
    with transaction():
        db.session.get_one(Event, scene.event_id).has_badges = False
    assert "Badges" not in steps(scene)


def test_backup_is_of_the_last_day(scene: Scene, app: Flask, tmp_path: Path) -> None:
    assert mark(scene, "Backup") is Mark.MISSING
    for taken_at, expected in ((LATELY, Mark.GOOD), (LONG_SINCE, Mark.LOOK)):
        note_backup(Path(app.instance_path), taken_at, tmp_path / "malam.backup")
        assert mark(scene, "Backup") is expected


def test_hall_and_programs_say_what_is_missing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    found = steps(scene)
    assert found["Secure address in the hall"].mark is Mark.MISSING
    assert found["The laptop’s programs"].text == "Not ready: background worker."
    monkeypatch.setattr("matchmaking.operations.queries.rehearsal.readiness_problems", list)
    assert mark(scene, "The laptop’s programs") is Mark.GOOD


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_statements_do_not_grow_with_the_devices(scene: Scene) -> None:
    def asked() -> int:
        db.session.rollback()
        with counted_statements() as seen:
            rehearsal_facts(scene.event_id)
        return len(seen)

    tablet(scene, device(scene, DeviceKind.TABLET))
    one = asked()
    for number in range(2, 6):
        tablet(scene, device(scene, DeviceKind.TABLET, name=f"Tablet {number}"))
    assert asked() == one


# --- the projector ------------------------------------------------------------------------------------------------------


def names(slot: ScreenSlot) -> list[tuple[str, str]]:
    return [(row.table, row.exhibitor) for row in slot.rows]


def test_stage_is_the_big_screen_at_the_beginning_of_the_slot_that_is_asked_for(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    version = published_version(scene.event_id)
    assert version is not None
    zone = "Asia/Jakarta"
    stages = [stage_of(version, zone, NINE - timedelta(hours=1), number) for number in (0, 1, 2)]
    early, first, second = stages
    assert early is not None
    assert first is not None
    assert second is not None
    assert (early.slot, early.at, early.slots[0].is_now) == (1, NINE - timedelta(hours=1), False)
    assert (first.slot, first.at, first.slots[0].time) == (1, NINE, "09:00–09:20")
    assert (first.slots[0].is_now, first.slots[0].left) == (True, "20:00")
    assert names(first.slots[1]) == names(second.slots[0])
    assert names(second.slots[0])[0][1] != ""
    as_live = screen_slots(live_slots(version, zone, second.at), second.at, zone)
    assert second.slots == as_live


def test_stage_of_a_day_that_is_over_is_that_of_its_first_slot(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    version = published_version(scene.event_id)
    assert version is not None
    stage = stage_of(version, "Asia/Jakarta", NINE + timedelta(days=1))
    assert stage is not None
    assert (stage.slot, stage.at) == (1, NINE)


def test_examples_stand_at_every_table_of_the_event(scene: Scene) -> None:
    scene.world.save(*(a_table(scene, number) for number in range(10, 18)))
    stage = example_stage(scene.event_id, "Asia/Jakarta", NINE)
    assert (stage.slot, len(stage.slots[0].rows), stage.slots[0].is_now) == (0, len(scene.tables) + 8, True)
    assert {row.exhibitor for row in stage.slots[0].rows} == {"Example: Weavers’ Cooperative"}


def a_table(scene: Scene, number: int) -> Any:
    return MeetingTable(event_id=scene.event_id, number=number)


@pytest.fixture
def organizer(scene: Scene) -> FlaskClient:
    browser = scene.staff(Role.ORGANIZER)
    browser.set_cookie("language", "en")
    return browser


def test_every_step_leads_to_a_page_and_the_list_comes_alone_to_htmx(scene: Scene, organizer: FlaskClient) -> None:
    whole = organizer.get(f"/manage/{scene.code}/rehearsal").text
    part = organizer.get(f"/manage/{scene.code}/rehearsal", headers={"HX-Request": "true"}).text
    assert ("<html" in whole, "<html" in part, part.strip().startswith('<div id="rehearsal"')) == (True, False, True)
    for step in steps(scene).values():
        assert f'href="{step.url}"' in part
        assert organizer.get(step.url).status_code == 200, step.url


def test_projector_says_what_it_shows_and_follows_like_the_big_screen(scene: Scene, organizer: FlaskClient) -> None:
    address = f"/manage/{scene.code}/rehearsal/projector"
    assert "Examples: there is no schedule yet." in organizer.get(address).text
    lay_version(scene, PAIRS, VersionState.DRAFT)
    with transaction():
        draft = newest_draft(scene.event_id)
        assert draft is not None
        draft.published_at = None
    assert "From a draft" in organizer.get(address).text
    lay_version(scene, PAIRS)
    page = organizer.get(f"{address}?slot=2").text
    assert "From a draft" not in page
    assert f'data-url="{address}?slot=2" data-shift="1200"' in page
    assert "As it will be in slot 2 of" in page
    part = organizer.get(f"{address}?slot=2", headers={"X-Part": "1"})
    assert ("<html" in part.text, part.text.strip() in page) == (False, True)
    again = {"X-Part": "1", "If-None-Match": part.headers["ETag"]}
    assert organizer.get(f"{address}?slot=2", headers=again).status_code == 304
    assert organizer.get(f"{address}?slot=3", headers=again).status_code == 200
    assert organizer.get(f"{address}?slot=abc").status_code == 200
