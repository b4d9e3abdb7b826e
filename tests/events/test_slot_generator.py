"""Slots from sessions and breaks: the pure function, by property and by example."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.events.programme import (
    BreakPlan,
    Caution,
    Programme,
    SessionPlan,
    cautions,
    slots,
    usual_day,
)

THURSDAY, FRIDAY, SATURDAY = date(2023, 5, 11), date(2023, 5, 12), date(2023, 5, 13)


def minute_of_day(minute: int) -> time:
    return time(minute // 60, minute % 60)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[date, time, time]:
    start = draw(st.integers(6 * 60, 20 * 60))
    length = draw(st.integers(1, 180))
    return draw(st.sampled_from([THURSDAY, FRIDAY])), minute_of_day(start), minute_of_day(start + length)


@st.composite
def programmes(draw: st.DrawFn) -> Programme:
    """Sessions one after the other, breaks anywhere, breaks that overlap each other included."""
    sessions, minute = [], draw(st.integers(6 * 60, 10 * 60))
    for number in range(draw(st.integers(0, 4))):
        end = min(minute + draw(st.integers(1, 240)), 23 * 60)
        sessions.append(
            SessionPlan(
                THURSDAY, minute_of_day(minute), minute_of_day(end), draw(st.integers(5, 60)), draw(st.integers(0, 20)),
                f"Sesi {number}",
            )
        )  # fmt: skip
        minute = end + draw(st.integers(0, 60))
        if minute >= 22 * 60:
            break
    breaks = [BreakPlan(*draw(stretches()), "Rehat") for _ in range(draw(st.integers(0, 5)))]
    return Programme(tuple(sessions), tuple(breaks))


def wall(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


@given(programmes())
def test_no_slot_more_would_fit_between_the_last_slot_and_the_end(programme: Programme) -> None:
    """Greedy from the left leaves no room: the minutes after the last slot hold no further slot clear of breaks."""
    found = slots(programme)
    for index, session in enumerate(programme.sessions):
        own = [slot for slot in found if slot.session == index]
        length, pause = timedelta(minutes=session.slot_minutes), timedelta(minutes=session.changeover_minutes)
        begins = own[-1].ends_at + pause if own else wall(session.day, session.starts_at)
        while begins + length <= wall(session.day, session.ends_at):
            touching = [
                b
                for b in programme.breaks
                if wall(b.day, b.starts_at) < begins + length and begins < wall(b.day, b.ends_at)
            ]
            assert touching
            begins += timedelta(minutes=1)


def codes(programme: Programme, first: date = THURSDAY, last: date = SATURDAY) -> list[str]:
    return [caution.code for caution in cautions(programme, first, last)]


@pytest.mark.parametrize(
    ("day", "start", "end", "expected"),
    [
        (FRIDAY, time(9, 0), time(11, 30), []),
        (FRIDAY, time(11, 10), time(11, 50), ["friday_prayer"]),
        (FRIDAY, time(12, 40), time(13, 0), ["friday_prayer"]),
        (FRIDAY, time(13, 0), time(14, 0), []),
        (THURSDAY, time(11, 20), time(12, 0), []),
        (THURSDAY, time(11, 40), time(12, 20), ["noon_prayer"]),
        (THURSDAY, time(12, 45), time(13, 5), []),
    ],
)
def test_prayer_time_is_noticed_only_when_meetings_lie_in_it(
    day: date, start: time, end: time, expected: list[str]
) -> None:
    assert codes(Programme((SessionPlan(day, start, end, 10, 0, "Sesi"),))) == expected


def test_session_across_noon_is_fine_when_a_break_keeps_the_prayer_free() -> None:
    session = SessionPlan(THURSDAY, time(9), time(15), 20, 0, "Sesi")
    prayer = BreakPlan(THURSDAY, time(12), time(13), "Salat Zuhur", "prayer")
    assert codes(Programme((session,), (prayer,))) == []


def test_overlap_wrong_day_and_left_over_minutes_are_named() -> None:
    morning = SessionPlan(THURSDAY, time(9), time(10, 7), 20, 0, "Pagi")
    clash = SessionPlan(THURSDAY, time(10), time(11), 20, 0, "Bentrok")
    wrong = SessionPlan(SATURDAY, time(9), time(9, 10), 20, 0, "Terlalu pendek")
    assert cautions(Programme((morning, clash, wrong)), THURSDAY, FRIDAY) == [
        Caution("outside_event", SATURDAY, "Terlalu pendek"),
        Caution("overlap", THURSDAY, "Pagi / Bentrok"),
        Caution("unused_minutes", THURSDAY, "Pagi", 7),
        Caution("no_slots", SATURDAY, "Terlalu pendek"),
    ]


@pytest.mark.parametrize("slot_minutes", [10, 15, 20, 30])
@pytest.mark.parametrize("day", [THURSDAY, FRIDAY])
def test_usual_day_keeps_prayer_free_and_wastes_nothing_at_the_usual_lengths(day: date, slot_minutes: int) -> None:
    usual = usual_day(day, slot_minutes)
    prayer_codes = {"friday_prayer", "noon_prayer", "overlap", "outside_event", "no_slots"}
    assert prayer_codes.isdisjoint(codes(usual))
    assert len(slots(usual)) >= 8


def test_usual_friday_is_free_from_half_past_eleven_and_a_thursday_is_not() -> None:
    def between(day: date) -> list[time]:
        return [s.starts_at.time() for s in slots(usual_day(day)) if time(11, 30) <= s.starts_at.time() < time(13, 30)]

    assert between(FRIDAY) == []
    assert between(THURSDAY) == [time(11, 40), time(13, 0), time(13, 20)]
