"""The pages of a record after signing: what is begun, noted and refused there, and who may."""

from __future__ import annotations

import re

import pytest

from matchmaking.actor import Role
from matchmaking.commitments.models import Commitment, CommitmentState
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.extensions import db
from tests.commitments.browse import own, staff
from tests.commitments.scene import Deal, make_deal, new_key
from tests.world import World


def successors(deal: Deal, code: str) -> list[Commitment]:
    row_id = deal.row(code).id
    return list(db.session.query(Commitment).filter_by(amends_id=row_id).order_by(Commitment.id))


def test_an_addendum_is_begun_with_a_reason_and_opens_its_form(world: World) -> None:
    deal = make_deal(world)
    code, browser = deal.signed(), staff(deal)
    address = f"/manage/{deal.code}/commitments/{code}"
    refused = browser.post(f"{address}/amend", data={"event_key": new_key(), "reason": " "})
    assert refused.status_code == 422
    key = new_key()
    for _twice in range(2):
        answer = browser.post(f"{address}/amend", data={"event_key": key, "reason": "Jumlah berubah."})
        (made,) = successors(deal, code)
        assert (answer.status_code, answer.location) == (303, f"/manage/{deal.code}/commitments/{made.code}/edit")
    assert "Jumlah berubah." in browser.get(answer.location).get_data(as_text=True)


def test_a_party_begins_a_withdrawal_that_both_sign(world: World) -> None:
    deal = make_deal(world)
    code, browser = deal.signed(), own(deal, deal.buyer_id)
    base = f"/my/{deal.code}/commitments"
    answer = browser.post(f"{base}/{code}/take-back", data={"event_key": new_key(), "reason": "Kegiatan ditiadakan."})
    (made,) = successors(deal, code)
    assert (answer.status_code, answer.location, made.state) == (303, f"{base}/{made.code}", CommitmentState.PROPOSED)
    page = browser.get(answer.location).get_data(as_text=True)
    assert str(deal.row(code).number) in page
    assert str(made.number) in browser.get(f"{base}/{code}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("what", "good", "field"),
    [
        ("stamp", {"serial": "AB1234567890", "affixed_by": "Peserta Contoh", "medium": "paper"}, "serial"),
        ("certified", {"party": "buyer", "provider": "bsre", "signer": "Peserta Contoh"}, "signer"),
        ("realization", {"kind": "contract", "number": "K-1", "value": "5.000.000"}, "value"),
    ],
)
def test_a_note_is_stored_and_a_wrong_one_keeps_what_was_typed(
    world: World, what: str, good: dict[str, str], field: str
) -> None:
    deal = make_deal(world)
    code, browser = deal.signed(), staff(deal)
    address = f"/manage/{deal.code}/commitments/{code}/note/{what}"
    assert browser.get(address).status_code == 200
    typed = {name: value for name, value in good.items() if name != field}
    refused = browser.post(address, data={"event_key": new_key(), **typed})
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert f'id="{field}-error"' in page
    for value in typed.values():
        assert f'value="{value}"' in page
    stored = browser.post(address, data={"event_key": new_key(), **good})
    assert (stored.status_code, stored.location) == (303, f"/manage/{deal.code}/commitments/{code}")
    assert browser.get(stored.location).status_code == 200
    assert browser.get(address.replace(what, "nothing")).status_code == 404


@pytest.mark.parametrize(
    ("what", "first", "second"),
    [
        (
            "stamp",
            {"serial": "AB1234567890", "affixed_by": "Peserta Contoh", "medium": "paper"},
            {"serial": "AB1234567891", "affixed_by": "Peserta Contoh", "medium": "paper"},
        ),
        (
            "certified",
            {"party": "buyer", "provider": "bsre", "signer": "Peserta Contoh 01"},
            {"party": "exhibitor", "provider": "bsre", "signer": "Peserta Contoh 02"},
        ),
        (
            "realization",
            {"kind": "contract", "number": "K-1", "value": "5.000.000", "done_on": "2023-05-11"},
            {"kind": "contract", "number": "K-2", "value": "2.000.000", "done_on": "2023-05-11"},
        ),
    ],
)
def test_a_form_that_was_gone_back_to_and_changed_is_told_and_then_kept_as_well(
    world: World, what: str, first: dict[str, str], second: dict[str, str]
) -> None:
    deal = make_deal(world)
    code, browser = deal.signed(), staff(deal)
    address, key = f"/manage/{deal.code}/commitments/{code}/note/{what}", new_key()

    def noted() -> int:
        return len(commitment_view(deal.event_id, code).events) - before

    before = len(commitment_view(deal.event_id, code).events)
    for _sent_twice in range(2):
        assert browser.post(address, data={"event_key": key, **first}).status_code == 303
    told = browser.post(address, data={"event_key": key, **second})
    assert (told.status_code, noted()) == (422, 1)
    page = told.get_data(as_text=True)
    found = re.search(r'name="event_key"[^>]*value="([^"]+)"', page)
    assert found
    assert found[1] != key
    assert browser.post(address, data={"event_key": found[1], **second}).status_code == 303
    assert noted() == 2


def test_a_leader_sees_what_happened_and_begins_nothing(world: World) -> None:
    deal = make_deal(world)
    code, browser = deal.signed(), staff(deal, Role.LEADER)
    address = f"/manage/{deal.code}/commitments/{code}"
    assert "take-back" not in browser.get(address).get_data(as_text=True)
    for action in ("amend", "take-back", "note/stamp"):
        assert browser.post(f"{address}/{action}", data={"reason": "x"}).status_code == 403


def test_nobody_changes_anothers_record(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    code, browser = deal.signed(), own(other, other.buyer_id)
    for action in ("amend", "take-back", "realization"):
        answer = browser.post(
            f"/my/{other.code}/commitments/{code}/{action}", data={"reason": "x", "event_key": new_key()}
        )
        assert answer.status_code == 404
    assert successors(deal, code) == []


def test_a_paper_is_typed_in_from_its_form_page(world: World) -> None:
    deal = make_deal(world)
    browser = staff(deal)
    address = f"/manage/{deal.code}/commitments/paper-forms"
    assert browser.post(address, data={"count": "0"}).status_code == 422
    assert browser.post(address, data={"count": "2"}).status_code == 303
    pdf = browser.get(f"{address}.pdf")
    assert (pdf.status_code, pdf.data[:5]) == (200, b"%PDF-")
    assert browser.get(f"/manage/{deal.code}/commitments/new?paper=1").status_code == 200
