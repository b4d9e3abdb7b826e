"""The attendance list: who came when and how; filters, paper, spreadsheet, ticks of a small office."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.accounts.models import DataAccess
from matchmaking.actor import Role
from matchmaking.attendance.models import ScanMethod
from matchmaking.attendance.queries.attendance_list import Wanted, attendance_rows
from matchmaking.attendance.queries.presence import present_delegates
from matchmaking.attendance.services.paper_list import tick_present
from matchmaking.errors import Conflict, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Side
from matchmaking.transactions import transaction
from tests.attendance.door import MORNING, Door
from tests.world import DAY, World


@pytest.fixture(autouse=True)
def morning():  # type: ignore[no-untyped-def]
    with clock.frozen(MORNING):
        yield


@pytest.fixture
def desk(door: Door) -> FlaskClient:
    browser = door.world.client(door.world.user(roles={door.event_id: Role.DESK}))
    browser.set_cookie("language", "en")
    return browser


def address(door: Door, rest: str = "") -> str:
    return f"/manage/{door.world.code_of(door.event_id)}/attendance{rest}"


def on_paper(door: Door) -> None:
    with transaction():
        db.session.get_one(Event, door.event_id).has_check_in = False


def test_everybody_expected_stands_in_the_list_with_when_and_how(door: Door) -> None:
    person, missing = door.delegate(door.maker), door.delegate(door.agency)
    door.scan(door.badge(person.id).code)
    rows = {row.name: row for row in attendance_rows(door.event_id, DAY)}
    assert set(rows) == {person.name, missing.name}
    assert (rows[person.name].arrived_at, rows[person.name].method) == (MORNING, ScanMethod.CAMERA)
    assert (rows[missing.name].arrived_at, rows[missing.name].method) == (None, None)
    assert all(row.arrived_at is None for row in attendance_rows(door.event_id, date(2023, 5, 12)))


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (Wanted(), ["agency", "maker"]),
        (Wanted(side="buyer"), ["agency"]),
        (Wanted(state="present"), ["maker"]),
        (Wanted(state="missing"), ["agency"]),
        (Wanted(text="tapis"), ["maker"]),
        (Wanted(side="nonsense", state="nonsense"), ["agency", "maker"]),
    ],
)
def test_filters(door: Door, wanted: Wanted, names: list[str]) -> None:
    door.scan(door.badge(door.delegate(door.maker).id).code)
    of = {door.delegate(door.maker).name: "maker", door.delegate(door.agency).name: "agency"}
    assert sorted(of[row.name] for row in attendance_rows(door.event_id, DAY, wanted)) == names


def test_the_page_shows_who_came_and_offers_no_ticks_with_check_in_on(door: Door, desk: FlaskClient) -> None:
    person = door.delegate(door.maker)
    door.scan(door.badge(person.id).code)
    page = desk.get(address(door)).text
    assert person.name in page
    assert "07:55" in page
    assert "1 came, 1 not here yet" in page
    assert "/tick" not in page
    assert f"/check-in/{door.world.code_of(door.event_id)}" in page


def test_number_of_statements_does_not_grow(door: Door, desk: FlaskClient, world: World) -> None:
    seen: list[str] = []
    sa.event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))

    def count() -> int:
        desk.get(address(door))  # what the session keeps is the same for both
        seen.clear()
        desk.get(address(door))
        return len(seen)

    few = count()
    for _n in range(8):
        world.participation(door.event_id, Side.BUYER)
    assert count() == few


def test_paper_for_ink_has_everybody_and_room_to_sign(door: Door, desk: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Event, door.event_id).host_name = "Dinas Contoh Tuan Rumah"
    for n in range(40):
        door.world.participation(door.event_id, Side.BUYER, legal_name=f"Dinas <Contoh> & Mitra {n:02d} " + "x" * 60)
    answer = desk.get(address(door, "/list.pdf"))
    assert answer.content_type == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.data)).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert len(pages) > 2
    assert "Dinas Contoh Tuan Rumah" in text
    assert "Signature" in pages[1].extract_text()
    assert door.delegate(door.maker).name in text
    assert "<Contoh> & Mitra 39" in text
    assert "52." in text  # 42 people and ten empty rows
    assert "53." not in text


def test_spreadsheet_is_neutral_and_noted(door: Door, desk: FlaskClient) -> None:
    with transaction():
        db.session.get_one(Delegate, door.delegate(door.maker).id).name = '=HYPERLINK("x")'
    door.scan(door.badge(door.delegate(door.maker).id).code)
    answer = desk.get(address(door, "/list.xlsx?state=present"))
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[3][:3] == ("No.", "Name", "Organisation")
    assert [row[1] for row in rows[4:]] == ['\'=HYPERLINK("x")']
    assert rows[4][5].strftime("%H:%M") == "07:55"
    noted = db.session.scalars(sa.select(DataAccess.what)).all()
    assert noted == ["list.exported"]


def test_a_small_office_ticks_from_paper_and_takes_it_back(door: Door, desk: FlaskClient) -> None:
    on_paper(door)
    person = door.delegate(door.maker)
    page = desk.get(address(door)).text
    assert f"{person.code}/tick" in page
    assert f"/check-in/{door.world.code_of(door.event_id)}" not in page
    data = {"day": DAY.isoformat(), "undo": "no"}
    for _twice in range(2):
        assert desk.post(address(door, f"/{person.code}/tick"), data=data).status_code == 303
    assert present_delegates(door.event_id, DAY) == {person.id}
    assert door.scans()[0].method is ScanMethod.PAPER
    for _twice in range(2):
        desk.post(address(door, f"/{person.code}/tick"), data={**data, "undo": "yes"})
    assert present_delegates(door.event_id, DAY) == set()


def test_ticks_of_yesterday_count_for_yesterday_and_tomorrow_has_none(door: Door) -> None:
    person = door.delegate(door.maker)
    with clock.frozen(MORNING + timedelta(days=3)), transaction():
        tick_present(door.actor, door.event_id, person.code, DAY)
    assert present_delegates(door.event_id, DAY) == {person.id}
    with pytest.raises(Conflict), transaction():
        tick_present(door.actor, door.event_id, person.code, DAY + timedelta(days=1))


def test_a_tick_is_for_people_of_this_event(door: Door, desk: FlaskClient, world: World) -> None:
    stranger = door.delegate(world.participation(world.event(), Side.BUYER))
    with pytest.raises(NotFound), transaction():
        tick_present(door.actor, door.event_id, stranger.code, DAY)
    assert desk.post(address(door, "/NONE/tick"), data={"undo": "no"}).status_code == 404


def test_a_leader_reads_and_does_not_tick(door: Door) -> None:
    on_paper(door)
    leader = door.world.client(door.world.user(roles={door.event_id: Role.LEADER}))
    code = door.delegate(door.maker).code
    assert "/tick" not in leader.get(address(door)).text
    assert leader.post(address(door, f"/{code}/tick"), data={"undo": "no"}).status_code == 403
