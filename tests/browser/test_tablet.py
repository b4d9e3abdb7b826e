"""The tablet with its network taken away: sign, turn, reload, come back, send; ready or not, in both languages, for everybody."""

from __future__ import annotations

import json

import sqlalchemy as sa
from playwright.sync_api import Page, expect

from matchmaking.commitments import kinds
from matchmaking.commitments.models import Commitment, CommitmentState, Signature
from matchmaking.extensions import db
from tests.browser import tablet as hall
from tests.browser.barriers import grave_findings
from tests.browser.tablet import LAPTOP, LYING, UPRIGHT, Hall, Tablet, rows, unsent, until
from tests.commitments.scene import Deal


def stored() -> list[Commitment]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Commitment)))


def all_sent(page: Page) -> None:
    until(lambda: unsent(page) == 0, page)


def test_signing_without_a_network_turned_and_reloaded_in_between(tablet: Tablet, server_hall: Hall) -> None:
    page = tablet.on_board()
    tablet.context.set_offline(True)
    server_hall.stop()
    page.reload()
    page.locator("[data-screen=home] h1").wait_for()
    hall.begin(page)
    hall.fill(page)
    page.wait_for_timeout(1000)
    page.reload()  # what was typed is on the device
    expect(page.locator("[data-name=quantity]")).to_have_value("25")
    hall.to_text(page)
    expect(page.locator("[data-signer=buyer] [data-act=sign]")).to_be_hidden()  # not read yet
    hall.read(page)
    hall.draw(page, "buyer", strokes=2)
    drawn = hall.ink_on(page, "buyer")
    page.set_viewport_size(LYING)  # type: ignore[arg-type]
    page.wait_for_timeout(500)
    assert hall.ink_on(page, "buyer") > drawn * 0.2
    page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]
    page.reload()
    page.locator("[data-signer=buyer] [data-act=sign]").wait_for()
    assert hall.ink_on(page, "buyer") > drawn * 0.5
    page.locator("[data-signer=buyer] [data-act=sign]").click()
    hall.sign(page, "exhibitor")
    number = hall.store(page)
    expect(page.get_by_text("Dikirim ke server begitu ada sambungan.")).to_be_visible()
    page.reload()
    until(lambda: unsent(page) == 1, page)
    assert stored() == []
    expect(page.locator("[data-unsent-word]")).to_have_text("1 belum terkirim")
    [waiting] = rows(page, "queue")
    assert (waiting["state"], waiting["sealed"].count("."), waiting["cipher"] > 1000) == ("waiting", 4, True)
    assert rows(page, "drafts") == []
    server_hall.start()
    tablet.context.set_offline(False)
    all_sent(page)
    [commitment] = stored()
    assert (commitment.number, commitment.state) == (number, CommitmentState.SIGNED)
    assert commitment.content_hash == waiting["content_hash"]
    clauses = (commitment.canonical or {})["clauses"]
    assert clauses[1] == kinds.NEXT_YEAR.replace("{tahun}", str(commitment.fiscal_year))
    strokes = db.session.scalars(sa.select(Signature.strokes).order_by(Signature.id)).all()
    assert [len(one or []) for one in strokes] == [2, 1]
    expect(page.get_by_text("Server juga sudah menyimpannya.")).to_be_visible()


def test_on_the_device_nothing_personal_lies_open(tablet: Tablet, deal: Deal) -> None:
    page = tablet.on_board()
    hall.begin(page)
    hall.fill(page)
    page.goto("/tablet#/")
    page.get_by_text("Belum selesai").wait_for()
    everything = json.dumps([rows(page, name) for name in ("facts", "drafts", "queue", "receipts", "blocks", "taken")])
    names = [party["name"] for party in _parties(tablet, page)]
    assert len(names) == 2
    assert [name for name in names if name in everything] == []
    assert rows(page, "keys") == [{"extractable": False, "usages": ["encrypt", "decrypt"]}]


def _parties(tablet: Tablet, page: Page) -> list[dict[str, str]]:
    found: list[dict[str, str]] = page.evaluate("fetch('/tablet/data').then((answer) => answer.json())")["parties"]
    return found


def test_ready_or_not_in_sentences(tablet: Tablet, server_hall: Hall) -> None:
    page = tablet.on_board()
    page.goto("/tablet#/ready")
    page.get_by_role("button", name="Periksa lagi").click()

    def kinds() -> dict[str, str]:
        found = page.locator("[data-check]")
        return {str(one.get_attribute("data-check")): str(one.get_attribute("data-kind")) for one in found.all()}

    until(lambda: kinds().get("worker") == "held" and kinds().get("numbers") == "held", page)
    assert {name: kind for name, kind in kinds().items() if name not in {"storage", "installed"}} == dict.fromkeys(
        ("secure", "worker", "enrolled", "data", "key", "numbers", "clock", "queue"), "held"
    )
    page.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    tablet.context.set_offline(True)
    page.get_by_role("button", name="Periksa lagi").click()
    until(lambda: kinds().get("worker") == "refused", page)
    assert kinds()["enrolled"] == "warning"
    expect(page.locator("[data-check=worker]")).to_contain_text("berkas aplikasi belum ada")
    expect(page.locator("[data-screen=ready] [data-part=verdict]")).to_have_text("Belum siap: 1 hal belum ada.")
    tablet.context.set_offline(False)
    page.get_by_role("button", name="Periksa lagi").click()
    until(lambda: kinds().get("worker") == "held", page)


def test_both_languages_without_a_network(tablet: Tablet) -> None:
    page = tablet.on_board()
    tablet.context.set_offline(True)
    page.locator("[data-menu] summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("[data-screen=home] h1")).to_have_text("Meetings today")
    assert page.locator("html").get_attribute("lang") == "en"
    page.goto("/tablet")
    expect(page.locator("[data-screen=home] h1")).to_have_text("Meetings today")


def test_nobody_is_kept_out_and_nothing_jumps_sideways(tablet: Tablet) -> None:
    page = tablet.on_board()
    hall.begin(page)
    hall.fill(page)
    found: dict[str, list[tuple[str, str]]] = {}
    wide: dict[str, list[int]] = {}

    def look(name: str) -> None:
        found[name] = grave_findings(page)
        wide[name] = []
        for size in (UPRIGHT, LYING, LAPTOP):
            page.set_viewport_size(size)  # type: ignore[arg-type]
            wide[name].append(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
        page.set_viewport_size(UPRIGHT)  # type: ignore[arg-type]

    look("prepare")
    hall.to_text(page)
    hall.read(page)
    look("sign")
    for name in ("", "pair", "queue", "ready", "device"):
        page.goto(f"/tablet#/{name}")
        page.locator(f"[data-screen={name or 'home'}] h1").wait_for()
        look(name)
    assert {name: one for name, one in found.items() if one} == {}
    assert {name: one for name, one in wide.items() if max(one) > 0} == {}


def test_by_keyboard_alone(tablet: Tablet) -> None:
    page = tablet.on_board()
    hall.begin(page)
    hall.fill(page)
    page.locator("[data-screen=prepare] button[type=submit]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-text] .sign-hash").wait_for(state="attached")
    expect(page.locator("#sign-title")).to_be_focused()
    page.locator("[data-text]").focus()
    page.keyboard.press("End")
    page.get_by_text("Naskah sudah ditampilkan sampai akhir.").wait_for()
    page.locator("[data-signer=buyer] [data-act=sign]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-signer=buyer] [data-part=error]")).to_contain_text("masih kosong")


def test_what_is_missing_is_said_at_its_field(tablet: Tablet) -> None:
    page = tablet.on_board()
    hall.begin(page)
    hall.fill(page, quantity="banyak")
    page.locator("[data-screen=prepare] button[type=submit]").click()
    expect(page.locator("#prepare-problems")).to_be_focused()
    expect(page.locator("#prepare-problems")).to_contain_text("Tulis jumlah di atas 0")
    assert page.locator("[data-name=quantity]").get_attribute("aria-invalid") == "true"
    assert (page.locator("[data-screen=sign]").is_hidden(), rows(page, "taken")) == (True, [])
