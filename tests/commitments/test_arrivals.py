"""What came home from a tablet stands in the same tables as what was made here: witness, events, and both clocks on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.commitments.content_labels import field_words, value_words
from matchmaking.commitments.models import Commitment, CommitmentEvent, EventKind
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.queries.arrivals import arrivals_of
from matchmaking.commitments.services.settings import ChangeSettings, change_settings, settings_of
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, Deal
from tests.commitments.tablets import Tablet, only, signature, witness
from tests.commitments.test_tablet_makes import INVITED
from tests.world import BOTH


def kinds() -> list[EventKind]:
    return list(db.session.scalars(sa.select(CommitmentEvent.kind).order_by(CommitmentEvent.id)))


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_the_witness_of_a_tablet_is_the_one_of_the_paper_and_of_the_trail(tablet: Tablet) -> None:
    record = {**tablet.record(), "witness": witness()}
    assert tablet.send(record)[0]["outcome"] == "stored"
    row = db.session.scalars(sa.select(WitnessSignature)).one()
    assert (row.commitment_id, row.batch_key, row.name, row.office, row.device_id) == (
        only().id, record["witness"]["key"], "Saksi Contoh", "Kepala Dinas", tablet.device_id,
    )  # fmt: skip
    assert kinds() == [EventKind.CREATED, EventKind.PROPOSED, EventKind.SIGNED, EventKind.SIGNED, EventKind.WITNESSED]
    assert tablet.send(record)[0]["outcome"] == "duplicate"
    assert len(kinds()) == 5


def test_a_witness_under_what_only_one_has_signed_stays_in_the_record(tablet: Tablet) -> None:
    assert tablet.send({**tablet.record("buyer"), "witness": witness()})[0]["outcome"] == "stored"
    assert db.session.scalars(sa.select(WitnessSignature)).all() == []
    assert EventKind.WITNESSED not in kinds()


@pytest.mark.parametrize("given", [{"name": " "}, {"key": "x"}, {"strokes": "[]"}, {"strokes": "{"}])
def test_a_witness_that_cannot_be_read_is_refused(tablet: Tablet, given: dict[str, str]) -> None:
    [item] = tablet.send({**tablet.record(), "witness": witness(**given)})
    assert (item["outcome"], item["code"]) == ("rejected", "witness")


def test_nobody_who_drew_is_no_witness(tablet: Tablet) -> None:
    empty = {"name": "", "office": "", "key": "", "strokes": "", "device_time": ""}
    assert tablet.send({**tablet.record(), "witness": empty})[0]["outcome"] == "stored"
    assert db.session.scalars(sa.select(WitnessSignature)).all() == []


def test_staff_see_both_clocks_and_how_far_one_was_off(deal: Deal, tablet: Tablet) -> None:
    record = {**tablet.record(), "witness": witness()}
    fast = clock.now() + timedelta(minutes=9)
    tablet.send(record, device_time=fast.isoformat())
    row = only()
    found = arrivals_of(row)
    keys = [part["key"] for part in record["signatures"]]
    assert set(found) == {*keys, record["witness"]["key"], row.record_id, record["content_hash"][:40]}
    assert {arrival.minutes_fast for arrival in found.values()} == {9}
    page = page_of(deal, row)
    assert len(re.findall("menurut jam perangkat", page)) == 7  # two signatures, five events
    assert len(re.findall("jam tablet terlalu cepat 9 menit", page)) == 7
    assert "Ditandatangani saksi" in page


def test_a_second_record_has_its_own_clock(deal: Deal, tablet: Tablet) -> None:
    first = tablet.record("buyer")
    tablet.send(first)
    second = {
        **tablet.of_content(first["content"], "exhibitor"),
        "signatures": [signature("exhibitor", first["content"])],
    }
    tablet.send(second, device_time=(clock.now() - timedelta(minutes=5)).isoformat())
    found = arrivals_of(only())
    assert [found[record["signatures"][0]["key"]].minutes_fast for record in (first, second)] == [0, -5]


def test_a_party_sees_no_clocks(deal: Deal, tablet: Tablet) -> None:
    code = deal.signed()
    assert arrivals_of(deal.row(code)) == {}
    assert "jam perangkat" not in page_of(deal, deal.row(code))


def page_of(deal: Deal, row: Commitment) -> str:
    code = row.code
    client = deal.world.client(deal.world.user(roles={deal.event_id: Role.ORGANIZER}))
    response = client.get(f"/manage/{deal.code}/commitments/{code}")
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("lines 2.quantity", "Product 2: Quantity"), ("buyer.name", "First party (buyer): Name"), ("note", "Note"),
        ("clauses 3", "Clause 3"), ("source.rup_code", "Planned source of the money: RUP code"), ("later.thing", "later: thing"),
    ],
)  # fmt: skip
def test_fields_have_words(app: Any, path: str, words: str) -> None:
    with app.test_request_context("/?lang=en"):
        from flask_babel import force_locale

        with force_locale("en"):
            assert field_words(path) == words
            assert (value_words("source.method", "tender"), value_words("note", "tender")) == ("Tender", "tender")


def test_the_event_says_how_long_a_tablet_keeps_its_data(deal: Deal, tablet: Tablet) -> None:
    assert (settings_of(deal.event_id).wipe_after_hours, tablet.state()["wipe_after_hours"]) == (72, 72)
    for hours in (0, 721):
        with pytest.raises(InvalidInput) as refused, transaction():
            change_settings(deal.actor, deal.event_id, ChangeSettings("{nomor}", wipe_after_hours=hours), 1)
        assert list(refused.value.fields) == ["wipe_after_hours"]
    seen = settings_of(deal.event_id).version
    with transaction():
        change_settings(deal.actor, deal.event_id, ChangeSettings("{nomor}", wipe_after_hours=8), seen)
    assert tablet.state()["wipe_after_hours"] == 8
    assert deal.world.app.test_client().get("/tablet/state").get_json()["wipe_after_hours"] == 72


def test_what_names_no_price_is_called_by_its_kind(deal: Deal, tablet: Tablet) -> None:
    with transaction():
        wanted = ChangeSettings("{nomor}", has_screen_witness=True)
        change_settings(deal.actor, deal.event_id, wanted, settings_of(deal.event_id).version)
    code = deal.signed(replace(DETAILS, method="tender"))
    aside = tablet.record(**{**INVITED, "number": deal.row(code).number})
    assert tablet.send(aside)[0]["outcome"] == "needs_review"
    staff = deal.world.client(deal.world.user(roles={deal.event_id: Role.ORGANIZER}))
    base = f"/manage/{deal.code}/commitments"
    for page in (f"/sign/{deal.code}/witness", f"{base}/seals", f"{base}/review", f"/check/{code}"):
        text = staff.get(page, follow_redirects=True).text
        assert ("Undangan ikut serta" in text, "Rp0" in text) == (True, False), page
