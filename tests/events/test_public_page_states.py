"""The public page in each state of the registration, its previews and its calendar file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from matchmaking import clock
from matchmaking.events.models import Event, EventState
from matchmaking.events.programme import usual_day
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.registration.models import ParticipationState, Side
from matchmaking.registration.services.registering import is_window_open
from matchmaking.transactions import transaction
from tests.world import DAY, World

OPENS = datetime(2023, 4, 1, 1, 0, tzinfo=UTC)  # 8.00 WIB
CLOSES = datetime(2023, 5, 1, 10, 0, tzinfo=UTC)  # 17.00 WIB
REGISTER = "Register as exhibitor (IKM)"
WAIT = "Join the waiting list as exhibitor (IKM)"


def page(world: World, event_id: int, at: datetime) -> str:
    browser = world.client()
    browser.set_cookie("language", "en")
    with clock.frozen(at):
        answer = browser.get(f"/events/{world.code_of(event_id)}")
    assert answer.status_code == 200
    return answer.text


def windowed(world: World, **values: object) -> int:
    return world.event(**{"registration_opens_at": OPENS, "registration_closes_at": CLOSES, **values})


@pytest.mark.parametrize(
    ("at", "can_register", "sentence"),
    [
        (OPENS - timedelta(days=3), False, "Registration opens on 1 April 2023, 08:00 WIB (in 3 days)."),
        (OPENS - timedelta(seconds=1), False, "Registration opens on 1 April 2023, 08:00 WIB (in 1 minute)."),
        (OPENS, True, "Registration closes on 1 May 2023, 17:00 WIB (in 1 month)."),
        (CLOSES - timedelta(hours=5), True, "Registration closes on 1 May 2023, 17:00 WIB (in 5 hours)."),
        (CLOSES, False, "Registration is closed."),
    ],
)
def test_page_and_registration_agree_on_the_window(
    world: World, at: datetime, can_register: bool, sentence: str
) -> None:
    event_id = windowed(world)
    text = page(world, event_id, at)
    assert sentence in text
    assert (REGISTER in text) is can_register
    assert is_window_open(db.session.get_one(Event, event_id), at) is can_register


def test_visible_event_without_an_opening_date_takes_registrations_until_it_closes(world: World) -> None:
    event_id = windowed(world, registration_opens_at=None)
    for at, can_register in ((OPENS, True), (CLOSES, False)):
        assert (REGISTER in page(world, event_id, at)) is can_register
        assert is_window_open(db.session.get_one(Event, event_id), at) is can_register


@pytest.mark.parametrize(
    ("states", "is_full"),
    [
        ([ParticipationState.APPROVED], False),
        ([ParticipationState.APPROVED, ParticipationState.SUBMITTED], True),
        ([ParticipationState.APPROVED, ParticipationState.REFUSED, ParticipationState.WITHDRAWN], False),
    ],
)
def test_full_side_offers_the_waiting_list_and_the_other_side_does_not(
    world: World, states: list[ParticipationState], is_full: bool
) -> None:
    event_id = windowed(world, exhibitor_places=2)
    for state in states:
        world.participation(event_id, Side.EXHIBITOR, state=state)
    text = page(world, event_id, OPENS)
    assert (WAIT in text, REGISTER in text) == (is_full, not is_full)
    assert ("All places for exhibitors (IKM) are taken." in text) is is_full
    assert "Register as buyer" in text


def test_archived_event_stays_readable_and_says_it_is_over(world: World) -> None:
    text = page(world, windowed(world, state=EventState.ARCHIVED), OPENS)
    assert ("This event is over." in text, REGISTER in text) == (True, False)


def test_preview_of_a_shared_link_names_event_day_and_whole_addresses(world: World) -> None:
    event_id = windowed(world, venue="Hotel Contoh", public_address="https://temubisnis.example.id/")
    text = page(world, event_id, OPENS)
    code = world.code_of(event_id)
    name = db.session.get_one(Event, event_id).name
    assert f'<meta property="og:title" content="{name}">' in text
    assert '<meta property="og:description" content="Thursday, 11 May 2023 · Hotel Contoh">' in text
    assert f'<meta property="og:url" content="https://temubisnis.example.id/events/{code}">' in text


def calendar_of(world: World, event_id: int) -> tuple[dict[str, object], str]:
    text = world.client().get(f"/events/{world.code_of(event_id)}/calendar.ics").text
    entry = Calendar.from_ical(text).walk("VEVENT")[0]
    return {key: entry.decoded(key) for key in ("uid", "sequence", "dtstart", "dtend", "summary")}, text


def test_calendar_entry_keeps_its_identity_and_replaces_itself_after_a_change(world: World) -> None:
    event_id = windowed(world)
    before, _text = calendar_of(world, event_id)
    with transaction():
        change_programme(world.actor(0, event_id), event_id, usual_day(DAY), 1)
        db.session.get_one(Event, event_id).code = "alamat-baru"
    after, text = calendar_of(world, event_id)
    assert (before["dtstart"], before["dtend"]) == (DAY, DAY + timedelta(days=1))
    assert (after["uid"], after["sequence"]) == (before["uid"], int(str(before["sequence"])) + 1)
    assert "09.00–12.00 WIB Sesi pagi" in text.replace("\r\n ", "")
