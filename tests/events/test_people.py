"""Who serves in an event: inviting, roles, links, closing; nobody reaches into another event, none is left without organiser."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.accounts.models import AccessLink, DataAccess, User, UserState
from matchmaking.accounts.services.closing import StillNeeded, disable_user
from matchmaking.accounts.services.links import LinkEnded
from matchmaking.actor import SYSTEM, Role
from matchmaking.errors import Conflict, NotAllowed, NotFound
from matchmaking.events.models import Event, Membership
from matchmaking.events.services import memberships
from matchmaking.events.services.memberships import InvitePerson, LastOrganizer
from matchmaking.extensions import db
from matchmaking.mail import backends
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World

GUEST = {"name": "Peserta Contoh 55", "phone": "0812 3456 7855", "email": "", "role": "desk"}


@pytest.fixture
def event(world: World) -> int:
    return world.event(code="acara")


def roles(event_id: int, user_id: int) -> list[str]:
    statement = sa.select(Membership.role).where(Membership.event_id == event_id, Membership.user_id == user_id)
    return sorted(role.value for role in db.session.scalars(statement))


def user_of(phone: str) -> User:
    return db.session.scalars(
        sa.select(User).where(User.phone == phone).execution_options(populate_existing=True)
    ).one()


def code(user_id: int) -> str:
    return db.session.get_one(User, user_id).code


def organizer(world: World, event: int, **values: object) -> int:
    return world.user(roles={event: Role.ORGANIZER}, **values)


# Inviting


def test_invited_by_phone_gets_an_account_a_role_and_a_link_to_hand_over(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    answer = browser.post("/manage/acara/people/invite", data=GUEST)
    guest = user_of("+6281234567855")
    assert (answer.status_code, roles(event, guest.id)) == (303, ["desk"])
    page = browser.get(answer.location).text
    assert "https://wa.me/6281234567855?text=" in page
    slip = answer.location.split("?")[0] + "/slip"
    refused = browser.get(slip)  # paper outlives the hall's network
    assert (refused.status_code, "wa.me" in refused.text) == (409, False)
    with transaction():
        db.session.get_one(Event, event).public_address = "https://temubisnis.example.go.id"
    assert "https://temubisnis.example.go.id/code" in browser.get(slip).text
    assert backends.delivered == []


def test_invited_by_email_gets_the_link_by_mail(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    browser.post("/manage/acara/people/invite", data={**GUEST, "phone": "", "email": "Tamu@Contoh.Example"})
    world.run_jobs()
    assert [message["To"] for message in backends.delivered] == ["tamu@contoh.example"]
    text = backends.delivered[0].get_content()
    token = text.split("/l/")[1].split()[0]
    assert world.client().get(f"/l/{token}").status_code == 200
    assert token not in repr(db.session.execute(sa.text("SELECT body FROM mail_message")).all())


def test_hand_over_is_shown_only_to_who_made_the_link(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    location = browser.post("/manage/acara/people/invite", data=GUEST).location
    assert world.client(organizer(world, event)).get(location).status_code == 404
    assert browser.get(location).status_code == 200


def test_hand_over_is_noted(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    location = browser.post("/manage/acara/people/invite", data=GUEST).location.split("?")[0]
    assert browser.post(location, data={"channel": "paper"}).status_code == 303
    assert db.session.scalars(sa.select(AccessLink.channel)).all() == ["paper"]
    assert browser.post(location, data={"channel": "pigeon"}).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"phone": ""}, "phone"), ({"phone": "12"}, "phone"), ({"email": "x"}, "email")],
)
def test_bad_invitation_makes_nobody(world: World, event: int, change: dict[str, str], field: str) -> None:
    browser = world.client(organizer(world, event))
    answer = browser.post("/manage/acara/people/invite", data={**GUEST, **change})
    assert (answer.status_code, f'id="{field}-error"' in answer.text) == (422, True)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


@pytest.mark.parametrize("role", ["exhibitor", "buyer", "administrator", ""])
def test_only_staff_roles_are_given(world: World, event: int, role: str) -> None:
    browser = world.client(organizer(world, event))
    assert browser.post("/manage/acara/people/invite", data={**GUEST, "role": role}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == 1


def test_known_person_gets_the_role_and_no_new_link(world: World, event: int) -> None:
    other = world.event()
    known = world.user(
        phone="+6281234567855", name="Peserta Contoh 99", password_hash="x", roles={other: Role.ORGANIZER}
    )
    browser = world.client(organizer(world, event))
    answer = browser.post("/manage/acara/people/invite", data=GUEST)
    assert answer.location == "/manage/acara/people"
    assert (roles(event, known), roles(other, known), user_of("+6281234567855").name) == (
        ["desk"], ["organizer"], "Peserta Contoh 99",
    )  # fmt: skip
    assert db.session.scalars(sa.select(AccessLink)).all() == []


def test_person_invited_elsewhere_and_not_yet_in_gets_no_link_from_here(world: World, event: int) -> None:
    world.user(phone="+6281234567855", roles={world.event(): Role.ORGANIZER})
    world.client(organizer(world, event)).post("/manage/acara/people/invite", data=GUEST)
    assert db.session.scalars(sa.select(AccessLink)).all() == []


def test_email_of_one_and_phone_of_another_is_refused(world: World, event: int) -> None:
    world.user(phone="+6281234567855")
    world.user(email="lain@contoh.example")
    actor = world.actor(organizer(world, event), event, Role.ORGANIZER)
    with pytest.raises(Conflict), transaction():
        memberships.invite_person(actor, event, InvitePerson("A", "lain@contoh.example", "081234567855", Role.DESK))


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_invited_at_once_is_one_person_with_one_live_link(app: Flask, world: World, event: int) -> None:
    actor = world.actor(organizer(world, event), event, Role.ORGANIZER)

    def invite(_number: int) -> int:
        with transaction():
            return memberships.invite_person(
                actor, event, InvitePerson("Peserta Contoh 55", "", "081234567855", Role.DESK)
            ).user_id

    outcomes = at_once(app, invite)
    assert len(set(map(str, outcomes))) == 1
    live = db.session.scalars(sa.select(AccessLink).where(AccessLink.ended_at.is_(None))).all()
    assert (len(live), roles(event, user_of("+6281234567855").id)) == (1, ["desk"])


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_invited_by_two_events_at_once_is_one_person(app: Flask, world: World) -> None:
    events = [world.event() for _n in range(4)]
    actors = [world.actor(organizer(world, event), event, Role.ORGANIZER) for event in events]

    def invite(number: int) -> int:
        with transaction():
            command = InvitePerson("Peserta Contoh 55", "sama@contoh.example", "", Role.LEADER)
            return memberships.invite_person(actors[number], events[number], command).user_id

    assert len(set(map(str, at_once(app, invite, 4)))) == 1


# Roles


def test_change_and_end_a_role(world: World, event: int) -> None:
    browser, guest = world.client(organizer(world, event)), world.user(roles={event: Role.DESK})
    address = f"/manage/acara/people/{code(guest)}/role"
    browser.post(address, data={"old": "desk", "new": "leader"})
    assert roles(event, guest) == ["leader"]
    browser.post(address, data={"old": "leader", "new": ""})
    assert roles(event, guest) == []
    assert db.session.get_one(User, guest).state is UserState.ACTIVE


def test_role_that_is_not_held_any_more(world: World, event: int) -> None:
    browser, guest = world.client(organizer(world, event)), world.user(roles={event: Role.DESK})
    answer = browser.post(f"/manage/acara/people/{code(guest)}/role", data={"old": "leader", "new": "organizer"})
    assert (answer.status_code, roles(event, guest)) == (404, ["desk"])


@pytest.mark.parametrize("new", ["", "desk", "leader"])
def test_last_organiser_stays(world: World, event: int, new: str) -> None:
    last = organizer(world, event)
    organizer(world, event, state=UserState.DISABLED)
    organizer(world, world.event())
    answer = world.client(last).post(f"/manage/acara/people/{code(last)}/role", data={"old": "organizer", "new": new})
    assert (answer.status_code, roles(event, last)) == (409, ["organizer"])


def test_one_of_two_organisers_may_go(world: World, event: int) -> None:
    first, second = organizer(world, event), organizer(world, event)
    world.client(first).post(f"/manage/acara/people/{code(second)}/role", data={"old": "organizer", "new": ""})
    assert (roles(event, first), roles(event, second)) == (["organizer"], [])


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_organisers_who_remove_each_other_at_once_leave_one(app: Flask, world: World, event: int) -> None:
    people = [organizer(world, event) for _n in range(4)]

    def leave(number: int) -> str:
        try:
            with transaction():
                memberships.remove_role(SYSTEM, event, people[number], Role.ORGANIZER)
            return "gone"
        except LastOrganizer:
            return "kept"

    assert sorted(map(str, at_once(app, leave, 4))) == ["gone", "gone", "gone", "kept"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_organisers_closed_at_once_leave_one(app: Flask, world: World, event: int) -> None:
    people = [organizer(world, event) for _n in range(3)]

    def close(number: int) -> str:
        try:
            with transaction():
                disable_user(SYSTEM, people[number])
            return "closed"
        except StillNeeded:
            return "kept"

    assert sorted(map(str, at_once(app, close, 3))) == ["closed", "closed", "kept"]


def test_person_serves_several_events_with_different_roles(world: World, event: int) -> None:
    other = world.event(code="lain")
    person = world.user(roles={event: Role.ORGANIZER, other: Role.DESK})
    browser = world.client(person)
    assert browser.get("/manage/acara/people").status_code == 200
    assert browser.get("/manage/lain/people").status_code == 403


# Accounts


def test_log_out_everywhere_close_and_open_again(world: World, event: int) -> None:
    browser, guest = world.client(organizer(world, event)), world.user(roles={event: Role.DESK}, password_hash="x")
    address, theirs = f"/manage/acara/people/{code(guest)}", world.client(guest)
    browser.post(f"{address}/log-out")
    assert theirs.get("/account").status_code == 302
    theirs = world.client(guest)
    browser.post(f"{address}/close")
    assert (theirs.get("/account").status_code, db.session.get_one(User, guest).state) == (302, UserState.DISABLED)
    browser.post(f"{address}/open")
    assert world.client(guest).get("/account").status_code == 200


def test_closing_ends_the_links(world: World, event: int) -> None:
    actor, guest = world.actor(organizer(world, event), event, Role.ORGANIZER), world.user(roles={event: Role.DESK})
    with transaction():
        memberships.renew_link(actor, event, guest)
        memberships.close_account(actor, event, guest)
    assert db.session.scalars(sa.select(AccessLink.end_reason)).all() == ["revoked"]


def test_own_account_is_not_closed_by_oneself(world: World, event: int) -> None:
    first = organizer(world, event)
    organizer(world, event)
    assert world.client(first).post(f"/manage/acara/people/{code(first)}/close").status_code == 409
    assert db.session.get_one(User, first).state is UserState.ACTIVE


@pytest.mark.parametrize("action", ["link", "log-out", "close", "open"])
def test_organiser_does_not_reach_into_other_events(world: World, event: int, action: str) -> None:
    person = world.user(roles={event: Role.LEADER, world.event(): Role.ORGANIZER}, password_hash="x")
    other = world.user(is_administrator=True, roles={event: Role.LEADER}, password_hash="x")
    for target in (person, other):
        answer = world.client(organizer(world, event)).post(f"/manage/acara/people/{code(target)}/{action}")
        user = db.session.get_one(User, target)
        assert (answer.status_code, user.session_epoch, user.state) == (403, 1, UserState.ACTIVE)
    assert db.session.scalars(sa.select(AccessLink)).all() == []


def test_administrator_and_organiser_of_both_events_may(world: World, event: int) -> None:
    second = world.event()
    person = world.user(roles={event: Role.LEADER, second: Role.DESK})
    both = world.user(roles={event: Role.ORGANIZER, second: Role.ORGANIZER})
    administrator = world.user(is_administrator=True, roles={event: Role.ORGANIZER})
    for who in (both, administrator):
        answer = world.client(who).post(f"/manage/acara/people/{code(person)}/link")
        assert (answer.status_code, "/hand-over/" in answer.location) == (303, True)


@pytest.mark.parametrize("action", ["link", "log-out", "close", "open", "contact", "role"])
def test_person_of_another_event_is_not_there(world: World, event: int, action: str) -> None:
    stranger = world.user(roles={world.event(): Role.DESK})
    browser = world.client(organizer(world, event))
    answer = browser.post(f"/manage/acara/people/{code(stranger)}/{action}", data={"old": "desk"})
    assert answer.status_code == 404


def test_link_sent_again_replaces(world: World, event: int) -> None:
    browser, guest = (
        world.client(organizer(world, event)),
        world.user(roles={event: Role.DESK}, email=None, phone="+6281234567855"),
    )
    first = browser.post(f"/manage/acara/people/{code(guest)}/link").location
    browser.post(f"/manage/acara/people/{code(guest)}/link")
    assert browser.get(first).status_code == LinkEnded.status


# The list


def test_contacts_are_masked_and_looking_is_written_down(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    guest = world.user(roles={event: Role.DESK}, phone="+6281234567855", email=None)
    page = browser.get("/manage/acara/people").text
    assert ("0812-••••-••55" in page, "3456" in page) == (True, False)
    answer = browser.post(f"/manage/acara/people/{code(guest)}/contact")
    assert "0812-3456-7855" in answer.text
    seen = [
        (row.what, row.subject_type, row.subject_id, row.event_id) for row in db.session.scalars(sa.select(DataAccess))
    ]
    assert seen == [("contact.revealed", "user_account", guest, event)]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("contoh 7", True),
        ("CONTOH 77", True),
        ("081234567855", True),
        ("77@contoh.example", True),
        ("08123456", False),
        ("%", False),
        ("_", False),
    ],
)
def test_search_by_name_or_whole_contact(world: World, event: int, search: str, found: bool) -> None:
    browser = world.client(organizer(world, event, name="Panitia Utama"))
    world.user(roles={event: Role.DESK}, name="Peserta Contoh 77", phone="+6281234567855", email="77@contoh.example")
    world.user(roles={world.event(): Role.DESK}, name="Peserta Contoh 77 lain acara")
    page = browser.get("/manage/acara/people", query_string={"q": search}).text
    assert ("Peserta Contoh 77</th>" in page, "lain acara" in page) == (found, False)


def test_exhibitors_and_buyers_are_listed_apart(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))
    world.user(roles={event: Role.BUYER}, name="Peserta Contoh Pembeli")
    assert "Peserta Contoh Pembeli" not in browser.get("/manage/acara/people").text
    assert "Peserta Contoh Pembeli" in browser.get("/manage/acara/people?kind=participants").text


def test_number_of_statements_does_not_grow(world: World, event: int) -> None:
    browser = world.client(organizer(world, event))

    def statements() -> int:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        assert browser.get("/manage/acara/people").status_code == 200
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    for _n in range(2):
        world.user(roles={event: Role.DESK})
    few = statements()
    for _n in range(27):
        world.user(roles={event: Role.DESK})
    assert statements() == few


def test_service_refuses_a_stranger(world: World, event: int) -> None:
    actor = world.actor(organizer(world, event), event, Role.ORGANIZER)
    with pytest.raises(NotFound), transaction():
        memberships.end_sessions(actor, event, 999_999)
    busy = db.session.get_one(User, world.user(roles={event: Role.DESK, world.event(): Role.DESK}))
    with pytest.raises(NotAllowed), transaction():
        memberships.end_sessions(actor, event, busy.id)
