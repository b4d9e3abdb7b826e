"""Duplicates, joining two records, taking organisations over into a new event, forgetting a person."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonRef
from matchmaking.accounts.services.closing import ERASED_NAME
from matchmaking.actor import ANONYMOUS
from matchmaking.audit.services import verify_chain
from matchmaking.catalogue.models import Product
from matchmaking.errors import Conflict, NotFound
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration import hooks
from matchmaking.registration.commands import OrganizationDetails
from matchmaking.registration.models import (
    Consent,
    Delegate,
    DismissedDuplicate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.registration.queries.duplicates import count_duplicates, duplicate_pairs
from matchmaking.registration.services import copying, deciding, editing, erasing, merging, uploads
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.registration.entries import register
from tests.registration.test_deciding import do
from tests.world import World


def entry(event_id: int, name: str, phone: str, **values: str) -> Participation:
    outcome = register(event_id, organization={"legal_name": name, **values}, contact={"phone": phone})
    return db.session.get_one(Participation, outcome.participation_id)


def names(event_id: int) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(p.first.legal_name, p.second.legal_name, p.shared) for p in duplicate_pairs(event_id, 1).items]


def test_pairs_are_found_by_number_name_and_phone(world: World) -> None:
    event_id = world.event()
    entry(event_id, "Tapis Sirih", "081200000001", tax_number="12.345.678.2-999.000")
    entry(event_id, "CV Tapis-Sirih", "081200000002")
    entry(event_id, "Keripik Contoh", "081200000001", regency="18.72")
    entry(event_id, "Tapis Sirih", "081200000004", regency="18.72")
    assert names(event_id) == [
        ("Tapis Sirih", "CV Tapis-Sirih", ("name",)),
        ("Tapis Sirih", "Keripik Contoh", ("phone",)),
    ]


def test_other_side_and_other_event_are_no_duplicates(world: World) -> None:
    event_id, other = world.event(), world.event()
    entry(event_id, "Koperasi Contoh", "081200000001")
    register(event_id, Side.BUYER, organization={"legal_name": "Koperasi Contoh", "regency": "18.71"})
    assert (count_duplicates(event_id), count_duplicates(other)) == (0, 0)


def test_different_pair_is_not_shown_again(world: World) -> None:
    event_id = world.event()
    first, second = entry(event_id, "Tapis Sirih", "081200000001"), entry(event_id, "Tapis Sirih", "081200000002")
    codes = [p.organization.code for p in (first, second)]
    for pair in (codes, codes[::-1]):
        do(merging.dismiss_duplicate, ANONYMOUS, event_id, *pair)
    assert count_duplicates(event_id) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(DismissedDuplicate)) == 1


def merge(event_id: int, kept: Participation, gone: Participation, take: set[str] = frozenset()) -> Organization:  # type: ignore[assignment]
    return do(merging.merge_organizations, ANONYMOUS, event_id, kept.organization.code, gone.organization.code, take)


def test_entries_of_two_events_come_together(world: World) -> None:
    event_id, earlier = world.event(), world.event()
    kept, gone = entry(event_id, "Tapis Sirih", "081200000001"), entry(earlier, "Tapis Sirih Lama", "081200000002")
    kept_id, gone_id = kept.id, gone.id
    merge(event_id, kept, gone)
    owners = {p.organization_id for p in db.session.scalars(sa.select(Participation))}
    assert owners == {db.session.get_one(Participation, kept_id).organization_id}
    assert db.session.get_one(Participation, gone_id).event_id == earlier


def test_chosen_values_are_taken_and_written_down(world: World) -> None:
    event_id = world.event()
    kept = entry(event_id, "Tapis Sirih", "081200000001")
    gone = entry(event_id, "Tapis Sirih Jaya", "081200000002", business_id_number="1234567890123", brand="Jaya")
    joined = merge(event_id, kept, gone, {"business_id_number", "legal_name"})
    assert (joined.legal_name, joined.name_key, joined.business_id_number, joined.brand) == (
        "Tapis Sirih Jaya", "tapissirihjaya", "1234567890123", "",
    )  # fmt: skip
    merged = db.session.scalars(sa.select(EntryRevision).where(EntryRevision.by_kind == "merge")).one()
    assert sorted(change["field"] for change in merged.changes) == ["business_id_number", "legal_name"]
    assert verify_chain().is_intact


def test_two_entries_of_one_event_become_the_further_one(world: World) -> None:
    event_id = world.event()
    kept, gone = entry(event_id, "Tapis Sirih", "081200000001"), entry(event_id, "Tapis Sirih", "081200000002")
    do(deciding.approve_participation, world.organizer(event_id), gone.id)
    gone_id, told = gone.id, []
    handler = hooks.participations_merged.register(lambda _actor, lives, ends: told.append((lives, ends)))
    try:
        joined = merge(event_id, kept, gone)
    finally:
        hooks.participations_merged._handlers.remove(handler)
    (left,) = db.session.scalars(sa.select(Participation)).all()
    assert (left.id, left.state, left.organization_id) == (gone_id, ParticipationState.APPROVED, joined.id)
    assert [lives for lives, _ends in told] == [gone_id]
    people = db.session.execute(sa.select(Delegate.phone, Delegate.is_contact).order_by(Delegate.phone)).all()
    assert [tuple(p) for p in people] == [("+6281200000001", False), ("+6281200000002", True)]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Team)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 2
    assert count_duplicates(event_id) == 0


def test_products_of_both_stay(world: World) -> None:
    event_id = world.event()
    kept, gone = entry(event_id, "Tapis Sirih", "081200000001"), entry(event_id, "Tapis Sirih", "081200000002")
    before = db.session.scalar(sa.select(sa.func.count()).select_from(Product).where(Product.retired_at.is_(None)))
    joined = merge(event_id, kept, gone)
    owners = set(db.session.scalars(sa.select(Product.organization_id).where(Product.retired_at.is_(None))))
    assert (before, owners) == (2, {joined.id})


def test_both_planned_teams_stay_planned(world: World) -> None:
    event_id = world.event()
    kept, gone = (db.session.get_one(Participation, world.participation(event_id, Side.EXHIBITOR)) for _n in range(2))
    before = set(db.session.scalars(sa.select(Team.id)))
    merge(event_id, kept, gone)
    teams = db.session.execute(sa.select(Team.id, Team.position, Team.participation_id)).all()
    assert {team.id for team in teams} == before
    assert (sorted(t.position for t in teams), len({t.participation_id for t in teams})) == ([1, 2], 1)


def test_who_is_in_both_entries_sits_in_the_teams_of_both(world: World) -> None:
    event_id = world.event()
    kept, gone = (db.session.get_one(Participation, world.participation(event_id, Side.EXHIBITOR)) for _n in range(2))
    with transaction():
        db.session.execute(sa.update(Delegate).values(phone="081200000001"))
    teams = set(db.session.scalars(sa.select(Team.id)))
    merge(event_id, kept, gone)
    person = db.session.scalars(sa.select(Delegate.id)).one()
    assert set(db.session.execute(sa.select(TeamDelegate.team_id, TeamDelegate.delegate_id)).all()) == {
        (team, person) for team in teams
    }


def test_two_sides_or_a_stranger_cannot_be_joined(world: World) -> None:
    event_id, other = world.event(), world.event()
    maker = db.session.get_one(Participation, world.participation(event_id, Side.EXHIBITOR))
    buyer = db.session.get_one(Participation, world.participation(event_id, Side.BUYER))
    foreign = [db.session.get_one(Participation, world.participation(other, Side.EXHIBITOR)) for _n in range(2)]
    with pytest.raises(Conflict):
        merge(event_id, maker, buyer)
    with pytest.raises(NotFound):
        merge(event_id, *foreign)
    kept, gone = maker.organization.code, foreign[0].organization.code
    merge(event_id, maker, foreign[0])
    with pytest.raises(NotFound):
        do(merging.merge_organizations, ANONYMOUS, event_id, kept, gone, set())


def test_same_edit_changes_nothing_and_leaves_no_trace(world: World) -> None:
    event_id = world.event()
    mine = entry(event_id, "Tapis Sirih", "081200000001")
    details = OrganizationDetails("Tapis Sirih", "18.71")
    assert do(editing.edit_entry, ANONYMOUS, mine.id, details, by_owner=True) == []
    assert db.session.scalars(sa.select(EntryRevision)).all() == []


def test_returning_organisations_are_taken_over(world: World) -> None:
    source, target = world.event(), world.event(exhibitor_places=2)
    approved = [world.participation(source, Side.EXHIBITOR) for _n in range(3)]
    world.participation(source, Side.EXHIBITOR, state=ParticipationState.REFUSED)
    world.participation(source, Side.BUYER)
    options = CopyOptions(with_exhibitors=True, with_buyers=False)
    for _again in range(2):
        do(copying.copy_entries, world.organizer(target), source, target, options)
    taken = db.session.scalars(
        sa.select(Participation).where(Participation.event_id == target).order_by(Participation.id)
    ).all()
    owners = [db.session.get_one(Participation, i).organization_id for i in approved]
    assert [p.organization_id for p in taken] == owners
    assert [p.state.value for p in taken] == ["submitted", "submitted", "waitlisted"]
    people = db.session.scalars(sa.select(Delegate).where(Delegate.event_id == target)).all()
    assert (len(people), all(person.is_contact for person in people)) == (3, True)


def test_deleting_a_test_event_takes_its_entries_along(world: World) -> None:
    event_id, other = world.event(), world.event()
    both = entry(event_id, "Tapis Sirih", "081200000001", business_id_number="1234567890123").organization_id
    register(
        other,
        organization={"legal_name": "Tapis Sirih", "business_id_number": "1234567890123"},
        steps={},
        origin="staff",
    )
    entry(event_id, "Keripik Contoh", "081200000002")
    do(copying.forget_event, ANONYMOUS, event_id)
    assert db.session.scalars(sa.select(Organization.id)).all() == [both]
    assert db.session.scalars(sa.select(Participation.event_id)).all() == [other]
    with transaction():
        db.session.delete(db.session.get_one(Event, event_id))


def test_person_is_exported_and_forgotten(world: World) -> None:
    event_id = world.event()
    mine = entry(event_id, "Tapis Sirih", "081200000001", owner_name="Peserta Contoh 07", tax_number="1871016502900001")
    other = entry(event_id, "Keripik Contoh", "081200000002")
    details = OrganizationDetails("Tapis Sirih", "18.71", phone="081200000009", owner_name="Peserta Contoh 07")
    do(editing.edit_entry, ANONYMOUS, mine.id, details, by_owner=True)
    mine_id, person = mine.id, PersonRef(phone="+6281200000001")
    exported = json.dumps([file.rows for file in erasing.person_files(person)])
    assert "Tapis Sirih" in exported
    assert "Keripik" not in exported
    do(erasing.erase_person, ANONYMOUS, person)
    rows = db.session.execute(sa.select(Delegate.name, Delegate.phone).order_by(Delegate.id)).all()
    assert [tuple(row) for row in rows] == [(ERASED_NAME, None), ("Peserta Contoh 07", "+6281200000002")]
    organization = db.session.get_one(Participation, mine_id).organization
    assert (organization.owner_name, organization.tax_number) == ("", None)
    traces = json.dumps([r.changes for r in db.session.scalars(sa.select(EntryRevision))])
    assert "81200000001" not in traces
    assert db.session.get_one(Participation, other.id).organization.phone == "+6281200000002"


def test_files_of_a_forgotten_contact_go(world: World, app) -> None:  # type: ignore[no-untyped-def]
    import io

    event_id = world.event()
    with transaction():
        code = uploads.keep_upload(event_id, io.BytesIO(b"%PDF-1.4\n%%EOF"), "nib.pdf").code
    register(event_id, uploads=(code,))
    do(erasing.erase_person, ANONYMOUS, PersonRef(phone="+6281234567890"))
    assert db.session.scalars(sa.select(StoredFile)).all() == []
