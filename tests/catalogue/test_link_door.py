"""The owner's products and needs behind the secret status link: after the four digits, in the window, never a file."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.accounts.services.links import issue_status_link
from matchmaking.catalogue.models import Product
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, EntryRevision, Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_need, add_product
from tests.world import World

WAITING = ParticipationState.SUBMITTED


def opened(world: World, participation_id: int) -> FlaskClient:
    """A browser that opened the entry's status link and has not given the digits yet."""
    event_id = db.session.get_one(Participation, participation_id).event_id
    actor = world.organizer(event_id)
    with transaction():
        token = issue_status_link(actor, participation_id, event_id).token
    browser = world.client()
    browser.get(f"/l/{token}")
    return browser


def proved(world: World, participation_id: int) -> FlaskClient:
    """The same browser after the last four digits of the contact's phone."""
    browser = opened(world, participation_id)
    phone = db.session.scalars(
        sa.select(Delegate.phone).where(Delegate.participation_id == participation_id, Delegate.is_contact)
    ).one()
    from matchmaking.accounts.models import AccessLink

    link_id = db.session.scalars(sa.select(AccessLink.id).where(AccessLink.subject_id == participation_id)).one()
    assert browser.post(f"/link/{link_id}/digits", data={"digits": (phone or "")[-4:]}).status_code == 303
    return browser


def address(world: World, participation_id: int, tail: str) -> str:
    entry = db.session.get_one(Participation, participation_id)
    return f"/events/{world.code_of(entry.event_id)}/entry/{entry.code}{tail}"


def noted_event(participation_id: int) -> int:
    return db.session.get_one(Participation, participation_id).event_id


def staff_address(world: World, participation_id: int) -> str:
    entry = db.session.get_one(Participation, participation_id)
    return f"/manage/{world.code_of(entry.event_id)}/participants/{entry.code}"


def price_of(product_id: int) -> int:
    return db.session.get_one(Product, product_id, populate_existing=True).price


def changed(product_id: int) -> dict[str, str]:
    row = db.session.get_one(Product, product_id)
    return {"name": row.name, "category_id": row.category_id, "price": "175000"}


def test_owner_corrects_a_price_before_anybody_decided(world: World) -> None:
    maker = world.participation(world.event(), Side.EXHIBITOR, state=WAITING)
    product = add_product(maker)
    code = db.session.get_one(Product, product).code
    browser = proved(world, maker)
    assert browser.get(address(world, maker, "/products")).status_code == 200
    assert address(world, maker, "/products") in browser.get(address(world, maker, "")).text
    assert browser.post(address(world, maker, f"/products/{code}"), data=changed(product)).status_code == 303
    assert price_of(product) == 175_000
    noted = db.session.scalars(sa.select(EntryRevision)).one()
    name = db.session.get_one(Product, product).name
    assert [(c["field"], c["new"]) for c in noted.changes if c["new"] == "175000"] == [(name, "175000")]
    page = world.client(world.organizer(noted_event(maker)).user_id).get(staff_address(world, maker)).text
    assert "<ins>175000</ins>" in page


def test_without_the_digits_nothing_opens_and_nothing_changes(world: World) -> None:
    maker = world.participation(world.event(), Side.EXHIBITOR, state=WAITING)
    product = add_product(maker)
    before, code = price_of(product), db.session.get_one(Product, product).code
    browser = opened(world, maker)
    assert browser.get(address(world, maker, "/products")).status_code == 302
    assert browser.post(address(world, maker, f"/products/{code}"), data=changed(product)).status_code == 302
    assert world.client().get(address(world, maker, "/products")).status_code == 404
    assert price_of(product) == before


def test_link_of_one_entry_does_not_open_another(world: World) -> None:
    event_id = world.event()
    mine, other = (world.participation(event_id, Side.EXHIBITOR, state=WAITING) for _number in range(2))
    product = add_product(other)
    before, code = price_of(product), db.session.get_one(Product, product).code
    browser = proved(world, mine)
    assert browser.get(address(world, other, "/products")).status_code == 404
    assert browser.post(address(world, other, f"/products/{code}"), data=changed(product)).status_code == 404
    assert browser.post(address(world, mine, f"/products/{code}"), data=changed(product)).status_code == 404
    assert price_of(product) == before


def test_after_the_window_a_link_reads_and_does_not_write(world: World) -> None:
    event_id = world.event()
    maker = world.participation(event_id, Side.EXHIBITOR, state=WAITING)
    product = add_product(maker)
    before, code = price_of(product), db.session.get_one(Product, product).code
    browser = proved(world, maker)
    with transaction():
        db.session.get_one(Event, event_id).registration_closes_at = datetime(2023, 2, 1, tzinfo=UTC)
    assert browser.get(address(world, maker, "/products")).status_code == 200
    assert browser.post(address(world, maker, f"/products/{code}"), data=changed(product)).status_code == 409
    assert price_of(product) == before


def test_buyer_sees_needs_and_no_products_behind_the_link(world: World) -> None:
    buyer = world.participation(world.event(), Side.BUYER, state=WAITING)
    add_need(buyer)
    browser = proved(world, buyer)
    assert browser.get(address(world, buyer, "/needs")).status_code == 200
    assert browser.get(address(world, buyer, "/needs/new")).status_code == 200
    assert browser.get(address(world, buyer, "/products")).status_code == 404
    assert browser.get(address(world, buyer, "/certificates/1/file")).status_code == 404
