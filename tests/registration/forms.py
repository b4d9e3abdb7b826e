"""The form that somebody sends in, and the status link it leads to."""

from __future__ import annotations

import io
import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from matchmaking.accounts.models import AccessLink
from matchmaking.extensions import db
from matchmaking.registration.models import (
    Participation,
)
from tests.world import World

FORM = {
    "legal_name": "Tapis Contoh Sirih", "regency": "18.71", "delegates-0-name": "Peserta Contoh 07",
    "delegates-0-phone": "081234567890", "consent_registration": "y", "submission_key": "kunci-1",
}  # fmt: skip
CATALOGUE = {"product-name": "Selendang tapis", "product-category_id": "tapis", "product-price": "450.000"}


def photo(size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", size, "maroon").save(content, "JPEG")
    content.seek(0)
    return content


def form(**values: object) -> dict[str, object]:
    return {**FORM, **CATALOGUE, **values}


def address(world: World, event_id: int, rest: str) -> str:
    return f"/events/{world.code_of(event_id)}/{rest}"


def entries() -> list[Participation]:
    return list(db.session.scalars(sa.select(Participation).order_by(Participation.id)))


def text_of(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


def open_entry(world: World, client: FlaskClient, event_id: int, digits: str = "7890") -> tuple[str, int]:
    """Register, open the status link, give the digits; return the entry's address and the answer to the digits."""
    client.post(address(world, event_id, "register/exhibitor"), data=form())
    found = re.search(r"/l/[\w-]{32}", text_of(client.get(address(world, event_id, "registered"))))
    assert found
    client.get(found[0])
    link_id = db.session.scalars(sa.select(AccessLink.id)).one()
    answer = client.post(f"/link/{link_id}/digits", data={"digits": digits})
    return address(world, event_id, f"entry/{entries()[0].code}"), answer.status_code
