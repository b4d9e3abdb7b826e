"""Products, needs and photos for the catalogue's tests."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from matchmaking.actor import SYSTEM
from matchmaking.catalogue.commands import NeedDetails, ProductDetails
from matchmaking.catalogue.services.needs import create_need
from matchmaking.catalogue.services.products import create_product
from matchmaking.registration.services.uploads import keep_upload
from matchmaking.transactions import transaction

TAPIS = {"name": "Selendang tapis", "category_id": "tapis", "price": "450000"}
#: Nothing is missing in it.
COMPLETE = {
    **TAPIS, "unit": "lembar", "is_tax_included": "yes", "monthly_capacity": "40", "lead_time_days": "14",
    "min_order": "1", "description": "Benang emas di atas tenun.",
}  # fmt: skip
CERTIFIED = {
    "local_content_status": "certified", "local_content_percent": "40", "company_benefit_percent": "5",
    "local_content_kind": "lvi", "local_content_number": "TKDN-0001", "local_content_expires_on": "2099-12-31",
}  # fmt: skip


def details(**changes: str) -> ProductDetails:
    return ProductDetails(**{**TAPIS, **changes})


def add_product(participation_id: int, photo: str = "", **changes: str) -> int:
    with transaction():
        return create_product(SYSTEM, participation_id, details(**changes), photo_code=photo).id


def add_need(participation_id: int, **values: str) -> int:
    with transaction():
        return create_need(SYSTEM, participation_id, NeedDetails(**{"name": "Belanja suvenir", **values})).id


def picture(width: int = 900, height: int = 700, kind: str = "JPEG", **save: Any) -> io.BytesIO:
    output = io.BytesIO()
    Image.new("RGB", (width, height), (122, 31, 43)).save(output, kind, **save)
    output.seek(0)
    return output


def kept_photo(event_id: int, **size: int) -> str:
    """The secret code of an uploaded photo that waits for its row."""
    with transaction():
        return keep_upload(event_id, picture(**size), "foto.jpg").code
