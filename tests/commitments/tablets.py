"""A tablet as the server sees it: enrolled, with numbers of its own, freezing and signing contents by itself."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.commitments.canonical import (
    CanonicalLine,
    CanonicalParty,
    CanonicalRecord,
    CanonicalSource,
    canonical_form,
    content_hash,
)
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.numbers import render_number
from matchmaking.commitments.services import tablet_data
from matchmaking.commitments.services.settings import settings_of
from matchmaking.commitments.signed_record import RECORD_1, record_hash
from matchmaking.commitments.texts import LOCKED_TEXT
from matchmaking.events.models import DeviceKind, Event
from matchmaking.events.services.devices import add_device, enrol_device, revoke_device
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal

STROKES = json.dumps([[[100 + 20 * n, 100 + (n % 5) * 10, 16 * n, 0.5] for n in range(30)]])
SIGNERS = {
    "buyer": ("Pejabat Contoh", "Kepala Bagian Umum", "commitment_officer"),
    "exhibitor": ("Pengrajin Contoh", "Pemilik", "owner"),
}


@dataclass
class Tablet:
    """One enrolled tablet of a deal's event."""

    deal: Deal
    client: FlaskClient
    device_id: int
    secret: str
    code: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        return self.client.get("/tablet/state").get_json()

    def fetch_numbers(self, **given: Any) -> dict[str, Any]:
        body = {"format": "temu-bisnis-numbers/1", "wanted": 20, "blocks": self.blocks, **given}
        answer = self.client.post("/tablet/numbers", json=body).get_json()
        known = {block["code"]: block for block in self.blocks}
        self.blocks = [
            {**block, "next": known.get(block["code"], block).get("next", block["first"])}
            for block in answer["number_blocks"]
        ]
        return answer

    def number(self) -> tuple[str, int]:
        block = next(block for block in self.blocks if block["next"] <= block["last"])
        block["next"] += 1
        return block["code"], block["next"] - 1

    def form(self, **given: Any) -> dict[str, Any]:
        """A frozen content of the deal's two, without a number."""
        values: dict[str, Any] = {
            "record_id": str(uuid4()),
            "event": self.deal.code,
            "number": "",
            "made_on": clock.today().isoformat(),
            "place": "Aula",
            "fiscal_year": clock.today().year,
            "valid_until": f"{clock.today().year}-12-31",
            "buyer": party(self.deal.buyer_id),
            "exhibitor": party(self.deal.maker_id),
            "lines": (CanonicalLine("Selendang tapis", "", 25_000, "helai", 450_000),),
            "tax_mode": "included",
            "tax_rate_hundredths": 1100,
            "source": CanonicalSource(method="e_purchasing", month=12),
            "clauses": ("Pernyataan.", LOCKED_TEXT),
            **given,
        }
        return canonical_form(CanonicalRecord(**values))

    def record(self, *parties: str, **given: Any) -> dict[str, Any]:
        """A record signed by these parties (both where none is named), with the tablet's next number."""
        block, serial = self.number()
        pattern = settings_of(self.deal.event_id).number_pattern
        number = render_number(pattern, serial, clock.today(), self.deal.code)
        form = self.form(**{"number": number, **given})
        return self.of_content(form, *parties, block=block, serial=str(serial))

    def of_content(self, form: dict[str, Any], *parties: str, block: str = "", serial: str = "") -> dict[str, Any]:
        """A record of a content that exists."""
        now = clock.now().isoformat()
        return {
            "format": RECORD_1,
            "record_id": form["record_id"],
            "tablet": self.code,
            "content": form,
            "content_hash": content_hash(form),
            "number_block": block,
            "serial": serial,
            "template_version": "0",
            "refs": {"meeting": "", "need": "", "products": []},
            "warnings": [],
            "signatures": [signature(kind, form) for kind in parties or ("buyer", "exhibitor")],
            "events": [{"kind": "begun", "party": "", "device_time": now}],
            "offset_seconds": "",
            "app_version": "1",
        }

    def send(self, *records: dict[str, Any], **given: Any) -> list[dict[str, Any]]:
        """Sync; return the items of the answer."""
        return self.answer(*records, **given)["items"]

    def answer(self, *records: dict[str, Any], **given: Any) -> dict[str, Any]:
        body = {
            "format": "temu-bisnis-sync/1",
            "device_time": clock.now().isoformat(),
            "unsent": len(records),
            "app_version": "1",
            "records": [{"record": record, "record_hash": record_hash(record)} for record in records],
            **given,
        }
        response = self.client.post("/tablet/sync", json=body)
        assert response.status_code == 200, response.text
        return response.get_json()

    def shut_out(self) -> None:
        with transaction():
            revoke_device(self.deal.actor, self.deal.event_id, self.device_id)


def signature(kind: str, form: dict[str, Any], **given: str) -> dict[str, str]:
    name, office, role = SIGNERS[kind]
    return {
        "key": uuid4().hex, "party": kind, "name": name, "office": office, "role": role, "content_hash": content_hash(form),
        "strokes": STROKES, "device_time": clock.now().isoformat(), **given,
    }  # fmt: skip


def party(participation_id: int) -> CanonicalParty:
    row = db.session.get_one(Participation, participation_id)
    return CanonicalParty(row.code, row.organization.legal_name)


def enrolled(deal: Deal, name: str = "Tablet 1", kind: DeviceKind = DeviceKind.TABLET) -> tuple[int, str]:
    """A device of the event and its secret."""
    with transaction():
        code = add_device(deal.actor, deal.event_id, kind, name)
    with transaction():
        return code.device_id, enrol_device(code.code).token


def make_tablet(deal: Deal, name: str = "Tablet 1") -> Tablet:
    """An enrolled tablet with twenty numbers."""
    device_id, secret = enrolled(deal, name)
    client = deal.world.app.test_client()
    client.set_cookie("device", secret)
    tablet = Tablet(deal, client, device_id, secret)
    tablet.code = tablet.state()["tablet"]
    tablet.fetch_numbers()
    return tablet


def changed(record: dict[str, Any], **given: Any) -> dict[str, Any]:
    """The same record with other fields."""
    return {**copy.deepcopy(record), **given}


def witness(**given: str) -> dict[str, str]:
    """What a tablet sends of somebody who witnessed."""
    moment = clock.now().isoformat()
    return {
        "name": "Saksi Contoh", "office": "Kepala Dinas", "key": uuid4().hex, "strokes": STROKES, "device_time": moment, **given,
    }  # fmt: skip


def only() -> Commitment:
    """The one commitment there is."""
    db.session.rollback()
    return db.session.scalars(sa.select(Commitment)).one()


#: The product's own, for tests that count what it reads or race it; in all others `conftest.py` looks at what it keeps.
event_data = tablet_data._event_data


def nothing_stale(event_id: int) -> tablet_data._Kept:
    """Stand in for the product's function: what it has kept must be what would be made now."""
    kept = event_data(event_id)
    db.session.expire_all()
    assert kept.data == tablet_data._make(db.session.get_one(Event, event_id))
    return kept
