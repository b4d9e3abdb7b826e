"""The catalogue's pages as their three readers use them: maker and buyer on a phone, organiser, public."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.actor import SYSTEM, Role
from matchmaking.catalogue.commands import CertificateDetails
from matchmaking.catalogue.models import Category, Certificate, Need, Product
from matchmaking.catalogue.services.certificates import add_certificate
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.registration.models import Consent, EntryRevision, Participation, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.catalogue.builders import COMPLETE, add_need, add_product, kept_photo, picture
from tests.world import LONG_AGO, World


@pytest.fixture
def event_id(world: World) -> int:
    return world.event()


@pytest.fixture
def code(world: World, event_id: int) -> str:
    return world.code_of(event_id)


@pytest.fixture
def exhibitor(world: World, event_id: int) -> int:
    return world.participation(event_id, Side.EXHIBITOR)


@pytest.fixture
def buyer(world: World, event_id: int) -> int:
    return world.participation(event_id, Side.BUYER)


@pytest.fixture
def maker(world: World, exhibitor: int) -> FlaskClient:
    return world.client(world.login_of(exhibitor))


@pytest.fixture
def purchaser(world: World, buyer: int) -> FlaskClient:
    return world.client(world.login_of(buyer))


@pytest.fixture
def organizer(world: World, event_id: int) -> FlaskClient:
    return world.client(world.user(roles={event_id: Role.ORGANIZER}))


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("language", "en")
    return browser


def body(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = english(browser).get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.get_data(as_text=True)


def sent(browser: FlaskClient, address: str) -> int:
    """Fetch a file whole; return the status."""
    with browser.get(address) as answer:
        answer.get_data()
        return answer.status_code


def products() -> list[Product]:
    return list(db.session.scalars(sa.select(Product).order_by(Product.id)))


# The maker


def test_a_maker_adds_a_product_with_a_photo_from_the_phone(maker: FlaskClient, code: str) -> None:
    assert "No products yet" in body(maker, f"/my/{code}/products")
    data: dict[str, Any] = {
        "name": "Selendang tapis", "category_id": "tapis", "price": "450 rb", "photo": (picture(), "hp.jpg"),
    }  # fmt: skip
    answer = maker.post(f"/my/{code}/products/new", data=data)
    assert (answer.status_code, answer.location) == (303, f"/my/{code}/products")
    page = body(maker, f"/my/{code}/products")
    assert "Still missing before buyers are matched" in page
    photo = re.search(rf"/events/{code}/catalogue/photos/\w+", page)
    assert photo is not None
    with maker.get(photo.group()) as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")


def test_an_error_keeps_what_was_typed_and_the_photo(maker: FlaskClient, code: str) -> None:
    data: dict[str, Any] = {"name": "Selendang tapis", "price": "murah", "photo": (picture(), "hp.jpg")}
    answer = english(maker).post(f"/my/{code}/products/new", data=data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Selendang tapis"' in page
    assert "Please write an amount in whole rupiah" in page
    assert "Please choose a category" in page
    kept = re.search(r'type="hidden" name="photo" value="(\w+)"', page)
    assert kept is not None
    again = {"name": "Selendang tapis", "price": "450000", "category_id": "tapis", "photo": kept.group(1)}
    assert maker.post(f"/my/{code}/products/new", data=again).status_code == 303
    assert [row.photo_file_id is None for row in products()] == [False]


def test_a_file_that_is_no_photo_is_refused_at_its_field(maker: FlaskClient, code: str) -> None:
    import io

    data: dict[str, Any] = {
        "name": "A", "category_id": "tapis", "price": "1", "photo": (io.BytesIO(b"MZ not a photo"), "a.jpg"),
    }  # fmt: skip
    answer = english(maker).post(f"/my/{code}/products/new", data=data)
    assert answer.status_code == 422
    assert "not a photo we can read" in answer.get_data(as_text=True)
    assert products() == []


def test_a_product_is_changed_taken_out_and_brought_back(maker: FlaskClient, exhibitor: int, code: str) -> None:
    add_product(exhibitor, **COMPLETE)
    product = products()[0].code
    page = body(maker, f"/my/{code}/products/{product}")
    assert 'value="450000"' in page
    fields = {"name": "Selendang tapis", "category_id": "tapis", "price": "500.000", "unit": "lembar"}
    assert maker.post(f"/my/{code}/products/{product}", data=fields).status_code == 303
    assert products()[0].price == 500_000
    maker.post(f"/my/{code}/products/{product}/retire")
    assert "Taken out of the catalogue (1)" in body(maker, f"/my/{code}/products")
    maker.post(f"/my/{code}/products/{product}/restore")
    assert products()[0].retired_at is None


def test_a_certificate_is_sent_as_a_photo_and_typed_in_by_staff(
    maker: FlaskClient, organizer: FlaskClient, exhibitor: int, code: str
) -> None:
    data: dict[str, Any] = {"kind": "halal", "file": (picture(), "halal.jpg")}
    assert maker.post(f"/my/{code}/certificates/new", data=data).status_code == 303
    assert "Photo waits to be typed in" in body(maker, f"/my/{code}/products")
    queue = body(organizer, f"/manage/{code}/catalogue/to-type")
    address = re.search(r'href="(/manage/[^"]+/certificates/\d+)"', queue)
    assert address is not None
    with organizer.get(address.group(1) + "/file") as photo:
        assert (photo.status_code, photo.headers["Cache-Control"]) == (200, "private, no-store")
    organizer.post(address.group(1), data={"kind": "halal", "number": "ID32110000293810822"})
    assert db.session.scalars(sa.select(Certificate.number)).all() == ["ID32110000293810822"]
    assert "Nothing to type in" in body(organizer, f"/manage/{code}/catalogue/to-type")


def test_the_event_in_the_archive_closes_the_makers_pages(maker: FlaskClient, event_id: int, code: str) -> None:
    with transaction():
        db.session.get_one(Event, event_id).state = EventState.ARCHIVED
    data = {"name": "A", "category_id": "tapis", "price": "1"}
    answer = english(maker).post(f"/my/{code}/products/new", data=data)
    assert answer.status_code == 409
    assert "can no longer be changed here" in answer.get_data(as_text=True)
    assert products() == []


def test_who_registered_with_a_known_nib_sees_nothing_of_the_business(
    world: World, maker: FlaskClient, exhibitor: int, code: str
) -> None:
    add_product(exhibitor)
    with transaction():
        entry = db.session.get_one(Participation, exhibitor)
        organization_id = entry.organization_id
        entry.state = ParticipationState.SUBMITTED
    world.save(EntryRevision(participation_id=exhibitor, at=LONG_AGO, by_kind="claim", state="pending", changes=[]))
    with transaction():
        given = CertificateDetails("halal", "ID32110000293810822")
        certificate_id = add_certificate(SYSTEM, organization_id, given, event_id=1).id
    page = body(maker, f"/my/{code}/products")
    assert "Selendang tapis" not in page
    assert "ID32110000293810822" not in page
    body(maker, f"/my/{code}/products/{products()[0].code}", 404)
    body(maker, f"/my/{code}/certificates/{certificate_id}", 404)
    body(maker, f"/my/{code}/certificates/new", 404)
    added = {"name": "Kopiah", "category_id": "tapis", "price": "1"}
    assert maker.post(f"/my/{code}/products/new", data=added).status_code == 303
    assert "Kopiah" in body(maker, f"/my/{code}/products")
    maker.post(f"/my/{code}/products/{products()[1].code}/restore")
    assert products()[1].retired_at is not None


# Ids of others


def test_products_and_certificates_of_others_are_not_found(
    world: World, maker: FlaskClient, event_id: int, code: str
) -> None:
    other = world.participation(event_id, Side.EXHIBITOR)
    add_product(other)
    product = products()[0].code
    with transaction():
        organization_id = db.session.get_one(Participation, other).organization_id
        given = CertificateDetails("other", "1")
        certificate_id = add_certificate(SYSTEM, organization_id, given, event_id=event_id).id
    for address in (f"products/{product}", f"certificates/{certificate_id}", f"certificates/{certificate_id}/file"):
        assert maker.get(f"/my/{code}/{address}").status_code == 404
    for address in (f"products/{product}", f"products/{product}/retire", f"certificates/{certificate_id}/remove"):
        assert maker.post(f"/my/{code}/{address}", data={"name": "x"}).status_code == 404
    assert (products()[0].retired_at, products()[0].name) == (None, "Selendang tapis")
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Certificate)) == 1
    entry = db.session.get_one(Participation, other).code
    assert maker.get(f"/my/{code}/products?entry={entry}").status_code == 404


def test_needs_of_others_are_not_found(world: World, purchaser: FlaskClient, event_id: int, code: str) -> None:
    other = world.participation(event_id, Side.BUYER)
    add_need(other)
    need = db.session.scalars(sa.select(Need.code)).one()
    assert purchaser.get(f"/my/{code}/needs/{need}").status_code == 404
    for action in ("", "/retire", "/restore", "/category"):
        assert purchaser.post(f"/my/{code}/needs/{need}{action}", data={"name": "x"}).status_code == 404
    assert db.session.scalars(sa.select(Need.name)).all() == ["Belanja suvenir"]


def test_each_side_has_its_own_pages(maker: FlaskClient, purchaser: FlaskClient, code: str) -> None:
    assert maker.get(f"/my/{code}/needs").status_code == 404
    assert purchaser.get(f"/my/{code}/products").status_code == 404


def test_staff_reach_only_entries_of_their_event(
    world: World, organizer: FlaskClient, exhibitor: int, code: str
) -> None:
    elsewhere = world.participation(world.event(), Side.EXHIBITOR)
    entry, other = (db.session.get_one(Participation, i).code for i in (exhibitor, elsewhere))
    assert organizer.get(f"/manage/{code}/entries/{entry}/products").status_code == 200
    assert organizer.get(f"/manage/{code}/entries/{other}/products").status_code == 404
    assert organizer.get(f"/manage/{code}/entries/{entry}/needs").status_code == 404


# The buyer


def test_a_buyer_writes_a_need_and_settles_its_category(purchaser: FlaskClient, buyer: int, code: str) -> None:
    assert "No needs yet" in body(purchaser, f"/my/{code}/needs")
    data = {"name": "Alat Tulis Kantor", "item_text": "Tas, Pulpen, Buku Agenda", "budget_ceiling": "9,9 jt"}
    assert purchaser.post(f"/my/{code}/needs/new", data=data).status_code == 303
    page = body(purchaser, f"/my/{code}/needs")
    assert "Fits Seminar kits: “tas, pulpen” among the items" in page or "Fits Seminar kits: “buku agenda”" in page
    need = db.session.scalars(sa.select(Need)).one()
    purchaser.post(f"/my/{code}/needs/{need.code}/category", data={"category_id": "seminar_kit"})
    need = db.session.scalars(sa.select(Need)).one()
    assert (need.category_id, need.budget_ceiling, need.item_text) == (
        "seminar_kit", 9_900_000, "Tas, Pulpen, Buku Agenda",
    )  # fmt: skip


def test_a_wrong_need_is_shown_again(purchaser: FlaskClient, code: str) -> None:
    answer = english(purchaser).post(f"/my/{code}/needs/new", data={"name": "Suvenir", "rup_code": "12"})
    assert answer.status_code == 422
    assert "A RUP code has 8 digits" in answer.get_data(as_text=True)


def test_categories_are_ticked(purchaser: FlaskClient, code: str) -> None:
    purchaser.post(f"/my/{code}/needs/categories", data={"categories": ["tapis", "souvenir"]})
    page = body(purchaser, f"/my/{code}/needs")
    assert re.findall(r'checked[^>]*value="(\w+)"|value="(\w+)"[^>]*checked', page)


# What is missing


def test_the_list_for_people_and_the_condition_for_lists_say_the_same(world: World, event_id: int) -> None:
    from matchmaking.catalogue.queries.missing import missing_condition, missing_items
    from matchmaking.registration.models import Organization

    bare, complete, food, empty = (world.participation(event_id, Side.EXHIBITOR) for _n in range(4))
    add_product(bare)
    add_product(complete, **COMPLETE)
    add_product(food, **{**COMPLETE, "category_id": "processed_food", "shelf_life_days": "30"})
    nothing, ticked, unsorted = (world.participation(event_id, Side.BUYER) for _n in range(3))
    add_need(ticked, category_id="souvenir")
    add_need(unsorted)
    ids = [bare, complete, food, empty, nothing, ticked, unsorted]
    wanting = [bare, empty, nothing, unsorted]
    assert sorted(missing_items(ids)) == wanting
    statement = sa.select(Participation.id).join(Organization).where(missing_condition()).order_by(Participation.id)
    assert db.session.scalars(statement).all() == wanting


# The organiser


def test_the_organiser_filters_products_and_needs(
    organizer: FlaskClient, exhibitor: int, buyer: int, code: str
) -> None:
    add_product(exhibitor, **COMPLETE)
    add_product(exhibitor, name="Keripik 100%", category_id="processed_food")
    add_need(buyer, category_id="souvenir")
    add_need(buyer, name="Rapat")
    everything = body(organizer, f"/manage/{code}/catalogue")
    assert "Food without a halal certificate." in everything
    only = body(organizer, f"/manage/{code}/catalogue?category=tapis")
    assert ("Selendang tapis" in only, "Keripik" in only) == (True, False)
    assert "Keripik" in body(organizer, f"/manage/{code}/catalogue?q=100%25")
    assert "Nothing fits" in body(organizer, f"/manage/{code}/catalogue?q=_______")
    assert "Nothing fits" in body(organizer, f"/manage/{code}/catalogue?regency=18.01")
    page = body(organizer, f"/manage/{code}/catalogue/needs?category=none")
    assert ("Rapat" in page, "Belanja suvenir" in page) == (True, False)


def test_a_leader_reads_and_changes_nothing(world: World, event_id: int, exhibitor: int, code: str) -> None:
    add_product(exhibitor)
    leader = world.client(world.user(roles={event_id: Role.LEADER}))
    page = body(leader, f"/manage/{code}/catalogue")
    assert "Selendang tapis" in page
    assert "/entries/" not in page


def test_categories_are_added_and_edited(organizer: FlaskClient, code: str) -> None:
    fields = {
        "name_id": "Kerajinan Bambu",
        "name_en": "Bamboo",
        "keywords": "bambu\nanyaman",
        "industry_codes": "16291",
    }
    assert organizer.post(f"/manage/{code}/catalogue/categories/new", data=fields).status_code == 303
    row = db.session.get_one(Category, "kerajinan_bambu")
    assert (row.position, row.keywords, row.industry_codes) == (6, ["bambu", "anyaman"], ["16291"])
    assert organizer.post(f"/manage/{code}/catalogue/categories/new", data=fields).status_code == 409
    wrong = {**fields, "account_codes": "xyz"}
    assert organizer.post(f"/manage/{code}/catalogue/categories/kerajinan_bambu", data=wrong).status_code == 422
    changed = {**fields, "name_en": "Bamboo craft"}
    assert organizer.post(f"/manage/{code}/catalogue/categories/kerajinan_bambu", data=changed).status_code == 303
    assert "Bamboo craft" in body(organizer, f"/manage/{code}/catalogue/categories")


def test_the_number_of_statements_does_not_grow_with_the_rows(  # noqa: PLR0917 - fixtures
    app: Flask, world: World, organizer: FlaskClient, maker: FlaskClient, event_id: int, exhibitor: int, code: str
) -> None:
    def statements(address: str) -> int:
        seen: list[str] = []

        def note(*given: Any) -> None:
            seen.append(given[2])

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            body(organizer if address.startswith("/manage") else maker, address)
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    def fill(count: int) -> None:
        for n in range(count):
            entry = world.participation(event_id, Side.EXHIBITOR)
            add_product(entry, photo=kept_photo(event_id, width=40, height=30))
            add_product(exhibitor, name=f"Kain {n} {entry}")
            add_need(world.participation(event_id, Side.BUYER), name="Plakat")

    addresses = [
        f"/manage/{code}/catalogue", f"/manage/{code}/catalogue/needs", f"/events/{code}/catalogue",
        f"/my/{code}/products",
    ]  # fmt: skip
    fill(2)
    before = [statements(address) for address in addresses]
    fill(9)
    assert [statements(address) for address in addresses] == before


# The public


def consent(world: World, participation_id: int) -> None:
    world.save(
        Consent(
            participation_id=participation_id, purpose="publish_photo", text_version="1", locale="id",
            given_by="form", given_at=LONG_AGO,
        )
    )  # fmt: skip


def test_the_public_sees_approved_makers_only_and_no_contact(
    world: World, client: FlaskClient, event_id: int, exhibitor: int, code: str
) -> None:
    add_product(exhibitor, **COMPLETE)
    waiting = world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    add_product(waiting, name="Belum disetujui")
    with transaction():
        organization = db.session.get_one(Participation, exhibitor).organization
        organization.phone, organization.email = "+6281200000001", "tapis@contoh.example"
    page = body(client, f"/events/{code}/catalogue")
    assert ("Selendang tapis" in page, "Belum disetujui" in page) == (True, False)
    hidden = next(row.code for row in products() if row.name == "Belum disetujui")
    detail = body(client, f"/events/{code}/catalogue/{products()[0].code}")
    assert "Rp450.000 / lembar" in detail
    assert not re.search("81200000001|contoh.example", page + detail)
    body(client, f"/events/{code}/catalogue/{hidden}", 404)
    assert "Nothing found" in body(client, f"/events/{code}/catalogue?q=traktor")


def test_photos_are_public_only_with_consent(
    world: World, client: FlaskClient, organizer: FlaskClient, event_id: int, exhibitor: int, code: str
) -> None:
    add_product(exhibitor, photo=kept_photo(event_id))
    photo = re.search(rf"/events/{code}/catalogue/photos/\w+", body(organizer, f"/manage/{code}/catalogue"))
    assert photo is not None
    assert "photos/" not in body(client, f"/events/{code}/catalogue")
    assert sent(client, photo.group()) == 404
    consent(world, exhibitor)
    page = body(client, f"/events/{code}/catalogue")
    assert photo.group() in page
    assert 'loading="lazy"' in page
    assert sent(client, photo.group()) == 200
    with transaction():
        db.session.execute(sa.update(Consent).values(withdrawn_at=LONG_AGO))
    assert sent(client, photo.group()) == 404


def test_other_participants_see_photos_of_approved_makers_only(
    world: World, purchaser: FlaskClient, event_id: int, exhibitor: int, code: str
) -> None:
    add_product(exhibitor, photo=kept_photo(event_id))
    from matchmaking.catalogue.queries.products import file_codes

    address = f"/events/{code}/catalogue/photos/{file_codes([products()[0].thumbnail_file_id or 0]).popitem()[1]}"
    assert sent(purchaser, address) == 200
    with transaction():
        db.session.get_one(Participation, exhibitor).state = ParticipationState.SUBMITTED
    assert sent(purchaser, address) == 404
    stranger = world.client(world.user())
    assert sent(stranger, address) == 404


@pytest.mark.parametrize("change", [{"is_catalogue_public": False}, {"state": EventState.DRAFT}])
def test_a_closed_catalogue_is_not_found(
    client: FlaskClient, event_id: int, exhibitor: int, code: str, change: dict[str, Any]
) -> None:
    add_product(exhibitor)
    with transaction():
        for name, value in change.items():
            setattr(db.session.get_one(Event, event_id), name, value)
    body(client, f"/events/{code}/catalogue", 404)
    body(client, f"/events/{code}/catalogue/{products()[0].code}", 404)
