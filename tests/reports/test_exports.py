"""Lists as XLSX read back cell by cell: real dates and numbers, no formulas, contacts for organisers only."""

from __future__ import annotations

import io
from collections.abc import Iterator
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from matchmaking import clock
from matchmaking.accounts.models import DataAccess
from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.reports.lists import LISTS
from tests.reports.scene import EVENING, DayScene, live_day, staff
from tests.world import BOTH, World

HEAD = 3  # two lines of notes, then the headings


@pytest.fixture
def day(world: World) -> Iterator[DayScene]:
    with clock.frozen(EVENING):
        yield live_day(world)


def browser(day: DayScene, role: Role = Role.ORGANIZER) -> FlaskClient:
    found = day.scene.world.client(staff(day.scene.world, day.event_id, role))
    found.set_cookie("language", "en")
    return found


def take(day: DayScene, name: str, role: Role = Role.ORGANIZER, **fields: str) -> list[Worksheet]:
    answer = browser(day, role).post(f"/manage/{day.scene.code}/reports/exports", data={"list": name, **fields})
    assert answer.status_code == 200, answer.text
    return load_workbook(io.BytesIO(answer.data)).worksheets


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[HEAD]]
    lines = sheet.iter_rows(min_row=HEAD + 1, values_only=True)
    return [dict(zip(heads, line, strict=True)) for line in lines]


def test_sheet_says_event_and_time_and_keeps_its_bold_headings_in_view(day: DayScene) -> None:
    (sheet,) = take(day, "participants")
    assert sheet["A1"].value == f"Participants · {day_name(day)} · as of 11 May 2023, 15:30 WIB"
    assert (sheet.freeze_panes, sheet.cell(HEAD, 1).font.bold, sheet.column_dimensions["C"].width) == ("A4", True, 36)


def day_name(day: DayScene) -> str:
    from matchmaking.events.models import Event

    return db.session.get_one(Event, day.event_id).name


def test_participants_stand_in_their_cells_and_a_name_like_a_formula_is_text(day: DayScene) -> None:
    day.organization(day.scene.makers[1], legal_name="=HYPERLINK(1)", business_id_number="0289010302776")
    found = {row["Name"]: row for row in rows(take(day, "participants")[0])}
    assert set(found) == {"'=HYPERLINK(1)", "Tapis Contoh 1", "Dinas Contoh 1", "Dinas Contoh 2", "Dinas Contoh 3"}
    row = found["'=HYPERLINK(1)"]
    assert (row["NIB"], row["People"], row["State"]) == ("0289010302776", 1, "Approved")
    assert str(row["Registered at"]) == "2023-01-01 07:00:00"  # a real moment, in the event's zone
    assert "Phone" not in row


def test_people_show_when_they_came_and_contacts_only_when_asked_for(day: DayScene) -> None:
    plain = rows(take(day, "people")[0])
    assert sorted(str(row["Came at"]) for row in plain) == ["2023-05-11 08:00:00"] * 3 + ["None"] * 2
    assert all("Phone" not in row for row in plain)
    assert db.session.scalars(sa.select(DataAccess)).all() == []
    with_contacts = rows(take(day, "people", contacts="yes")[0])
    assert all(str(row["Phone"]).startswith("+62812") for row in with_contacts)
    noted = db.session.scalars(sa.select(DataAccess)).all()
    assert [(entry.what, entry.subject_type, entry.subject_id) for entry in noted] == [
        ("list.exported", "event", day.event_id)
    ]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_meetings_show_state_result_and_the_word_that_counts(day: DayScene) -> None:
    found = rows(take(day, "meetings")[0])
    assert [row["Code"] for row in found] != []
    by_code = {row["Code"]: row for row in found}
    first, third, sixth = (by_code[day.meetings[n]] for n in (0, 2, 5))
    assert (first["State"], first["Result"], first["Potential value"], first["Said by"]) == (
        "Held", "Potential", 40_000_000, "Buyer",
    )  # fmt: skip
    assert (str(first["From"]), first["Table"], str(first["Next step on"])[:10]) == (
        "2023-05-11 09:00:00",
        "1",
        "2023-05-11",
    )
    assert (third["State"], sixth["State"], sixth["Result"]) == ("No-show: buyer", "Scheduled", None)
    assert len(found) == 6


def test_commitments_carry_exact_values_and_names_of_parties_only(day: DayScene) -> None:
    found = rows(take(day, "commitments")[0])
    assert [(row["Value"], row["Buyer"], row["IKM"]) for row in found] == [
        (11_250_000, "Dinas Contoh 1", "Tapis Contoh 1")
    ] * 4
    assert "Pejabat Contoh" not in str(found)


def test_everything_is_one_workbook_of_every_list(day: DayScene) -> None:
    sheets = take(day, "all")
    assert [sheet.title for sheet in sheets] == [str(kind.title) for kind in LISTS] or len(sheets) == len(LISTS)
    assert (
        [len(rows(sheet)) for sheet in sheets] == [kind.count(day.event_id) for kind in LISTS] == [5, 5, 1, 1, 0, 6, 4]
    )


def test_leader_takes_lists_without_contacts_and_without_wishes(day: DayScene) -> None:
    assert len(take(day, "all", Role.LEADER)) == len(LISTS) - 1
    address = f"/manage/{day.scene.code}/reports/exports"
    leader = browser(day, Role.LEADER)
    assert leader.post(address, data={"list": "people", "contacts": "yes"}).status_code == 403
    assert leader.post(address, data={"list": "wishes"}).status_code == 403
    assert leader.post(address, data={"list": "none"}).status_code == 422
    assert db.session.scalars(sa.select(DataAccess)).all() == []
    page = leader.get(f"/manage/{day.scene.code}/reports").text
    assert ("With phone" in page, "Everything in one workbook" in page) == (False, True)


def test_long_lists_are_made_by_a_job_for_the_person_who_asked(day: DayScene) -> None:
    organizer = browser(day)
    with patch("matchmaking.reports.routes.exports.MOST_AT_ONCE", 4):
        answer = organizer.post(f"/manage/{day.scene.code}/reports/exports", data={"list": "participants"})
    assert answer.status_code == 303
    assert "Workbook" in organizer.get(answer.headers["Location"]).text
    day.scene.world.run_jobs()
    code = answer.headers["Location"].split("job=")[1]
    address = f"/manage/{day.scene.code}/reports/exports/{code}"
    assert "Download the workbook" in organizer.get(address).text
    with organizer.get(f"{address}.xlsx") as file:
        assert len(rows(load_workbook(io.BytesIO(file.data)).worksheets[0])) == 5
    other = browser(day)
    assert (other.get(address).status_code, other.get(f"{address}.xlsx").status_code) == (404, 404)
