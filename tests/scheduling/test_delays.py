"""Delays: what each reach moves and what it leaves, stored once, taken back, two organisers at once, told once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.events.hooks import event_deleting
from matchmaking.events.models import Event, EventState
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.day_models import DelayScope, SlotDelay
from matchmaking.scheduling.errors import ChangedMeanwhile
from matchmaking.scheduling.models import AgendaNotice, Meeting, Placement
from matchmaking.scheduling.queries.agendas import table_agendas, team_agendas
from matchmaking.scheduling.queries.inputs import SolveOptions, build_inputs
from matchmaking.scheduling.queries.times import (
    Delay,
    Planned,
    SlotTimes,
    delay_revision,
    noted_delays,
    times_of,
)
from matchmaking.scheduling.services.delays import NoteDelay, note_delay, undo_delay
from matchmaking.transactions import transaction
from tests.attendance.meetings import lay_version
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)  # 09:00 WIB; four slots of 20 minutes
SESSION, TABLE, WHOLE = DelayScope.SESSION, DelayScope.TABLE, DelayScope.DAY
PAIRS = [(0, 0, 0, 0), (1, 1, 0, 1), (0, 1, 1, 0), (1, 0, 1, 1)]
MINUTE = timedelta(minutes=1)


def planned(start: datetime, day: int, session: int | None) -> Planned:
    return Planned(start, start + 20 * MINUTE, date(2023, 5, day), session)


#: Slots 1 and 2 in the morning, 3 in the afternoon, 4 on the next day.
SLOTS = {
    1: planned(NINE, 11, 1),
    2: planned(NINE + 20 * MINUTE, 11, 1),
    3: planned(NINE + 240 * MINUTE, 11, 2),
    4: planned(NINE + 1440 * MINUTE, 12, 3),
}


def lateness(*delays: Delay, table: int | None = None) -> list[int]:
    times = SlotTimes(SLOTS, delays)
    return [times.late_minutes(slot, table) for slot in SLOTS]


@pytest.mark.parametrize(
    ("delay", "everywhere", "at_table_7"),
    [
        (Delay(WHOLE, 1, 5), [5, 5, 5, 0], [5, 5, 5, 0]),
        (Delay(WHOLE, 2, 5), [0, 5, 5, 0], [0, 5, 5, 0]),
        (Delay(SESSION, 1, 5), [5, 5, 0, 0], [5, 5, 0, 0]),
        (Delay(SESSION, 3, 5), [0, 0, 5, 0], [0, 0, 5, 0]),
        (Delay(TABLE, 2, 5, table_id=7), [0, 0, 0, 0], [0, 5, 0, 0]),
        (Delay(TABLE, 2, 5, table_id=8), [0, 0, 0, 0], [0, 0, 0, 0]),
    ],
)
def test_each_reach_moves_what_it_says_and_nothing_else(
    delay: Delay, everywhere: list[int], at_table_7: list[int]
) -> None:
    assert lateness(delay) == everywhere
    assert lateness(delay, table=7) == at_table_7


def test_delays_add_up() -> None:
    several = Delay(WHOLE, 1, 5), Delay(SESSION, 2, 10), Delay(TABLE, 1, 3, table_id=7)
    assert lateness(*several) == [5, 15, 5, 0]
    assert lateness(*several, table=7) == [8, 18, 5, 0]


@pytest.fixture
def scene(world: World) -> Iterator[Scene]:
    scene = make_scene(world)
    with clock.frozen(NINE + 5 * MINUTE):
        yield scene


def note(scene: Scene, slot: int, minutes: int, key: str = "", **given: object) -> int:
    with transaction():
        wanted = NoteDelay(scene.event_id, scene.slots[slot], minutes, key or f"delay-{slot}-{minutes}", **given)  # type: ignore[arg-type]
        return note_delay(scene.actor, wanted).id


def take_back(scene: Scene, key: str) -> None:
    with transaction():
        undo_delay(scene.actor, scene.event_id, key)


def late(scene: Scene, table: int | None = None) -> list[int]:
    """How late each slot is, in minutes."""
    db.session.rollback()
    times = times_of(scene.event_id)
    return [times.late_minutes(slot, scene.tables[table] if table is not None else None) for slot in scene.slots]


def test_a_delay_is_stored_once_and_taken_back_once(scene: Scene) -> None:
    first = note(scene, 1, 10, "delay-the-same")
    assert note(scene, 1, 10, "delay-the-same") == first
    assert late(scene) == [0, 10, 10, 10]
    assert [(row.key, row.delay.minutes) for row in noted_delays(scene.event_id)] == [("delay-the-same", 10)]
    take_back(scene, "delay-the-same")
    take_back(scene, "delay-the-same")
    assert late(scene) == [0, 0, 0, 0]
    assert noted_delays(scene.event_id) == []
    assert delay_revision(scene.event_id) == 2


def test_a_delay_of_one_table_reaches_only_that_table(scene: Scene) -> None:
    note(scene, 1, 15, scope=TABLE, table_id=scene.tables[1])
    assert late(scene) == late(scene, table=0) == [0, 0, 0, 0]
    assert late(scene, table=1) == [0, 15, 15, 15]


def test_whoever_saw_an_older_state_adds_nothing(scene: Scene) -> None:
    note(scene, 1, 5, seen=0)
    with pytest.raises(ChangedMeanwhile):
        note(scene, 1, 10, seen=0)
    assert late(scene) == [0, 5, 5, 5]
    note(scene, 1, 10, seen=1)
    assert late(scene) == [0, 15, 15, 15]
    take_back(scene, "delay-1-5")
    with pytest.raises(ChangedMeanwhile):
        note(scene, 1, 7, seen=2)
    assert late(scene) == [0, 10, 10, 10]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"minutes": 0}, InvalidInput),
        ({"minutes": 181}, InvalidInput),
        ({"minutes": 5, "scope": TABLE}, InvalidInput),
        ({"minutes": 5, "table_id": 1}, InvalidInput),
        ({"minutes": 5, "key": "short"}, InvalidInput),
        ({"minutes": 5, "scope": TABLE, "table_id": 999}, NotFound),
    ],
)
def test_what_says_nothing_is_refused(scene: Scene, given: dict[str, object], error: type[DomainError]) -> None:
    with pytest.raises(error):
        note(scene, 1, **given)  # type: ignore[arg-type]
    assert late(scene) == [0, 0, 0, 0]


def test_slots_tables_and_delays_of_another_event_are_not_found(scene: Scene, world: World) -> None:
    other = make_scene(world)
    with pytest.raises(NotFound), transaction():
        note_delay(scene.actor, NoteDelay(scene.event_id, other.slots[0], 5, "delay-foreign"))
    note(other, 0, 5, "delay-of-other")
    with pytest.raises(NotFound):
        take_back(scene, "delay-of-other")
    assert late(other) == [5, 5, 5, 5]


def test_an_archived_event_runs_on_time(scene: Scene) -> None:
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        note(scene, 0, 5)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_organisers_at_once_add_one_delay(app: Flask, world: World) -> None:
    scene = make_scene(world)
    outcomes = at_once(app, lambda n: note(scene, 0, 5, f"delay-race-{n}", seen=0), 8)
    assert sum(isinstance(one, int) for one in outcomes) == 1, outcomes
    assert sum(isinstance(one, ChangedMeanwhile) for one in outcomes) == 7, outcomes
    assert late(scene) == [5, 5, 5, 5]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_one_delay_sent_eight_times_at_once_is_one(app: Flask, world: World) -> None:
    scene = make_scene(world)
    outcomes = at_once(app, lambda _n: note(scene, 0, 5, "delay-the-same", seen=0), 8)
    assert len(set(outcomes)) == 1, outcomes
    assert late(scene) == [5, 5, 5, 5]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_database_keeps_the_rules(app: Flask, world: World) -> None:
    scene = make_scene(world)
    note(scene, 0, 5, "delay-the-first")
    good = {
        "event_id": scene.event_id, "number": 2, "delay_key": "delay-second", "scope": "day", "minutes": 5,
        "from_slot_id": scene.slots[0], "table_id": None, "is_told": False, "at": NINE,
    }  # fmt: skip
    bad: list[dict[str, object]] = [
        {"number": 1}, {"delay_key": "delay-the-first"}, {"minutes": 0}, {"minutes": 181}, {"number": 0},
        {"scope": "table"}, {"table_id": scene.tables[0]},
    ]  # fmt: skip
    for wrong in bad:
        with pytest.raises(sa.exc.IntegrityError), transaction():
            db.session.execute(sa.insert(SlotDelay).values(**{**good, **wrong}))
    with transaction():
        db.session.execute(sa.insert(SlotDelay).values(**good))
    assert late(scene) == [10, 10, 10, 10]


def test_agendas_of_teams_and_tables_follow(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    version = scene.version(1)
    note(scene, 1, 10, scope=TABLE, table_id=scene.tables[0])
    maker = team_agendas(version, [scene.team(scene.makers[0])])[0]
    spans = [((item.starts_at - NINE) / MINUTE, (item.ends_at - NINE) / MINUTE, item.kind) for item in maker.items]
    assert spans == [(0, 20, "meeting"), (30, 50, "meeting"), (40, 60, "free"), (60, 80, "free")]
    assert [item.late_minutes for item in maker.meetings] == [0, 10]
    starts = [[(item.starts_at - NINE) / MINUTE for item in agenda.meetings] for agenda in table_agendas(version)]
    assert starts == [[0, 30], [0, 20]]


def test_the_past_is_what_has_really_begun(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 25 * MINUTE):
        current = build_inputs(scene.event_id, SolveOptions(told=1)).problem.current
        assert current
        assert current.frozen_through_slot == 2
        note(scene, 1, 10)
        current = build_inputs(scene.event_id, SolveOptions(told=1)).problem.current
        assert current
        assert current.frozen_through_slot == 1


def test_a_condition_in_sql_agrees_with_the_times(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    note(scene, 0, 7)
    note(scene, 1, 10, scope=TABLE, table_id=scene.tables[0])
    times = times_of(scene.event_id)
    limit = NINE + 30 * MINUTE
    is_wanted = times.where(Placement.slot_id, Placement.table_id, lambda start, _end: start < limit)
    found = db.session.execute(sa.select(Placement.slot_id, Placement.table_id).where(is_wanted).order_by(Placement.id))
    slots, tables = scene.slots, scene.tables
    assert found.all() == [(slots[0], tables[0]), (slots[0], tables[1]), (slots[1], tables[1])]


def sequences() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Meeting.calendar_sequence).order_by(Meeting.id)))


def give_mail(scene: Scene) -> None:
    with transaction():
        for number, id in enumerate([*scene.makers, *scene.agencies]):
            db.session.execute(
                sa.update(Delegate).where(Delegate.participation_id == id).values(email=f"p{number}@contoh.example")
            )


def letters() -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(MailMessage).where(MailMessage.purpose == "agenda").order_by(MailMessage.id))
    return [(row.to_address, row.body) for row in rows]


def test_calendars_learn_of_every_delay_and_people_only_when_wanted(scene: Scene) -> None:
    give_mail(scene)
    lay_version(scene, PAIRS)
    note(scene, 1, 5)
    scene.world.run_jobs()
    assert (sequences(), letters()) == ([0, 0, 1, 1], [])
    note(scene, 1, 10, tells=True)
    scene.world.run_jobs()
    assert sequences() == [0, 0, 2, 2]
    told = letters()
    assert sorted(address for address, _body in told) == [f"p{n}@contoh.example" for n in (0, 1, 2, 3)]
    assert all("dari 09.20 WIB" in body or "09.20" in body for _address, body in told)
    assert all("09.35–09.55" in body for _address, body in told)


def test_who_is_told_is_told_once_for_each_change(scene: Scene) -> None:
    give_mail(scene)
    lay_version(scene, PAIRS)
    note(scene, 1, 10, "delay-one", tells=True)
    note(scene, 1, 10, "delay-one", tells=True)
    scene.world.run_jobs()
    assert len(letters()) == 4
    take_back(scene, "delay-one")
    take_back(scene, "delay-one")
    scene.world.run_jobs()
    assert len(letters()) == 8
    assert all("09.20–09.40" in body for _address, body in letters()[4:])


def test_only_those_are_told_whose_meetings_to_come_are_later(scene: Scene) -> None:
    give_mail(scene)
    lay_version(scene, PAIRS)
    with clock.frozen(NINE + 45 * MINUTE):  # slot 2 has ended at 09:40
        note(scene, 1, 2, tells=True)
    scene.world.run_jobs()
    assert (letters(), sequences()) == ([], [0, 0, 0, 0])
    with clock.frozen(NINE + 25 * MINUTE):
        note(scene, 1, 5, scope=TABLE, table_id=scene.tables[0], tells=True)
    scene.world.run_jobs()
    assert [address for address, _body in letters()] == ["p0@contoh.example", "p3@contoh.example"]
    assert sequences() == [0, 0, 1, 0]


def test_who_has_no_mail_is_listed_for_staff(scene: Scene) -> None:
    lay_version(scene, PAIRS)
    note(scene, 1, 10, tells=True)
    rows = db.session.scalars(sa.select(AgendaNotice.channel)).all()
    assert rows == ["whatsapp"] * 4


def test_delays_go_with_their_event(scene: Scene) -> None:
    note(scene, 1, 10)
    with transaction():
        event_deleting(scene.actor, scene.event_id)
    assert db.session.scalars(sa.select(SlotDelay)).all() == []


def test_the_board_shows_when_it_really_begins(scene: Scene) -> None:
    version_id = lay_version(scene, PAIRS)
    browser = scene.staff()
    address = f"/manage/{scene.code}/schedule/versions/{scene.version(version_id).code}"

    def heads(page: str) -> list[str]:
        return re.findall(r'<th scope="col">(\d\d\.\d\d)<small>(.*?)</small>', page)  # type: ignore[return-value]

    planned_heads = heads(browser.get(address).text)
    assert [time for time, _label in planned_heads] == ["09.00", "09.20", "09.40", "10.00"]
    note(scene, 1, 10, scope=SESSION)
    note(scene, 0, 5, scope=TABLE, table_id=scene.tables[1])
    page = browser.get(address).text
    session = planned_heads[0][1]
    late = f"{session} · mundur 10 menit"
    assert heads(page) == [("09.00", session), ("09.30", late), ("09.50", late), ("10.10", late)]
    cells = {
        (slot, table): re.search(rf'id="c-{scene.slots[slot]}-{scene.tables[table]}".*?</td>', page)[0]  # type: ignore[index]
        for slot, table in ((0, 0), (0, 1), (1, 0), (1, 1))
    }
    said = {place: re.findall(r"mulai (\S+) WIB", cell) for place, cell in cells.items()}
    assert said == {(0, 0): [], (0, 1): ["09.05"], (1, 0): [], (1, 1): ["09.35"]}
    lines = browser.get(f"{address}?as=list").text
    assert "09.05–09.25 WIB · meja 2" in lines
    assert "09.00–09.20 WIB · meja 1" in lines
    assert "09.35–09.55 WIB · meja 2" in lines
    for noted in noted_delays(scene.event_id):
        with transaction():
            undo_delay(scene.actor, scene.event_id, noted.key)
    assert heads(browser.get(address).text) == planned_heads
