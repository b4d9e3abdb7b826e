"""Solving from the schedule page and from a board: one form, what it offers, what it says meanwhile and afterwards."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.scheduling import tasks
from matchmaking.scheduling.models import RunState, ScheduleRun, VersionState
from matchmaking.scheduling.routes.picture import HEIGHT, WIDTH, charts_of, words_of
from matchmaking.scheduling.services.placements import Edit, pin_meeting, remove_meeting
from matchmaking.scheduling.services.versions import copy_version, discard_version
from matchmaking.scheduling.solving import SolverDied
from matchmaking.transactions import transaction
from tests.attendance.meetings import publish
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import Scene, solve_here


def home(scene: Scene) -> str:
    return f"/manage/{scene.code}/schedule"


def board(scene: Scene, version_id: int) -> str:
    return f"{home(scene)}/versions/{scene.version(version_id).code}"


def text_of(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page)))


def draft_with_a_gap(scene: Scene) -> int:
    scene.wish_all()
    draft = scene.solve(with_suggestions=False)
    rows = [row.meeting_id for row in scene.placements(draft)]
    with transaction():
        remove_meeting(scene.actor, Edit(draft, 1), rows[0])
    with transaction():
        pin_meeting(scene.actor, Edit(draft, 2), rows[1], is_pinned=True)
    return draft


def start(scene: Scene, browser: FlaskClient, draft: int, mode: str, **more: Any) -> ScheduleRun:
    code = scene.version(draft).code
    data = {"draft": code, "on": code, "mode": mode, "seconds": "30", **more}
    answer = browser.post(f"{home(scene)}/run", data=data)
    assert (answer.status_code, answer.location) == (303, f"{board(scene, draft)}#run")
    return db.session.scalars(sa.select(ScheduleRun).order_by(ScheduleRun.id.desc())).first()  # type: ignore[return-value]


def finish(scene: Scene, run_id: int, solve: Any = solve_here) -> ScheduleRun:
    with patch.object(tasks, "run_solver", solve):
        scene.world.run_jobs()
    return scene.run(run_id)


def modes_offered(page: str) -> dict[str, bool]:
    """Of each mode whether it can be chosen."""
    return {value: "disabled" not in rest for value, rest in re.findall(r'name="mode" value="(\w+)"([^>]*)>', page)}


def test_without_a_draft_nothing_but_a_whole_schedule_is_offered(scene: Scene) -> None:
    scene.wish_all()
    page = scene.staff().get(home(scene)).text
    assert modes_offered(page) == {}
    assert 'name="seconds"' in page


def test_both_pages_offer_the_same_form_with_what_the_draft_allows(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    for address in (home(scene), board(scene, draft)):
        page = browser.get(address).text
        assert modes_offered(page) == {"all": True, "fill": True, "improve": True}
        assert "1 minat tanpa tempat ditempatkan" in text_of(page)
        assert "1 pertemuan yang disematkan tetap" in text_of(page)
    finish(scene, start(scene, browser, draft, "fill").id)
    full = browser.get(home(scene)).text
    assert modes_offered(full) == {"all": True, "fill": False, "improve": True}
    assert "tidak ada yang perlu diisi" in text_of(full)
    with transaction():
        db.session.get_one(Participation, scene.agencies[0]).state = "withdrawn"  # type: ignore[assignment]
    broken = browser.get(board(scene, draft)).text
    assert modes_offered(broken) == {"all": True, "fill": False, "improve": False}
    assert f"{scene.name(scene.makers[1])} – {scene.name(scene.agencies[0])}: " in text_of(broken)


@pytest.mark.parametrize("role", [Role.DESK, Role.LEADER])
def test_who_may_only_read_sees_the_run_and_no_form(scene: Scene, role: Role) -> None:
    draft = draft_with_a_gap(scene)
    start(scene, scene.staff(), draft, "fill")
    page = scene.staff(role).get(board(scene, draft)).text
    assert modes_offered(page) == {}
    assert "Mengisi yang kosong di draf 1" in text_of(page)
    assert "/stop" not in page


@pytest.mark.parametrize(
    ("mode", "made"),
    [
        ("fill", "Mengisi yang kosong di draf 1"),
        ("improve", "Memperbaiki draf 1 di sekitar sematannya"),
        ("all", "Semua disusun baru, sematan draf 1 tetap"),
    ],
)
def test_the_mode_is_said_of_the_run_and_of_what_it_makes(scene: Scene, mode: str, made: str) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run = start(scene, browser, draft, mode, keep_pins="1")
    assert made in text_of(browser.get(board(scene, draft)).text)
    version = finish(scene, run.id).outcome["version_id"]
    assert made in text_of(browser.get(board(scene, version)).text)
    assert text_of(browser.get(home(scene)).text).count(made) == 2  # the run, and the version in the list
    with transaction():
        copy = copy_version(scene.actor, version).id
    shown = text_of(browser.get(board(scene, copy)).text)
    assert made not in shown
    assert "Dari versi 2" in shown


def test_letting_go_of_the_pins_is_said_too(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run = finish(scene, start(scene, browser, draft, "all").id)
    assert "Semua disusun baru, tanpa sematan draf 1" in text_of(browser.get(board(scene, draft)).text)
    assert [row for row in scene.placements(run.outcome["version_id"]) if row.is_pinned] == []


def test_a_form_that_makes_no_sense_starts_nothing(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    code = scene.version(draft).code
    assert browser.post(f"{home(scene)}/run", data={"draft": code, "mode": "better"}).status_code == 422
    assert browser.post(f"{home(scene)}/run", data={"draft": "NOPE", "mode": "fill"}).status_code == 404
    assert browser.post(f"{home(scene)}/run", data={"mode": "fill"}).status_code == 422
    assert len(db.session.scalars(sa.select(ScheduleRun)).all()) == 1


def test_a_second_organiser_is_shown_what_is_under_way(scene: Scene) -> None:
    draft = draft_with_a_gap(scene)
    first = start(scene, scene.staff(), draft, "fill")
    other = scene.staff()
    assert start(scene, other, draft, "improve").id == first.id
    assert "Jadwal sedang disusun; perkembangannya terlihat di sini." in text_of(other.get(board(scene, draft)).text)


def test_the_part_is_sent_only_when_it_shows_something_else(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    code = scene.version(draft).code
    page = browser.get(board(scene, draft)).text
    (address,) = {html.unescape(found) for found in re.findall(r'id="run" hx-get="([^"]*)"', page)}
    assert browser.get(address).status_code == 204
    run = start(scene, browser, draft, "fill")
    part = browser.get(address)
    assert part.status_code == 200
    assert "Mengisi yang kosong di draf 1" in text_of(part.text)
    (newer,) = {html.unescape(found) for found in re.findall(r'id="run" hx-get="([^"]*)"', part.text)}
    assert newer != address
    assert f"on={code}" in newer
    assert browser.get(newer).status_code == 204
    finish(scene, run.id)
    assert "Lihat hasilnya" in text_of(browser.get(newer).text)


def test_a_board_that_has_nothing_to_do_with_it_shows_a_run_only_while_it_is_under_way(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    with transaction():
        copy = copy_version(scene.actor, draft).id
    run = start(scene, browser, draft, "fill")
    assert "/stop" in browser.get(board(scene, copy)).text
    finish(scene, run.id)
    assert "Lihat hasilnya" not in browser.get(board(scene, copy)).text
    assert "Lihat hasilnya" in browser.get(board(scene, draft)).text


def test_editing_meanwhile_is_said_to_whoever_waits_and_beside_the_result(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run_id, seen = start(scene, browser, draft, "fill").id, []

    def solve_while_somebody_edits(*given: Any, **more: Any) -> Any:
        with transaction():
            meeting_id = scene.placements(draft)[-1].meeting_id
            remove_meeting(scene.actor, Edit(draft, 3), meeting_id)
        seen.append(text_of(browser.get(f"{home(scene)}/run").text))
        return solve_here(*given, **more)

    finish(scene, run_id, solve_while_somebody_edits)
    assert "Draf 1 diubah 1 kali sejak perhitungan ini dimulai. Tidak ada yang ditimpa" in seen[0]
    page = browser.get(board(scene, draft)).text
    assert "Draf 1 diubah 1 kali sementara ini dihitung." in text_of(page)
    (compare,) = re.findall(r'id="run-compare" href="([^"]*)"', page)
    assert browser.get(html.unescape(compare)).status_code == 200
    assert re.search(rf'id="run-base" href="{board(scene, draft)}"', page)


def test_publishing_meanwhile_is_said_to_both(scene: Scene) -> None:
    draft, waiting, publishing = draft_with_a_gap(scene), scene.staff(), scene.staff()
    run_id, seen = start(scene, waiting, draft, "fill").id, []
    dialog = text_of(publishing.get(board(scene, draft)).text)
    assert dialog.count("Saat ini sebuah jadwal sedang disusun.") == 2  # before publishing, and before discarding

    def solve_while_somebody_announces(*given: Any, **more: Any) -> Any:
        answer = publishing.post(f"{board(scene, draft)}/publish", data={"revision": 3, "accept_stale": "1"})
        seen.append(text_of(publishing.get(answer.location).text))
        seen.append(text_of(waiting.get(f"{home(scene)}/run").text))
        return solve_here(*given, **more)

    run = finish(scene, run_id, solve_while_somebody_announces)
    assert "Jadwal yang sedang disusun tetap berjalan." in seen[0]
    assert "mengumumkan versi 1 sementara ini dihitung. Perhitungan tetap berjalan" in seen[1]
    assert scene.version(draft).state is VersionState.PUBLISHED
    made = board(scene, run.outcome["version_id"])
    assert "Mengisi yang kosong di draf 1; berangkat dari sebelum versi 1 diumumkan" in text_of(waiting.get(made).text)
    shown = text_of(waiting.get(home(scene)).text)
    assert "mengumumkan versi 1 sementara ini dihitung. Hasil ini berangkat dari sebelum pengumuman" in shown
    assert "Saat ini sebuah jadwal sedang disusun." not in text_of(waiting.get(made).text)


def test_going_back_meanwhile_is_said_to_both(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    publish(scene, draft)
    with transaction():
        second = copy_version(scene.actor, draft).id
    publish(scene, second)
    with transaction():
        third = copy_version(scene.actor, second).id
        remove_meeting(scene.actor, Edit(third, 1), scene.placements(third)[0].meeting_id)
    publish(scene, third)
    with transaction():
        base = copy_version(scene.actor, third).id
    run = start(scene, browser, base, "all")
    seen = {"seen": scene.version(third).code}
    with clock.frozen(datetime(2023, 5, 1, 2, tzinfo=UTC)):  # nothing has begun
        early = scene.staff()
        answer = early.post(f"{board(scene, second)}/back", data=seen)
        page = text_of(early.get(answer.location).text)
    assert "Jadwal yang sedang disusun tetap berjalan." in page
    assert "mengumumkan versi 5 sementara ini dihitung." in text_of(browser.get(f"{home(scene)}/run").text)
    assert finish(scene, run.id).outcome["meanwhile"]["announced"] == 5


def test_discarding_meanwhile_is_said(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run_id = start(scene, browser, draft, "fill").id
    answer = browser.post(f"{board(scene, draft)}/discard")
    page = text_of(browser.get(answer.location).text)
    assert "Jadwal yang sedang disusun tetap berjalan." in page
    run = finish(scene, run_id)
    page = text_of(browser.get(home(scene)).text)
    assert "Draf 1 dibuang sementara ini dihitung." in page
    assert run.state is RunState.DONE
    other = scene.solve()
    with transaction():
        discard_version(scene.actor, other)  # with nothing under way nothing is said of it
    assert "tetap berjalan" not in text_of(browser.get(home(scene)).text)


def test_a_board_whose_draft_was_discarded_says_so_once_and_still_shows_the_run(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run, code = start(scene, browser, draft, "fill"), scene.version(draft).code
    with transaction():
        discard_version(scene.actor, draft)
    part = browser.get(f"{home(scene)}/run?on={code}").text
    assert "Draf ini sudah dibuang" in text_of(part)
    assert "Draf 1 dibuang. Perhitungan tetap berjalan" in text_of(part)
    (address,) = {html.unescape(found) for found in re.findall(r'id="run" hx-get="([^"]*)"', part)}
    assert browser.get(address).status_code == 204
    answer = browser.post(f"{home(scene)}/run/{run.code}/stop", data={"on": code})
    assert (answer.status_code, answer.location) == (303, home(scene))
    assert "Draf ini sudah dibuang" in text_of(browser.get(address).text)


def test_asking_again_and_again_costs_little(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    start(scene, browser, draft, "fill")
    pages = {name: browser.get(name).text for name in (home(scene), board(scene, draft))}
    for page in pages.values():
        (address,) = {html.unescape(found) for found in re.findall(r'id="run" hx-get="([^"]*)"', page)}
        with counted_statements() as statements:
            assert browser.get(address).status_code == 204
        assert not [statement for statement in statements if "placement" in str(statement).lower()]


def test_nothing_to_gain_is_a_sentence_and_no_button(scene: Scene) -> None:
    scene.wish_all()
    draft, browser = scene.solve(with_suggestions=False), scene.staff()
    finish(scene, start(scene, browser, draft, "improve").id)
    page = browser.get(board(scene, draft)).text
    assert "Draf 1 sudah yang terbaik yang mungkin di sekitar sematannya" in text_of(page)
    assert "Lihat hasilnya" not in page


def told(problem: Any, _limits: Any, on_tick: Any, **more: Any) -> Any:
    """A solver that reports three schedules, then dies of it."""
    points = [
        [0.5, None, None, 0, 0, 300, 314, 12, 0],
        [1.0, None, None, 0, 0, 312, 314, 12, 0],
        [9.0, None, None, 0, 0, 312, 314, 7, 3],
    ]
    on_tick({"weight": 312, "breaks": 7, "points": points, "searching": 20.0}, 21.0)
    raise SolverDied("as if")


def test_the_picture_says_the_same_in_words_lines_and_figures(scene: Scene) -> None:
    draft, browser = draft_with_a_gap(scene), scene.staff()
    run_id, seen = start(scene, browser, draft, "all").id, []

    def look(problem: Any, limits: Any, on_tick: Any, **more: Any) -> Any:
        try:
            told(problem, limits, on_tick)
        finally:
            seen.append(browser.get(f"{home(scene)}/run").text)

    run = finish(scene, run_id, look)
    part = seen[0]
    assert "Bobot minat yang terpenuhi: 312 dari paling banyak 314" in text_of(part)
    assert "Giliran kosong di antara pertemuan: 7, paling sedikit 3" in text_of(part)
    assert re.findall(r'<svg [^>]*role="img" aria-labelledby="([\w-]+)"', part) == [
        "chart-weight-title",
        "chart-breaks-title",
    ]
    assert "Bobot minat yang terpenuhi naik dari 300 menjadi 312 dalam 20 detik." in text_of(part)
    assert "Giliran kosong di antara pertemuan turun dari 12 menjadi 7 dalam 20 detik." in text_of(part)
    assert "style=" not in part
    assert run.state is RunState.FAILED


def point(
    seconds: float, weight: int, weight_bound: int | None, breaks: int, breaks_bound: int | None
) -> dict[str, Any]:
    return {
        "seconds": seconds, "disruption": None, "disruption_bound": None, "min_shortfall": 0, "min_shortfall_bound": 0,
        "weight": weight, "weight_bound": weight_bound, "breaks": breaks, "breaks_bound": breaks_bound,
    }  # fmt: skip


def test_a_chart_is_drawn_for_each_objective_that_is_open_from_where_its_figures_count() -> None:
    weight, breaks = charts_of([point(1, 5, 9, 3, None), point(2, 8, 9, 6, 0), point(3, 8, 9, 4, 1)], 4)
    assert [row[1:] for row in weight.rows] == [("5", "9"), ("8", "9"), ("8", "9")]
    assert [row[1:] for row in breaks.rows] == [("6", "0"), ("4", "1")]
    assert (weight.top, weight.bottom, breaks.top, breaks.bottom) == (9, 5, 6, 0)
    assert weight.best == "150,138 300,138 300,43.5 450,43.5 600,43.5"
    assert weight.bound == "150,12 300,12 450,12 600,12"
    assert {name: len(words_of(point(3, 8, 9, 4, 1))) for name in ("weight", "breaks")} == {"weight": 2, "breaks": 2}


def test_what_is_proven_at_once_is_words_and_one_flat_line() -> None:
    (only,) = charts_of([point(0.2, 9, 9, 0, 0)], 1)
    assert (only.name, only.top, only.bottom) == ("breaks", 0, 0)
    ys = {float(pair.partition(",")[2]) for pair in only.best.split()}
    assert ys == {HEIGHT / 2}
    assert only.best.endswith(f"{WIDTH:g},{HEIGHT / 2:g}")
    assert charts_of([], 3) == []
    assert [line.split(": ")[1] for line in words_of(point(1, 9, 9, 0, 0))] == [
        "9, the best possible",
        "0, the best possible",
    ]
