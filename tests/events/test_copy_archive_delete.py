"""Copying, archiving and deleting events."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events import hooks
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event, EventState, MeetingTable, Membership, PairRule, TimeSlot, Zone
from matchmaking.events.programme import cautions, usual_day
from matchmaking.events.queries import pair_rules_of, programme_of, slots_of, tables_of, zones_of
from matchmaking.events.services import basics, hall, lifecycle
from matchmaking.events.services.basics import CodeTaken, set_logo
from matchmaking.events.services.guards import EventArchived
from matchmaking.events.services.mail_settings import MailSettings, set_mail_server
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage, MailServer, MailState
from matchmaking.mail.sealing import unseal
from matchmaking.registration.models import Organization, Participation, ParticipationState, Side
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, keep_file, path_of
from matchmaking.transactions import transaction
from tests.world import BOTH, DAY, LONG_AGO, World

NEXT_YEAR = date(2024, 5, 16)
ORGANIZER = Actor(ActorKind.USER, None, None, frozenset({Role.ORGANIZER}))


def picture() -> BytesIO:
    output = BytesIO()
    Image.new("RGB", (40, 20), "maroon").save(output, "PNG")
    output.seek(0)
    return output


@pytest.fixture
def last_year(world: World) -> int:
    """An event with everything a copy takes along."""
    event_id = world.event(
        venue="Hotel Contoh",
        host_name="Dinas Contoh",
        contact_phone="+62721123456",
        registration_opens_at=datetime(2023, 4, 1, 1, tzinfo=UTC),
        registration_closes_at=datetime(2023, 5, 1, 10, tzinfo=UTC),
        exhibitor_places=30,
        exhibitor_min_meetings=3,
        buyer_max_meetings=9,
    )
    organizer = world.organizer(event_id)
    with transaction():
        change_programme(organizer, event_id, usual_day(DAY), 1)
        zone_id = hall.add_zone(organizer, event_id, "Sisi timur").id
        hall.add_tables(organizer, event_id, 1, 3, zone_id)
        hall.add_tables(organizer, event_id, 4, 5)
        db.session.add(PairRule(event_id=event_id, buyer_type="bumn", category_id="tapis"))
        settings = MailSettings(
            "mail.contoh.example", 587, "starttls", "panitia@contoh.example", "", "panitia", "rahasia"
        )
        set_mail_server(organizer, event_id, settings)
        set_logo(organizer, event_id, picture(), "logo.png")
    return event_id


def copy(world: World, source_id: int, actor: Actor | None = None, **values: object) -> int:
    given = {"name": "Temu Bisnis 2024", "code": "temu-bisnis-2024", "starts_on": NEXT_YEAR, **values}
    admin = actor or world.actor(world.user(is_administrator=True), is_administrator=True)
    with transaction():
        return lifecycle.copy_event(admin, source_id, **given).id  # type: ignore[arg-type]


def test_copy_has_slots_tables_zones_and_rules_of_its_own(world: World, last_year: int) -> None:
    target_id = copy(world, last_year)
    shift = timedelta(days=371)
    assert [s.starts_at for s in slots_of(target_id)] == [s.starts_at + shift for s in slots_of(last_year)]
    assert {s.id for s in slots_of(target_id)}.isdisjoint(s.id for s in slots_of(last_year))
    assert [(b.name, b.day) for b in programme_of(target_id).breaks] == [
        (b.name, NEXT_YEAR) for b in programme_of(last_year).breaks
    ]
    zone = zones_of(target_id)[0]
    assert (zone.name, zone.id != zones_of(last_year)[0].id) == ("Sisi timur", True)
    assert [(t.number, t.zone_id) for t in tables_of(target_id)] == [
        (1, zone.id), (2, zone.id), (3, zone.id), (4, None), (5, None)
    ]  # fmt: skip
    assert [(r.buyer_type, r.category_id) for r in pair_rules_of(target_id)] == [("bumn", "tapis")]


def test_copy_leaves_retired_tables_and_slots_behind(world: World, last_year: int) -> None:
    organizer = world.organizer(last_year)
    with transaction():
        seen = db.session.get_one(Event, last_year).setup_version
        hall.remove_tables(organizer, last_year, [tables_of(last_year)[0].id], seen)
    target_id = copy(world, last_year)
    assert [t.number for t in tables_of(target_id)] == [2, 3, 4, 5]
    retired = sa.select(sa.func.count()).where(MeetingTable.event_id == target_id, MeetingTable.retired_at.is_not(None))
    assert db.session.scalar(retired) == 0


def test_copy_has_a_logo_of_its_own_so_that_changing_one_keeps_the_other(world: World, last_year: int) -> None:
    target_id = copy(world, last_year)
    source, target = db.session.get_one(Event, last_year), db.session.get_one(Event, target_id)
    assert source.logo_file_id != target.logo_file_id
    kept = db.session.get_one(StoredFile, target.logo_file_id)
    with transaction():
        set_logo(ORGANIZER, last_year, picture(), "baru.png")
    assert path_of(kept.code).exists()


def test_copy_sends_by_the_same_mail_server(world: World, last_year: int) -> None:
    target_id = copy(world, last_year)
    server = db.session.scalars(sa.select(MailServer).where(MailServer.event_id == target_id)).one()
    assert (server.host, unseal(server.password_sealed)) == ("mail.contoh.example", "rahasia")


def test_copy_brings_organisers_and_leaders_but_no_desk_staff_and_no_participants(world: World, last_year: int) -> None:
    leader = world.user(roles={last_year: Role.LEADER})
    world.user(roles={last_year: Role.DESK})
    world.user(roles={last_year: Role.EXHIBITOR})
    admin_id = world.user(is_administrator=True)
    organizers = set(
        db.session.scalars(
            sa.select(Membership.user_id).where(Membership.event_id == last_year, Membership.role == Role.ORGANIZER)
        )
    )
    target_id = copy(world, last_year, world.actor(admin_id, is_administrator=True))
    found = db.session.execute(sa.select(Membership.user_id, Membership.role).where(Membership.event_id == target_id))
    assert {tuple(row) for row in found} == {
        (leader, Role.LEADER),
        (admin_id, Role.ORGANIZER),
        *((user_id, Role.ORGANIZER) for user_id in organizers),
    }


def test_who_is_organiser_and_leader_keeps_both_in_the_copy(world: World, last_year: int) -> None:
    both = world.user(roles={last_year: Role.ORGANIZER}, is_administrator=True)
    world.save(Membership(event_id=last_year, user_id=both, role=Role.LEADER, created_at=LONG_AGO))
    target_id = copy(world, last_year, world.actor(both, is_administrator=True))
    roles = db.session.scalars(
        sa.select(Membership.role).where(Membership.event_id == target_id, Membership.user_id == both)
    )
    assert set(roles) == {Role.ORGANIZER, Role.LEADER}


def test_copy_under_a_taken_address_stores_nothing(world: World, last_year: int) -> None:
    code = world.code_of(last_year)
    before = db.session.scalar(sa.select(sa.func.count()).select_from(TimeSlot))
    with pytest.raises(CodeTaken):
        copy(world, last_year, code=code)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Event)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TimeSlot)) == before


def test_archived_event_can_be_copied(world: World, last_year: int) -> None:
    with transaction():
        lifecycle.archive_event(ORGANIZER, last_year)
    assert db.session.get_one(Event, copy(world, last_year)).state is EventState.DRAFT


def archived(world: World, event_id: int) -> None:
    with transaction():
        lifecycle.archive_event(ORGANIZER, event_id)


def test_archived_event_refuses_every_change_of_its_set_up(world: World, last_year: int) -> None:
    archived(world, last_year)
    organizer, version = world.organizer(last_year), db.session.get_one(Event, last_year).setup_version
    changes = [
        lambda: basics.update_event(organizer, last_year, basics.MeetingLimits(), version),
        lambda: basics.set_logo(organizer, last_year, picture(), "logo.png"),
        lambda: basics.open_event(organizer, last_year),
        lambda: hall.add_tables(organizer, last_year, 10, 12),
        lambda: hall.remove_tables(organizer, last_year, [tables_of(last_year)[0].id], version),
        lambda: hall.add_zone(organizer, last_year, "Sisi barat"),
        lambda: hall.remove_zone(organizer, last_year, zones_of(last_year)[0].id),
        lambda: change_programme(organizer, last_year, usual_day(DAY), version),
        lambda: set_mail_server(organizer, last_year, MailSettings("x", 25, "none", "a@contoh.example")),
    ]
    for change in changes:
        with pytest.raises(EventArchived), transaction():
            change()
    assert db.session.get_one(Event, last_year).state is EventState.ARCHIVED


def test_event_taken_out_of_the_archive_can_be_changed_again(world: World, last_year: int) -> None:
    archived(world, last_year)
    organizer = world.organizer(last_year)
    with transaction():
        lifecycle.reopen_event(organizer, last_year)
    with transaction():
        assert hall.add_tables(organizer, last_year, 10, 12) == 3


def test_real_event_is_not_deleted_even_with_its_name_typed(world: World, last_year: int) -> None:
    name = db.session.get_one(Event, last_year).name
    with pytest.raises(Conflict), transaction():
        lifecycle.delete_test_event(ORGANIZER, last_year, name)
    assert db.session.get(Event, last_year) is not None


def test_test_event_is_not_deleted_under_another_name(world: World) -> None:
    event_id = world.event(is_test=True, name="Coba-coba")
    with pytest.raises(InvalidInput) as refusal, transaction():
        lifecycle.delete_test_event(ORGANIZER, event_id, "coba-coba")
    assert list(refusal.value.fields) == ["typed_name"]
    assert db.session.get(Event, event_id) is not None


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_deleted_test_event_takes_everything_of_it_and_nothing_of_another(world: World) -> None:
    event_id, other_id = world.event(is_test=True, name="Coba-coba"), world.event()
    for each in (event_id, other_id):
        world.slots(each)
        world.tables(each)
        world.save(Zone(event_id=each, name="Sisi timur"))
        world.participation(each, Side.EXHIBITOR)
        world.participation(each, Side.BUYER)
        world.save(message(each))
    with transaction():
        photo = keep_file(b"isi", "nib.jpg", "image/jpeg", Owner("nib", event_id)).code
        other_photo = keep_file(b"isi", "nib.jpg", "image/jpeg", Owner("nib", other_id)).code
    with transaction():
        lifecycle.delete_test_event(ORGANIZER, event_id, " Coba-coba ")
    for model in (TimeSlot, MeetingTable, Zone, Participation, Membership, MailMessage, StoredFile):
        found = set(db.session.scalars(sa.select(model.event_id)))  # type: ignore[attr-defined]
        assert event_id not in found, model
        if model is not Membership:
            assert other_id in found, model
    assert not path_of(photo).exists()
    assert path_of(other_photo).exists()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2


def message(event_id: int) -> MailMessage:
    return MailMessage(
        event_id=event_id,
        purpose="coba",
        dedupe_key=f"coba:{event_id}",
        to_address="peserta@contoh.example",
        subject="Coba",
        body="Coba",
        state=MailState.SENT,
        created_at=LONG_AGO,
    )


def test_refused_deletion_by_another_feature_leaves_everything_files_included(world: World) -> None:
    event_id = world.event(is_test=True, name="Coba-coba")
    with transaction():
        photo = keep_file(b"isi", "nib.jpg", "image/jpeg", Owner("nib", event_id)).code

    def refuse(_actor: Actor, _event_id: int) -> None:
        raise Conflict("masih dipakai")

    hooks.event_deleting.register(refuse)
    try:
        with pytest.raises(Conflict), transaction():
            lifecycle.delete_test_event(ORGANIZER, event_id, "Coba-coba")
    finally:
        hooks.event_deleting._handlers.remove(refuse)
    assert db.session.get(Event, event_id) is not None
    assert path_of(photo).exists()


def test_replaced_logo_stays_when_the_change_is_rolled_back(world: World, last_year: int) -> None:
    logo = db.session.get_one(StoredFile, db.session.get_one(Event, last_year).logo_file_id)
    path = path_of(logo.code)

    def fail() -> None:
        with transaction():
            set_logo(ORGANIZER, last_year, picture(), "baru.png")
            raise RuntimeError("gone wrong afterwards")

    with pytest.raises(RuntimeError):
        fail()
    assert path.exists()


def test_programme_of_a_copy_on_a_friday_is_warned_about(world: World, last_year: int) -> None:
    friday = date(2024, 5, 17)
    target_id = copy(world, last_year, starts_on=friday)
    assert "friday_prayer" in [c.code for c in cautions(programme_of(target_id), friday, friday)]
    assert slots_of(target_id)[0].starts_at == datetime(2024, 5, 17, 2, 0, tzinfo=UTC)


def states_in(event_id: int) -> list[tuple[Side, str, str]]:
    rows = db.session.scalars(
        sa.select(Participation).where(Participation.event_id == event_id).order_by(Participation.id)
    )
    return [(row.side, row.state.value, row.origin) for row in rows]


def test_returning_organisations_wait_for_the_organisers_decision_in_the_copy(world: World, last_year: int) -> None:
    world.participation(last_year, Side.EXHIBITOR)
    world.participation(last_year, Side.BUYER)
    world.participation(last_year, Side.EXHIBITOR, state=ParticipationState.REFUSED)
    target_id = copy(world, last_year)
    assert states_in(target_id) == [(Side.EXHIBITOR, "submitted", "copy"), (Side.BUYER, "submitted", "copy")]


@pytest.mark.parametrize(
    ("options", "sides"),
    [
        (CopyOptions(with_exhibitors=False, with_buyers=True), [Side.BUYER]),
        (CopyOptions(with_exhibitors=False, with_buyers=False), []),
    ],
)
def test_only_the_sides_chosen_come_along(
    world: World, last_year: int, options: CopyOptions, sides: list[Side]
) -> None:
    world.participation(last_year, Side.EXHIBITOR)
    world.participation(last_year, Side.BUYER)
    assert [side for side, _state, _origin in states_in(copy(world, last_year, options=options))] == sides
