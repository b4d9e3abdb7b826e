"""Scans at the door: let in once, told why not, the same key answered the same, taken back with a trail."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.models import BadgeEnd, Scan, ScanMethod, ScanOutcome
from matchmaking.attendance.queries.presence import (
    DoorCounts,
    arrivals,
    door_counts,
    present_delegates,
    present_participations,
)
from matchmaking.attendance.services.scans import let_in
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, ParticipationState, Side
from matchmaking.registration.services.teams import remove_delegate
from matchmaking.transactions import transaction
from tests.attendance.door import MORNING, Door
from tests.threads import at_once
from tests.world import BOTH, DAY, World

ACCEPTED, REPEATED, REFUSED = ScanOutcome.ACCEPTED, ScanOutcome.REPEATED, ScanOutcome.REFUSED
VCARD = "BEGIN:VCARD\nVERSION:3.0\nFN:Tamu Contoh\nTEL:+628120000\nEND:VCARD"


@pytest.fixture(autouse=True)
def morning():  # type: ignore[no-untyped-def]
    with clock.frozen(MORNING):
        yield


def test_a_badge_lets_its_person_in(door: Door) -> None:
    person = door.delegate(door.maker)
    answer = door.scan(door.badge(person.id).code)
    assert (answer.outcome, answer.problem, answer.is_event_day) == (ACCEPTED, "", True)
    assert answer.person
    assert (answer.person.delegate_id, answer.person.side) == (person.id, Side.EXHIBITOR)
    assert answer.person.organization == door.entry(door.maker).organization.legal_name
    assert (answer.day, answer.at) == (DAY, MORNING)


def test_the_short_code_is_typed_as_people_type(door: Door) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    typed = f" {badge.short_code[:3].lower()}-{badge.short_code[3:]} "
    assert door.scan(typed, method=ScanMethod.TYPED).outcome is ACCEPTED


def test_a_second_scan_says_when_and_by_which_door_the_first_was(door: Door) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    device, _cookie = door.device("Pintu timur")
    door.scan(badge.code, actor=device)
    with clock.frozen(MORNING + timedelta(minutes=9)):
        again = door.scan(badge.code)
    assert (again.outcome, again.first_at, again.first_by) == (REPEATED, MORNING, "Pintu timur")
    assert len(door.scans()) == 2
    assert door_counts(door.event_id, DAY).inside == 1


def test_next_day_the_same_person_comes_again(door: Door) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    door.scan(badge.code)
    with clock.frozen(MORNING + timedelta(days=1)):
        answer = door.scan(badge.code)
    assert (answer.outcome, answer.is_event_day, answer.day) == (ACCEPTED, False, date(2023, 5, 12))


def test_the_day_is_that_of_the_events_zone(door: Door) -> None:
    """One minute past midnight in Lampung is still the day before in UTC."""
    with clock.frozen(MORNING - timedelta(hours=7, minutes=54)):
        assert door.scan(door.badge(door.delegate(door.maker).id).code).day == DAY


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "empty"),
        (VCARD, "vcard"),
        ("https://contoh.example/x", "link"),
        ("00020101021126670016", "foreign"),
        ("TB2" + "A" * 17, "newer"),
        ("TB1ABC", "truncated"),
    ],
)
def test_what_is_no_badge_of_ours_is_refused_and_not_kept(door: Door, text: str, problem: str) -> None:
    answer = door.scan(text)
    assert (answer.outcome, answer.problem, answer.person) == (REFUSED, problem, None)
    row = door.scans()[0]
    assert (row.delegate_id, row.badge_id) == (None, None)
    assert "Tamu Contoh" not in str(vars(row))


def test_a_truncated_code_and_a_slip_of_the_finger(door: Door) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    wrong = ("1" if badge.short_code[0] != "1" else "2") + badge.short_code[1:]
    assert door.scan(badge.code[:-3]).problem == "truncated"
    assert door.scan(wrong).problem == "wrong_check"
    assert door.scan(badge.code).outcome is ACCEPTED


def test_an_unknown_code_and_one_of_another_event(door: Door, world: World) -> None:
    other = world.participation(world.event(), Side.BUYER)
    foreign = door.badge(door.delegate(other).id)
    lost = door.badge(door.delegate(door.maker).id)
    code = lost.code
    with transaction():
        db.session.delete(db.session.merge(lost))
    assert door.scan(code).problem == "unknown"
    answer = door.scan(foreign.code)
    assert (answer.problem, answer.person) == ("other_event", None)
    assert door.scan(foreign.short_code).problem == "unknown"


@pytest.mark.parametrize(
    ("end", "problem"),
    [
        (BadgeEnd.REPRINTED, "reprinted"),
        (BadgeEnd.SUBSTITUTED, "substituted"),
        (BadgeEnd.LEFT, "left"),
        (BadgeEnd.ERASED, "left"),
        (BadgeEnd.REVOKED, "revoked"),
    ],
)
def test_an_ended_badge_is_refused_and_says_since_when(door: Door, end: BadgeEnd, problem: str) -> None:
    person = door.delegate(door.maker)
    old = door.badge(person.id, ended=end)
    new = door.badge(person.id)
    answer = door.scan(old.code)
    assert (answer.outcome, answer.problem, answer.end_reason) == (REFUSED, problem, end)
    assert answer.ended_at
    assert answer.person
    assert answer.person.delegate_id == person.id
    assert door.scan(new.code).outcome is ACCEPTED


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (ParticipationState.SUBMITTED, "not_approved"),
        (ParticipationState.WAITLISTED, "not_approved"),
        (ParticipationState.WITHDRAWN, "left"),
        (ParticipationState.REFUSED, "left"),
    ],
)
def test_only_approved_entries_come_in(door: Door, world: World, state: ParticipationState, problem: str) -> None:
    entry = world.participation(door.event_id, Side.BUYER, state=state)
    person = door.delegate(entry)
    assert door.scan(door.badge(person.id).code).problem == problem
    assert door.scan(delegate_code=person.code, method=ScanMethod.NAME).problem == problem


def test_a_person_chosen_by_name(door: Door, world: World) -> None:
    person = door.delegate(door.maker)
    other = door.delegate(world.participation(world.event(), Side.BUYER))
    assert door.scan(delegate_code=person.code, method=ScanMethod.NAME).outcome is ACCEPTED
    assert door.scan(delegate_code=other.code, method=ScanMethod.NAME).problem == "unknown"


def test_the_same_key_is_the_same_scan(door: Door) -> None:
    badge, key = door.badge(door.delegate(door.maker).id), door.key()
    first = door.scan(badge.code, key=key)
    with clock.frozen(MORNING + timedelta(minutes=3)):
        again = door.scan(badge.code, key=key)
    assert again == first
    refused = door.scan("TB1ABC", key="refused-key-1")
    assert door.scan(badge.code, key="refused-key-1") == refused
    assert len(door.scans()) == 2


def test_a_key_is_of_one_event(door: Door, world: World) -> None:
    badge, key = door.badge(door.delegate(door.maker).id), door.key()
    door.scan(badge.code, key=key)
    other = Door(world, world.event(), 0, 0, door.actor)
    assert other.scan(badge.code, key=key).problem == "other_event"


@pytest.mark.parametrize("key", ["", "short", "x" * 41, "with blank in it", "emoji-😀-emoji"])
def test_a_scan_needs_a_proper_key(door: Door, key: str) -> None:
    with pytest.raises(InvalidInput), transaction():
        from matchmaking.attendance.services.scans import RecordScan, record_scan

        record_scan(door.actor, RecordScan(door.event_id, key, "TB1ABC"))
    assert door.scans() == []


def test_a_device_scans_in_its_own_event_only(door: Door, world: World) -> None:
    stranger = Actor(ActorKind.DEVICE, 1, world.event())
    with pytest.raises(NotAllowed):
        door.scan("TB1ABC", actor=stranger)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_doors_at_once_admit_one_person(door: Door, app: Flask) -> None:
    badge = door.badge(door.delegate(door.maker).id)
    code = badge.code

    def one_door(number: int) -> object:
        with clock.frozen(MORNING):
            answer = door.scan(code, key=f"eight-doors-{number}")
        return answer.outcome, answer.first_at

    outcomes = at_once(app, one_door)
    assert sorted(str(o) for o in outcomes) == sorted(str(o) for o in [(ACCEPTED, None)] + [(REPEATED, MORNING)] * 7), (
        outcomes
    )
    db.session.rollback()
    assert door_counts(door.event_id, DAY).inside == 1
    assert len(door.scans()) == 8


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_same_key_eight_times_at_once_is_one_row(door: Door, app: Flask) -> None:
    code = door.badge(door.delegate(door.maker).id).code

    def send(_number: int) -> object:
        with clock.frozen(MORNING):
            return door.scan(code, key="the-one-and-only")

    outcomes = at_once(app, send)
    assert {getattr(o, "outcome", o) for o in outcomes} == {ACCEPTED}
    db.session.rollback()
    assert len(door.scans()) == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_same_refusal_eight_times_at_once_is_one_row(door: Door, app: Flask) -> None:
    def send(_number: int) -> object:
        return door.scan(VCARD, key="the-one-and-only").problem

    assert at_once(app, send) == ["vcard"] * 8
    db.session.rollback()
    assert len(door.scans()) == 1


def test_a_wrong_check_in_is_taken_back_and_leaves_a_trail(door: Door) -> None:
    person, key = door.delegate(door.maker), door.key()
    badge = door.badge(person.id)
    door.scan(badge.code, key=key)
    assert present_delegates(door.event_id, DAY) == {person.id}
    undone = door.undo(key)
    assert undone.is_undone
    assert present_delegates(door.event_id, DAY) == set()
    door.undo(key)
    row = door.scans()[0]
    assert (row.undone_by, row.undone_at) == (door.actor.user_id, MORNING)
    trail = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.action == "attendance.undo_scan")).all()
    assert len(trail) == 1
    assert door.scan(badge.code).outcome is ACCEPTED
    assert present_delegates(door.event_id, DAY) == {person.id}


def test_only_what_let_somebody_in_is_taken_back(door: Door, world: World) -> None:
    key = door.key()
    door.scan("TB1ABC", key=key)
    with pytest.raises(Conflict):
        door.undo(key)
    with pytest.raises(NotFound):
        door.undo("never-was-there")
    elsewhere = Door(world, world.event(), 0, 0, door.actor)
    with pytest.raises(NotFound):
        elsewhere.undo(key)


def test_let_in_without_a_badge(door: Door) -> None:
    person = door.delegate(door.agency)
    for _again in range(2):
        with transaction():
            answer = let_in(door.actor, door.event_id, person.id, ScanMethod.WALK_IN, "walk-in-key")
    assert (answer.outcome, answer.method) == (ACCEPTED, ScanMethod.WALK_IN)
    assert len(door.scans()) == 1


def test_people_are_counted_not_scans(door: Door, world: World) -> None:
    maker, buyer = door.delegate(door.maker), door.delegate(door.agency)
    world.team(door.maker)
    world.participation(door.event_id, Side.BUYER, state=ParticipationState.SUBMITTED)
    code = door.badge(maker.id).code
    for _n in range(3):
        door.scan(code)
    door.scan(door.badge(buyer.id).code)
    assert door_counts(door.event_id, DAY) == DoorCounts(2, 3, 1, 1, 1)
    assert present_participations(door.event_id, DAY) == {door.maker, door.agency}
    assert arrivals(door.event_id, DAY) == {maker.id: MORNING, buyer.id: MORNING}
    assert door_counts(door.event_id, date(2023, 5, 12)) == DoorCounts(0, 3, 0, 0, 3)


def test_who_was_let_in_is_not_taken_off_the_entry(door: Door, world: World) -> None:
    world.team(door.maker)
    second = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == door.maker, ~Delegate.is_contact)
    ).one()
    code, key = second.code, door.key()
    door.scan(door.badge(second.id).code, key=key)
    with pytest.raises(Conflict), transaction():
        remove_delegate(door.actor, door.maker, code, by_owner=False)
    door.undo(key)
    with transaction():
        remove_delegate(door.actor, door.maker, code, by_owner=False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Scan)) == 0


def test_a_scan_sent_later_counts_for_when_it_was_read(door: Door) -> None:
    person = door.delegate(door.maker)
    with clock.frozen(MORNING + timedelta(hours=24)):
        answer = door.scan(door.badge(person.id).code, scanned_at=MORNING)
    assert (answer.at, answer.day) == (MORNING, DAY)
    assert arrivals(door.event_id, DAY) == {person.id: MORNING}


@pytest.mark.parametrize("wrong", [timedelta(minutes=1), timedelta(hours=-37)])
def test_a_clock_that_is_far_off_is_not_believed(door: Door, wrong: timedelta) -> None:
    answer = door.scan(door.badge(door.delegate(door.maker).id).code, scanned_at=MORNING + wrong)
    assert answer.at == MORNING
