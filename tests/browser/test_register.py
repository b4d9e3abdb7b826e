"""An IKM registers on a phone: the least that is needed, a photo made smaller, an error put right, the status link."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.storage.models import StoredFile
from tests.browser.conftest import listen
from tests.world import World

PHONE = {"width": 390, "height": 800}


def photo(width: int, height: int) -> bytes:
    content = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(content, "JPEG", quality=92)
    return content.getvalue()


@pytest.fixture
def phone(browser: Browser, server: str, complaints: list[str]) -> BrowserContext:  # type: ignore[misc]
    visitor = browser.new_context(
        base_url=server, viewport=PHONE, locale="id-ID", has_touch=True, is_mobile=True, device_scale_factor=2
    )
    visitor.set_default_timeout(10_000)
    visitor.on("page", lambda page: listen(page, complaints))
    yield visitor
    visitor.close()
    assert complaints == []


def fill_in(page: Page) -> None:
    page.get_by_label("Nama usaha").fill("Tapis Sekapur Contoh")
    page.get_by_label("Kabupaten atau kota").select_option(label="Kota Metro")
    page.locator("#delegates-0-name").fill("Peserta Contoh 07")
    page.locator("#product-name").fill("Selendang tapis")
    page.locator("#product-category_id").select_option("tapis")
    page.locator("#product-price").fill("450000")


def sends(page: Page) -> None:
    page.get_by_role("button", name="Kirim pendaftaran").click()
    page.wait_for_load_state("networkidle")


def test_ikm_registers_on_a_phone(app: Flask, world: World, phone: BrowserContext, complaints: list[str]) -> None:
    event_id = world.event(registration_closes_at=datetime(2090, 1, 1, tzinfo=UTC))
    code = world.code_of(event_id)
    db.session.remove()
    page = phone.new_page()
    page.goto(f"/events/{code}/register")
    page.get_by_role("link", name="Daftar sebagai IKM").click()
    fill_in(page)
    page.locator("#delegates-0-phone").fill("0812")
    original = photo(3000, 2000)
    page.locator("#documents").set_input_files({"name": "nib.jpg", "mimeType": "image/jpeg", "buffer": original})
    expect(page.locator("#documents").locator("xpath=..").locator("[data-photo-status]")).to_contain_text(
        "Siap dikirim"
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    sends(page)  # the phone number is wrong and the consent is missing
    expect(page.locator(".error-summary")).to_be_focused()
    complaints.clear()  # the browser notes the answer 422 as an error
    expect(page.get_by_label("Nama usaha")).to_have_value("Tapis Sekapur Contoh")
    expect(page.get_by_label("nib.jpg")).to_be_checked()
    page.locator("#delegates-0-phone").fill("0812 3456 7890")
    page.locator("#consent_registration").check()
    sends(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Pendaftaran Anda sudah kami terima")
    page.get_by_role("link", name="Buka halaman status saya").click()
    page.get_by_role("link", name="Lihat dan ubah pendaftaran").click()
    page.locator("#digits").fill("7890")
    page.get_by_role("button", name="Lanjutkan").click()
    expect(page.get_by_role("link", name="Ubah", exact=True)).to_be_visible()

    with app.app_context():
        entry = db.session.scalars(sa.select(Participation)).one()
        kept = db.session.scalars(sa.select(StoredFile).where(StoredFile.owner_type == "participation")).one()
        assert (entry.organization.legal_name, entry.organization.regency) == ("Tapis Sekapur Contoh", "18.72")
        assert (kept.owner_id, max(kept.width or 0, kept.height or 0) <= 1600) == (entry.id, True)
        assert kept.size < len(original)
        db.session.remove()
