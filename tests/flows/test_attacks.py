"""What an attacker tries: requests from another site, another's codes, guessing, and texts that would run or tell."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask

from matchmaking.accounts.models import User
from matchmaking.actor import Role
from matchmaking.catalogue.models import Certificate, Need, Product
from matchmaking.extensions import db, limiter
from matchmaking.registration.models import Delegate, Organization, Participation
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.flows.full_world import Full, build
from tests.flows.test_never_500 import ask, rules
from tests.registration.forms import form
from tests.shared_app import make_app
from tests.world import World


def test_nothing_is_taken_without_the_pages_own_token(app: Flask, world: World) -> None:
    """Another site can make a browser send a form; it cannot read the token of ours."""
    full = build(world)
    app.config["WTF_CSRF_ENABLED"] = True
    taken = []
    for rule in rules(app, "POST"):
        address = next(full.addresses(rule))[0]
        for visit in full.visitors(rule.endpoint, app):
            browser = visit()
            for given in ({}, {"csrf_token": "made-up"}):
                with browser.post(address, data=given) as answer:
                    if (answer.status_code, "web.csrf" in answer.text or "csrf" in answer.text) != (400, True):
                        taken.append((rule.endpoint, answer.status_code))
    assert taken == []


def own_addresses(app: Flask, full: Full, theirs: dict[str, str]) -> list[tuple[str, str]]:
    """Return (method, address) of every own page with something of somebody else in it."""
    found = []
    for rule in app.url_map.iter_rules():
        names = rule.arguments - {"event_code"}
        if rule.rule.startswith("/my/") and names and names <= theirs.keys():
            address = full.fill(rule, {**theirs, "event_code": full.scene.code})
            found += [(method, address) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def stored(full: Full) -> list[object]:
    """Return what the other participants' entries hold."""
    kinds = (Organization, Participation, Delegate, Product, Need, Certificate, StoredFile)
    return [db.session.execute(sa.select(kind.__table__).order_by(kind.id)).all() for kind in kinds]


def test_owner_reaches_nothing_of_another_by_changing_codes(app: Flask, world: World) -> None:
    full = build(world)
    maker, agency, other = full.scene.makers[0], full.scene.agencies[0], full.scene.makers[1]
    stranger = world.client(world.login_of(other))
    person = sa.select(Delegate.code).where(Delegate.participation_id == maker)
    product = sa.select(Product.code).join(Participation, Participation.organization_id == Product.organization_id)
    theirs = {
        "person": db.session.scalars(person).first() or "",
        "product": db.session.scalars(product.where(Participation.id == maker)).first() or "",
        "need": db.session.scalars(sa.select(Need.code).where(Need.participation_id == agency)).first() or "",
        "file": db.session.scalars(sa.select(StoredFile.code).where(StoredFile.owner_type == "participation")).first()
        or "",
        "certificate": "1",
    }
    assert all(theirs.values())
    addresses, before = own_addresses(app, full, theirs), stored(full)
    assert len(addresses) >= 10
    entry = full.value("code", next(app.url_map.iter_rules("registration.participant")))
    for query in ("", f"?entry={entry}"):
        got = {(method, address): ask(stranger, method, address + query, {}) for method, address in addresses}
        assert {key: status for key, status in got.items() if status != 404} == {}
    for address in ("entry", "entry/edit", "agenda", "agenda.pdf", "agenda.ics", "wishes", "availability", "products"):
        assert ask(stranger, "GET", f"/my/{full.scene.code}/{address}?entry={entry}") == 404, address
    db.session.rollback()
    assert stored(full) == before


def test_link_without_the_digits_changes_nothing_and_names_nobody(app: Flask, world: World) -> None:
    full = build(world)
    browser, before = world.client(), stored(full)
    opened = browser.get(f"/l/{full.link_token}", follow_redirects=True).text
    contact = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == full.scene.makers[0])).one()
    for secret in (contact.phone or "", (contact.phone or "")[-4:], contact.name):
        assert secret not in opened
    for rule in rules(app, "POST"):
        if rule.endpoint.startswith("registration.link_"):
            assert ask(browser, "POST", next(full.addresses(rule))[0], {"name": "Peserta Contoh 99"}) in {302, 303}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("registration.link_") and rule.endpoint != "registration.link_entry":
            assert ask(world.client(), "POST", next(full.addresses(rule))[0], {}) == 404
    db.session.rollback()
    assert stored(full) == before


TRIES = [
    ("/log-in", {"login": "peserta@contoh.example", "password": "salah"}, 10),
    ("/forgotten", {"login": "peserta@contoh.example"}, 3),
    ("/code", {"code": "ABCD-1234"}, 20),
    ("/device", {"code": "ABCD-1234"}, 20),
]


@pytest.fixture
def limited(database: str, tmp_path: Path) -> Iterator[Flask]:
    """The application with its limits on, as people run it."""
    app = make_app(database, tmp_path / "instance", RATE_LIMITS=True)
    limiter.reset()
    with app.app_context():
        yield app
        limiter.reset()
        limiter.enabled = False
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize(("address", "data", "most"), TRIES)
def test_guessing_ends(limited: Flask, address: str, data: dict[str, str], most: int) -> None:
    browser = limited.test_client()
    statuses = [ask(browser, "POST", address, data) for _try in range(most + 1)]
    assert (429 in statuses[:most], statuses[most]) == (False, 429)


def test_public_forms_are_limited(limited: Flask) -> None:
    world, browser = World(limited), limited.test_client()
    address = f"/events/{world.code_of(world.event())}/register/exhibitor"
    statuses = [ask(browser, "POST", address, {}) for _try in range(13)]
    assert statuses == [422] * 12 + [429]


def test_logs_name_nobody(app: Flask, world: World) -> None:
    """Registration, approval and invitation: what is logged holds no name, phone, address or link."""
    event_id = world.event()
    code = world.code_of(event_id)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with structlog.testing.capture_logs() as lines:
        browser = app.test_client()
        browser.post(f"/events/{code}/register/exhibitor", data=form(**{"delegates-0-email": "sirih@contoh.example"}))
        done = browser.get(f"/events/{code}/registered").text
        token = re.findall(r"/l/([\w-]{32})", done)[0]
        browser.get(f"/l/{token}", follow_redirects=True)
        (entry,) = db.session.scalars(sa.select(Participation)).all()
        entry_code, entry_id = entry.code, entry.id
        staff = world.client(world.user(roles={event_id: Role.ORGANIZER}))
        staff.post(f"/manage/{code}/participants/{entry_code}/decide", data={"decision": "approve"})
        staff.get(f"/manage/{code}/participants?q=Sirih")
        person = db.session.scalars(sa.select(Delegate.code).where(Delegate.participation_id == entry_id)).one()
        staff.post(f"/manage/{code}/participants/{entry_code}/people/{person}/hand-over")
        world.run_jobs()
    told = repr(lines)
    assert "web.request" in told
    for secret in ("Sirih", "Peserta", "1234567890", "contoh.example", token, entry_code, person):
        assert secret not in told, secret


HOSTILE = "=cmd|'/c calc'!A1<script>alert(1)</script>\u202eevil\u200b🎉"


def test_hostile_names_are_shown_and_never_run(app: Flask, world: World) -> None:
    """Markup in names is text on every page, and PDF and calendar files are still made."""
    full = build(world)
    with transaction():
        db.session.execute(sa.update(Organization).values(legal_name=HOSTILE, brand=HOSTILE))
        db.session.execute(sa.update(Product).values(name=HOSTILE, description=HOSTILE))
        db.session.execute(sa.update(Need).values(name=HOSTILE))
        for kind in (Delegate, User):
            db.session.execute(sa.update(kind).values(name=HOSTILE))
    run, failed, shown = [], [], 0
    for rule in rules(app, "GET"):
        for visit in full.visitors(rule.endpoint, app):
            address = next(full.addresses(rule))[0]
            with visit().get(address) as answer:
                if answer.status_code >= 500 and rule.endpoint != "health.ready":
                    failed.append((rule.endpoint, answer.status_code))
                if answer.mimetype == "text/html":
                    shown += "&lt;script&gt;alert" in answer.text
                    if "<script>alert" in answer.text:
                        run.append(rule.endpoint)
    assert (run, failed) == ([], [])
    assert shown > 20
