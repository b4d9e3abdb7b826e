"""What goes wrong in a hall: half an answer, two windows, a tablet shut out, a refusal, a new version; nothing signed is lost."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, Route, TimeoutError, expect

from matchmaking.commitments.models import Commitment, CommitmentState
from matchmaking.commitments.routes import tablet_app
from matchmaking.commitments.services.settings import ChangeSettings, change_settings, settings_of
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.browser import tablet as hall
from tests.browser.tablet import Hall, Tablet, rows, unsent, until


def states() -> list[CommitmentState]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Commitment.state)))


def meet(page: Page) -> None:
    """Send by hand, from the list of what is unsent; the tablet may be quicker, and then there is nothing to press."""
    page.goto("/tablet#/queue")
    with suppress(TimeoutError):
        page.get_by_role("button", name="Kirim sekarang").click(timeout=5_000)


def test_half_an_answer_costs_one_more_try_and_stores_once(tablet: Tablet, server_hall: Hall) -> None:
    page = tablet.on_board()
    server_hall.half = True
    hall.make(page)
    until(lambda: server_hall.syncs > 0 and states() == [CommitmentState.SIGNED], page)
    page.wait_for_timeout(500)
    assert unsent(page) == 1
    server_hall.half = False
    meet(page)
    until(lambda: unsent(page) == 0, page)
    assert (states(), [row["outcome"] for row in rows(page, "receipts")]) == ([CommitmentState.SIGNED], ["duplicate"])


def test_two_windows_give_no_number_twice_and_send_once(tablet: Tablet, server_hall: Hall) -> None:
    first = tablet.on_board()
    second = tablet.page()
    server_hall.stop()
    hall.begin(first)
    hall.fill(first)
    hall.to_text(first)
    address = first.url
    second.goto(address)  # the same draft is open already
    second.locator("[data-screen=home] h1").wait_for()
    numbers = [hall.make(second)]
    hall.read(first)
    hall.sign(first, "buyer")
    hall.sign(first, "exhibitor")
    numbers.append(hall.store(first))
    assert len(set(numbers)) == 2
    server_hall.start()
    meet(first)
    meet(second)
    until(lambda: unsent(first) == 0 and unsent(second) == 0, first)
    assert states() == [CommitmentState.SIGNED] * 2


def test_a_tablet_that_is_shut_out_sends_once_more_and_forgets_the_rest(tablet: Tablet, server_hall: Hall) -> None:
    page = tablet.on_board()
    server_hall.half = True
    tablet.context.set_offline(True)
    hall.make(page)
    hall.begin(page)  # one that is only typed
    tablet.shut_out()
    tablet.context.set_offline(False)
    until(lambda: rows(page, "drafts") == [] and server_hall.syncs > 0, page)
    page.locator("[data-screen=enrol] h1").wait_for()
    assert [row["state"] for row in rows(page, "queue")] == ["waiting"]
    assert rows(page, "keys") == [{"extractable": False, "usages": ["encrypt", "decrypt"]}]  # that of the queue
    expect(page.get_by_text("1 komitmen bertanda tangan masih ada di tablet ini")).to_be_visible()
    server_hall.half = False
    meet(page)
    until(lambda: unsent(page) == 0, page)
    db.session.rollback()
    assert [row.problem for row in db.session.scalars(sa.select(ReceivedRecord))] == ["shut_out"]
    until(lambda: rows(page, "keys") == [], page)


def test_what_is_refused_stays_is_exported_and_cannot_be_wiped(tablet: Tablet, server_hall: Hall) -> None:
    page = tablet.on_board()
    server_hall.stop()
    hall.make(page)
    refuse_all(tablet)
    server_hall.start()
    meet(page)
    until(lambda: [row["state"] for row in rows(page, "queue")] == ["rejected"], page)
    expect(page.locator("[data-list=unsent]")).to_contain_text("Contoh penolakan")
    with page.expect_download() as download:
        page.get_by_role("button", name="Ekspor ke berkas").click()
    content = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert (content["format"], content["event"], len(content["records"])) == (
        "temu-bisnis-queue/1", tablet.deal.code, 1,
    )  # fmt: skip
    assert content["records"] == [row["sealed"] for row in rows(page, "queue")]
    page.goto("/tablet#/device")
    for name in ("Hapus data", "Keluarkan tablet ini"):
        page.get_by_role("button", name=name).click()
        expect(page.locator("[data-screen=device] [data-part=refusal]")).to_contain_text("1 belum terkirim")
    assert len(rows(page, "queue")) == 1


def refuse_all(tablet: Tablet) -> None:
    def refuse(route: Route) -> None:
        sent = json.loads(route.request.post_data or "{}")["records"]
        items: list[dict[str, Any]] = [
            {
                "record_id": one["record"]["record_id"], "record_hash": one["record_hash"], "outcome": "rejected",
                "code": "content", "message": "Contoh penolakan.", "commitment": "",
            }
            for one in sent
        ]  # fmt: skip
        route.fulfill(json={"format": "temu-bisnis-sync-answer/1", "state": "active", "items": items})

    tablet.context.route("**/tablet/sync?*", refuse)


def test_without_contact_for_too_long_the_data_go_and_what_is_signed_stays(tablet: Tablet) -> None:
    with transaction():
        wanted = ChangeSettings("{nomor}/{tahun}", wipe_after_hours=8)
        change_settings(tablet.deal.actor, tablet.deal.event_id, wanted, settings_of(tablet.deal.event_id).version)
    page = tablet.on_board()
    tablet.context.set_offline(True)
    page.goto("/tablet#/device")
    expect(page.locator("[data-part=wipe]")).to_contain_text("8 jam")  # as the event says
    put_back(page, hours=7)
    page.reload()
    page.locator("[data-screen=device] h1").wait_for()
    hall.begin(page)
    hall.fill(page)
    hall.to_text(page)
    hall.read(page)
    hall.sign(page, "buyer")
    put_back(page, hours=9)
    page.reload()
    page.locator("[data-screen=enrol] h1").wait_for()
    assert (rows(page, "drafts"), [row["state"] for row in rows(page, "queue")]) == ([], ["waiting"])
    tablet.context.set_offline(False)
    until(lambda: unsent(page) == 0, page)
    assert states() == [CommitmentState.PROPOSED]
    page.locator("[data-screen=home] h1").wait_for()  # and its data are on board again


def put_back(page: Page, hours: int) -> None:
    """Let the last contact be so long ago."""
    page.evaluate(
        """(at) => new Promise((resolve) => {
          const opening = indexedDB.open("temu-bisnis-tablet");
          opening.onsuccess = () => {
            const tx = opening.result.transaction("facts", "readwrite");
            tx.objectStore("facts").put(at, "contact_at");
            tx.oncomplete = () => { opening.result.close(); resolve(true); };
          };
        })""",
        page.evaluate("Date.now()") - hours * 3_600_000,
    )


def test_a_new_version_waits_until_nothing_is_unsigned(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tablet.on_board()
    hall.begin(page)
    monkeypatch.setattr(tablet_app, "_pages_digest", lambda *_given: "00000001")
    page.goto("/tablet#/ready")
    page.get_by_role("button", name="Periksa lagi").click()
    page.get_by_role("button", name="Pakai sekarang").click()
    expect(page.locator("[data-new-version-says]")).to_contain_text("Menunggu sampai tidak ada")
    page.goto("/tablet#/")
    page.get_by_role("button", name="Buang").click()
    until(lambda: rows(page, "drafts") == [], page)
    with page.expect_navigation():
        page.get_by_role("button", name="Pakai sekarang").click()
    page.locator("[data-screen=home] h1").wait_for()
    page.goto("/tablet#/device")
    until(lambda: "00000001" in page.locator("[data-screen=device] [data-part=version]").inner_text(), page)
    names = page.evaluate("caches.keys()")
    assert len([name for name in names if name.startswith("tablet-") and name != "tablet-choices"]) == 1
