"""Taking registrations in: what is needed, what is refused, what a repeat and a returning organisation get."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import ANONYMOUS
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.registration.commands import ConsentGiven, DelegateDetails
from matchmaking.registration.models import (
    Consent,
    Delegate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.registration.queries.entries import holds_back, values_for_owner
from matchmaking.registration.services.registering import (
    AlreadyRegistered,
    FormSentBefore,
    RegistrationClosed,
    register_participant,
)
from matchmaking.registration.services.revisions import decide_pending
from matchmaking.transactions import transaction
from tests.registration.entries import command, register
from tests.world import BOTH, World


def stored(participation_id: int) -> Participation:
    return db.session.get_one(Participation, participation_id)


def test_exhibitor_registers_with_the_least(world: World) -> None:
    outcome = register(world.event())
    entry = stored(outcome.participation_id)
    organization = entry.organization
    contact = db.session.scalars(sa.select(Delegate)).one()
    assert (outcome.state, entry.origin, outcome.is_repeat) == ("submitted", "form", False)
    assert (organization.legal_name, organization.name_key) == ("Tapis Contoh Sirih", "tapiscontohsirih")
    assert (organization.regency, organization.phone) == ("18.71", "+6281234567890")
    assert (contact.name, contact.phone, contact.is_contact) == ("Peserta Contoh 07", "+6281234567890", True)
    consent = db.session.scalars(sa.select(Consent)).one()
    assert (consent.purpose, consent.text_version, consent.given_by) == ("registration", "2026-1", "form")


def test_every_field_is_stored_in_its_form(world: World) -> None:
    given = {
        "brand": "Sirih", "owner_name": "Peserta Contoh 08", "business_form": "cv", "business_scale": "small",
        "scale_basis": "sales", "business_id_number": "0123 4567 89012", "tax_number": "12.345.678.2-999.000",
        "industry_codes": "13122, 13134", "has_siinas_account": "yes", "catalog_seller": "in_process",
        "email": "Kantor@Contoh.Example", "address": "Jalan Contoh 1", "website": "contoh.example",
    }  # fmt: skip
    organization = stored(register(world.event(), organization=given).participation_id).organization
    assert {name: getattr(organization, name) for name in given} == {
        **given,
        "business_id_number": "0123456789012",
        "tax_number": "0123456782999000",
        "industry_codes": ["13122", "13134"],
        "has_siinas_account": True,
        "email": "kantor@contoh.example",
    }


def test_every_wrong_field_is_named_at_once(world: World) -> None:
    wrong = {
        "legal_name": " ", "regency": "Palembang", "business_id_number": "123", "tax_number": "1", "email": "x",
        "industry_codes": "1", "business_scale": "huge", "phone": "1",
    }  # fmt: skip
    with pytest.raises(InvalidInput) as refusal:
        register(world.event(), organization=wrong, contact={"name": "", "phone": "12"}, consent=None)
    assert set(refusal.value.fields) == {*wrong, "delegates-0-name", "delegates-0-phone", "consent"}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 0


def test_contact_needs_a_phone_on_the_form_but_not_from_staff(world: World) -> None:
    event_id = world.event()
    with pytest.raises(InvalidInput) as refusal:
        register(event_id, contact={"phone": ""})
    assert set(refusal.value.fields) == {"delegates-0-phone"}
    outcome = register(event_id, contact={"phone": ""}, origin="staff", consent=None)
    assert stored(outcome.participation_id).state is ParticipationState.SUBMITTED


def test_number_that_has_come_ends_in_process(world: World) -> None:
    given = {"business_id_number": "1234567890123", "business_id_pending": "baru diajukan"}
    organization = stored(register(world.event(), organization=given).participation_id).organization
    assert (organization.business_id_number, organization.business_id_pending) == ("1234567890123", "")


def test_buyer_registers_delegates_in_several_teams(world: World) -> None:
    others = (
        DelegateDetails("Peserta Contoh 02", office="PPK", office_role="commitment_officer", team=2),
        DelegateDetails("Peserta Contoh 03", team=2),
    )
    outcome = register(world.event(), Side.BUYER, others=others, team_names=("Bidang A", "Bidang B"))
    rows = db.session.execute(
        sa.select(Team.name, Delegate.name)
        .join(TeamDelegate, TeamDelegate.team_id == Team.id)
        .join(Delegate, Delegate.id == TeamDelegate.delegate_id)
        .where(Team.participation_id == outcome.participation_id)
        .order_by(Delegate.id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("Bidang A", "Peserta Contoh 07"), ("Bidang B", "Peserta Contoh 02"), ("Bidang B", "Peserta Contoh 03"),
    ]  # fmt: skip


def test_buyer_needs_its_kind(world: World) -> None:
    with pytest.raises(InvalidInput) as refusal:
        register(world.event(), Side.BUYER, organization={"buyer_type": ""})
    assert set(refusal.value.fields) == {"buyer_type"}


def test_unknown_consent_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput):
        register(world.event(), consent=ConsentGiven(("registration", "sell_my_data")))


@pytest.mark.parametrize(
    ("values", "is_open"),
    [
        ({}, True),
        ({"registration_opens_at": None}, True),
        ({"registration_opens_at": datetime(2030, 1, 1, tzinfo=UTC)}, False),
        ({"registration_closes_at": datetime(2023, 2, 1, tzinfo=UTC)}, False),
        ({"state": EventState.DRAFT}, False),
        ({"state": EventState.ARCHIVED}, False),
    ],
)
def test_form_follows_the_window_and_staff_do_not(world: World, values: dict, is_open: bool) -> None:  # type: ignore[type-arg]
    event_id = world.event(**values)
    if is_open:
        assert register(event_id).state == "submitted"
    else:
        with pytest.raises(RegistrationClosed):
            register(event_id)
    other = {"legal_name": "Tapis Lain", "phone": "081222222222"}
    assert register(event_id, origin="staff", organization=other).state == "submitted"


def test_window_closes_at_the_very_second(world: World) -> None:
    closes = datetime(2023, 5, 1, tzinfo=UTC)
    event_id = world.event(registration_closes_at=closes)
    with clock.frozen(closes - timedelta(seconds=1)):
        register(event_id)
    with clock.frozen(closes), pytest.raises(RegistrationClosed):
        register(event_id, organization={"legal_name": "Tapis Lain"}, contact={"phone": "081222222222"})


def test_same_submission_is_stored_once(world: World) -> None:
    event_id = world.event()
    first = register(event_id, submission_key="k1")
    again = register(event_id, submission_key="k1")
    assert again == replace(first, is_repeat=True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 1


def test_another_organisation_under_the_key_of_the_first_is_told(world: World) -> None:
    event_id = world.event()
    register(event_id, submission_key="k1")
    other = {"organization": {"legal_name": "Tapis Lain"}, "contact": {"phone": "081222222222"}}
    with pytest.raises(FormSentBefore):
        register(event_id, submission_key="k1", **other)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 1
    assert not register(event_id, submission_key="k2", **other).is_repeat


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_double_submit_at_once_is_stored_once(world: World) -> None:
    event_id = world.event()
    outcomes = run_at_once(world, [lambda: register(event_id, submission_key="k1")] * 4)
    assert {o.code for o in outcomes} == {db.session.scalars(sa.select(Participation.code)).one()}
    assert sorted(o.is_repeat for o in outcomes) == [False, True, True, True]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_places_are_never_given_twice(world: World) -> None:
    event_id = world.event(exhibitor_places=3)

    def one(n: int):  # type: ignore[no-untyped-def]
        phone = {"phone": f"08120000000{n}"}
        return lambda: register(event_id, organization={"legal_name": f"Tapis {n}"}, contact=phone)

    outcomes = run_at_once(world, [one(n) for n in range(7)])
    assert sorted(o.state for o in outcomes) == ["submitted"] * 3 + ["waitlisted"] * 4


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_same_nib_at_once_makes_one_organisation(world: World) -> None:
    event_id = world.event()
    nib = {"business_id_number": "1234567890123"}
    outcomes = run_at_once(world, [lambda: register(event_id, organization=nib)] * 3)
    assert [type(o).__name__ for o in outcomes].count("AlreadyRegistered") == 2
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 1


def run_at_once(world: World, actions):  # type: ignore[no-untyped-def]
    """Run the actions in threads of their own, together; return each one's outcome or error."""
    gate, outcomes = Barrier(len(actions)), []
    db.session.remove()

    def run(action) -> None:  # type: ignore[no-untyped-def]
        with world.app.app_context():
            gate.wait()
            try:
                outcomes.append(action())
            except Exception as error:  # the outcome is looked at by the test
                outcomes.append(error)
            finally:
                db.session.remove()

    threads = [Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_other_sides_places_do_not_count(world: World) -> None:
    event_id = world.event(exhibitor_places=1, buyer_places=0)
    assert register(event_id).state == "submitted"
    assert register(event_id, Side.BUYER).state == "waitlisted"


def test_organisation_registers_once_for_an_event(world: World) -> None:
    event_id = world.event()
    register(event_id, organization={"business_id_number": "1234567890123"})
    with pytest.raises(AlreadyRegistered):
        register(event_id, organization={"legal_name": "Nama Lain", "business_id_number": "1234567890123"})


def test_same_name_alone_is_another_organisation(world: World) -> None:
    event_id = world.event()
    register(event_id)
    register(event_id, contact={"phone": "081222222222"})
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Organization)) == 2


NIB = "1234567890123"
KNOWN = {"business_id_number": NIB, "owner_name": "Peserta Contoh 08", "address": "Jalan Rahasia 1"}


def test_returning_organisation_is_attached_and_shows_nothing(world: World) -> None:
    old = register(world.event(), organization=KNOWN)
    typed = {"legal_name": "Tapis Contoh Baru", "business_id_number": NIB}
    new = register(world.event(), organization=typed, contact={"phone": "081222222222"})
    entry = stored(new.participation_id)
    assert entry.organization_id == stored(old.participation_id).organization_id
    assert entry.organization.legal_name == "Tapis Contoh Sirih"
    assert holds_back(entry)
    assert values_for_owner(entry) == {
        "legal_name": "Tapis Contoh Baru",
        "business_id_number": NIB,
        "regency": "18.71",
        "phone": "+6281222222222",
    }


def test_staff_accept_some_values_of_a_returning_organisation(world: World) -> None:
    register(world.event(), organization=KNOWN)
    event_id = world.event()
    typed = {"legal_name": "Tapis Contoh Baru", "business_id_number": NIB, "brand": "Baru", "industry_codes": "13122"}
    entry = stored(register(event_id, organization=typed, contact={"phone": "081222222222"}).participation_id)
    with transaction():
        written = decide_pending(ANONYMOUS, entry.id, {"brand", "industry_codes"})
    organization = stored(entry.id).organization
    assert written == ["brand", "industry_codes"]
    assert (organization.legal_name, organization.brand) == ("Tapis Contoh Sirih", "Baru")
    assert organization.industry_codes == ["13122"]
    revision = db.session.scalars(sa.select(EntryRevision)).one()
    assert (revision.state, revision.seen_at is not None) == ("accepted", True)
    assert not holds_back(stored(entry.id))


def test_staff_change_a_returning_organisation_at_once(world: World) -> None:
    register(world.event(), organization=KNOWN)
    typed = {"legal_name": "Tapis Contoh Baru", "business_id_number": NIB}
    entry = stored(register(world.event(), organization=typed, origin="staff", steps={}).participation_id)
    assert entry.organization.legal_name == "Tapis Contoh Baru"
    assert entry.organization.owner_name == "Peserta Contoh 08"


def test_refused_registration_leaves_nothing(world: World) -> None:
    event_id = world.event()
    with pytest.raises(InvalidInput), transaction():
        register_participant(ANONYMOUS, command(event_id, consent=ConsentGiven(("registration", "unknown"))))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Participation)) == 0
    assert db.session.get_one(Event, event_id).id == event_id
