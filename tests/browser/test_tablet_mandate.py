"""A mandate (surat kuasa) added on the tablet without a network: small, encrypted, counted, sent once, and worth a signature."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from matchmaking.commitments.models import Commitment, CommitmentParty, CommitmentState
from matchmaking.commitments.sent_models import SentPaper, SentStanding
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from tests.browser import tablet as hall
from tests.browser.barriers import grave_findings
from tests.browser.tablet import Hall, Tablet, bring_back, rows, take_offline, unsent, until

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def photo(side: int = 2400) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((side, side // 2), 40).save(content, "PNG")
    return content.getvalue()


def choose(page: Page, name: str, media: str, content: bytes, limit: str = "") -> None:
    page.locator("#mandate-file-buyer").set_input_files({"name": name, "mimeType": media, "buffer": content})
    page.locator("#mandate-number-buyer").fill("800/12/2026")
    page.locator("#mandate-limit-buyer").fill(limit)
    card(page).locator("[data-act=mandate-keep]").click()


def card(page: Page) -> Locator:
    return page.locator("[data-signer=buyer]")


def to_signing(page: Page) -> None:
    """A text whose buyer is signed for by somebody without the office."""
    hall.begin(page)
    hall.fill(page)
    page.locator("[name=buyer_role]").select_option("activity_officer")
    hall.to_text(page)
    hall.read(page)
    expect(card(page).locator("[data-part=verb]")).to_have_text("Setujui")


def party() -> CommitmentParty:
    db.session.rollback()
    return db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.kind == "buyer")).one()


@pytest.mark.parametrize(
    ("name", "media", "content"), [("surat.png", "image/png", photo()), ("surat.pdf", "application/pdf", PDF)]
)
def test_a_letter_added_offline_lets_its_holder_sign_and_comes_home_once(
    tablet: Tablet, server_hall: Hall, name: str, media: str, content: bytes
) -> None:
    page = take_offline(tablet, server_hall)
    to_signing(page)
    card(page).locator("[data-part=mandate-form] summary").click()
    choose(page, name, media, content, "500 juta")
    expect(card(page).locator("[data-part=mandate-says]")).to_contain_text("800/12/2026 · sampai Rp500.000.000")
    expect(card(page).locator("[data-part=verb]")).to_have_text("Tanda tangani")
    [paper] = rows(page, "papers")
    assert set(paper) == {"id", "draft", "cipher"}  # nothing of it is readable
    page.reload()
    hall.read(page)
    expect(card(page).locator("[data-part=mandate-says]")).to_contain_text("800/12/2026")
    assert grave_findings(page) == []
    hall.sign(page, "buyer")
    expect(card(page).locator("[data-act=mandate-drop]")).to_be_hidden()  # what was signed by it stays
    hall.sign(page, "exhibitor")
    hall.store(page)
    assert (unsent(page), rows(page, "papers")) == (2, [])  # the letter and the record
    assert [row["format"] for row in rows(page, "queue")].count("temu-bisnis-mandate/1") == 1
    assert all(row["sealed"].count(".") == 4 and row["cipher"] for row in rows(page, "queue"))
    page.goto("/tablet#/device")
    page.locator("[data-act=leave]").click()
    expect(page.locator("[data-part=refusal-says]")).to_contain_text("2")
    server_hall.half = True  # the first answer is cut
    server_hall.start()
    tablet.context.set_offline(False)
    until(lambda: server_hall.syncs > 0, page)
    server_hall.half = False
    until(lambda: unsent(page) == 0, page)
    db.session.rollback()
    assert list(db.session.scalars(sa.select(Commitment.state))) == [CommitmentState.SIGNED]
    assert [row.standing for row in db.session.scalars(sa.select(SentPaper))] == [SentStanding.TAKEN]
    stored = db.session.get_one(StoredFile, party().mandate_file_id)
    assert (stored.media_type, party().mandate_limit) == ("image/jpeg" if media == "image/png" else media, 500_000_000)
    if media == "image/png":
        with Image.open(path_of(stored.code)) as picture:
            assert (picture.format, max(picture.size)) == ("JPEG", 1600)
    page.goto("/tablet#/queue")
    expect(page.locator("[data-list=answered]")).to_contain_text("Surat kuasa untuk")


def test_what_is_no_letter_is_refused_and_one_can_be_taken_away_again(tablet: Tablet, server_hall: Hall) -> None:
    page = take_offline(tablet, server_hall)
    to_signing(page)
    card(page).locator("[data-part=mandate-form] summary").click()
    error = card(page).locator("[data-field=mandate_file] .form-error")
    card(page).locator("[data-act=mandate-keep]").click()
    expect(error).to_contain_text("Pilih mandat sebagai PDF atau foto")
    choose(page, "surat.docx", "application/octet-stream", b"PK\x03\x04" + bytes(200))
    expect(error).to_contain_text("bukan PDF atau foto")
    choose(page, "surat.pdf", "application/pdf", PDF[:-6] + b" " * 1_400_000 + PDF[-6:])
    expect(error).to_contain_text("lebih besar dari 1,4 MB")
    choose(page, "surat.pdf", "application/pdf", PDF, "banyak")
    expect(card(page).locator("[data-field=mandate_limit] .form-error")).to_be_visible()
    assert rows(page, "papers") == []
    choose(page, "surat.pdf", "application/pdf", PDF, "1 juta")
    expect(card(page).locator("[data-part=mandate-says]")).to_be_visible()
    expect(card(page).locator("[data-part=verb]")).to_have_text("Setujui")  # its limit does not reach
    card(page).locator("[data-act=mandate-drop]").click()
    expect(card(page).locator("[data-part=mandate-form]")).to_be_visible()
    assert rows(page, "papers") == []
    hall.sign(page, "buyer")
    hall.sign(page, "exhibitor")
    hall.store(page)
    assert unsent(page) == 1
    bring_back(tablet, server_hall, page)
    assert (db.session.scalars(sa.select(SentPaper)).all(), party().mandate_file_id) == ([], None)


def test_a_draft_that_is_discarded_takes_its_letter_along(tablet: Tablet, server_hall: Hall) -> None:
    page = take_offline(tablet, server_hall)
    to_signing(page)
    card(page).locator("[data-part=mandate-form] summary").click()
    choose(page, "surat.pdf", "application/pdf", PDF)
    expect(card(page).locator("[data-part=mandate-says]")).to_be_visible()
    page.goto("/tablet#/")
    page.locator("[data-act=discard]").click()
    until(lambda: rows(page, "drafts") == [] and rows(page, "papers") == [], page)


def test_what_an_older_app_kept_is_still_there_beside_the_new_store(tablet: Tablet) -> None:
    """The first version of the app had no place for letters; an update adds it and touches nothing."""
    page = tablet.context.new_page()
    page.goto("/check")  # of the same origin, and not the app
    page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open("temu-bisnis-tablet", 1);
          opening.onerror = () => reject(opening.error);
          opening.onupgradeneeded = () => {
            const keys = { drafts: "id", queue: "record_hash", receipts: "record_hash", blocks: "code", taken: "record_id" };
            for (const name of ["facts", "keys"]) opening.result.createObjectStore(name);
            for (const [name, keyPath] of Object.entries(keys)) opening.result.createObjectStore(name, { keyPath });
          };
          opening.onsuccess = () => {
            const tx = opening.result.transaction("queue", "readwrite");
            const row = { record_hash: "a", record_id: "b", number: "KT-1", event: "", tablet: "T", at: "2026-01-01", sealed: "x.y.z.a.b", state: "sealed" };
            tx.objectStore("queue").put(row);
            tx.oncomplete = () => { opening.result.close(); resolve(); };
          };
        })"""
    )
    page.goto("/tablet")
    until(lambda: unsent(page) == 1, page)
    assert [row["number"] for row in rows(page, "queue")] == ["KT-1"]
    assert rows(page, "papers") == []
