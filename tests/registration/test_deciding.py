"""Decisions: approve, refuse, waiting list, withdrawal; one of two at once wins, places are given in order."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.accounts.models import User
from matchmaking.actor import ANONYMOUS, Role
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event, EventState, Membership
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage
from matchmaking.registration import hooks
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import (
    Delegate,
    EntryRevision,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.registration.queries.entries import teams_of
from matchmaking.registration.services import deciding, teams
from matchmaking.registration.services.places import NoPlace
from matchmaking.registration.services.revisions import ChangedMeanwhile
from matchmaking.transactions import transaction
from tests.registration.entries import register
from tests.registration.test_registering import run_at_once
from tests.world import BOTH, World

STATE = ParticipationState


def state_of(participation_id: int) -> ParticipationState:
    db.session.expire_all()
    return db.session.get_one(Participation, participation_id).state


def several(event_id: int, count: int) -> list[int]:
    return [
        register(
            event_id, organization={"legal_name": f"Tapis {n}"}, contact={"phone": f"08120000000{n}"}
        ).participation_id
        for n in range(count)
    ]


def do(act, *args: object, **values: object):  # type: ignore[no-untyped-def]
    with transaction():
        return act(*args, **values)


def test_approval_makes_team_account_and_role(world: World) -> None:
    event_id = world.event()
    entry = register(event_id).participation_id
    told: list[int] = []
    handler = hooks.participation_approved.register(lambda _actor, participation_id: told.append(participation_id))
    try:
        do(deciding.approve_participation, world.organizer(event_id), entry)
    finally:
        hooks.participation_approved._handlers.remove(handler)
    contact = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == entry)).one()
    team = db.session.scalars(sa.select(Team).where(Team.participation_id == entry)).one()
    seats = db.session.execute(sa.select(TeamDelegate.team_id, TeamDelegate.delegate_id)).all()
    role = db.session.scalars(sa.select(Membership.role).where(Membership.user_id == contact.user_id)).one()
    assert (state_of(entry), told) == (STATE.APPROVED, [entry])
    assert [tuple(seat) for seat in seats] == [(team.id, contact.id)]
    assert (role, db.session.get_one(User, contact.user_id).phone) == (Role.EXHIBITOR, "+6281234567890")


def test_contact_with_an_account_keeps_it(world: World) -> None:
    event_id = world.event()
    known = world.user(phone="+6281234567890", email=None)
    entry = register(event_id).participation_id
    do(deciding.approve_participation, world.organizer(event_id), entry)
    assert db.session.scalars(sa.select(Delegate.user_id).where(Delegate.participation_id == entry)).one() == known


def test_phone_and_email_of_two_people_do_not_stop_the_approval(world: World) -> None:
    event_id = world.event()
    by_phone = world.user(phone="+6281234567890", email=None)
    world.user(email="kantor@contoh.example")
    entry = register(event_id, contact={"email": "kantor@contoh.example"}).participation_id
    do(deciding.approve_participation, world.organizer(event_id), entry)
    assert db.session.scalars(sa.select(Delegate.user_id).where(Delegate.participation_id == entry)).one() == by_phone


def test_state_is_told_by_mail_where_there_is_an_address(world: World) -> None:
    event_id = world.event()
    entry = register(event_id, contact={"email": "peserta@contoh.example"}).participation_id
    do(deciding.refuse_participation, world.organizer(event_id), entry, "Produk di luar tema.")
    letter = db.session.scalars(sa.select(MailMessage).where(MailMessage.purpose == "registration.state")).one()
    assert letter.to_address == "peserta@contoh.example"
    assert "Produk di luar tema." in letter.body


def test_refusal_keeps_the_reason(world: World) -> None:
    event_id = world.event()
    entry = register(event_id).participation_id
    organizer = world.organizer(event_id)
    with pytest.raises(InvalidInput):
        do(deciding.refuse_participation, organizer, entry, "  ")
    do(deciding.refuse_participation, organizer, entry, "Produk di luar tema.")
    stored = db.session.get_one(Participation, entry)
    assert (stored.state, stored.reason, stored.decided_by) == (
        STATE.REFUSED,
        "Produk di luar tema.",
        organizer.user_id,
    )


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_staff_at_once_one_wins_and_the_other_sees_what_happened(world: World) -> None:
    event_id = world.event()
    entry = register(event_id).participation_id
    version = db.session.get_one(Participation, entry).row_version
    first, second = world.organizer(event_id), world.organizer(event_id)
    outcomes = run_at_once(
        world,
        [
            lambda: do(deciding.approve_participation, first, entry, version) and "approved",
            lambda: do(deciding.refuse_participation, second, entry, "penuh", version) and "refused",
        ],
    )
    lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    won = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert [type(outcome) for outcome in lost] == [ChangedMeanwhile]
    assert won == [state_of(entry).value]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_one_place_is_approved_once(world: World) -> None:
    event_id = world.event(exhibitor_places=5)
    ids = several(event_id, 5)
    with transaction():
        db.session.get_one(Event, event_id).exhibitor_places = 2
    organizer = world.organizer(event_id)
    outcomes = run_at_once(
        world, [lambda i=i: do(deciding.approve_participation, organizer, i) and "approved" for i in ids]
    )
    assert outcomes.count("approved") == 2
    assert sum(isinstance(outcome, NoPlace) for outcome in outcomes) == 3


def test_waiting_list_moves_up_in_order(world: World) -> None:
    event_id = world.event(exhibitor_places=2)
    ids = several(event_id, 5)
    assert [state_of(i) for i in ids] == [STATE.SUBMITTED] * 2 + [STATE.WAITLISTED] * 3
    organizer = world.organizer(event_id)
    do(deciding.refuse_participation, organizer, ids[0], "alasan")
    assert [state_of(i) for i in ids[2:]] == [STATE.SUBMITTED, STATE.WAITLISTED, STATE.WAITLISTED]
    do(deciding.withdraw_participation, organizer, ids[1], by_owner=False)
    assert [state_of(i) for i in ids[2:]] == [STATE.SUBMITTED, STATE.SUBMITTED, STATE.WAITLISTED]


def test_entry_put_on_the_list_does_not_jump_back(world: World) -> None:
    event_id = world.event(exhibitor_places=1)
    first, second = several(event_id, 2)
    do(deciding.waitlist_participation, world.organizer(event_id), first)
    assert (state_of(first), state_of(second)) == (STATE.WAITLISTED, STATE.SUBMITTED)


def test_more_places_are_filled_on_request(world: World) -> None:
    event_id = world.event(exhibitor_places=1)
    ids = several(event_id, 3)
    with transaction():
        db.session.get_one(Event, event_id).exhibitor_places = 2
    assert do(deciding.fill_places, world.organizer(event_id), event_id) == 1
    assert [state_of(i) for i in ids] == [STATE.SUBMITTED, STATE.SUBMITTED, STATE.WAITLISTED]


def test_leaving_after_approval_is_told_and_before_it_is_not(world: World) -> None:
    event_id = world.event()
    approved, undecided = several(event_id, 2)
    organizer, told = world.organizer(event_id), []
    do(deciding.approve_participation, organizer, approved)
    handler = hooks.participation_left.register(lambda _actor, participation_id: told.append(participation_id))
    try:
        for entry in (approved, undecided):
            do(deciding.withdraw_participation, organizer, entry, by_owner=False)
    finally:
        hooks.participation_left._handlers.remove(handler)
    assert told == [approved]


def test_withdrawn_entry_is_reopened_but_not_approved_directly(world: World) -> None:
    event_id = world.event()
    (entry,) = several(event_id, 1)
    organizer = world.organizer(event_id)
    do(deciding.withdraw_participation, organizer, entry, by_owner=False)
    with pytest.raises(ChangedMeanwhile):
        do(deciding.approve_participation, organizer, entry)
    do(deciding.reopen_participation, organizer, entry)
    assert state_of(entry) is STATE.SUBMITTED
    with pytest.raises(ChangedMeanwhile):
        do(deciding.reopen_participation, organizer, entry)


def test_an_archived_event_is_decided_on_no_more(world: World) -> None:
    event_id = world.event()
    actor, entry = world.organizer(event_id), world.participation(event_id, Side.BUYER, state=STATE.SUBMITTED)
    with transaction():
        db.session.get_one(Event, event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived), transaction():
        deciding.approve_participation(actor, entry)
    assert state_of(entry) is STATE.SUBMITTED


def test_bulk_approval_names_those_left_alone(world: World) -> None:
    event_id = world.event()
    first, second = several(event_id, 2)
    organizer = world.organizer(event_id)
    versions = [(i, db.session.get_one(Participation, i).row_version) for i in (first, second)]
    do(deciding.refuse_participation, organizer, second, "alasan")
    outcome = do(deciding.approve_many, organizer, versions)
    codes = [db.session.get_one(Participation, i).code for i in (first, second)]
    assert (outcome.done, [skipped.code for skipped in outcome.skipped]) == ([codes[0]], [codes[1]])


def test_delegates_are_added_moved_and_removed(world: World) -> None:
    event_id = world.event()
    (entry,) = several(event_id, 1)
    organizer = world.organizer(event_id)
    do(deciding.approve_participation, organizer, entry)
    added = do(teams.add_delegate, organizer, entry, DelegateDetails("Peserta Contoh 02"), by_owner=False).code
    do(teams.add_team, organizer, entry, "Tim dua")
    do(teams.move_delegate, organizer, entry, added, 2)
    seated = {t.team.position: [m.name for m in t.members] for t in teams_of(entry)}
    assert seated == {1: ["Peserta Contoh 07"], 2: ["Peserta Contoh 02"]}
    do(teams.remove_team, organizer, entry, 2)
    do(teams.remove_delegate, organizer, entry, added, by_owner=False)
    assert db.session.scalars(sa.select(Delegate.name).where(Delegate.participation_id == entry)).all() == [
        "Peserta Contoh 07"
    ]
    verbs = [change["field"] for r in db.session.scalars(sa.select(EntryRevision)) for change in r.changes]
    assert verbs == ["delegate", "team", "team", "team", "delegate"]


def test_contact_stays_until_somebody_else_is(world: World) -> None:
    event_id = world.event()
    (entry,) = several(event_id, 1)
    contact = db.session.scalars(sa.select(Delegate.code)).one()
    with pytest.raises(Conflict):
        do(teams.remove_delegate, ANONYMOUS, entry, contact, by_owner=False)
    silent = do(teams.add_delegate, ANONYMOUS, entry, DelegateDetails("Peserta Contoh 02"), by_owner=False).code
    with pytest.raises(Conflict):
        do(teams.make_contact, ANONYMOUS, entry, silent, by_owner=False)
    do(
        teams.edit_delegate,
        ANONYMOUS,
        entry,
        silent,
        DelegateDetails("Peserta Contoh 02", "081333333333"),
        by_owner=False,
    )
    do(teams.make_contact, ANONYMOUS, entry, silent, by_owner=False)
    do(teams.remove_delegate, ANONYMOUS, entry, contact, by_owner=False)
    assert db.session.scalars(sa.select(Delegate.code).where(Delegate.is_contact)).all() == [silent]


def test_last_team_stays(world: World) -> None:
    event_id = world.event()
    (entry,) = several(event_id, 1)
    do(deciding.approve_participation, world.organizer(event_id), entry)
    with pytest.raises(Conflict):
        do(teams.remove_team, ANONYMOUS, entry, 1)


@pytest.mark.parametrize("side", list(Side))
def test_other_features_may_refuse_that_a_team_leaves(world: World, side: Side) -> None:
    event_id = world.event()
    entry = world.participation(event_id, side)
    world.team(entry)

    def refuse(_actor: object, _team_id: int) -> None:
        raise Conflict("it has meetings")

    hooks.team_leaving.register(refuse)
    try:
        with pytest.raises(Conflict, match="it has meetings"):
            do(teams.remove_team, ANONYMOUS, entry, 2)
    finally:
        hooks.team_leaving._handlers.remove(refuse)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Team)) == 2
