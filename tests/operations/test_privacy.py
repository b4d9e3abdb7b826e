"""A person's rights: everything kept of them as a file, and being forgotten; only by who is responsible for all of it."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from matchmaking.accounts.models import AccessLink, DataAccess, User, UserState
from matchmaking.accounts.services.links import issue_account_link
from matchmaking.actor import SYSTEM, Role
from matchmaking.audit import verify_chain
from matchmaking.audit.models import AuditEntry
from matchmaking.events.models import Membership
from matchmaking.extensions import db
from matchmaking.mail import Message, send_later
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate, Participation, Side, Team, TeamDelegate
from matchmaking.transactions import transaction
from tests.world import World

PHONE, EMAIL = "+6281234567855", "lima@contoh.example"


@pytest.fixture
def event(world: World) -> int:
    return world.event(code="acara")


@pytest.fixture
def entry(world: World, event: int) -> int:
    return world.participation(event, Side.EXHIBITOR)


@pytest.fixture
def person(world: World, event: int, entry: int) -> int:
    """A maker's contact with an account, a link and a message."""
    user_id = world.login_of(entry)
    with transaction():
        user = db.session.get_one(User, user_id)
        user.name, user.phone, user.email = "Peserta Contoh 55", PHONE, EMAIL
        contact = db.session.scalars(sa.select(Delegate).where(Delegate.user_id == user_id)).one()
        contact.name, contact.phone, contact.email = user.name, PHONE, EMAIL
        issue_account_link(SYSTEM, user_id, event)
        send_later(
            SYSTEM, Message(EMAIL, "Untuk Peserta Contoh 55", "Halo Peserta Contoh 55", "x", "x:1"), event_id=event
        )
    return user_id


def address(user_id: int, action: str = "") -> str:
    code = db.session.get_one(User, user_id).code
    return f"/manage/acara/privacy/account/{code}" + (f"/{action}" if action else "")


def organizer(world: World, event: int):  # type: ignore[no-untyped-def]
    return world.client(world.user(roles={event: Role.ORGANIZER}, name="Panitia Utama"))


def everything() -> str:
    """Return all stored text of every table."""
    tables = db.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in db.session.execute(sa.select(table)))


def test_search_finds_accounts_and_delegates_with_masked_contact(world: World, event: int, person: int) -> None:
    other = world.participation(event, Side.BUYER)
    with transaction():
        delegate = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == other)).one()
        delegate.name = "Peserta Contoh 55 B"
    browser = organizer(world, event)
    page = browser.get("/manage/acara/privacy", query_string={"q": "contoh 55"}).text
    assert [text in page for text in ("Peserta Contoh 55<", "Peserta Contoh 55 B<", "0812-••••-••55", "3456")] == [
        True, True, True, False,
    ]  # fmt: skip
    assert "Peserta Contoh 55 B<" not in browser.get("/manage/acara/privacy", query_string={"q": "081234567855"}).text


def test_search_does_not_find_people_of_other_events(world: World, event: int) -> None:
    world.user(name="Peserta Asing", roles={world.event(): Role.DESK})
    assert "Peserta Asing" not in organizer(world, event).get("/manage/acara/privacy?q=asing").text.replace(
        'value="asing"', ""
    )


def test_export_holds_everything_kept_of_the_person_and_nothing_of_others(
    world: World, event: int, person: int
) -> None:
    world.user(name="Peserta Contoh 66", roles={event: Role.DESK}, phone="+6281200006666")
    answer = organizer(world, event).post(address(person, "export"))
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    data = json.loads(archive.read("data.json"))
    assert (answer.mimetype, sorted(archive.namelist())) == ("application/zip", ["data.html", "data.json"])
    assert [row["phone"] for row in data["account"]] == [PHONE]
    assert [row["role"] for row in data["roles"]] == ["exhibitor"]
    assert [row["subject"] for row in data["messages"]] == ["Untuk Peserta Contoh 55"]
    assert [row["name"] for row in data["delegates"]] == ["Peserta Contoh 55"]
    both = archive.read("data.json").decode() + archive.read("data.html").decode()
    assert "66" not in "".join(row["name"] for row in data["delegates"])
    assert ("Peserta Contoh 66" in both, "hash" in both, "token" in both) == (False, False, False)
    assert EMAIL in archive.read("data.html").decode()


def test_export_of_a_person_without_e_mail_holds_no_forgotten_persons_messages(
    world: World, event: int, person: int
) -> None:
    organizer(world, event).post(address(person, "erase"), data={"confirmed": "yes"})
    guest = world.user(roles={event: Role.DESK}, phone="+6281200006666")
    with transaction():
        db.session.get_one(User, guest).email = None
    answer = organizer(world, event).post(address(guest, "export"))
    assert json.loads(zipfile.ZipFile(io.BytesIO(answer.data)).read("data.json"))["messages"] == []


def test_export_is_written_down_by_id_only(world: World, event: int, person: int) -> None:
    organizer(world, event).post(address(person, "export"))
    seen = [(row.what, row.subject_type, row.subject_id) for row in db.session.scalars(sa.select(DataAccess))]
    assert seen == [("person.exported", "user_account", person)]


def test_export_escapes_what_people_typed(world: World, event: int) -> None:
    guest = world.user(name="<script>alert(1)</script>", roles={event: Role.DESK})
    answer = organizer(world, event).post(address(guest, "export"))
    assert "<script>" not in zipfile.ZipFile(io.BytesIO(answer.data)).read("data.html").decode()


def test_erase_leaves_no_trace_of_the_person_and_keeps_the_counts(
    world: World, event: int, entry: int, person: int
) -> None:
    theirs = world.client(person)
    before = [
        db.session.scalar(sa.select(sa.func.count()).select_from(t))
        for t in (Participation, Team, TeamDelegate, Delegate)
    ]
    answer = organizer(world, event).post(address(person, "erase"), data={"confirmed": "yes"})
    assert answer.status_code == 303
    stored = everything()
    assert [word in stored for word in ("Peserta Contoh 55", PHONE, EMAIL, "81234567855")] == [False] * 4
    user = db.session.get_one(User, person, populate_existing=True)
    assert (user.name, user.state, user.email, user.phone) == ("(dihapus)", UserState.ERASED, None, None)
    assert db.session.scalars(sa.select(Delegate.name)).all() == ["(dihapus)"]
    after = [
        db.session.scalar(sa.select(sa.func.count()).select_from(t))
        for t in (Participation, Team, TeamDelegate, Delegate)
    ]
    assert after == before
    assert theirs.get("/account").status_code == 302
    assert db.session.scalars(sa.select(AccessLink.end_reason)).all() == ["revoked"]
    assert verify_chain().is_intact


def test_erase_needs_the_tick(world: World, event: int, person: int) -> None:
    assert organizer(world, event).post(address(person, "erase")).status_code == 422
    assert db.session.get_one(User, person).phone == PHONE


def test_erase_is_in_the_trail_by_id(world: World, event: int, person: int) -> None:
    organizer(world, event).post(address(person, "erase"), data={"confirmed": "yes"})
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "operations.erase_person")).all()
    assert [(row.subject_type, row.subject_id, row.data) for row in entries] == [("user_account", person, {})]


def test_erased_person_is_gone_from_the_pages(world: World, event: int, person: int) -> None:
    browser, where = organizer(world, event), address(person)
    assert browser.get(where).status_code == 200
    browser.post(f"{where}/erase", data={"confirmed": "yes"})
    assert [browser.get(where).status_code, browser.post(f"{where}/export").status_code] == [404, 404]


def test_delegate_without_account_is_exported_and_erased(world: World, event: int, entry: int) -> None:
    with transaction():
        delegate = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == entry)).one()
        delegate.name, delegate.phone, code = "Peserta Contoh 77", "+6281234567877", delegate.code
    browser, where = organizer(world, event), f"/manage/acara/privacy/delegate/{code}"
    data = json.loads(zipfile.ZipFile(io.BytesIO(browser.post(f"{where}/export").data)).read("data.json"))
    assert [row["name"] for row in data["delegates"]] == ["Peserta Contoh 77"]
    assert browser.post(f"{where}/erase", data={"confirmed": "yes"}).status_code == 303
    assert ("Peserta Contoh 77" in everything(), "+6281234567877" in everything()) == (False, False)


def test_last_organiser_of_another_event_is_not_erased(world: World, event: int) -> None:
    other = world.event()
    last = world.user(roles={event: Role.DESK, other: Role.ORGANIZER}, name="Peserta Contoh 01")
    administrator = world.client(world.user(is_administrator=True, roles={event: Role.ORGANIZER}))
    assert administrator.post(address(last, "erase"), data={"confirmed": "yes"}).status_code == 409
    assert db.session.get_one(User, last).name == "Peserta Contoh 01"
    world.user(roles={other: Role.ORGANIZER})
    assert administrator.post(address(last, "erase"), data={"confirmed": "yes"}).status_code == 303


@pytest.mark.parametrize("action", ["export", "erase"])
def test_person_with_a_part_in_a_foreign_event_is_out_of_reach(
    world: World, event: int, person: int, action: str
) -> None:
    foreign = world.event()
    with transaction():
        db.session.add(
            Membership(
                event_id=foreign,
                user_id=person,
                role=Role.BUYER,
                created_at=db.session.get_one(User, person).created_at,
            )
        )
    answer = organizer(world, event).post(address(person, action), data={"confirmed": "yes"})
    assert (answer.status_code, db.session.get_one(User, person).phone) == (403, PHONE)
    both = world.client(world.user(roles={event: Role.ORGANIZER, foreign: Role.ORGANIZER}))
    assert both.post(address(person, action), data={"confirmed": "yes"}).status_code in {200, 303}


def test_delegate_of_a_foreign_event_with_the_same_phone_is_out_of_reach(world: World, event: int, person: int) -> None:
    other = world.participation(world.event(), Side.BUYER)
    with transaction():
        db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == other)).one().phone = PHONE
    answer = organizer(world, event).post(address(person, "erase"), data={"confirmed": "yes"})
    assert (answer.status_code, db.session.get_one(User, person).phone) == (403, PHONE)


def test_nobody_erases_themselves(world: World, event: int) -> None:
    world.user(roles={event: Role.ORGANIZER})
    me = world.user(roles={event: Role.ORGANIZER})
    assert world.client(me).post(address(me, "erase"), data={"confirmed": "yes"}).status_code == 403


@pytest.mark.parametrize("kind", ["account", "delegate", "other"])
def test_person_of_another_event_is_not_there(world: World, event: int, kind: str) -> None:
    stranger = world.user(roles={world.event(): Role.DESK})
    code = db.session.get_one(User, stranger).code
    browser = organizer(world, event)
    assert browser.get(f"/manage/acara/privacy/{kind}/{code}").status_code == 404
    assert browser.post(f"/manage/acara/privacy/{kind}/{code}/export").status_code == 404


def test_mail_to_others_stays(world: World, event: int, person: int) -> None:
    with transaction():
        send_later(SYSTEM, Message("lain@contoh.example", "A", "B", "x", "x:2"), event_id=event)
    organizer(world, event).post(address(person, "erase"), data={"confirmed": "yes"})
    assert sorted(db.session.scalars(sa.select(MailMessage.to_address))) == ["", "lain@contoh.example"]
