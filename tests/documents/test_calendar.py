"""Calendar files, read back as a calendar would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from icalendar import Calendar

from matchmaking.documents.calendar import CalendarEntry, render_calendar

WIB = timezone(timedelta(hours=7))
STAMP = datetime(2023, 5, 8, 3, 0, tzinfo=UTC)


def entry(uid: str = "ABC@temu-bisnis", sequence: int = 1, *, is_cancelled: bool = False) -> CalendarEntry:
    return CalendarEntry(
        uid, sequence, datetime(2023, 5, 11, 9, 0, tzinfo=WIB), datetime(2023, 5, 11, 9, 20, tzinfo=WIB),
        "Pertemuan: Dinas Contoh, Bagian Umum; dan rekan", "Meja 3, Hotel Contoh", "Temu Bisnis", is_cancelled,
    )  # fmt: skip


def read(content: bytes) -> Calendar:
    return Calendar.from_ical(content)


def test_meeting_is_read_back_with_utc_times_uid_and_sequence() -> None:
    calendar = read(render_calendar([entry()], "Agenda", STAMP))
    (event,) = calendar.walk("VEVENT")
    assert str(calendar["METHOD"]) == "PUBLISH"
    assert str(calendar["VERSION"]) == "2.0"
    assert event.decoded("dtstart") == datetime(2023, 5, 11, 2, 0, tzinfo=UTC)
    assert event.decoded("dtend") == datetime(2023, 5, 11, 2, 20, tzinfo=UTC)
    assert (str(event["UID"]), event["SEQUENCE"], str(event["STATUS"])) == ("ABC@temu-bisnis", 1, "CONFIRMED")
    assert str(event["SUMMARY"]) == "Pertemuan: Dinas Contoh, Bagian Umum; dan rekan"
    assert str(event["LOCATION"]) == "Meja 3, Hotel Contoh"
    assert event.decoded("dtstamp") == STAMP
    assert len(event.walk("VALARM")) == 1


def test_times_are_written_in_utc_and_lines_are_folded() -> None:
    content = render_calendar([entry()], "Agenda", STAMP)
    assert b"DTSTART:20230511T020000Z\r\n" in content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


def test_cancelled_meeting_says_so_and_reminds_nobody() -> None:
    (event,) = read(render_calendar([entry(sequence=2, is_cancelled=True)], "Agenda", STAMP)).walk("VEVENT")
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CANCELLED", 2)
    assert event.walk("VALARM") == []


def test_same_input_gives_the_same_bytes_in_order_of_time() -> None:
    entries = [entry("B@x"), entry("A@x")]
    content = render_calendar(entries, "Agenda", STAMP)
    assert content == render_calendar(reversed(entries), "Agenda", STAMP)
    assert [str(event["UID"]) for event in read(content).walk("VEVENT")] == ["A@x", "B@x"]


def test_agenda_without_meetings_is_still_a_calendar() -> None:
    assert read(render_calendar([], "Agenda", STAMP)).walk("VEVENT") == []
