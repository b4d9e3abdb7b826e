"""Readiness: each finding appears when it should, and is gone when it is settled."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from matchmaking.catalogue.models import Certificate, ListingStatus, LocalContentStatus, Product
from matchmaking.catalogue.queries.products import readiness_of
from matchmaking.catalogue.readiness import counted_local_content, counted_total, readiness
from matchmaking.registration.models import Side
from tests.catalogue.builders import COMPLETE, add_product
from tests.world import World

TODAY = date(2026, 11, 21)
CERTIFIED: dict[str, Any] = {
    "local_content_status": LocalContentStatus.CERTIFIED,
    "local_content_percent": Decimal(40),
    "company_benefit_percent": Decimal(5),
    "local_content_number": "TKDN-0001",
    "local_content_expires_on": date(2027, 12, 31),
}


def product(**values: Any) -> Product:
    given: dict[str, Any] = {
        "category_id": "tapis", "name": "Kain", "unit": "lembar", "price": 1, "is_tax_included": True,
        "monthly_capacity": 5, "lead_time_days": 7, "photo_file_id": 1, "is_pure_packing": False,
        "shelf_life_days": None, "catalog_version": "6", "catalog_reference": "https://katalog.example/1",
        "catalog_listing_status": ListingStatus.LISTED, "catalog_checked_on": TODAY, "local_content_kind": "lvi",
        **CERTIFIED, **values,
    }  # fmt: skip
    return Product(**given)


def food(**values: Any) -> Product:
    return product(category_id="processed_food", **{"shelf_life_days": 30, **values})


def certificate(kind: str, number: str = "X1", expires_on: date | None = None) -> Certificate:
    return Certificate(kind=kind, number=number, expires_on=expires_on, created_at=datetime.now().astimezone())


def found(row: Product, *certificates: Certificate, **codes: Any) -> list[tuple[str, str]]:
    return [(flag.code, flag.severity) for flag in readiness(row, certificates, TODAY, **codes)]


def test_a_product_with_everything_has_no_findings(app: Flask) -> None:
    assert found(product()) == []
    assert found(food(), certificate("halal"), certificate("home_food_permit", "P-IRT 2103571010012-28")) == []


@pytest.mark.parametrize(
    ("values", "finding"),
    [
        ({"unit": ""}, ("no_unit", "warning")),
        ({"is_tax_included": None}, ("no_tax_answer", "warning")),
        ({"monthly_capacity": None}, ("no_capacity", "warning")),
        ({"lead_time_days": None}, ("no_lead_time", "warning")),
        ({"photo_file_id": None}, ("no_photo", "info")),
        ({"is_pure_packing": True}, ("pure_packing", "warning")),
        ({"local_content_kind": "ik_old", "local_content_percent": Decimal("40.01")},
         ("old_certificate_above_40", "warning")),
        ({"local_content_expires_on": date(2026, 11, 20)}, ("local_content_expired", "warning")),
        ({"local_content_expires_on": date(2026, 12, 1)}, ("local_content_ends_soon", "info")),
        ({"local_content_number": ""}, ("local_content_incomplete", "warning")),
        ({"local_content_status": LocalContentStatus.NONE, "local_content_percent": None,
          "company_benefit_percent": None}, ("no_local_content", "info")),
        ({"catalog_listing_status": ListingStatus.IN_PROCESS}, ("not_listed", "info")),
        ({"catalog_reference": ""}, ("listing_without_address", "warning")),
        ({"catalog_version": "5"}, ("old_catalog", "warning")),
        ({"catalog_checked_on": date(2026, 8, 1)}, ("listing_unchecked", "info")),
    ],
)  # fmt: skip
def test_each_gap_is_found_alone(app: Flask, values: dict[str, Any], finding: tuple[str, str]) -> None:
    assert found(product(**values)) == [finding]


@pytest.mark.parametrize(
    "values",
    [
        {"local_content_kind": "ik_old", "local_content_percent": Decimal(40)},
        {"local_content_kind": "ik_35_2025", "local_content_percent": Decimal(55)},
        {"local_content_expires_on": date(2027, 1, 1)},
        {"local_content_percent": Decimal(0)},
        {"shelf_life_days": None},
    ],
)
def test_what_keeps_the_rules_is_not_flagged(app: Flask, values: dict[str, Any]) -> None:
    assert found(product(**values)) == []


def test_food_duties(app: Flask) -> None:
    halal = certificate("halal")
    assert found(food()) == [("no_halal", "red"), ("no_food_permit", "red")]
    assert found(food(), halal) == [("no_food_permit", "red")]
    assert found(food(), halal, certificate("marketing_permit")) == []
    assert found(food(shelf_life_days=7), halal) == []
    assert found(food(shelf_life_days=8), halal) == [("no_food_permit", "red")]
    assert found(food(shelf_life_days=None), halal) == [("no_shelf_life", "warning")]


def test_expired_certificates_are_shown_and_not_counted(app: Flask) -> None:
    expired = certificate("halal", expires_on=date(2026, 11, 20))
    assert found(food(shelf_life_days=5), expired) == [("no_halal", "red"), ("certificate_expired", "warning")]
    old_permit = certificate("home_food_permit", "P-IRT 2103571010012-25")
    assert ("no_food_permit", "red") in found(food(), certificate("halal"), old_permit)


def test_a_photo_to_type_in_counts_for_nothing_yet(app: Flask) -> None:
    assert found(food(shelf_life_days=5), certificate("halal", "")) == [
        ("no_halal", "red"),
        ("certificate_to_type", "info"),
    ]


def test_kbli_is_compared_only_when_known(app: Flask) -> None:
    assert found(product(), industry_codes=["13912"], category_codes=["13912", "13122"]) == []
    assert found(product(), industry_codes=[], category_codes=["13912"]) == []
    assert found(product(), industry_codes=["10794"], category_codes=["13912"]) == [
        ("industry_code_mismatch", "warning")
    ]


def test_the_total_is_computed_from_what_counts(app: Flask) -> None:
    assert counted_total(product(), TODAY) == Decimal(45)
    assert counted_total(product(company_benefit_percent=None), TODAY) == Decimal(40)
    assert counted_local_content(product(local_content_percent=Decimal(0)), TODAY) == Decimal(0)
    assert counted_total(product(local_content_expires_on=date(2026, 11, 20)), TODAY) is None
    assert counted_local_content(product(local_content_status=LocalContentStatus.NONE), TODAY) is None


def test_readiness_of_entries_is_read_for_a_whole_list(world: World) -> None:
    event_id = world.event()
    first, second, buyer = (world.participation(event_id, side) for side in (Side.EXHIBITOR,) * 2 + (Side.BUYER,))
    add_product(first, **COMPLETE)
    add_product(first, name="Peci")
    views = readiness_of([first, second, buyer], TODAY)
    assert list(views) == [first]
    assert [[flag.code for flag in view.needed] for view in views[first]] == [
        [],
        ["no_unit", "no_tax_answer", "no_capacity", "no_lead_time"],
    ]
