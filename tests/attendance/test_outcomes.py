"""How a meeting went: three words side by side, whose counts, and the figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.attendance.models import Absent, MeetingOutcome, MeetingResult, MeetingState, OutcomeSource
from matchmaking.attendance.queries.outcomes import meeting_facts, outcome_in_force
from matchmaking.attendance.services.outcomes import OutcomeChanged
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.money import MAX_RUPIAH
from matchmaking.scheduling.models import Meeting
from tests.attendance.meetings import codes, lay_version, say, tap, undo
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World

STAFF, EXHIBITOR, BUYER = OutcomeSource
NOT_INTERESTED, OFFER_ASKED, POTENTIAL, COMMITMENT = MeetingResult
FOUR = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1)]


@pytest.fixture
def scene(world: World) -> Scene:
    return make_scene(world)


@pytest.fixture
def meeting(scene: Scene) -> str:
    lay_version(scene, FOUR)
    return codes(scene)[0]


def words(code: str) -> dict[OutcomeSource, MeetingOutcome]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(MeetingOutcome).join(Meeting).where(Meeting.code == code))
    return {row.source: row for row in rows}


def id_of(code: str) -> int:
    return db.session.scalars(sa.select(Meeting.id).where(Meeting.code == code)).one()


@contextmanager
def counted_statements() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cur: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_each_of_the_three_has_a_word_of_its_own(scene: Scene, meeting: str) -> None:
    say(scene, meeting, EXHIBITOR, OFFER_ASKED, note="Kirim 3 contoh")
    say(scene, meeting, BUYER, NOT_INTERESTED)
    say(scene, meeting, STAFF, POTENTIAL, 25_000_000, next_step="Survei", next_step_on=date(2023, 6, 1))
    said = words(meeting)
    assert {source: row.result for source, row in said.items()} == {
        STAFF: POTENTIAL, EXHIBITOR: OFFER_ASKED, BUYER: NOT_INTERESTED,
    }  # fmt: skip
    assert (said[STAFF].potential_value, said[STAFF].next_step, said[STAFF].next_step_on) == (
        25_000_000, "Survei", date(2023, 6, 1),
    )  # fmt: skip
    assert said[EXHIBITOR].note == "Kirim 3 contoh"


@pytest.mark.parametrize("value", [1, 2**31 + 1, MAX_RUPIAH])
def test_values_that_are_taken(scene: Scene, meeting: str, value: int) -> None:
    say(scene, meeting, STAFF, POTENTIAL, value)
    assert words(meeting)[STAFF].potential_value == value


@pytest.mark.parametrize("value", [None, 0, -1, MAX_RUPIAH + 1])
def test_values_that_are_refused(scene: Scene, meeting: str, value: int | None) -> None:
    with pytest.raises(InvalidInput) as refusal:
        say(scene, meeting, STAFF, POTENTIAL, value)
    assert set(refusal.value.fields) == {"potential_value"}
    assert words(meeting) == {}


@pytest.mark.parametrize("result", [NOT_INTERESTED, OFFER_ASKED, COMMITMENT])
def test_only_a_potential_has_a_value(scene: Scene, meeting: str, result: MeetingResult) -> None:
    with pytest.raises(InvalidInput):
        say(scene, meeting, STAFF, result, 5)
    say(scene, meeting, STAFF, result)
    assert words(meeting)[STAFF].potential_value is None


def test_long_texts_are_refused_at_their_fields(scene: Scene, meeting: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        say(scene, meeting, note="x" * 2001, next_step="y" * 301)
    assert set(refusal.value.fields) == {"note", "next_step"}
    say(scene, meeting, note="x" * 2000, next_step="y" * 300)


def test_a_page_older_than_the_word_is_refused_and_shows_it(scene: Scene, meeting: str) -> None:
    say(scene, meeting, STAFF, OFFER_ASKED, note="dari laptop satu")
    with pytest.raises(OutcomeChanged) as refusal:
        say(scene, meeting, STAFF, NOT_INTERESTED, note="dari laptop dua")
    assert (refusal.value.said.note, refusal.value.said.row_version) == ("dari laptop satu", 1)
    assert words(meeting)[STAFF].note == "dari laptop satu"
    assert say(scene, meeting, STAFF, NOT_INTERESTED, row_version=refusal.value.said.row_version) == 2
    assert words(meeting)[STAFF].result is NOT_INTERESTED


def test_the_same_word_again_is_no_change(scene: Scene, meeting: str) -> None:
    assert [say(scene, meeting, STAFF, OFFER_ASKED, note="sama") for _ in range(2)] == [1, 1]
    with pytest.raises(InvalidInput):
        say(scene, codes(scene)[1], STAFF, OFFER_ASKED, row_version=3)


def test_what_did_not_take_place_has_no_outcome_until_it_is_taken_back(scene: Scene, meeting: str) -> None:
    for state, absent in ((MeetingState.NO_SHOW, Absent.BUYER), (MeetingState.CANCELLED, None)):
        done = tap(scene, meeting, state, absent)
        with pytest.raises(Conflict):
            say(scene, meeting)
        undo(scene, done.step_key)
    assert say(scene, meeting) == 1


def test_a_meeting_of_another_event_is_not_found(scene: Scene, meeting: str, world: World) -> None:
    other = make_scene(world)
    with pytest.raises(NotFound):
        say(other, meeting)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_first_words_at_once_leave_one(app: Flask, world: World) -> None:
    scene = make_scene(world)
    lay_version(scene, FOUR)
    code = codes(scene)[0]
    outcomes = at_once(app, lambda n: say(scene, code, STAFF, POTENTIAL, 1000 + n), 16)
    assert sum(one == 1 for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, OutcomeChanged) for one in outcomes) == 15, outcomes
    assert len(words(code)) == 1


def test_staff_count_before_the_buyer_before_the_exhibitor(scene: Scene, meeting: str) -> None:
    ids = [id_of(meeting)]
    for source, result in ((EXHIBITOR, COMMITMENT), (BUYER, OFFER_ASKED), (STAFF, NOT_INTERESTED)):
        say(scene, meeting, source, result)
        db.session.rollback()
        assert outcome_in_force(ids)[ids[0]].result is result
    assert outcome_in_force([id_of(codes(scene)[1])]) == {}


def test_figures_of_the_event(scene: Scene, meeting: str) -> None:
    first, second, third, fourth = codes(scene)
    tap(scene, first, MeetingState.HELD)
    tap(scene, second, MeetingState.RUNNING)
    say(scene, first, BUYER, POTENTIAL, 10_000_000)
    say(scene, first, EXHIBITOR, POTENTIAL, 99_000_000)
    say(scene, second, EXHIBITOR, POTENTIAL, 5_000_000)
    say(scene, third, STAFF, POTENTIAL, 7_000_000)
    tap(scene, third, MeetingState.NO_SHOW, Absent.EXHIBITOR)  # said by mistake: it counts nowhere
    with clock.frozen(datetime(2023, 5, 11, 5, tzinfo=UTC)) as now:
        facts = meeting_facts(scene.event_id)
    assert (facts.planned, facts.running, facts.held, facts.cancelled, facts.waiting) == (4, 1, 1, 0, 1)
    assert (facts.no_show, facts.missed) == ({Absent.EXHIBITOR: 1, Absent.BUYER: 0, Absent.BOTH: 0}, 1)
    assert (facts.potential_value, facts.potential_count) == (15_000_000, 2)
    assert facts.by_result == {NOT_INTERESTED: 0, OFFER_ASKED: 0, POTENTIAL: 2, COMMITMENT: 0}
    assert facts.counted_at == now
    tap(scene, fourth, MeetingState.CANCELLED)
    assert meeting_facts(scene.event_id).cancelled == 1


def test_a_meeting_that_was_held_stays_known_when_a_new_version_drops_it(scene: Scene, meeting: str) -> None:
    tap(scene, meeting, MeetingState.HELD)
    say(scene, meeting, STAFF, POTENTIAL, 1_000_000)
    begun = tap(scene, codes(scene)[1], MeetingState.RUNNING)
    undo(scene, begun.step_key)  # recorded, but nothing came of it
    lay_version(scene, FOUR[2:])
    facts = meeting_facts(scene.event_id)
    assert (facts.planned, facts.held, facts.waiting, facts.potential_value) == (3, 1, 2, 1_000_000)


def test_the_figures_take_the_same_statements_for_many_meetings(app: Flask, world: World) -> None:
    counts = []
    for size in (1, 6):
        scene = make_scene(world, makers=size, agencies=size, slots=size, tables=size)
        lay_version(scene, [(n, n, n, n) for n in range(size)])
        for code in codes(scene):
            tap(scene, code, MeetingState.HELD)
            say(scene, code, STAFF, POTENTIAL, 5)
        db.session.rollback()
        with counted_statements() as seen:
            meeting_facts(scene.event_id)
        counts.append(len(seen))
    assert counts[0] == counts[1]
