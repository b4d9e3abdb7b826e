"""A substitute at the door: same entry, same seats, the agenda stays; the old badge ends; taken back as a whole."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import Badge, BadgeEnd, ScanMethod, ScanOutcome, Substitution
from matchmaking.attendance.queries.presence import door_counts, present_delegates
from matchmaking.attendance.services.badges import issue_badge, live_badge
from matchmaking.attendance.services.substitutes import (
    RecordSubstitute,
    Substituted,
    record_substitute,
    undo_substitute,
)
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate, OfficeRole, ParticipationState, Side, TeamDelegate
from matchmaking.registration.services.registering import FormSentBefore
from matchmaking.scheduling.queries.agendas import team_agendas
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.attendance.door import MORNING, Door
from tests.scheduling.scene import make_scene
from tests.threads import at_once
from tests.world import BOTH, DAY, World

PERSON = DelegateDetails(name="Pengganti Contoh", office="Staf bidang", office_role="commitment_officer")


@pytest.fixture(autouse=True)
def morning():  # type: ignore[no-untyped-def]
    with clock.frozen(MORNING):
        yield


def come(door: Door, absent: Delegate, key: str = "form-key-1", **values: object) -> Substituted:
    chosen = {"person": PERSON, **values}
    with transaction():
        return record_substitute(door.actor, RecordSubstitute(door.event_id, absent.code, key, **chosen))  # type: ignore[arg-type]


def badge_of(door: Door, delegate_id: int) -> Badge:
    with transaction():
        badge = issue_badge(door.actor, delegate_id)
    return badge


def seats(delegate_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(TeamDelegate.team_id).where(TeamDelegate.delegate_id == delegate_id)))


def test_the_substitute_takes_seat_and_badge_and_comes_in(door: Door) -> None:
    absent = door.delegate(door.agency)
    old_code, team = badge_of(door, absent.id).code, seats(absent.id)
    stored = come(door, absent, has_letter=True, note=" surat  tugas 090/12 ")
    person = db.session.get_one(Delegate, stored.delegate_id)
    assert (person.name, person.office, person.office_role) == (
        "Pengganti Contoh", "Staf bidang", OfficeRole.COMMITMENT_OFFICER,
    )  # fmt: skip
    assert (person.participation_id, person.phone, person.is_contact) == (door.agency, None, False)
    assert (seats(person.id), seats(absent.id)) == (team, [])
    row = db.session.get_one(Substitution, stored.substitution_id)
    assert (row.has_letter, row.note, row.user_id) == (True, "surat tugas 090/12", door.actor.user_id)
    assert present_delegates(door.event_id, DAY) == {person.id}
    assert (door.scans()[0].method, door.scans()[0].outcome) == (ScanMethod.SUBSTITUTE, ScanOutcome.ACCEPTED)
    assert live_badge(person.id)
    assert door.scan(old_code).problem == "substituted"
    assert door.scan(delegate_code=absent.code, method=ScanMethod.NAME).problem == "substituted"
    counts = door_counts(door.event_id, DAY)
    assert (counts.inside, counts.not_arrived) == (1, 1)


def test_the_agenda_stays(world: World) -> None:
    scene = make_scene(world)
    scene.wish_all()
    version_id = scene.solve()
    with transaction():
        publish_version(scene.actor, Edit(version_id, scene.version(version_id).revision))
    door = Door(world, scene.event_id, scene.makers[0], scene.agencies[0], scene.actor)
    before = team_agendas(scene.version(version_id), [scene.team(door.agency)])[0].meetings
    absent = door.delegate(door.agency)
    stored = come(door, absent)
    after = team_agendas(scene.version(version_id), [scene.team(door.agency)])[0].meetings
    assert before
    assert after == before
    answer = door.scan(key=stored.scan_key)
    assert answer.person
    assert answer.person.next_meeting
    assert answer.person.next_meeting.starts_at == before[0].starts_at
    assert answer.person.stands_in_for == absent.name


def test_the_same_form_twice_is_one_substitute(door: Door) -> None:
    absent = door.delegate(door.agency)
    assert come(door, absent) == come(door, absent)
    assert len(door.scans()) == 1
    with pytest.raises(Conflict):
        come(door, absent, key="form-key-2")
    with pytest.raises(FormSentBefore):
        come(door, absent, person=replace(PERSON, name="Orang Lain"))


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_forms_at_once_are_one_substitute(door: Door, app: Flask) -> None:
    absent = door.delegate(door.agency)
    code, event_id, actor = absent.code, door.event_id, door.actor

    def send(number: int) -> object:
        with clock.frozen(MORNING), transaction():
            stored = record_substitute(actor, RecordSubstitute(event_id, code, f"form-key-{number // 4}", PERSON))
        return stored.delegate_id

    outcomes = at_once(app, send)
    assert len({o for o in outcomes if isinstance(o, int)}) == 1
    assert sum(isinstance(o, Conflict) for o in outcomes) == 4
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Substitution)) == 1


def test_a_check_in_with_the_others_badge_is_taken_back_unless_they_were_here(door: Door) -> None:
    absent = door.delegate(door.agency)
    door.scan(badge_of(door, absent.id).code)
    stored = come(door, absent)
    assert present_delegates(door.event_id, DAY) == {stored.delegate_id}


def test_who_was_here_and_left_stays_in_the_list_but_is_not_inside(door: Door) -> None:
    absent = door.delegate(door.agency)
    door.scan(badge_of(door, absent.id).code)
    stored = come(door, absent, was_here=True)
    assert present_delegates(door.event_id, DAY) == {absent.id, stored.delegate_id}
    assert door_counts(door.event_id, DAY).inside == 1


def test_taking_it_back_restores_seat_and_badge(door: Door) -> None:
    absent = door.delegate(door.agency)
    badge, team = badge_of(door, absent.id), seats(absent.id)
    code = badge.code
    stored = come(door, absent)
    with transaction():
        undo_substitute(door.actor, door.event_id, absent.code)
    assert (seats(absent.id), db.session.get(Delegate, stored.delegate_id)) == (team, None)
    assert present_delegates(door.event_id, DAY) == set()
    assert door.scan(code).outcome is ScanOutcome.ACCEPTED
    done = set(db.session.scalars(sa.select(AuditEntry.action)))
    assert {
        "attendance.substitute",
        "attendance.undo_substitute",
        "attendance.undo_scan",
        "attendance.revive_badge",
    } <= done
    with pytest.raises(Conflict), transaction():
        undo_substitute(door.actor, door.event_id, absent.code)
    assert come(door, absent, key="form-key-3").delegate_id


def test_not_while_somebody_came_in_the_substitutes_place(door: Door) -> None:
    absent = door.delegate(door.agency)
    second = db.session.get_one(Delegate, come(door, absent).delegate_id)
    come(door, second, key="form-key-2")
    with pytest.raises(Conflict), transaction():
        undo_substitute(door.actor, door.event_id, absent.code)
    db.session.rollback()
    assert seats(second.id) == []


def test_name_and_phone_are_checked(door: Door) -> None:
    absent = door.delegate(door.agency)
    with pytest.raises(InvalidInput) as wrong:
        come(door, absent, person=DelegateDetails(name=" ", phone="12"), note="x" * 201)
    assert set(wrong.value.fields) == {"name", "phone", "note"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Substitution)) == 0


def test_only_for_people_who_take_part_here(door: Door, world: World) -> None:
    waiting = world.participation(door.event_id, Side.BUYER, state=ParticipationState.SUBMITTED)
    with pytest.raises(Conflict):
        come(door, door.delegate(waiting))
    elsewhere = world.participation(world.event(), Side.BUYER)
    with pytest.raises(NotFound):
        come(door, door.delegate(elsewhere))
    with pytest.raises(InvalidInput):
        come(door, door.delegate(door.agency), key="x")


def test_the_page_from_the_badge_to_the_substitute_and_back(door: Door, world: World) -> None:
    absent = door.delegate(door.agency)
    badge = badge_of(door, absent.id)
    name, code, path = absent.name, absent.code, f"/check-in/{world.code_of(door.event_id)}"
    desk = world.client(world.user(roles={door.event_id: Role.DESK}))
    desk.set_cookie("language", "en")
    shown = desk.post(f"{path}/scan", data={"scan_key": door.key(), "text": badge.code}, follow_redirects=True).text
    assert f"{path}/substitute/{code}" in shown
    form = desk.get(f"{path}/substitute/{code}").text
    assert "The check-in of the person of the badge" in form
    key = re.search(r'name="form_key" value="(\w+)"', form)
    assert key
    wrong = desk.post(f"{path}/substitute/{code}", data={"form_key": key[1], "name": "", "phone": "08123"})
    assert (wrong.status_code, "08123" in wrong.text, key[1] in wrong.text) == (422, True, True)
    sent = {"form_key": key[1], "name": "Pengganti Contoh", "office": "Staf", "office_role": "other", "was_here": "no"}
    page = desk.post(f"{path}/substitute/{code}", data=sent, follow_redirects=True).text
    assert "COME IN" in page
    assert "Pengganti Contoh" in page
    assert f"{path}/substitute/{code}/undo" in page
    refused = desk.post(f"{path}/scan", data={"scan_key": door.key(), "text": badge.code}, follow_redirects=True).text
    assert "Pengganti Contoh came in this person" in refused
    again = desk.post(f"{path}/substitute/{code}", data={**sent, "form_key": "another-key"})
    assert (again.status_code, "already" in again.text) == (422, True)
    assert desk.post(f"{path}/substitute/{code}/undo").status_code == 303
    assert present_delegates(door.event_id, DAY) == set()
    assert desk.get(f"{path}/substitute/NONE").status_code == 404
    assert name


def test_a_substituted_badge_ended_for_that_reason(door: Door) -> None:
    absent = door.delegate(door.agency)
    badge_id = badge_of(door, absent.id).id
    come(door, absent)
    assert db.session.get_one(Badge, badge_id).end_reason is BadgeEnd.SUBSTITUTED
