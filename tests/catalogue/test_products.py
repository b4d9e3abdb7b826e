"""Products: each rule both ways, photos, retirement, and what two people do at once."""

from __future__ import annotations

import threading
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.actor import SYSTEM
from matchmaking.catalogue.models import LocalContentStatus, ParticipationCategory, Product
from matchmaking.catalogue.queries.products import products_of
from matchmaking.catalogue.services import products as service
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.registration import hooks
from matchmaking.registration.models import EntryRevision, Organization, Participation, Side
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.transactions import transaction
from tests.catalogue.builders import CERTIFIED, add_product, details, kept_photo
from tests.world import BOTH, LONG_AGO, World


@pytest.fixture
def exhibitor(world: World) -> int:
    return world.participation(world.event(), Side.EXHIBITOR)


def organization_of(participation_id: int) -> int:
    return db.session.get_one(Participation, participation_id).organization_id


def refusals(participation_id: int, **changes: str) -> dict[str, Any]:
    with force_locale("en"), pytest.raises(InvalidInput) as refusal, transaction():
        service.create_product(SYSTEM, participation_id, details(**changes))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 0
    return {name: str(sentence) for name, sentence in refusal.value.fields.items()}


def test_a_product_needs_only_name_category_and_price(exhibitor: int) -> None:
    product = db.session.get_one(Product, add_product(exhibitor, price="Rp 450.000,-"))
    assert (product.name, product.category_id, product.price) == ("Selendang tapis", "tapis", 450_000)
    assert (product.unit, product.is_tax_included, product.local_content_percent) == ("", None, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"category_id": ""}, "category_id"),
        ({"category_id": "mobil"}, "category_id"),
        ({"price": ""}, "price"),
        ({"price": "0"}, "price"),
        ({"price": "murah"}, "price"),
        ({"unit": "x" * 31}, "unit"),
        ({"monthly_capacity": "0"}, "monthly_capacity"),
        ({"monthly_capacity": "banyak"}, "monthly_capacity"),
        ({"min_order": "0"}, "min_order"),
        ({"lead_time_days": "731"}, "lead_time_days"),
        ({"is_tax_included": "entah"}, "is_tax_included"),
        ({"shelf_life_days": "0"}, "shelf_life_days"),
        ({"catalog_reference": "javascript:alert(1)"}, "catalog_reference"),
        ({"catalog_listing_status": "terbang"}, "catalog_listing_status"),
        ({"catalog_checked_on": "2099-01-01"}, "catalog_checked_on"),
        ({"company_benefit_percent": "5"}, "company_benefit_percent"),
        ({"local_content_percent": "40"}, "local_content_percent"),
        ({"local_content_status": "in_process", "local_content_percent": "40"}, "local_content_percent"),
        ({"local_content_status": "certified"}, "local_content_percent"),
        ({**CERTIFIED, "local_content_percent": "100,5"}, "local_content_percent"),
        ({**CERTIFIED, "company_benefit_percent": "15,5"}, "company_benefit_percent"),
        ({**CERTIFIED, "local_content_issued_on": "2020-01-02", "local_content_expires_on": "2020-01-01"},
         "local_content_expires_on"),
        ({**CERTIFIED, "local_content_kind": "sendiri"}, "local_content_kind"),
    ],
)  # fmt: skip
def test_what_breaks_a_rule_is_refused_at_its_field(exhibitor: int, changes: dict[str, str], field: str) -> None:
    assert set(refusals(exhibitor, **changes)) == {field}


def test_everything_that_is_wrong_is_said_at_once(exhibitor: int) -> None:
    assert set(refusals(exhibitor, name="", price="x", unit="x" * 31)) == {"name", "price", "unit"}


def test_a_certificate_of_zero_is_not_no_certificate(exhibitor: int) -> None:
    zero = add_product(exhibitor, **{**CERTIFIED, "local_content_percent": "0", "company_benefit_percent": ""})
    none = add_product(exhibitor, name="Peci tapis")
    rows = {row.id: row for row in products_of(organization_of(exhibitor))}
    assert (rows[zero].local_content_status, rows[zero].local_content_percent) == (
        LocalContentStatus.CERTIFIED,
        Decimal(0),
    )
    assert (rows[none].local_content_status, rows[none].local_content_percent) == (LocalContentStatus.NONE, None)


def test_the_limits_of_each_figure_are_taken(exhibitor: int) -> None:
    product_id = add_product(
        exhibitor,
        **{**CERTIFIED, "local_content_percent": "100", "company_benefit_percent": "15"},
        lead_time_days="0",
        min_order="1.000",
    )
    product = db.session.get_one(Product, product_id)
    assert (product.local_content_percent, product.company_benefit_percent) == (Decimal(100), Decimal(15))
    assert (product.lead_time_days, product.min_order) == (0, 1000)


def test_a_name_stands_once_in_an_organisation(world: World, exhibitor: int) -> None:
    add_product(exhibitor)
    with pytest.raises(InvalidInput) as refusal, transaction():
        service.create_product(SYSTEM, exhibitor, details(name="SELENDANG  Tapis."))
    assert set(refusal.value.fields) == {"name"}
    other = world.participation(db.session.get_one(Participation, exhibitor).event_id, Side.EXHIBITOR)
    assert add_product(other)


def test_an_edit_says_what_changed_and_a_second_one_nothing(exhibitor: int) -> None:
    product_id = add_product(exhibitor)
    event_id = db.session.get_one(Participation, exhibitor).event_id
    changed = details(price="500000", unit="lembar")
    with transaction():
        assert sorted(service.edit_product(SYSTEM, product_id, changed, event_id=event_id)) == ["price", "unit"]
    with transaction():
        assert service.edit_product(SYSTEM, product_id, changed, event_id=event_id) == []


def test_retiring_keeps_the_row_and_frees_the_name(exhibitor: int) -> None:
    product_id = add_product(exhibitor)
    event_id = db.session.get_one(Participation, exhibitor).event_id
    for _again in range(2):
        with transaction():
            service.retire_product(SYSTEM, product_id, event_id=event_id)
    assert products_of(organization_of(exhibitor)) == []
    second = add_product(exhibitor)
    with pytest.raises(InvalidInput), transaction():
        service.restore_product(SYSTEM, product_id, event_id=event_id)
    with transaction():
        service.retire_product(SYSTEM, second, event_id=event_id)
    with transaction():
        service.restore_product(SYSTEM, product_id, event_id=event_id)
    assert [row.id for row in products_of(organization_of(exhibitor))] == [product_id]


def test_a_product_of_another_organisation_is_not_found(world: World, exhibitor: int) -> None:
    product = db.session.get_one(Product, add_product(exhibitor))
    other = world.participation(db.session.get_one(Participation, exhibitor).event_id, Side.EXHIBITOR)
    assert service.product_of(organization_of(exhibitor), product.code).id == product.id
    with pytest.raises(NotFound):
        service.product_of(organization_of(other), product.code)


def test_the_entrys_categories_follow_its_products(exhibitor: int) -> None:
    def kept() -> set[str]:
        rows = sa.select(ParticipationCategory.category_id).where(ParticipationCategory.participation_id == exhibitor)
        return set(db.session.scalars(rows))

    first = add_product(exhibitor)
    add_product(exhibitor, name="Plakat", category_id="souvenir")
    assert kept() == {"tapis", "souvenir"}
    with transaction():
        service.retire_product(SYSTEM, first, event_id=1)
    assert kept() == {"souvenir"}


def test_a_photo_is_kept_with_a_thumbnail_and_replaced_whole(exhibitor: int) -> None:
    event_id = db.session.get_one(Participation, exhibitor).event_id
    product_id = add_product(exhibitor, photo=kept_photo(event_id, width=2000, height=1000))
    product = db.session.get_one(Product, product_id)
    photo, small = (db.session.get_one(StoredFile, i) for i in (product.photo_file_id, product.thumbnail_file_id))
    assert ((photo.width, photo.height), (small.width, small.height)) == ((1600, 800), (480, 240))
    assert {photo.access, small.access} == {"private"}
    paths = [path_of(photo.code), path_of(small.code)]
    with transaction():
        changed = service.edit_product(
            SYSTEM, product_id, details(), event_id=event_id, photo_code=kept_photo_now(event_id)
        )
    assert changed == ["photo"]
    assert [path.exists() for path in paths] == [False, False]
    with transaction():
        service.edit_product(SYSTEM, product_id, details(), event_id=event_id, is_photo_removed=True)
    assert db.session.get_one(Product, product_id).photo_file_id is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def kept_photo_now(event_id: int) -> str:
    from matchmaking.registration.services.uploads import keep_upload
    from tests.catalogue.builders import picture

    return keep_upload(event_id, picture(), "foto.jpg").code


def test_products_of_an_unconfirmed_claim_stay_out_of_sight(world: World, exhibitor: int) -> None:
    """Somebody registered with a known NIB: what they enter shows only when the organiser has approved them."""
    add_product(exhibitor)
    organization_id = organization_of(exhibitor)
    entry = Participation(
        code="KLAIM", event_id=world.event(), organization_id=organization_id, side=Side.EXHIBITOR,
        state="submitted", submitted_at=LONG_AGO,
    )  # fmt: skip
    world.save(entry)
    claim = entry.id
    world.save(
        EntryRevision(participation_id=claim, at=LONG_AGO, by_kind="claim", state="pending", changes=[], seen_at=None)
    )
    add_product(claim, name="Kopiah")
    twin = add_product(claim)
    assert [row.name for row in products_of(organization_id)] == ["Selendang tapis"]
    assert [row.name for row in products_of(organization_id, pending_for=claim)] == ["Kopiah", "Selendang tapis"]
    with transaction():
        hooks.participation_approved(SYSTEM, claim)
    assert [row.name for row in products_of(organization_id)] == ["Selendang tapis", "Kopiah"]
    assert db.session.get_one(Product, twin).retired_at is not None


def test_merged_organisations_share_their_products_once(world: World, exhibitor: int) -> None:
    other = world.participation(db.session.get_one(Participation, exhibitor).event_id, Side.EXHIBITOR)
    add_product(exhibitor)
    add_product(other)
    add_product(other, name="Peci tapis")
    kept, gone = organization_of(exhibitor), organization_of(other)
    with transaction():
        hooks.organizations_merged(SYSTEM, kept, gone)
    assert [row.name for row in products_of(kept)] == ["Selendang tapis", "Peci tapis"]
    assert products_of(gone) == []


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_at_once_add_one_name_once(app: Flask, world: World) -> None:
    entry = world.participation(world.event(), Side.EXHIBITOR)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def add() -> None:
        with app.app_context():
            start.wait()
            try:
                add_product(entry)
                outcomes.append("stored")
            except InvalidInput as refusal:
                outcomes.append(",".join(refusal.fields))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=add) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["name", "name", "name", "stored"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Product)) == 1


def test_the_database_itself_refuses_two_of_one_name(world: World, exhibitor: int) -> None:
    add_product(exhibitor)
    twin = Product(
        code="KEMBAR", organization_id=organization_of(exhibitor), category_id="tapis", name="Selendang Tapis",
        price=1, created_at=LONG_AGO, updated_at=LONG_AGO,
    )  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        world.save(twin)


def test_a_name_key_fits_its_organisation(world: World, exhibitor: int) -> None:
    """Rows written by others (demo, tests) get their key by themselves."""
    organization = db.session.get_one(Organization, organization_of(exhibitor))
    row = Product(
        code="LAIN", organization_id=organization.id, category_id="tapis", name="Kain — Tápis!", price=1,
        created_at=LONG_AGO, updated_at=LONG_AGO,
    )  # fmt: skip
    assert db.session.get_one(Product, world.save(row)).name_key == "kain tapis"
