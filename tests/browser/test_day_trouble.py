"""The control page when the hall is not as planned: a stand-by, a delay, the network gone for a while, a long list."""

from __future__ import annotations

import re
from unittest.mock import patch

from playwright.sync_api import Page, expect

from matchmaking.actor import Role
from matchmaking.attendance import tasks
from matchmaking.attendance.models import MeetingRecord
from matchmaking.extensions import db
from matchmaking.scheduling.models import ScheduleVersion
from tests.browser.barriers import grave_findings
from tests.browser.test_day import LAPTOP, PHONE, Enter, enter, scene  # noqa: F401 - fixtures
from tests.scheduling.scene import Scene, solve_here


def count(model: type) -> int:
    db.session.rollback()
    return db.session.query(model).count()


def test_a_missed_place_is_given_to_a_stand_by_and_the_round_runs_late(scene: Scene, enter: Enter) -> None:  # noqa: F811
    scene.wish(scene.makers[0], scene.agencies[2])
    page = enter(scene.world.user(roles={scene.event_id: Role.ORGANIZER}), LAPTOP)
    page.goto(f"/manage/{scene.code}/day")
    row = page.locator(".day-row").first
    expect(row).to_contain_text("Dinas Contoh 1")
    row.get_by_role("group").get_by_role("button", name=re.compile("^Pembeli")).click()
    offer = row.locator(".day-stand-by")
    expect(offer).to_contain_text("Tapis Contoh 1 – Dinas Contoh 3")
    assert grave_findings(page) == []
    offer.get_by_role("button", name=re.compile("^Pertemukan")).click()
    expect(row).to_contain_text("Dinas Contoh 3")
    expect(row.locator(".day-stand-by")).to_contain_text("didudukkan pada hari pelaksanaan")
    row.get_by_role("button", name=re.compile("^Tarik kembali")).click()
    expect(row).to_contain_text("Tidak hadir: pembeli")
    page.get_by_role("button", name=re.compile("^Keterlambatan lain")).click()
    page.get_by_label("Berapa menit?").fill("7")
    page.get_by_label("Sesi ini mulai giliran ini").check()
    assert grave_findings(page) == []
    page.get_by_role("button", name="Catat keterlambatan").click()
    expect(page.locator(".day-delays")).to_contain_text("+7 menit pada Sesi pagi")
    page.locator(".day-delays").get_by_role("button", name="Tarik kembali").click()
    expect(page.locator(".day-delays")).to_have_count(0)
    page.get_by_role("button", name="Mulai semua meja").click()
    expect(page.locator(".day-round")).to_contain_text("1 meja berlangsung")
    assert count(ScheduleVersion) == 3


def test_without_a_network_taps_are_refused_and_the_page_comes_back_by_itself(
    scene: Scene,  # noqa: F811
    enter: Enter,  # noqa: F811
    complaints: list[str],
) -> None:
    page = enter(scene.world.user(roles={scene.event_id: Role.DESK}), PHONE)
    page.goto(f"/manage/{scene.code}/day")
    banner = page.locator("#day-offline")
    expect(banner).to_be_hidden()
    start = page.locator(".day-row").first.get_by_role("button", name=re.compile("^Mulai"))
    page.context.set_offline(True)
    expect(banner).to_be_visible()
    expect(banner).to_contain_text(re.compile(r"sejak \d\d[.:]\d\d"))
    start.click()
    expect(page.locator("#toasts")).to_contain_text("tidak ada yang dicatat")
    assert count(MeetingRecord) == 0
    assert grave_findings(page) == []
    page.context.set_offline(False)
    expect(banner).to_be_hidden()
    start.click()
    expect(page.locator(".day-row").first).to_contain_text("Berlangsung")
    assert count(MeetingRecord) == 1
    complaints.clear()  # the browser tells of requests without a network


def test_a_table_is_found_among_many_also_after_the_page_was_fetched_again(scene: Scene, enter: Enter) -> None:  # noqa: F811
    page = enter(scene.world.user(roles={scene.event_id: Role.DESK}), PHONE)
    page.goto(f"/manage/{scene.code}/day")
    box = page.get_by_role("searchbox")
    box.fill("contoh 2")
    assert _shown(page) == ["Meja 1", "Meja 2"]  # table 1: who comes next
    box.fill("2")
    assert _shown(page) == ["Meja 2"]
    expect(page.locator(".day-find output")).to_have_text("1 dari 2 meja")
    page.locator("[data-day-live]").dispatch_event("again")
    page.wait_for_timeout(500)
    assert _shown(page) == ["Meja 2"]
    box.fill("")
    assert len(_shown(page)) == 2


def test_the_rest_of_the_day_is_re_planned_for_who_left(scene: Scene, enter: Enter) -> None:  # noqa: F811
    page = enter(scene.world.user(roles={scene.event_id: Role.ORGANIZER}), PHONE)
    page.goto(f"/manage/{scene.code}/day")
    page.get_by_role("link", name="Terlambat, pulang, sakit…").click()
    page.get_by_text("Sebuah meja tidak dapat dipakai lagi").click()
    expect(page.get_by_label("Siapa?")).to_be_hidden()
    page.get_by_text("Harus pulang lebih awal").click()
    expect(page.get_by_label("Hadir lagi mulai")).to_be_hidden()
    page.get_by_label("Siapa?").select_option(label="Dinas Contoh 1")
    page.get_by_role("button", name="Hitung rencana").click()
    expect(page.locator("#replan progress")).to_be_visible()
    assert grave_findings(page) == []
    with patch.object(tasks, "run_solver", solve_here):
        scene.world.run_jobs()
    expect(page.locator("#replan")).to_contain_text("1 pertemuan batal")
    expect(page.locator("#replan")).to_contain_text("Tapis Contoh 2 – Dinas Contoh 1")
    assert grave_findings(page) == []
    page.get_by_role("button", name="Terapkan dan umumkan").click()
    expect(page.get_by_text("Jadwal baru diumumkan")).to_be_visible()
    assert count(ScheduleVersion) == 2


def _shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator(".day-row:visible h2").all_inner_texts()]
