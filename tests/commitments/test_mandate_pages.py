"""Mandates on the pages: what they are, how far they reach, until when they are taken."""

from __future__ import annotations

import io
from dataclasses import replace

import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.commitments.commands import EditDraft, SignatoryDetails
from matchmaking.commitments.models import EventKind
from matchmaking.commitments.queries.commitments import PartyView, commitment_view
from matchmaking.commitments.services.drafting import edit_draft
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.catalogue.builders import picture
from tests.commitments.browse import own, staff
from tests.commitments.scene import DETAILS, make_deal, new_key
from tests.world import World


def upload(browser: FlaskClient, address: str, content: bytes, name: str, **given: str) -> int:
    data = {"event_key": new_key(), "file": (io.BytesIO(content), name), **given}
    return browser.post(address, data=data, content_type="multipart/form-data").status_code


def content_of(browser: FlaskClient, address: str) -> bytes:
    with browser.get(address) as answer:
        return answer.data


PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_a_mandate_lets_somebody_sign_up_to_its_limit(world: World) -> None:
    deal = make_deal(world)
    officer = SignatoryDetails(name="Pejabat Contoh", office="Pejabat pengadaan", role="procurement_officer")
    code = deal.propose(replace(DETAILS, buyer_signatory=officer))
    browser, base = staff(deal), f"/manage/{deal.code}/commitments/{code}"
    assert commitment_view(deal.event_id, code).buyer.authority == ""
    assert upload(browser, f"{base}/mandate/buyer", PDF, "kuasa.pdf", number="800/1", limit="11.249.999") == 303
    assert commitment_view(deal.event_id, code).buyer.authority == ""
    assert upload(browser, f"{base}/mandate/buyer", PDF, "kuasa.pdf", number="800/1", limit="11.250.000") == 303
    view = commitment_view(deal.event_id, code)
    assert (view.buyer.authority, view.buyer.mandate_limit, view.buyer.mandate_number) == (
        "mandate",
        11_250_000,
        "800/1",
    )
    assert (view.exhibitor.has_mandate, view.events[-1].kind) == (False, EventKind.MANDATE_ADDED)
    stored = db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "mandate")).all()
    assert [file.access for file in stored] == ["private", "private"]
    assert content_of(browser, f"{base}/mandate/buyer/file") == PDF
    assert browser.get(f"{base}/mandate/exhibitor/file").status_code == 404
    assert staff(deal, Role.LEADER).get(f"{base}/mandate/buyer/file").status_code == 403
    mine = f"/my/{deal.code}/commitments/{code}/mandate/buyer/file"
    assert content_of(own(deal, deal.buyer_id), mine) == PDF
    assert own(deal, deal.maker_id).get(mine).status_code == 404


def test_a_mandate_does_not_go_on_to_another_who_is_named_in_the_draft(world: World) -> None:
    deal = make_deal(world)
    officer = SignatoryDetails(name="Pejabat Contoh", office="Pejabat pengadaan", role="procurement_officer")
    details = replace(DETAILS, buyer_signatory=officer)
    code = deal.begin(details)
    assert upload(staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/buyer", PDF, "kuasa.pdf") == 303

    def edited(name: str) -> PartyView:
        changed = replace(details, buyer_signatory=replace(officer, name=name))
        seen = deal.row(code).row_version
        with transaction():
            edit_draft(deal.actor, EditDraft(deal.event_id, code, changed, seen))
        return commitment_view(deal.event_id, code).buyer

    kept = edited("pejabat  CONTOH")
    assert (kept.has_mandate, kept.authority) == (True, "mandate")
    other = edited("Orang Lain")
    assert (other.has_mandate, other.authority, other.mandate_limit) == (False, "", None)


def test_a_mandate_is_a_pdf_or_photo_and_nothing_else(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    browser, address = staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/exhibitor"
    for content, name in (
        (b"MZ\x90\x00", "kuasa.pdf"),
        (b"<svg onload=alert(1)>", "kuasa.png"),
        (PDF[:20], "kuasa.pdf"),
        (b"", ""),
    ):
        assert upload(browser, address, content, name) == 422, name
    assert upload(browser, address, PDF, "kuasa.pdf", limit="0") == 422
    assert upload(browser, address, picture().read(), "kuasa.jpg") == 303
    assert commitment_view(deal.event_id, code).exhibitor.has_mandate
    assert browser.get(f"/manage/{deal.code}/commitments/{code}/mandate/king").status_code == 404


def test_another_mandate_under_the_key_of_the_stored_one_is_told(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    browser, address = staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/exhibitor"
    key, other = new_key(), PDF.replace(b"1.4", b"1.5")
    for _sent_twice in range(2):
        assert upload(browser, address, PDF, "kuasa.pdf", event_key=key, number="800/1") == 303
    assert upload(browser, address, PDF, "kuasa.pdf", event_key=key, number="800/2") == 422
    assert upload(browser, address, other, "kuasa.pdf", event_key=key, number="800/1") == 422
    assert commitment_view(deal.event_id, code).exhibitor.mandate_number == "800/1"
    assert upload(browser, address, other, "kuasa.pdf", number="800/2") == 303
    assert commitment_view(deal.event_id, code).exhibitor.mandate_number == "800/2"


def test_no_mandate_comes_after_both_have_signed(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    browser, address = staff(deal), f"/manage/{deal.code}/commitments/{code}/mandate/buyer"
    assert upload(browser, address, PDF, "kuasa.pdf") == 303
    assert not commitment_view(deal.event_id, code).buyer.has_mandate
