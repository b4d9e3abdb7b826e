"""From sessions and breaks to slots: always inside, never touching a break, in order."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from matchmaking.events.programme import BreakPlan, Programme, SessionPlan, cautions, slots, usual_day

THURSDAY, FRIDAY = date(2023, 5, 11), date(2023, 5, 12)


def starts(programme: Programme) -> list[str]:
    return [slot.starts_at.strftime("%H:%M") for slot in slots(programme)]


def codes(programme: Programme, first: date = THURSDAY, last: date = FRIDAY) -> list[str]:
    return [caution.code for caution in cautions(programme, first, last)]


def test_session_is_cut_into_slots_with_changeover_between() -> None:
    session = SessionPlan(THURSDAY, time(9), time(10, 10), 20, 5, "Pagi")
    assert starts(Programme((session,))) == ["09:00", "09:25", "09:50"]


def test_no_slot_touches_a_break_and_the_next_begins_right_after_it() -> None:
    session = SessionPlan(THURSDAY, time(9), time(11), 20, 0, "Pagi")
    coffee = BreakPlan(THURSDAY, time(9, 50), time(10, 5))
    assert starts(Programme((session,), (coffee,))) == ["09:00", "09:20", "10:05", "10:25"]


def test_break_on_another_day_moves_nothing() -> None:
    session = SessionPlan(THURSDAY, time(9), time(10), 30)
    assert starts(Programme((session,), (BreakPlan(FRIDAY, time(9), time(10)),))) == ["09:00", "09:30"]


def test_usual_day_keeps_prayer_free_on_every_day_of_the_week() -> None:
    for offset in range(7):
        day = THURSDAY + timedelta(days=offset)
        assert codes(usual_day(day), day, day) == []


def test_meetings_in_prayer_time_are_said() -> None:
    whole_day = SessionPlan(THURSDAY, time(9), time(15), 20)
    friday = SessionPlan(FRIDAY, time(11), time(12), 20)
    assert codes(Programme((whole_day,))) == ["noon_prayer"]
    assert codes(Programme((friday,))) == ["friday_prayer"]
    assert codes(Programme((SessionPlan(THURSDAY, time(11, 30), time(12), 15),))) == []


def test_session_outside_the_event_too_short_or_with_rest_is_said() -> None:
    assert codes(Programme((SessionPlan(FRIDAY, time(9), time(10), 20),)), THURSDAY, THURSDAY) == ["outside_event"]
    assert codes(Programme((SessionPlan(THURSDAY, time(9), time(9, 10), 20),))) == ["no_slots"]
    rest = cautions(Programme((SessionPlan(THURSDAY, time(9), time(9, 47), 20, 0, "Pagi"),)), THURSDAY, FRIDAY)
    assert [(c.code, c.minutes) for c in rest] == [("unused_minutes", 7)]


quarter = st.integers(0, 95).map(lambda n: time(n // 4, n % 4 * 15))
spans = st.tuples(quarter, quarter).filter(lambda pair: pair[0] < pair[1])
days = st.sampled_from([THURSDAY, FRIDAY])


@given(
    st.lists(st.tuples(days, spans, st.integers(5, 60), st.integers(0, 20)), max_size=3),
    st.lists(st.tuples(days, spans), max_size=4),
)
def test_slots_lie_in_their_session_apart_from_every_break_and_in_order(sessions: list, breaks: list) -> None:  # type: ignore[type-arg]
    programme = Programme(
        tuple(SessionPlan(day, a, b, length, pause) for day, (a, b), length, pause in sessions),
        tuple(BreakPlan(day, a, b) for day, (a, b) in breaks),
    )
    found = slots(programme)
    assert found == sorted(found, key=lambda slot: (slot.starts_at, slot.session))
    for slot in found:
        session = programme.sessions[slot.session]
        assert datetime.combine(session.day, session.starts_at) <= slot.starts_at
        assert slot.ends_at <= datetime.combine(session.day, session.ends_at)
        assert slot.ends_at - slot.starts_at == timedelta(minutes=session.slot_minutes)
        for b in programme.breaks:
            begins, ends = datetime.combine(b.day, b.starts_at), datetime.combine(b.day, b.ends_at)
            assert slot.ends_at <= begins or ends <= slot.starts_at
    for session in range(len(programme.sessions)):
        own = [slot for slot in found if slot.session == session]
        pause = timedelta(minutes=programme.sessions[session].changeover_minutes)
        for one, two in pairwise(own):
            assert two.starts_at >= one.ends_at + pause or any(
                datetime.combine(b.day, b.ends_at) == two.starts_at for b in programme.breaks
            )


@given(st.integers(5, 60), st.integers(0, 20), st.integers(1, 600))
def test_number_of_slots_without_breaks_follows_the_formula(length: int, pause: int, minutes: int) -> None:
    end = (datetime.combine(THURSDAY, time(8)) + timedelta(minutes=minutes)).time()
    session = SessionPlan(THURSDAY, time(8), end, length, pause)
    assert len(slots(Programme((session,)))) == (minutes + pause) // (length + pause)
