"""The page of the template: numbers, clauses, witness; two people at once, and the preview."""

from __future__ import annotations

import io
from datetime import date

import pytest
from pypdf import PdfReader

from matchmaking.actor import Actor
from matchmaking.commitments.models import CommitmentSettings
from matchmaking.commitments.services.settings import (
    ChangeSettings,
    SettingsOutdated,
    change_settings,
    copy_settings,
    settings_of,
)
from matchmaking.commitments.texts import LOCKED_TEXT, STANDARD
from matchmaking.errors import InvalidInput
from matchmaking.events.hooks import CopyOptions
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.flows.full_world import Forms
from tests.world import World


def change(actor: Actor, event_id: int, wanted: ChangeSettings, seen: int = 0) -> None:
    with transaction():
        change_settings(actor, event_id, wanted, seen)


def entries(page: str) -> dict[str, str]:
    return next(
        dict(fields) for action, fields in Forms(page).found if any(name == "number_pattern" for name, _v in fields)
    )


def test_settings_are_stored_and_the_standard_is_not(world: World) -> None:
    event_id = world.event()
    texts = {"intent": STANDARD["intent"], "extra": "Lampiran  {tahun}.", "no_contract": "Harga mengikat."}
    wanted = ChangeSettings(
        " {nomor}/X ", texts, " Saksi Contoh ", "Kepala Dinas Contoh", (date(2023, 9, 1), date(2023, 6, 1))
    )
    change(world.organizer(event_id), event_id, wanted)
    stored = settings_of(event_id)
    assert stored.number_pattern == "{nomor}/X"
    assert dict(stored.texts) == {"extra": "Lampiran {tahun}."}
    assert (stored.witness_name, stored.witness_office) == ("Saksi Contoh", "Kepala Dinas Contoh")
    assert stored.report_days == (date(2023, 6, 1), date(2023, 9, 1))


def test_the_second_of_two_is_told(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    change(actor, event_id, ChangeSettings("{nomor}/A"))
    with pytest.raises(SettingsOutdated):
        change(actor, event_id, ChangeSettings("{nomor}/B"))
    assert settings_of(event_id).number_pattern == "{nomor}/A"
    change(actor, event_id, ChangeSettings("{nomor}/B"), settings_of(event_id).version)
    assert settings_of(event_id).number_pattern == "{nomor}/B"


def test_each_fault_stands_at_its_field_and_nothing_is_stored(world: World) -> None:
    event_id = world.event()
    wanted = ChangeSettings(
        "tanpa",
        {"origin": "{harga}", "intent": "x" * 1501},
        "n" * 161,
        "",
        tuple(date(2023, 1, d) for d in range(1, 14)),
    )
    with pytest.raises(InvalidInput) as caught:
        change(world.organizer(event_id), event_id, wanted)
    assert set(caught.value.fields) == {"number_pattern", "origin", "intent", "witness_name", "report_days"}
    assert settings_of(event_id).version == 0


def test_a_copied_event_keeps_the_template_and_counts_anew(world: World) -> None:
    source, target = world.event(), world.event()
    actor = world.organizer(source)
    change(actor, source, ChangeSettings("{nomor}/A", {"extra": "Tambahan."}, "Saksi Contoh", "", (date(2023, 6, 1),)))
    with transaction():
        db.session.get_one(CommitmentSettings, source).next_serial = 9
    with transaction():
        copy_settings(actor, source, target, CopyOptions())
    copied = settings_of(target)
    assert (copied.number_pattern, dict(copied.texts), copied.witness_name) == (
        "{nomor}/A",
        {"extra": "Tambahan."},
        "Saksi Contoh",
    )
    assert (copied.next_serial, copied.report_days) == (1, ())


def test_the_page_shows_saves_and_keeps_entries(world: World) -> None:
    event_id = world.event(code="temu")
    browser, address = world.client(world.organizer(event_id).user_id), "/manage/temu/settings/commitments"
    page = browser.get(address).get_data(as_text=True)
    assert LOCKED_TEXT in page
    assert "KT-001/TEMU/" in page
    assert 'name="no_contract"' not in page
    sent = {**entries(page), "number_pattern": "045/{nomor}/{tahun}", "no_contract": "Harga mengikat."}
    assert browser.post(address, data=sent).status_code == 303
    assert settings_of(event_id).number_pattern == "045/{nomor}/{tahun}"
    assert dict(settings_of(event_id).texts) == {}
    outdated = browser.post(address, data={**sent, "number_pattern": "{nomor}/LAIN"})
    assert outdated.status_code == 422
    again = entries(outdated.get_data(as_text=True))
    assert again["number_pattern"] == "{nomor}/LAIN"
    assert browser.post(address, data={**sent, **again}).status_code == 303
    wrong = browser.post(address, data={**sent, "number_pattern": "tanpa nomor"})
    assert wrong.status_code == 422
    assert "Pola harus memuat {nomor}" in wrong.get_data(as_text=True)


def test_the_preview_stores_nothing(world: World) -> None:
    event_id = world.event(code="temu")
    browser = world.client(world.organizer(event_id).user_id)
    sent = {"number_pattern": "{nomor}", "extra": "Butir tambahan {tahun}.", "witness_office": "Kepala Dinas Contoh"}
    answer = browser.post("/manage/temu/settings/commitments/preview.pdf", data=sent)
    text = " ".join(" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(answer.data)).pages)
    assert "Butir tambahan 20" in text
    assert "CONTOH" in text
    assert "Kepala Dinas Contoh" in text
    assert LOCKED_TEXT in text
    assert settings_of(event_id).version == 0
    refused = browser.post("/manage/temu/settings/commitments/preview.pdf", data={**sent, "extra": "{harga}"})
    assert refused.status_code == 422
    assert "{harga}" in refused.get_data(as_text=True)
