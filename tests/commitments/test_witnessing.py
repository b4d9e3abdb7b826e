"""The witness: many in one go, a record under each, and the seal waits for it where the event says so."""

from __future__ import annotations

import io
import json
import re

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from matchmaking.commitments.guard import FrozenContent
from matchmaking.commitments.models import CommitmentSettings
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.queries.sealing import SealState, paper_status, unsealed_counts
from matchmaking.commitments.services.witnessing import WitnessOutcome, WitnessRequest, witness_commitments
from matchmaking.errors import InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.test_sealing import file_of
from tests.threads import at_once
from tests.world import BOTH, World

DRAWN = json.dumps([[[20 + n * 40, 100 + (n % 3) * 60, n * 16, 0.5] for n in range(12)]])
KEY, OTHER_KEY = "a" * 32, "b" * 32


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        db.session.get_one(Event, made.event_id).public_address = "https://temu.example"
        db.session.merge(
            CommitmentSettings(
                event_id=made.event_id, number_pattern="{nomor}/{tahun}", has_screen_witness=True, witness_name="Kepala Contoh",
                witness_office="Kepala Dinas",
            )
        )  # fmt: skip
    return made


def witness(deal: Deal, *codes: str, **given: object) -> WitnessOutcome:
    values = {"key": KEY, "name": "Saksi Pengganti", "office": "Sekretaris Dinas", "strokes": DRAWN, **given}
    with transaction():
        return witness_commitments(deal.actor, WitnessRequest(deal.event_id, codes, **values))  # type: ignore[arg-type]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_one_drawing_stands_under_each_and_seals_them(deal: Deal) -> None:
    codes = [deal.signed() for _ in range(3)]
    assert deal.world.run_jobs() == 0
    assert unsealed_counts(deal.event_id) == (0, 3)
    assert witness(deal, *codes[:2]) == WitnessOutcome(2, 0)
    deal.world.run_jobs()
    states = [paper_status(deal.row(code).id).state for code in codes]
    assert states == [SealState.SEALED, SealState.SEALED, SealState.WITNESS]
    rows = db.session.scalars(sa.select(WitnessSignature).order_by(WitnessSignature.id)).all()
    assert [(row.name, row.content_hash) for row in rows] == [
        ("Saksi Pengganti", deal.row(code).content_hash) for code in sorted(codes[:2])
    ]
    text = " ".join(" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(file_of(deal, codes[0]))).pages)
    for words in (
        "Mengetahui/Saksi Sekretaris Dinas Saksi Pengganti",
        "Disaksikan di layar pada",
        "Saksi: Saksi Pengganti, Sekretaris Dinas",
    ):
        assert words in text, words
    assert "Kepala Contoh" not in text


def test_the_same_drawing_sent_again_changes_nothing_and_another_is_passed_over(deal: Deal) -> None:
    code = deal.signed()
    assert witness(deal, code) == witness(deal, code) == WitnessOutcome(1, 0)
    assert witness(deal, code, key=OTHER_KEY, name="Orang Lain") == WitnessOutcome(0, 1)
    assert db.session.scalars(sa.select(WitnessSignature.name)).all() == ["Saksi Pengganti"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_witnesses_at_once_leave_one_signature_each(app: Flask, deal: Deal) -> None:
    codes = [deal.signed() for _ in range(3)]
    outcomes = at_once(app, lambda n: witness(deal, *codes, key=(KEY, OTHER_KEY)[n]), 2)
    assert sum(outcome.signed for outcome in outcomes if isinstance(outcome, WitnessOutcome)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WitnessSignature)) == 3


def test_what_is_not_signed_by_both_is_passed_over(deal: Deal) -> None:
    code, signed = deal.agreed(), deal.signed()
    assert witness(deal, code, signed) == WitnessOutcome(1, 1)


@pytest.mark.parametrize(
    ("given", "field"), [({"name": " "}, "name"), ({"strokes": "[]"}, "strokes"), ({"name": "x" * 161}, "name")]
)
def test_what_is_wrong_stands_at_its_field(deal: Deal, given: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        witness(deal, deal.signed(), **given)
    assert list(refusal.value.fields) == [field]


def test_nothing_chosen_unknown_or_switched_off_is_refused(deal: Deal) -> None:
    code = deal.signed()
    with pytest.raises(InvalidInput):
        witness(deal)
    with pytest.raises(NotFound):
        witness(deal, code, "Z" * 20)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(WitnessSignature)) == 0
    with transaction():
        db.session.get_one(CommitmentSettings, deal.event_id).has_screen_witness = False
    with pytest.raises(NotAllowed):
        witness(deal, code)


def test_a_witness_signature_is_never_edited(deal: Deal) -> None:
    witness(deal, deal.signed())
    with pytest.raises(FrozenContent), transaction():
        db.session.scalars(sa.select(WitnessSignature)).one().name = "Orang Lain"


def test_staff_may_seal_without_the_witness(deal: Deal) -> None:
    code = deal.signed()
    browser = deal.world.client(deal.actor.user_id)
    browser.set_cookie("language", "en")
    page = browser.get(f"/manage/{deal.code}/commitments/{code}").get_data(as_text=True)
    assert "Seal without the witness" in page
    assert browser.post(f"/manage/{deal.code}/commitments/{code}/seal").status_code == 303
    assert deal.world.run_jobs() == 0
    browser.post(f"/manage/{deal.code}/commitments/{code}/seal", data={"without_witness": "1"})
    deal.world.run_jobs()
    assert paper_status(deal.row(code).id).state is SealState.SEALED


def test_the_page_ticks_what_waits_and_forgets_the_drawing_when_it_is_stored(deal: Deal) -> None:
    first, second = deal.signed(), deal.signed()
    browser = deal.world.client(deal.actor.user_id)
    browser.set_cookie("language", "en")
    address = f"/sign/{deal.code}/witness"
    page = browser.get(address).get_data(as_text=True)
    assert len(re.findall(r'name="codes" value="[0-9A-Z]{20}" checked', page)) == 2
    assert 'value="Kepala Contoh"' in page
    assert "Witness: 2 commitments wait" in browser.get(f"/sign/{deal.code}").get_data(as_text=True)
    refused = browser.post(address, data={"codes": [first], "name": "Saksi", "signature_key": KEY, "strokes": "[]"})
    assert refused.status_code == 422
    kept = refused.get_data(as_text=True)
    assert re.findall(r'value="([0-9A-Z]{20})" checked', kept) == [first]
    done = browser.post(
        address, data={"codes": [first, second], "name": "Saksi", "signature_key": KEY, "strokes": DRAWN}
    )
    assert (done.status_code, done.headers["Location"]) == (303, f"{address}?done=2&passed=0")
    assert 'data-sign-done="witness"' in browser.get(done.headers["Location"]).get_data(as_text=True)
