"""Handed-over links: what they show, what they ask for, when they end; and that fetching one changes nothing."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask, session
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.accounts import hooks, link_access
from matchmaking.accounts.models import AccessLink, LinkPurpose, User, UserState
from matchmaking.accounts.services import links
from matchmaking.accounts.services.links import IssuedLink
from matchmaking.actor import SYSTEM
from matchmaking.audit import verify_chain
from matchmaking.codes import ALPHABET
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.accounts.conftest import PASSWORD
from tests.world import BOTH, World

PHONE = "+6281234567890"
RIGHT = {"digits": "7890", "password": PASSWORD}


@pytest.fixture
def person(world: World) -> int:
    return world.user(name="Peserta Contoh 41", phone=PHONE, email="rahasia@contoh.example")


def issue(user_id: int) -> IssuedLink:
    with transaction():
        return links.issue_account_link(SYSTEM, user_id, None)


def stored(link_id: int) -> AccessLink:
    return db.session.get_one(AccessLink, link_id, populate_existing=True)


def snapshot() -> list[tuple[object, ...]]:
    return [tuple(row) for row in db.session.execute(sa.select(*AccessLink.__table__.columns))]


def can_log_in(world: World, password: str = PASSWORD) -> bool:
    return bool(world.client().post("/log-in", data={"login": PHONE, "password": password}).status_code == 303)


def test_link_sets_the_password_once_and_logs_in(world: World, person: int) -> None:
    issued, browser = issue(person), world.client()
    answer = browser.post(f"/l/{issued.token}", data=RIGHT)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/account").status_code == 200
    assert can_log_in(world)
    assert (stored(issued.id).end_reason, stored(issued.id).failed_tries) == ("used", 0)
    again = world.client().post(f"/l/{issued.token}", data={**RIGHT, "password": "kata sandi lain"})
    assert (again.status_code, can_log_in(world)) == (410, True)


def test_page_shows_first_name_and_event_and_no_contact(world: World, person: int) -> None:
    event = world.event(name="Temu Bisnis Contoh")
    with transaction():
        issued = links.issue_account_link(SYSTEM, person, event)
    page = world.client().get(f"/l/{issued.token}").text
    assert "Peserta" in page
    assert "Temu Bisnis Contoh" in page
    for hidden in ("Contoh 41", "81234567890", "7890", "rahasia@", "0812"):
        assert hidden not in page


def test_previews_change_nothing(world: World, person: int) -> None:
    issued = issue(person)
    before = snapshot()
    for _fetch in range(3):
        assert world.client().get(f"/l/{issued.token}", headers={"User-Agent": "WhatsApp/2.23"}).status_code == 200
        assert world.client().head(f"/l/{issued.token}").status_code == 200
    db.session.expire_all()
    assert snapshot() == before
    assert world.client().post(f"/l/{issued.token}", data=RIGHT).status_code == 303


@pytest.mark.parametrize("digits", ["7891", "", "890", "90", "17890", "٧٨٩٠", "abcd"])
def test_wrong_digits_write_nothing(world: World, person: int, digits: str) -> None:
    issued = issue(person)
    answer = world.client().post(f"/l/{issued.token}", data={"digits": digits, "password": PASSWORD})
    assert (answer.status_code, can_log_in(world)) == (422, False)
    assert PHONE not in answer.text
    assert stored(issued.id).ended_at is None


@pytest.mark.parametrize("digits", [" 7890 ", "78 90", "7-8-9-0"])
def test_right_digits_in_any_spelling(world: World, person: int, digits: str) -> None:
    assert world.client().post(f"/l/{issue(person).token}", data={**RIGHT, "digits": digits}).status_code == 303


def test_fifth_wrong_try_ends_the_link(world: World, person: int) -> None:
    issued, browser = issue(person), world.client()
    codes = [browser.post(f"/l/{issued.token}", data={**RIGHT, "digits": "0000"}).status_code for _n in range(5)]
    assert codes == [422] * 4 + [410]
    last = browser.post(f"/l/{issued.token}", data=RIGHT)
    assert (last.status_code, "panitia" in last.text, can_log_in(world)) == (410, True, False)
    assert (stored(issued.id).failed_tries, stored(issued.id).end_reason) == (5, "tries")


def test_four_wrong_tries_then_the_right_one(world: World, person: int) -> None:
    issued, browser = issue(person), world.client()
    for _n in range(4):
        browser.post(f"/l/{issued.token}", data={**RIGHT, "digits": "0000"})
    assert browser.post(f"/l/{issued.token}", data=RIGHT).status_code == 303


def test_bad_password_costs_no_try(world: World, person: int) -> None:
    issued, browser = issue(person), world.client()
    codes = [browser.post(f"/l/{issued.token}", data={**RIGHT, "password": "pendek"}).status_code for _n in range(6)]
    assert codes == [422] * 6
    assert stored(issued.id).failed_tries == 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_wrong_tries_at_once_are_all_counted(app: Flask, world: World, person: int) -> None:
    issued, outcomes = issue(person), []

    def guess(_number: int) -> None:
        try:
            with transaction():
                outcomes.append(links.verify_last_four(issued.id, "0000").tries_left)
        except links.LinkEnded:
            outcomes.append("ended")

    in_threads(app, guess, 16)
    assert sorted(map(str, outcomes)) == ["0", "1", "2", "3", "4"] + ["ended"] * 11
    assert (stored(issued.id).failed_tries, stored(issued.id).end_reason) == (5, "tries")


def in_threads(app: Flask, act, count: int) -> None:  # type: ignore[no-untyped-def]
    barrier, errors = threading.Barrier(count), []

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                act(number)
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_links_issued_at_once_leave_one(app: Flask, world: World) -> None:
    tokens: list[str] = []

    def make(_number: int) -> None:
        with transaction():
            issued = links.issue_status_link(SYSTEM, 77, 5)
        tokens.append(issued.token)

    in_threads(app, make, 8)
    rows = db.session.scalars(sa.select(AccessLink)).all()
    assert (len(set(tokens)), len(rows)) == (8, 8)
    assert sorted(str(row.end_reason) for row in rows) == ["None"] + ["replaced"] * 7
    assert verify_chain().is_intact


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_link_used_at_once_sets_one_password(app: Flask, world: World, person: int) -> None:
    issued, outcomes = issue(person), []

    def use(number: int) -> None:
        try:
            with transaction():
                outcomes.append(links.redeem_link(issued.id, "7890", f"hash {number}")[0].is_right)
        except links.LinkEnded:
            outcomes.append(False)

    in_threads(app, use, 8)
    assert sorted(outcomes) == [False] * 7 + [True]


def test_sent_again_replaces(world: World, person: int) -> None:
    first, second = issue(person), issue(person)
    assert world.client().get(f"/l/{first.token}").status_code == 410
    assert world.client().post(f"/l/{first.token}", data=RIGHT).status_code == 410
    assert world.client().post(f"/l/{second.token}", data=RIGHT).status_code == 303


def test_link_of_another_person_stays(world: World, person: int) -> None:
    other = issue(world.user())
    issue(person)
    assert world.client().get(f"/l/{other.token}").status_code == 200


@pytest.mark.parametrize(("later", "status"), [(timedelta(days=13, hours=23), 303), (timedelta(days=14), 410)])
def test_invitation_works_fourteen_days(world: World, person: int, later: timedelta, status: int) -> None:
    issued = issue(person)
    with clock.frozen(clock.now() + later):
        assert world.client().post(f"/l/{issued.token}", data=RIGHT).status_code == status


def test_reset_is_for_who_has_a_password_and_works_one_day(world: World, person: int, password_hash: str) -> None:
    known = world.user(phone="+6281234567801", password_hash=password_hash)
    assert (issue(person).purpose, issue(known).purpose) == (LinkPurpose.INVITATION, LinkPurpose.RESET)
    issued = issue(known)
    with clock.frozen(clock.now() + timedelta(days=1)):
        assert world.client().get(f"/l/{issued.token}").status_code == 410


def test_reset_ends_the_sessions_before(world: World, password_hash: str) -> None:
    person = world.user(phone=PHONE, password_hash=password_hash)
    elsewhere = world.client(person)
    assert world.client().post(f"/l/{issue(person).token}", data=RIGHT).status_code == 303
    assert elsewhere.get("/account").status_code == 302


def test_person_with_e_mail_alone_is_not_asked_for_digits(world: World) -> None:
    person = world.user(email="surel@contoh.example")
    issued = issue(person)
    assert 'name="digits"' not in world.client().get(f"/l/{issued.token}").text
    assert world.client().post(f"/l/{issued.token}", data={"password": PASSWORD}).status_code == 303


def test_closed_account_has_no_link(world: World, person: int) -> None:
    issued = issue(person)
    with transaction():
        db.session.get_one(User, person).state = UserState.DISABLED
    assert world.client().get(f"/l/{issued.token}").status_code == 404
    assert world.client().post(f"/l/{issued.token}", data=RIGHT).status_code == 404


def test_unknown_link(client: FlaskClient) -> None:
    assert client.get("/l/tidak-ada").status_code == 404


def test_secrets_are_stored_as_hashes_only(world: World, person: int) -> None:
    issued = issue(person)
    everything = repr(snapshot())
    assert issued.token not in everything
    assert issued.short_code not in everything
    assert (len(issued.short_code), set(issued.short_code) <= set(ALPHABET)) == (8, True)


def type_code(browser: FlaskClient, code: str):  # type: ignore[no-untyped-def]
    return browser.post("/code", data={"code": code})


def test_short_code_opens_the_same_page(world: World, person: int) -> None:
    issued, browser = issue(person), world.client()
    typed = f" {issued.short_code[:4].lower()}-{issued.short_code[4:]} "
    answer = type_code(browser, typed)
    assert (answer.status_code, answer.location) == (303, f"/code/{issued.id}")
    assert browser.post(answer.location, data={**RIGHT, "digits": "0000"}).status_code == 422
    assert browser.post(answer.location, data=RIGHT).status_code == 303
    assert can_log_in(world)
    assert type_code(world.client(), typed).status_code == 422


def test_page_of_a_code_is_only_for_who_typed_it(world: World, person: int) -> None:
    issued = issue(person)
    assert world.client().get(f"/code/{issued.id}").status_code == 404
    assert world.client().post(f"/code/{issued.id}", data=RIGHT).status_code == 404
    assert world.client().get(f"/link/{issued.id}/digits").status_code == 404
    assert not can_log_in(world)


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "K7M4", "K7M4QX2PK7M4", "'; --"])
def test_wrong_code(client: FlaskClient, code: str) -> None:
    assert type_code(client, code).status_code == 422


def test_replaced_code_is_like_a_wrong_one(world: World, person: int) -> None:
    first = issue(person)
    issue(person)
    answers = [type_code(world.client(), code) for code in (first.short_code, "AAAAAAAA")]
    assert [answer.status_code for answer in answers] == [422, 422]
    texts = [re.sub(r'value="[^"]*"', "", answer.text) for answer in answers]
    assert texts[0] == texts[1]


class Registrations:
    """Stands in for the registration feature: one entry with a phone, on a page of its own."""

    phone: str | None = PHONE

    def subject(self, link: AccessLink) -> hooks.LinkSubject | None:
        return hooks.LinkSubject("Peserta", "Tapis Contoh", self.phone, None) if link.subject_id == 77 else None

    def page(self, link: AccessLink) -> str | None:
        return "/styleguide" if link.subject_id == 77 else None


@pytest.fixture
def registrations(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Registrations:
    there = Registrations()
    monkeypatch.setattr(hooks.link_subject, "_handlers", [there.subject])
    monkeypatch.setattr(hooks.link_page, "_handlers", [there.page])
    return there


def issue_status(participation_id: int = 77) -> IssuedLink:
    with transaction():
        return links.issue_status_link(SYSTEM, participation_id, 5)


def test_status_link_leads_to_its_page_and_is_proved_by_digits(world: World, registrations: Registrations) -> None:
    issued, browser = issue_status(), world.client()
    assert browser.get(f"/l/{issued.token}").location == "/styleguide"
    digits_page = f"/link/{issued.id}/digits?next=/styleguide"
    assert "Tapis Contoh" in browser.get(digits_page).text
    assert browser.post(digits_page, data={"digits": "1111"}).status_code == 422
    with browser.session_transaction() as kept:
        assert kept["links"] == [[issued.id, 0]]
    answer = browser.post(digits_page, data={"digits": "7890"})
    assert (answer.status_code, answer.location) == (303, "/styleguide")
    assert browser.get(digits_page).location == "/styleguide"
    assert stored(issued.id).ended_at is None


def test_status_link_does_not_set_a_password(world: World, registrations: Registrations) -> None:
    assert world.client().post(f"/l/{issue_status().token}", data=RIGHT).status_code == 404


def test_status_link_without_a_registered_phone_proves_nothing(world: World, registrations: Registrations) -> None:
    registrations.phone = None
    issued = issue_status()
    with transaction():
        assert not links.verify_last_four(issued.id, "").is_right


def test_status_link_of_something_gone(world: World, registrations: Registrations) -> None:
    assert world.client().get(f"/l/{issue_status(78).token}").status_code == 404


def test_proof_is_per_link_and_ends_with_it(app: Flask, registrations: Registrations) -> None:
    first, other = issue_status(), issue_status(78)
    with app.test_request_context():
        link_access.remember_proved(stored(first.id))
        link_access.remember_opened(stored(other.id))
        assert [link_access.is_proved(stored(n.id)) for n in (first, other)] == [True, False]
        link_access.remember_opened(stored(first.id))
        assert link_access.is_proved(stored(first.id))
        assert link_access.opened_link(LinkPurpose.STATUS, 77) is stored(first.id)
        with clock.frozen(clock.now() + link_access.PROOF_LASTS):
            assert not link_access.is_proved(stored(first.id))
        issue_status()
        assert link_access.opened_link(LinkPurpose.STATUS, 77) is None
        assert link_access.opened_link(LinkPurpose.INVITATION) is None


def test_browser_keeps_only_the_last_links(app: Flask) -> None:
    made = [issue_status(n) for n in range(9)]
    with app.test_request_context():
        for issued in made:
            link_access.remember_opened(stored(issued.id))
        assert [pair[0] for pair in session["links"]] == [issued.id for issued in made[-6:]]


def test_command_prints_a_link_that_works(app: Flask, world: World, person: int) -> None:
    result = app.test_cli_runner().invoke(args=["users", "link", "0812 3456 7890"])
    token = result.stdout.splitlines()[0].rsplit("/", 1)[1]
    assert world.client().post(f"/l/{token}", data=RIGHT).status_code == 303
    assert app.test_cli_runner().invoke(args=["users", "link", "0813 0000 0000"]).exit_code == 2
