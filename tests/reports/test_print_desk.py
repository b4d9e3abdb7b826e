"""The print desk: what waits, what was printed and handed over, the pack with its order, pages and age."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from matchmaking.commitments.life_models import BlankForm
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job, JobState
from matchmaking.reports.models import PaperMark, PaperPack
from matchmaking.reports.queries.print_desk import DeskPaper, Group, PaperState, desk_papers, pack_of
from matchmaking.reports.services.print_desk import (
    PACK,
    PackOrder,
    PaperChanged,
    Step,
    mark_papers,
    request_pack,
)
from matchmaking.scheduling.day_models import DelayScope
from matchmaking.scheduling.services.delays import NoteDelay, note_delay
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.transactions import transaction
from matchmaking.web import paging
from tests.scheduling.scene import Scene, insist, make_scene
from tests.threads import at_once
from tests.world import BOTH, World


@pytest.fixture
def scene(world: World) -> Scene:
    return make_scene(world)


def published(scene: Scene) -> int:
    """Exhibitor 1 meets buyers 1 and 2 in the first two slots at table 1."""
    for agency in scene.agencies[:2]:
        scene.wish(scene.makers[0], agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[n], scene.tables[0]
        publish_version(scene.actor, Edit(version_id, 1))
    return version_id


def order(scene: Scene, forms: int = 2, *, renews: bool = True) -> int:
    with transaction():
        return request_pack(scene.actor, PackOrder(scene.event_id, forms, renews, "id")).id


def papers(scene: Scene, group: Group) -> list[DeskPaper]:
    db.session.rollback()
    return [paper for paper in desk_papers(scene.event_id) if paper.group is group]


def pages_of(scene: Scene) -> list[str]:
    db.session.rollback()
    row = db.session.get_one(PaperPack, scene.event_id)
    stored = db.session.get_one(StoredFile, row.file_id)
    return [page.extract_text() for page in PdfReader(io.BytesIO(path_of(stored.code).read_bytes())).pages]


def mark(scene: Scene, paper: DeskPaper, step: Step, to: str = "") -> int:
    with transaction():
        return mark_papers(scene.actor, scene.event_id, [paper.reference], step, to)


def republish_moved(scene: Scene, version_id: int) -> int:
    """Move the first meeting and publish again."""
    with transaction():
        second = copy_version(scene.actor, version_id).id
    meeting_id = scene.placements(second)[0].meeting_id
    insist(move_meeting, scene.actor, Edit(second, 1), meeting_id, Place(scene.slots[2], scene.tables[0]))
    with transaction():
        publish_version(scene.actor, Edit(second, 2))
    return second


def test_pack_holds_everything_in_the_order_of_handing_out_with_true_page_numbers(scene: Scene) -> None:
    published(scene)
    order(scene, forms=2)
    scene.world.run_jobs()
    pages = pages_of(scene)
    row = db.session.get_one(PaperPack, scene.event_id)
    assert row.pages == len(pages)
    assert all(f"halaman {number} dari {len(pages)}" in text for number, text in enumerate(pages, start=1))
    contents = [(title, count, first, is_part) for title, count, first, _last, is_part in row.contents]
    names = sorted(scene.name(p) for p in (scene.makers[0], *scene.agencies[:2]))
    assert contents[:4] == [
        ("Agenda, menurut organisasi dan orang", 3, 2, False), *[(name, 1, 2 + n, True) for n, name in enumerate(names)],
    ]  # fmt: skip
    assert [entry[0] for entry in contents[4:]] == [
        "Kartu meja", "Daftar hadir · Kamis, 11 Mei 2023", "Formulir kosong bernomor", "Seluruh aula, ukuran A3",
    ]  # fmt: skip
    for title, _count, first, is_part in contents:
        assert title in pages[0]
        if is_part:
            assert title in pages[first - 1]
    assert scene.name(scene.agencies[2]) not in "".join(pages[1:5])  # no meeting, no agenda
    numbers = db.session.scalars(sa.select(BlankForm.number).order_by(BlankForm.serial)).all()
    forms_at = next(first for title, _c, first, _p in contents if title == "Formulir kosong bernomor")
    assert [numbers[n] in pages[forms_at - 1 + n] for n in range(2)] == [True, True]


def test_grid_is_the_last_page_and_lies_on_a3_the_rest_on_a4(scene: Scene) -> None:
    published(scene)
    order(scene, forms=0)
    scene.world.run_jobs()
    stored = db.session.get_one(StoredFile, db.session.get_one(PaperPack, scene.event_id).file_id)
    found = PdfReader(io.BytesIO(path_of(stored.code).read_bytes())).pages
    sizes = [tuple(round(float(side) / 72 * 25.4) for side in page.mediabox[2:]) for page in found]
    assert set(sizes[:-1]) == {(210, 297)}
    assert sizes[-1] == (420, 297)
    alone = PdfReader(io.BytesIO(scene.staff().get(f"/manage/{scene.code}/print-desk/grid.pdf").data)).pages
    assert len(alone) == 1
    text = " ".join(alone[0].extract_text().split())
    assert all(scene.name(p) in text for p in (scene.makers[0], *scene.agencies[:2]))


def test_paper_goes_from_waiting_to_printed_to_handed_and_back(scene: Scene) -> None:
    published(scene)
    paper = papers(scene, Group.AGENDAS)[0]
    assert (paper.printed_at, paper.handed_at) == (None, None)
    assert [mark(scene, paper, Step.PRINTED) for _ in range(2)] == [1, 0]
    first = papers(scene, Group.AGENDAS)[0]
    assert [mark(scene, paper, Step.HANDED, "Ibu Sari") for _ in range(2)] == [1, 0]
    mark(scene, paper, Step.HANDED, "orang lain")
    handed = papers(scene, Group.AGENDAS)[0]
    assert (handed.printed_at, handed.handed_to) == (first.printed_at, "Ibu Sari")
    assert handed.handed_by.startswith("Peserta Contoh")
    assert [mark(scene, paper, Step.NOT_HANDED) for _ in range(2)] == [1, 0]
    assert papers(scene, Group.AGENDAS)[0] == first
    assert mark(scene, paper, Step.NOT_PRINTED) == 1
    assert papers(scene, Group.AGENDAS)[0] == paper
    mark(scene, paper, Step.HANDED)
    assert papers(scene, Group.AGENDAS)[0].printed_at is not None  # what is handed over was printed


def test_only_changed_papers_wait_again_after_a_publication(scene: Scene) -> None:
    version_id = published(scene)
    for paper in papers(scene, Group.AGENDAS):
        mark(scene, paper, Step.PRINTED)
    old = papers(scene, Group.AGENDAS)
    republish_moved(scene, version_id)
    now = {paper.key: (paper.is_changed, paper.printed_at is None) for paper in papers(scene, Group.AGENDAS)}
    assert sorted(now.values()) == [(False, False), (True, True), (True, True)]
    changed = next(paper for paper in old if now[paper.key][0])
    with pytest.raises(PaperChanged):
        mark(scene, changed, Step.HANDED)


def test_pack_is_out_of_date_after_a_publication_and_made_again_by_itself(scene: Scene) -> None:
    version_id = published(scene)
    order(scene)
    scene.world.run_jobs()
    before = pages_of(scene)
    republish_moved(scene, version_id)
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert (pack.is_outdated, pack.version) == (True, 1)
    scene.world.run_jobs()
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert (pack.is_outdated, pack.version) == (False, 2)
    assert pages_of(scene) != before
    assert db.session.scalar(sa.select(sa.func.count()).where(StoredFile.purpose == "pack")) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BlankForm)) == 2  # no number is taken again


def test_pack_is_not_made_again_where_that_is_off_or_nobody_asked(scene: Scene) -> None:
    version_id = published(scene)
    second = republish_moved(scene, version_id)
    assert db.session.scalars(sa.select(Job).where(Job.kind == PACK)).all() == []
    order(scene, renews=False)
    scene.world.run_jobs()
    republish_moved(scene, second)
    scene.world.run_jobs()
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert (pack.is_outdated, pack.version) == (True, 2)


def test_delay_makes_the_pack_out_of_date_and_is_printed_by_the_next(scene: Scene) -> None:
    published(scene)
    order(scene)
    scene.world.run_jobs()
    with transaction():
        note_delay(scene.actor, NoteDelay(scene.event_id, scene.slots[0], 15, "keterlambatan-1", DelayScope.DAY))
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert pack.is_outdated
    order(scene)
    scene.world.run_jobs()
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert not pack.is_outdated
    assert "09.15–09.35 WIB" in pages_of(scene)[1] + pages_of(scene)[2]


def test_pack_of_an_older_schedule_never_replaces_a_newer_one(scene: Scene) -> None:
    from matchmaking.documents.pack import PackFile
    from matchmaking.reports.services.print_desk import MadeFrom, store_pack

    version_id = published(scene)
    order(scene)
    republish_moved(scene, version_id)
    scene.world.run_jobs()
    with transaction():
        late = MadeFrom(scene.event_id, version_id, 0)
        assert not store_pack(scene.actor, late, PackFile(b"%PDF-", 1, ()), "lama.pdf")
    pack = pack_of(scene.event_id)
    assert pack is not None
    assert pack.version == 2


def test_stopped_pack_leaves_the_one_before(scene: Scene) -> None:
    published(scene)
    order(scene)
    scene.world.run_jobs()
    before = pages_of(scene)
    job_id = order(scene, forms=3)
    browser = scene.staff()
    assert browser.post(f"/manage/{scene.code}/print-desk/pack/stop").status_code == 303
    scene.world.run_jobs()
    db.session.rollback()
    assert db.session.get_one(Job, job_id).state is JobState.STOPPED
    assert pages_of(scene) == before


def test_nothing_published_makes_no_pack_and_impossible_numbers_take_none(scene: Scene) -> None:
    with pytest.raises(Conflict):
        order(scene)
    published(scene)
    for forms in (-1, 61):
        with pytest.raises(InvalidInput):
            order(scene, forms=forms)
    assert db.session.scalars(sa.select(BlankForm)).all() == []


def test_page_shows_states_and_its_buttons_work(scene: Scene) -> None:
    published(scene)
    home, browser = f"/manage/{scene.code}/print-desk", scene.staff()
    assert browser.get(home).text.count("Menunggu") >= 5
    assert browser.post(f"{home}/pack", data={"forms": "1", "renews": "1"}).status_code == 303
    assert 'hx-get="' in browser.get(home).text
    scene.world.run_jobs()
    with browser.get(f"{home}/pack.pdf") as answer:
        assert answer.data.startswith(b"%PDF-")
    assert browser.post(f"{home}/pack", data={"forms": "banyak"}).status_code == 422
    agendas = papers(scene, Group.AGENDAS)
    sent = {"paper": [paper.reference for paper in agendas], "step": "printed", "group": "agendas"}
    assert browser.post(f"{home}/mark", data=sent).headers["Location"].endswith("#agendas")
    assert {paper.printed_at is None for paper in papers(scene, Group.AGENDAS)} == {False}
    assert browser.post(f"{home}/mark", data={**sent, "step": "torn"}).status_code == 404
    code = agendas[0].key.split(":")[1]
    text = PdfReader(io.BytesIO(browser.get(f"{home}/agenda/{code}.pdf").data)).pages[0].extract_text()
    assert agendas[0].title in text


def test_agendas_are_found_by_name_and_state_and_a_button_comes_back_to_them(scene: Scene) -> None:
    published(scene)
    home, browser = f"/manage/{scene.code}/print-desk", scene.staff()
    first, second, *_ = papers(scene, Group.AGENDAS)
    mark(scene, second, Step.PRINTED)
    assert (first.state, papers(scene, Group.AGENDAS)[1].state) == (PaperState.WAITING, PaperState.PRINTED)

    def shown(query: str) -> set[str]:
        page = browser.get(f"{home}?{query}").text
        return {paper.title for paper in (first, second) if f'<th scope="row">{paper.title}' in page}

    assert first.title != second.title
    assert shown("") == {first.title, second.title}
    assert shown(f"q={first.title.upper()}") == {first.title}
    assert shown("state=printed") == {second.title}
    assert shown("state=waiting") == {first.title}
    assert shown("state=torn") == {first.title, second.title}
    assert "Tidak ada agenda seperti itu" in browser.get(f"{home}?q=zzz").text
    sent = {"paper": first.reference, "step": "handed", "group": "agendas"}
    answer = browser.post(f"{home}/mark?state=waiting&page=1", data=sent)
    assert answer.headers["Location"].endswith("print-desk?state=waiting&page=1#agendas")
    assert shown("state=handed") == {first.title}


def test_agendas_are_shown_a_page_at_a_time(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    published(scene)
    count = len(papers(scene, Group.AGENDAS))
    assert count == 3
    monkeypatch.setattr(paging.cut, "__defaults__", (2,))
    home, browser = f"/manage/{scene.code}/print-desk", scene.staff()
    both = [browser.get(f"{home}?page={number}").text.count("/print-desk/agenda/") for number in (1, 2, 9)]
    assert both == [2, 1, 1]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_taps_and_clicks_at_once_are_one(app: Flask, world: World) -> None:
    scene = make_scene(world)
    published(scene)
    paper = papers(scene, Group.AGENDAS)[0]
    db.session.rollback()
    assert sorted(map(str, at_once(app, lambda _n: mark(scene, paper, Step.PRINTED), 4))) == ["0", "0", "0", "1"]
    ids = at_once(app, lambda _n: order(scene, forms=3), 4)
    assert len(set(ids)) == 1, ids
    with transaction():
        again = jobs.enqueue(scene.actor, PACK, {"locale": "id"}, event_id=scene.event_id, dedupe_key="again").id
    both = [int(str(ids[0])), again]
    db.session.rollback()
    assert at_once(app, lambda n: jobs.run_job(both[n]), 2) == [None, None]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(BlankForm)) == 3
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperMark)) == 1
    assert db.session.scalar(sa.select(sa.func.count()).where(StoredFile.purpose == "pack")) == 1


def test_statements_do_not_grow_with_the_number_of_papers(scene: Scene) -> None:
    def count() -> int:
        seen: list[int] = []

        def note(*_: object) -> None:
            seen.append(1)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        desk_papers(scene.event_id)
        sa.event.remove(db.engine, "before_cursor_execute", note)
        return len(seen)

    version_id = published(scene)
    few = count()
    with transaction():
        second = copy_version(scene.actor, version_id).id
    from matchmaking.scheduling.services.placements import place_pair

    for revision, agency in enumerate(scene.agencies, start=1):
        pair = (scene.team(scene.makers[1]), scene.team(agency))
        insist(
            place_pair, scene.actor, Edit(second, revision), *pair, Place(scene.slots[revision], scene.tables[1])
        )  # fmt: skip
    with transaction():
        publish_version(scene.actor, Edit(second, 4), accept_stale=True)
    assert len(papers(scene, Group.AGENDAS)) == 5
    db.session.rollback()
    assert count() <= few
