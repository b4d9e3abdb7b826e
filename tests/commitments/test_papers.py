"""From the record to its paper: frozen words, signatures, who may have it, and the address it must carry."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.commitments.commands import EndOrReopen
from matchmaking.commitments.models import (
    Commitment,
    CommitmentSettings,
    PartyKind,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.papers import paper_of, paper_pdf, short_hash, show_quantity
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.services.proposing import reopen_commitment
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.commitments.texts import LOCKED_TEXT
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation
from matchmaking.transactions import transaction
from matchmaking.web.addresses import NoPublicAddress
from tests.commitments.scene import DETAILS, Deal, make_deal, new_key
from tests.world import World

BASE = "https://temu.example"
NOON = datetime(2026, 5, 11, 3, 40, tzinfo=UTC)
STROKES = [[[0, 0, 0, 500], [100, 80, 16, 500], [220, 10, 32, 500]], [[40, 40, 48, 500]]]


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        event = db.session.get_one(Event, made.event_id)
        event.public_address, event.host_name, event.venue = (
            BASE,
            "Dinas Contoh Penyelenggara",
            "Hotel Contoh, Bandar Lampung",
        )
    return made


def text_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def paper_text(deal: Deal, code: str) -> str:
    return text_of(paper_pdf(commitment_view(deal.event_id, code)))


def sign(deal: Deal, code: str, kind: PartyKind, **values: object) -> None:
    row = deal.row(code)
    given = {
        "commitment_id": row.id, "kind": kind, "signature_key": new_key(), "method": SigningMethod.TABLET,
        "signatory_name": "Pejabat Contoh", "signatory_office": "Kepala Bagian Umum", "is_authorised": True, "authority": "role",
        "signatory_role": SignatoryRole.COMMITMENT_OFFICER, "strokes": STROKES, "content_hash": row.content_hash, "signed_at": NOON,
        **values,
    }  # fmt: skip
    deal.world.save(Signature(**given))


def test_the_paper_says_what_was_frozen(deal: Deal) -> None:
    with clock.frozen(NOON):
        code = deal.propose()
    text = paper_text(deal, code)
    row = deal.row(code)
    for words in (
        f"Nomor: {row.number}", "Senin, sebelas Mei dua ribu dua puluh enam (11 Mei 2026), bertempat di Hotel Contoh, Bandar Lampung",
        "Instansi : Dinas Contoh", "NIB : 1234567890123", "Nama : Pejabat Contoh", "Jabatan : Kepala Bagian Umum",
        "Selendang tapis", "25", "helai", "Rp450.000", "Rp11.250.000",
        "Jumlah: Rp11.250.000,00 (sebelas juta dua ratus lima puluh ribu rupiah)", "Harga adalah perkiraan sebelum negosiasi",
        "kepada Dinas Contoh Penyelenggara", "31 Desember 2026", f"{BASE}/check/{code}",
    ):  # fmt: skip
        assert words in text, words
    assert LOCKED_TEXT in text
    assert short_hash(row.content_hash or "") in text


def test_later_changes_of_live_rows_do_not_reach_the_paper(deal: Deal) -> None:
    code = deal.propose()
    before = paper_pdf(commitment_view(deal.event_id, code))
    with transaction():
        buyer = db.session.get_one(Participation, deal.buyer_id)
        db.session.get_one(Organization, buyer.organization_id).legal_name = "Nama Lain Sama Sekali"
        db.session.get_one(Event, deal.event_id).venue = "Tempat Lain"
        own = CommitmentSettings(event_id=deal.event_id, number_pattern="{nomor}", texts={"intent": "Lain."})
        db.session.merge(own)
    assert paper_pdf(commitment_view(deal.event_id, code)) == before


def test_a_draft_is_marked_and_carries_no_number_even_when_it_has_one(deal: Deal) -> None:
    draft = paper_text(deal, deal.begin())
    assert "DRAF" in draft
    assert "Draf, belum bernomor" in draft
    code = deal.propose()
    with transaction():
        reopen_commitment(deal.actor, EndOrReopen(deal.event_id, code, new_key()))
    number = deal.row(code).number
    reopened = paper_text(deal, code)
    assert number
    assert number not in reopened
    assert "/check/" not in reopened


def test_a_withdrawn_one_is_marked(deal: Deal) -> None:
    code = deal.propose()
    with transaction():
        withdraw_commitment(deal.actor, EndOrReopen(deal.event_id, code, new_key(), reason="salah harga"))
    assert "DIBATALKAN" in paper_text(deal, code)


def test_a_signature_on_screen_is_named_for_what_it_is(deal: Deal) -> None:
    code = deal.propose()
    sign(deal, code, PartyKind.BUYER)
    text = paper_text(deal, code)
    assert "Ditandatangani di layar tablet panitia pada 11 Mei 2026, 10.40 WIB." in text
    assert f"Tanda tangan elektronik biasa (PP 71/2019 ps. 60); keaslian dapat diperiksa di {BASE}/check/{code}" in text
    blocks = paper_of(commitment_view(deal.event_id, code)).signatures
    assert blocks[0].strokes == (((0.0, 0.0), (100.0, 80.0), (220.0, 10.0)), ((40.0, 40.0),))
    assert (blocks[1].strokes, blocks[1].waiting) == ((), "")


def test_an_agreement_waits_for_the_signatory(deal: Deal) -> None:
    code = deal.propose()
    sign(
        deal,
        code,
        PartyKind.BUYER,
        is_authorised=False,
        authority="",
        signatory_name="Staf Contoh",
        signatory_office="Pengelola Kegiatan",
    )
    block = paper_of(commitment_view(deal.event_id, code)).signatures[0]
    assert (block.waiting, block.strokes) == ("menunggu penandatangan", ())
    assert block.note == "Disetujui oleh Staf Contoh, Pengelola Kegiatan pada 11 Mei 2026, 10.40 WIB."
    assert block.name == "Pejabat Contoh"
    sign(deal, code, PartyKind.BUYER)
    assert paper_of(commitment_view(deal.event_id, code)).signatures[0].waiting == ""


def test_who_signed_stands_on_the_paper_not_who_was_expected(deal: Deal) -> None:
    code = deal.propose(
        replace(DETAILS, buyer_signatory=replace(DETAILS.buyer_signatory, employee_number="198001012005011001"))
    )
    assert paper_of(commitment_view(deal.event_id, code)).signatures[0].employee_number == "198001012005011001"
    sign(deal, code, PartyKind.BUYER, signatory_name="Kuasa Contoh", signatory_office="Sekretaris")
    block = paper_of(commitment_view(deal.event_id, code)).signatures[0]
    assert (block.name, block.office, block.employee_number) == ("Kuasa Contoh", "Sekretaris", "")


def test_a_signature_for_another_content_is_not_printed(deal: Deal) -> None:
    code = deal.propose()
    sign(deal, code, PartyKind.BUYER, content_hash="0" * 64)
    assert paper_of(commitment_view(deal.event_id, code)).signatures[0].strokes == ()


def test_ppn_on_top_is_shown_with_its_sum(deal: Deal) -> None:
    code = deal.propose(replace(DETAILS, tax_mode="excluded", tax_rate="11"))
    assert "belum termasuk PPN 11%; perkiraan PPN Rp1.237.500, jumlah dengan PPN Rp12.487.500." in paper_text(
        deal, code
    )


@pytest.mark.parametrize(
    ("text", "shown"), [("25", "25"), ("1250.5", "1.250,5"), ("0.125", "0,125"), ("1000000", "1.000.000")]
)
def test_quantities_are_written_as_indonesians_do(text: str, shown: str) -> None:
    assert show_quantity(text) == shown


@pytest.mark.parametrize("address", ["", "http://192.168.1.9:8000", "http://127.0.0.1:8000"])
def test_an_address_of_the_hall_is_refused_and_a_draft_is_not(deal: Deal, address: str) -> None:
    code, draft = deal.propose(), deal.begin()
    with transaction():
        db.session.get_one(Event, deal.event_id).public_address = address
    with pytest.raises(NoPublicAddress):
        paper_pdf(commitment_view(deal.event_id, code))
    assert paper_pdf(commitment_view(deal.event_id, draft)).startswith(b"%PDF-")
    answer = deal.world.client(deal.actor.user_id).get(f"/manage/{deal.code}/commitments/{code}/paper.pdf")
    assert answer.status_code == 409
    assert "Kop surat" in answer.get_data(as_text=True)


@pytest.mark.parametrize("kind", ["is_demo", "is_test"])
def test_a_trial_prints_with_the_address_of_the_request(deal: Deal, kind: str) -> None:
    code = deal.propose()
    with transaction():
        event = db.session.get_one(Event, deal.event_id)
        event.public_address = ""
        setattr(event, kind, True)
    answer = deal.world.client(deal.actor.user_id).get(
        f"/manage/{deal.code}/commitments/{code}/paper.pdf", base_url="http://localhost:5150"
    )
    assert f"http://localhost:5150/check/{code}" in text_of(answer.data)


def test_staff_get_one_original_or_two(deal: Deal) -> None:
    code = deal.propose()
    browser, address = deal.world.client(deal.actor.user_id), f"/manage/{deal.code}/commitments/{code}/paper.pdf"
    one, two = browser.get(address), browser.get(address + "?originals=2")
    assert one.content_type == "application/pdf"
    assert re.fullmatch(r'inline; filename="komitmen-[a-z0-9-]+\.pdf"', one.headers["Content-Disposition"])
    assert "Asli" not in text_of(one.data)
    assert "Asli 1/2" in text_of(two.data)
    assert browser.get(address + "?originals=99").data == one.data


def test_only_the_parties_have_their_paper(deal: Deal) -> None:
    code, draft = deal.propose(), deal.begin()
    other = deal.world.participation(deal.event_id, db.session.get_one(Participation, deal.buyer_id).side)
    address = f"/my/{deal.code}/commitments/{code}/paper.pdf"
    statuses = [
        deal.world.client(deal.world.login_of(entry)).get(address).status_code
        for entry in (deal.buyer_id, deal.maker_id, other)
    ]
    assert statuses == [200, 200, 404]
    mine = deal.world.client(deal.world.user(roles={deal.event_id: Role.BUYER}))
    assert mine.get(address).status_code == 404
    buyer = deal.world.client(deal.world.login_of(deal.buyer_id))
    assert buyer.get(f"/my/{deal.code}/commitments/{draft}/paper.pdf").status_code == 404


def test_another_events_staff_do_not_find_it(deal: Deal) -> None:
    code, other = deal.propose(), deal.world.event()
    browser = deal.world.client(deal.world.organizer(other).user_id)
    assert browser.get(f"/manage/{deal.world.code_of(other)}/commitments/{code}/paper.pdf").status_code == 404


def test_the_same_text_stands_on_the_page(app: Flask, deal: Deal) -> None:
    code = deal.propose()
    sign(deal, code, PartyKind.EXHIBITOR, signatory_name="Pengrajin Contoh", signatory_office="Pemilik")
    paper = paper_of(commitment_view(deal.event_id, code))
    with app.test_request_context():
        macros = app.jinja_env.get_template("commitments/_document.html").make_module()
        page = str(macros.commitment_document(paper))  # type: ignore[attr-defined]
        bare = str(macros.commitment_document(paper, signatures=False))  # type: ignore[attr-defined]
    for words in (
        paper.title,
        paper.opening,
        *paper.clauses,
        paper.total,
        paper.number,
        "Selendang tapis",
        "Rp450.000",
    ):
        assert words in page
        assert words in bare
    assert "statement-locked" in page
    assert "sudah ditandatangani" in page
    assert "sudah ditandatangani" not in bare


def test_markup_in_names_stays_text_on_the_page(app: Flask, deal: Deal) -> None:
    line = replace(DETAILS.lines[0], name="<script>alert(1)</script>")
    code = deal.propose(replace(DETAILS, lines=(line,)))
    with app.test_request_context():
        macros = app.jinja_env.get_template("commitments/_document.html").make_module()
        page = str(macros.commitment_document(paper_of(commitment_view(deal.event_id, code))))  # type: ignore[attr-defined]
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_forty_lines_of_large_amounts_are_printed(deal: Deal) -> None:
    line = replace(DETAILS.lines[0], quantity="1", unit_price="1870000000")
    code = deal.propose(replace(DETAILS, lines=(line,) * 40))
    row = db.session.get_one(Commitment, deal.row(code).id)
    assert row.total == 74_800_000_000
    text = paper_text(deal, code)
    assert "Jumlah: Rp74.800.000.000,00 (tujuh puluh empat miliar delapan ratus juta rupiah)" in text
    assert text.count("Rp1.870.000.000") == 80


def test_the_file_is_not_kept_by_shared_caches(deal: Deal, client: FlaskClient) -> None:
    code = deal.propose()
    answer = deal.world.client(deal.actor.user_id).get(f"/manage/{deal.code}/commitments/{code}/paper.pdf")
    assert answer.headers["Cache-Control"] == "private, no-store"
