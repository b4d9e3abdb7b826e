"""The day's pages: one tap and its way back, the slot that runs, the list, and who sees whose words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.accounts.hooks import PersonRef
from matchmaking.accounts.hooks import person_data as person_data_hook
from matchmaking.accounts.hooks import person_erasing as person_erasing_hook
from matchmaking.actor import SYSTEM, Role
from matchmaking.attendance.models import (
    Absent,
    MeetingOutcome,
    MeetingRecord,
    MeetingResult,
    MeetingState,
    MeetingStep,
    OutcomeSource,
    Scan,
    ScanMethod,
    ScanOutcome,
)
from matchmaking.attendance.queries.day import day_meetings
from matchmaking.errors import Conflict
from matchmaking.events.hooks import event_deleting
from matchmaking.extensions import db
from matchmaking.registration.hooks import team_leaving
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import Meeting, ScheduleVersion
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, say, tap
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import Scene, make_scene
from tests.world import DAY, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)  # 09:00 WIB, when the first of four slots of 20 minutes begins
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1)]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + timedelta(minutes=5)):
        yield scene


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("language", "en")
    return browser


def desk(scene: Scene) -> FlaskClient:
    return english(scene.staff(Role.DESK))


def state_of(code: str) -> MeetingState:
    db.session.rollback()
    record = db.session.scalar(sa.select(MeetingRecord).join(Meeting).where(Meeting.code == code))
    return record.state if record else MeetingState.SCHEDULED


def post_tap(browser: FlaskClient, scene: Scene, code: str, to: str, seen: int = 0, **given: str) -> tuple[int, str]:
    answer = browser.post(
        f"/manage/{scene.code}/day/meetings/{code}/state",
        data={"to": to, "key": "abcdefgh12345678", "seen": str(seen), **given},
        headers=HTMX,
    )
    return answer.status_code, answer.get_data(as_text=True)


def test_the_slot_that_runs_with_what_is_left_of_it(scene: Scene) -> None:
    page = desk(scene).get(f"/manage/{scene.code}/day").get_data(as_text=True)
    assert "09:05" in page
    assert "Slot 1 of 4" in page
    assert "15:00" in page  # minutes left
    assert "Tapis Contoh 1" in page
    assert "Next, 09:20:" in page


@pytest.mark.parametrize(
    ("minutes", "slot", "sentence"),
    [
        (-60, 1, "begins in"),
        (-60 * 24, 1, "No meeting has begun yet"),
        (100, 4, "All slots are over"),
    ],
)
def test_before_and_after_the_nearest_slot_is_shown(scene: Scene, minutes: int, slot: int, sentence: str) -> None:
    with clock.frozen(NINE + timedelta(minutes=minutes)):
        page = desk(scene).get(f"/manage/{scene.code}/day").get_data(as_text=True)
    assert f"Slot {slot} of 4" in page
    assert sentence in page


def test_another_slot_is_looked_at_and_said_so_nonsense_shows_now(scene: Scene) -> None:
    browser = desk(scene)
    page = browser.get(f"/manage/{scene.code}/day?slot=2").get_data(as_text=True)
    assert "Slot 2 of 4" in page
    assert "another slot" in page
    for wrong in ("99", "0", "²", "x", "9" * 30):
        assert "Slot 1 of 4" in browser.get(f"/manage/{scene.code}/day?slot={wrong}").get_data(as_text=True)


def test_without_a_published_schedule_the_next_step_is_said(world: World) -> None:
    empty = make_scene(world)
    for path in ("day", "day/meetings"):
        page = desk(empty).get(f"/manage/{empty.code}/{path}").get_data(as_text=True)
        assert "No schedule is published yet" in page
        assert f"/manage/{empty.code}/schedule" in page


def test_one_tap_is_noted_and_offers_its_undo(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[0]
    status, part = post_tap(browser, scene, code, "no_show:buyer")
    assert (status, state_of(code)) == (200, MeetingState.NO_SHOW)
    assert "<html" not in part
    assert "Noted: No-show: buyer." in part
    step = db.session.scalars(sa.select(MeetingStep)).one()
    assert step.step_key in part
    undone = browser.post(
        f"/manage/{scene.code}/day/meetings/{code}/undo", data={"step_key": step.step_key, "new_key": "undo-1234"},
        headers=HTMX,
    )  # fmt: skip
    assert "Taken back" in undone.get_data(as_text=True)
    assert state_of(code) is MeetingState.SCHEDULED


def test_without_a_script_the_page_comes_back_where_it_was(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[2]
    data = {"to": "held", "key": "abcdefgh12345678", "seen": "0", "slot": "2"}
    answer = browser.post(f"/manage/{scene.code}/day/meetings/{code}/state", data=data)
    assert answer.status_code == 303
    assert answer.location.endswith(f"/day?slot=2#meeting-{code}")
    answer = browser.post(
        f"/manage/{scene.code}/day/meetings/{code}/state",
        data={**data, "to": "running", "seen": "1", "from": "meeting"},
    )
    assert answer.location.endswith(f"/day/meetings/{code}")
    assert state_of(code) is MeetingState.RUNNING


def test_the_second_laptop_is_told_and_nothing_is_overwritten(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[0]
    tap(scene, code, MeetingState.RUNNING)
    status, part = post_tap(browser, scene, code, "cancelled", seen=0)
    assert (status, state_of(code)) == (200, MeetingState.RUNNING)
    assert "Somebody was faster" in part
    assert "Under way" in part


@pytest.mark.parametrize("wrong", [{"to": "gone"}, {"to": "no_show:all"}, {"to": ""}, {"seen": "x"}, {"seen": ""}])
def test_nonsense_is_refused(scene: Scene, wrong: dict[str, str]) -> None:
    code = codes(scene)[0]
    data = {"to": "held", "seen": "0", "key": "abcdefgh12345678", **wrong}
    assert desk(scene).post(f"/manage/{scene.code}/day/meetings/{code}/state", data=data).status_code == 422
    assert state_of(code) is MeetingState.SCHEDULED


def test_leaders_see_and_press_nothing(scene: Scene) -> None:
    browser = english(scene.staff(Role.LEADER))
    page = browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)
    assert "Tapis Contoh 1" in page
    assert "/state" not in page
    one = browser.get(f"/manage/{scene.code}/day/meetings/{codes(scene)[0]}").get_data(as_text=True)
    assert "Save the outcome" not in one


def test_who_has_arrived_stands_beside_the_name(scene: Scene) -> None:
    browser = desk(scene)
    assert "arrived yet" not in browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)
    delegate = db.session.scalars(
        sa.select(Delegate.id).where(Delegate.participation_id == scene.makers[0]).order_by(Delegate.id)
    ).first()
    scene.world.save(
        Scan(
            event_id=scene.event_id, scan_key="scan-1", day=DAY, method=ScanMethod.NAME, outcome=ScanOutcome.ACCEPTED,
            delegate_id=delegate, received_at=NINE - timedelta(minutes=42),
        )
    )  # fmt: skip
    page = browser.get(f"/manage/{scene.code}/day").get_data(as_text=True)
    assert "here since 08:18" in page
    assert "not arrived yet" in page


def test_the_list_is_filtered_by_state_table_and_name(scene: Scene) -> None:
    browser, (first, *_others) = desk(scene), codes(scene)
    tap(scene, first, MeetingState.HELD)

    def shown(query: str) -> int:
        return browser.get(f"/manage/{scene.code}/day/meetings{query}").get_data(as_text=True).count('scope="row"')

    assert [shown(query) for query in ("", "?state=held", "?state=running", "?state=zzz")] == [4, 1, 0, 4]
    assert [shown(f"?table={scene.tables[0]}"), shown("?q=tapis contoh 2"), shown("?q=nobody")] == [2, 2, 0]


def test_a_dropped_meeting_that_was_held_stays_in_the_list_and_opens(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[0]
    tap(scene, code, MeetingState.HELD)
    lay_version(scene, PAIRS[1:])
    page = browser.get(f"/manage/{scene.code}/day/meetings").get_data(as_text=True)
    assert "not in the present schedule" in page
    assert browser.get(f"/manage/{scene.code}/day/meetings/{code}").status_code == 200
    assert browser.get(f"/manage/{scene.code}/day/meetings/{'Z' * 12}").status_code == 404


def test_staff_write_the_outcome_and_the_meeting_is_held_with_it(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[0]
    address = f"/manage/{scene.code}/day/meetings/{code}"
    data = {"result": "potential", "potential_value": "25 jt", "row_version": "0", "mark_held": "y",
            "next_step": "Kirim contoh", "next_step_on": "2023-06-01"}  # fmt: skip
    assert browser.post(address, data=data).status_code == 303
    assert state_of(code) is MeetingState.HELD
    row = db.session.scalars(sa.select(MeetingOutcome)).one()
    assert (row.source, row.potential_value, row.next_step) == (OutcomeSource.STAFF, 25_000_000, "Kirim contoh")
    page = browser.get(address).get_data(as_text=True)
    assert "Rp25 juta" in page


def test_unticked_the_meeting_stays_as_it_was(scene: Scene) -> None:
    code = codes(scene)[0]
    data = {"result": "not_interested", "row_version": "0"}
    assert desk(scene).post(f"/manage/{scene.code}/day/meetings/{code}", data=data).status_code == 303
    assert state_of(code) is MeetingState.SCHEDULED


@pytest.mark.parametrize("wrong", ["0", "-5", "2,5", "1.000.000.000.000.001", "lots", "25"])
def test_bad_values_keep_what_was_typed(scene: Scene, wrong: str) -> None:
    code = codes(scene)[0]
    result = "potential" if wrong != "25" else "offer_asked"  # a value without a potential
    data = {"result": result, "potential_value": wrong, "note": "Catatan panjang", "row_version": "0"}
    answer = desk(scene).post(f"/manage/{scene.code}/day/meetings/{code}", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Catatan panjang" in page
    assert f'value="{wrong}"' in page
    assert db.session.scalars(sa.select(MeetingOutcome)).all() == []


def test_the_second_laptop_sees_both_words_and_decides(scene: Scene) -> None:
    browser, code = desk(scene), codes(scene)[0]
    address = f"/manage/{scene.code}/day/meetings/{code}"
    say(scene, code, note="dari laptop satu")
    data = {"result": "commitment", "note": "dari laptop dua", "row_version": "0"}
    answer = browser.post(address, data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "dari laptop satu" in page
    assert "dari laptop dua" in page
    assert 'name="row_version" type="hidden" value="1"' in page
    assert browser.post(address, data={**data, "row_version": "1"}).status_code == 303


def test_each_side_writes_and_reads_its_own_words_only(scene: Scene) -> None:
    code = codes(scene)[0]  # maker 0 with agency 0
    maker, agency = english(scene.browser(scene.makers[0])), english(scene.browser(scene.agencies[0]))
    address = f"/my/{scene.code}/meetings/{code}"
    for browser, note in ((maker, "rahasia pengrajin"), (agency, "rahasia dinas")):
        data = {"result": "offer_asked", "note": note, "row_version": "0"}
        assert browser.post(address, data=data).status_code == 303
    for browser, own, others in ((maker, "pengrajin", "dinas"), (agency, "dinas", "pengrajin")):
        for page in (browser.get(address), browser.get(f"/my/{scene.code}/meetings")):
            assert f"rahasia {others}" not in page.get_data(as_text=True)
        assert f"rahasia {own}" in browser.get(address).get_data(as_text=True)
    staff = desk(scene).get(f"/manage/{scene.code}/day/meetings/{code}").get_data(as_text=True)
    assert "rahasia pengrajin" in staff
    assert "rahasia dinas" in staff


def test_anothers_meeting_is_not_there(scene: Scene) -> None:
    mine, anothers = codes(scene)[0], codes(scene)[1]
    for participation in (scene.makers[0], scene.agencies[0]):
        browser = english(scene.browser(participation))
        assert browser.get(f"/my/{scene.code}/meetings/{mine}").status_code == 200
        assert browser.get(f"/my/{scene.code}/meetings/{anothers}").status_code == 404
        data = {"result": "commitment", "row_version": "0"}
        assert browser.post(f"/my/{scene.code}/meetings/{anothers}", data=data).status_code == 404
    assert db.session.scalars(sa.select(MeetingOutcome)).all() == []


def test_nobody_speaks_of_a_meeting_before_it_began(scene: Scene) -> None:
    later = codes(scene)[2]  # in the second slot
    browser = english(scene.browser(scene.makers[0]))
    address, data = f"/my/{scene.code}/meetings/{later}", {"result": "commitment", "row_version": "0"}
    assert "once it has begun" in browser.get(address).get_data(as_text=True)
    assert browser.post(address, data=data).status_code == 409
    tap(scene, later, MeetingState.RUNNING)  # it began early
    assert browser.post(address, data=data).status_code == 303


def test_own_list_says_what_did_not_take_place(scene: Scene) -> None:
    tap(scene, codes(scene)[0], MeetingState.NO_SHOW, Absent.BUYER)
    page = english(scene.browser(scene.makers[0])).get(f"/my/{scene.code}/meetings").get_data(as_text=True)
    assert "No-show: buyer" in page
    assert "Dinas Contoh 2" in page
    assert "Dinas Contoh 3" not in page


def test_the_page_takes_the_same_statements_for_many_meetings(world: World) -> None:
    numbers = []
    for size in (1, 5):
        scene = make_scene(world, makers=size, agencies=size, slots=size, tables=size)
        lay_version(scene, [(n, n, 0, n) for n in range(size)])
        for code in codes(scene):
            tap(scene, code, MeetingState.HELD)
            say(scene, code, OutcomeSource.STAFF, MeetingResult.POTENTIAL, 5)
        db.session.rollback()
        version = published_version(scene.event_id)
        assert isinstance(version, ScheduleVersion)
        with counted_statements() as seen:
            assert len(day_meetings(version, "Asia/Jakarta")) == size
        numbers.append(len(seen))
    assert numbers[0] == numbers[1]


def test_a_team_with_recorded_meetings_cannot_go(scene: Scene) -> None:
    first, second = scene.team(scene.makers[0]), scene.team(scene.makers[1])
    tap(scene, codes(scene)[0], MeetingState.HELD)
    lay_version(scene, [], state=published_version(scene.event_id).state)  # type: ignore[union-attr]
    with transaction():
        for row in db.session.scalars(sa.select(ScheduleVersion)).all():
            db.session.delete(row)  # so that only the record holds on to the team
    with pytest.raises(Conflict, match="dicatat"), transaction():
        team_leaving(scene.actor, first)
    with transaction():
        team_leaving(scene.actor, second)


def test_words_are_exported_and_forgotten_and_the_figures_stay(scene: Scene) -> None:
    code, browser = codes(scene)[0], scene.browser(scene.makers[0])
    data = {"result": "potential", "potential_value": "5 jt", "note": "Bicara dengan Ibu Contoh", "row_version": "0"}
    assert browser.post(f"/my/{scene.code}/meetings/{code}", data=data).status_code == 303
    user_id = db.session.scalars(sa.select(MeetingOutcome.entered_by)).one()
    person = PersonRef(user_id)
    exported = {file.name: file.rows for files in person_data_hook(person) for file in files}
    assert exported["meeting_outcomes"][0]["note"] == "Bicara dengan Ibu Contoh"
    with transaction():
        person_erasing_hook(SYSTEM, person)
    row = db.session.scalars(sa.select(MeetingOutcome)).one()
    assert (row.note, row.entered_by, row.potential_value) == ("", None, 5_000_000)


def test_an_event_with_recorded_meetings_can_be_deleted(scene: Scene) -> None:
    done = tap(scene, codes(scene)[0], MeetingState.HELD)
    say(scene, done.meeting_code)
    with transaction():
        event_deleting(scene.actor, scene.event_id)
    for model in (Meeting, MeetingRecord, MeetingStep, MeetingOutcome):
        assert db.session.scalars(sa.select(model)).all() == []
