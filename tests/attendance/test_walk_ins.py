"""Walk-ins: registered, approved, let in and among the waiting wishes with one form; sent twice, stored once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.models import Badge, Scan, ScanMethod, ScanOutcome
from matchmaking.attendance.queries.walk_in import free_times, meetable
from matchmaking.attendance.seat_models import DaySeat, SeatReason
from matchmaking.attendance.services.walk_ins import RegisterWalkIn, WalkedIn, register_walk_in
from matchmaking.catalogue.models import ParticipationCategory
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.identity import fold_name
from matchmaking.matching.models import Wish
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Consent, Delegate, Organization, Participation, ParticipationState, Side
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import lay_version
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World

NINE = datetime(2023, 5, 11, 2, tzinfo=UTC)


@pytest.fixture
def scene(world: World) -> Scene:
    scene = make_scene(world)
    lay_version(scene, [(0, 0, 0, 0)])
    return scene


def code_of(participation_id: int) -> str:
    return db.session.get_one(Participation, participation_id).code


def come(scene: Scene, name: str = "Dinas Baru Contoh", key: str = "walkin-0001", **given: object) -> WalkedIn:
    values = {
        "side": Side.BUYER, "organization": name, "person": DelegateDetails("Peserta Contoh 70"), "has_consent": True,
        "buyer_type": "regional_agency", **given,
    }  # fmt: skip
    with transaction():  # the world's builder leaves the names as they are; services fold them
        for row in db.session.scalars(sa.select(Organization)).all():
            row.name_key = fold_name(row.legal_name)
    with transaction():
        return register_walk_in(scene.actor, RegisterWalkIn(scene.event_id, key, **values))  # type: ignore[arg-type]


def entry_of(done: WalkedIn) -> Participation:
    db.session.rollback()
    return db.session.get_one(Participation, done.participation_id)


def test_a_new_organisation_is_in_with_everything(scene: Scene) -> None:
    done = come(scene, category="tapis", wished=(code_of(scene.makers[0]), code_of(scene.makers[1])))
    entry = entry_of(done)
    assert (entry.state, entry.origin, entry.organization.legal_name) == (
        ParticipationState.APPROVED, "walk_in", "Dinas Baru Contoh",
    )  # fmt: skip
    scan = db.session.scalars(sa.select(Scan)).one()
    assert (scan.delegate_id, scan.method, scan.outcome) == (done.delegate_id, ScanMethod.WALK_IN, ScanOutcome.ACCEPTED)
    assert db.session.scalars(sa.select(Badge.delegate_id).where(Badge.ended_at.is_(None))).all() == [done.delegate_id]
    assert set(db.session.scalars(sa.select(Wish.target_id).where(Wish.wisher_id == entry.id))) == set(scene.makers)
    assert [c.given_by for c in db.session.scalars(sa.select(Consent))] == ["staff"]
    ticked = sa.select(ParticipationCategory.category_id).where(ParticipationCategory.participation_id == entry.id)
    assert db.session.scalars(ticked).all() == ["tapis"]


def test_a_known_participant_gets_a_person_more(scene: Scene) -> None:
    done = come(scene, "  dinas CONTOH 1 ")
    assert done.participation_id == scene.agencies[0]
    people = db.session.scalars(sa.select(Delegate.name).where(Delegate.participation_id == scene.agencies[0])).all()
    assert "Peserta Contoh 70" in people
    assert len(people) == 2


def test_somebody_who_was_expected_after_all_is_not_doubled(scene: Scene) -> None:
    known = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == scene.agencies[0])).one()
    done = come(scene, "Dinas Contoh 1", person=DelegateDetails(known.name.upper()))
    assert done.delegate_id == known.id


def test_an_organisation_of_an_earlier_event_is_taken_over(scene: Scene, world: World) -> None:
    earlier = world.participation(world.event(), Side.EXHIBITOR, legal_name="Tapis Lama Contoh", regency="18.71")
    done = come(scene, "Tapis Lama Contoh", side=Side.EXHIBITOR, buyer_type="")
    old = db.session.get_one(Participation, earlier)
    assert entry_of(done).organization_id == old.organization_id


def test_waiting_entries_are_approved_and_refused_ones_are_not(scene: Scene, world: World) -> None:
    waiting = world.participation(
        scene.event_id, Side.BUYER, legal_name="Dinas Menunggu", state=ParticipationState.SUBMITTED
    )
    world.participation(scene.event_id, Side.BUYER, legal_name="Dinas Ditolak", state=ParticipationState.REFUSED)
    done = come(scene, "Dinas Menunggu")
    assert (done.participation_id, entry_of(done).state) == (waiting, ParticipationState.APPROVED)
    with pytest.raises(Conflict):
        come(scene, "Dinas Ditolak", key="walkin-0002")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "organization"),
        ({"has_consent": False}, "has_consent"),
        ({"category": "cars"}, "category"),
        ({"wished": ("ZZZZ",)}, "wished"),
        ({"buyer_type": ""}, "buyer_type"),
        ({"person": DelegateDetails("")}, "delegates-0-name"),
        ({"person": DelegateDetails("Peserta Contoh 70", phone="12")}, "delegates-0-phone"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_stored(
    scene: Scene, wrong: dict[str, object], field: str
) -> None:
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Organization))
    with pytest.raises(InvalidInput) as refusal:
        come(scene, **wrong)  # type: ignore[arg-type]
    assert field in refusal.value.fields
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == before
    assert db.session.scalars(sa.select(Scan)).all() == []


def test_the_same_side_cannot_be_wished(scene: Scene) -> None:
    with pytest.raises(InvalidInput):
        come(scene, wished=(code_of(scene.agencies[0]),))


def test_sent_twice_is_registered_once(scene: Scene) -> None:
    first, again = come(scene), come(scene)
    assert (again.delegate_id, again.is_repeat) == (first.delegate_id, True)
    assert len(db.session.scalars(sa.select(Scan)).all()) == 1


def test_the_next_person_under_the_key_of_the_one_before_is_told_and_then_let_in(scene: Scene) -> None:
    browser, address = desk(scene), f"/manage/{scene.code}/walk-in?side=buyer"
    data = {"form_key": "walkin-0009", "organization": "Bank Contoh Baru", "name": "Peserta Contoh 71",
            "buyer_type": "private_company", "has_consent": "y"}  # fmt: skip
    assert [browser.post(address, data=data).status_code for _twice in range(2)] == [303, 303]
    told = browser.post(address, data={**data, "name": "Peserta Contoh 72"})
    page = told.get_data(as_text=True)
    assert (told.status_code, "for Peserta Contoh 71" in page) == (409, True)
    key = re.search(r'name="form_key"[^>]*value="([^"]+)"', page)
    assert key
    assert browser.post(address, data={**data, "name": "Peserta Contoh 72", "form_key": key[1]}).status_code == 303
    people = db.session.scalars(sa.select(Delegate.name).join(Scan, Scan.delegate_id == Delegate.id)).all()
    assert sorted(people) == ["Peserta Contoh 71", "Peserta Contoh 72"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sent_eight_times_at_once_is_registered_once(app: Flask, world: World) -> None:
    scene = make_scene(world)
    outcomes = at_once(app, lambda _n: come(scene).delegate_id, 8)
    assert len(set(outcomes)) == 1, outcomes
    named = sa.select(sa.func.count()).where(Organization.legal_name == "Dinas Baru Contoh")
    db.session.rollback()
    assert db.session.scalar(named) == 1


def test_without_badges_and_check_in_they_are_in_on_paper(scene: Scene) -> None:
    with transaction():
        event = db.session.get_one(Event, scene.event_id)
        event.has_badges, event.has_check_in = False, False
    come(scene)
    assert db.session.scalars(sa.select(Scan.method)).all() == [ScanMethod.PAPER]


def test_wishes_wait_also_after_the_deadline_and_for_the_desk(scene: Scene) -> None:
    with transaction():
        db.session.get_one(Event, scene.event_id).wishes_close_at = datetime(2023, 1, 1, tzinfo=UTC)
    scene.actor = scene.world.actor(scene.actor.user_id or 0, scene.event_id, Role.DESK)
    come(scene, wished=(code_of(scene.makers[0]),))
    assert len(db.session.scalars(sa.select(Wish)).all()) == 1


def test_free_times_are_those_in_which_both_and_a_table_are_free(scene: Scene) -> None:
    with clock.frozen(NINE + timedelta(minutes=25)):  # in the second of four slots
        done = come(scene, wished=(code_of(scene.makers[0]),))
        version = published_version(scene.event_id)
        free = {row.name: row.free_slots for row in meetable(scene.event_id, Side.BUYER, version, clock.now())}
        times = free_times(done.participation_id, version, clock.now())
    assert free == {"Tapis Contoh 1": 3, "Tapis Contoh 2": 3}
    assert [(time.name, len(time.slots), time.slots[0].tables) for time in times] == [("Tapis Contoh 1", 3, 2)]
    lay_version(scene, [(0, 0, 2, 0), (1, 1, 3, 0), (0, 2, 1, 1)])
    with clock.frozen(NINE):
        times = free_times(done.participation_id, published_version(scene.event_id), clock.now())
    assert [slot.starts_at.astimezone(UTC).minute for slot in times[0].slots] == [0, 0]  # 09:00 and 10:00 WIB
    assert [slot.tables for slot in times[0].slots] == [2, 1]


def desk(scene: Scene) -> FlaskClient:
    browser = scene.staff(Role.DESK)
    browser.set_cookie("language", "en")
    return browser


def test_the_screen_answers_with_the_badge_and_the_next_form(scene: Scene) -> None:
    browser, address = desk(scene), f"/manage/{scene.code}/walk-in"
    assert "Dinas Contoh 1" in browser.get(f"{address}?side=buyer").get_data(as_text=True)
    data = {"form_key": "walkin-0009", "organization": "Bank Contoh Baru", "name": "Peserta Contoh 71",
            "buyer_type": "private_company", "wished": code_of(scene.makers[0]), "has_consent": "y"}  # fmt: skip
    answer = browser.post(f"{address}?side=buyer", data=data)
    assert answer.status_code == 303
    page = browser.get(answer.location).get_data(as_text=True)
    badge = db.session.scalars(sa.select(Badge).order_by(Badge.id.desc())).first()
    assert badge
    for words in (
        "Peserta Contoh 71",
        show_short_code(badge.short_code),
        "Next walk-in",
        "Waiting wishes",
        "Tapis Contoh 1",
    ):
        assert words in page


def test_bad_input_keeps_everything_that_was_typed(scene: Scene) -> None:
    data = {"form_key": "walkin-0009", "organization": "Bank Contoh Baru", "name": "", "office": "Kepala Contoh",
            "buyer_type": "private_company", "wished": code_of(scene.makers[0])}  # fmt: skip
    answer = desk(scene).post(f"/manage/{scene.code}/walk-in?side=buyer", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Bank Contoh Baru"' in page
    assert 'value="Kepala Contoh"' in page
    assert 'value="walkin-0009"' in page
    assert f'value="{code_of(scene.makers[0])}" id="wish-{code_of(scene.makers[0])}" checked' in page


def test_one_tap_seats_the_walk_in_and_another_takes_it_back(scene: Scene) -> None:
    lay_version(scene, [(0, 0, 2, 0), (1, 1, 1, 1)])
    browser, address = desk(scene), f"/manage/{scene.code}/walk-in"
    with clock.frozen(NINE - timedelta(minutes=5)):
        done = come(scene, wished=(code_of(scene.makers[0]),))
        slot = free_times(done.participation_id, published_version(scene.event_id), clock.now())[0].slots[0]
        shown = browser.get(f"{address}?side=buyer&done={done.delegate_code}").get_data(as_text=True)
        assert shown.count('title="2 tables free"') == 2  # 09:00 and 10:00; one at 09:20
        assert shown.count('title="1 table free"') == 1
        sent = {"exhibitor": slot.exhibitor_team_id, "buyer": slot.buyer_team_id, "slot_id": slot.slot_id,
                "key": "walkinseat01", "done": done.delegate_code}  # fmt: skip
        answer = browser.post(f"{address}/seat?side=buyer", data=sent)
        assert answer.status_code == 303
        shown = browser.get(answer.location).get_data(as_text=True)
        assert "09:00, table 1" in shown
        assert "both are free at" not in shown
        again = browser.post(f"{address}/seat?side=buyer", data={**sent, "key": "walkinseat02"}, follow_redirects=True)
        assert "These two meet already, or have met." in again.get_data(as_text=True)
        back = {"key": "walkinseat01", "done": done.delegate_code}
        shown = browser.post(f"{address}/seat/undo?side=buyer", data=back, follow_redirects=True).get_data(as_text=True)
    assert "both are free at" in shown
    assert db.session.scalars(sa.select(DaySeat.reason)).all() == [SeatReason.WALK_IN]


@pytest.mark.parametrize("wrong", ["exhibitor", "buyer", "slot_id"])
def test_a_seat_without_its_fields_is_refused(scene: Scene, wrong: str) -> None:
    sent = {"exhibitor": 1, "buyer": 2, "slot_id": scene.slots[0], "key": "walkinseat01", wrong: "x"}
    assert desk(scene).post(f"/manage/{scene.code}/walk-in/seat?side=buyer", data=sent).status_code == 422
