"""The pages of the schedule: each does what it says, for whom it may, without a script."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from icalendar import Calendar
from pypdf import PdfReader

from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, Side
from matchmaking.scheduling.models import AgendaNotice, Meeting, RunState, ScheduleRun, ScheduleVersion, VersionState
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, NO, Scene, make_scene
from tests.world import World


def home(scene: Scene) -> str:
    return f"/manage/{scene.code}/schedule"


def board(scene: Scene, version_id: int) -> str:
    return f"{home(scene)}/versions/{scene.version(version_id).code}"


def publish(scene: Scene, version_id: int) -> None:
    seen = Edit(version_id, scene.version(version_id).revision)
    with transaction():
        publish_version(scene.actor, seen)


def code_of(participation_id: int) -> str:
    return db.session.get_one(Participation, participation_id).code


def meeting_code(scene: Scene, version_id: int, number: int = 0) -> str:
    return db.session.get_one(Meeting, scene.placements(version_id)[number].meeting_id).code


def test_button_starts_one_run_and_the_page_survives_a_reload(scene: Scene) -> None:
    scene.wish_all()
    browser = scene.staff()
    assert browser.get(home(scene)).status_code == 200
    for _ in range(2):
        assert browser.post(f"{home(scene)}/run", data={"suggestions": "1", "seconds": "5"}).status_code == 303
    run = db.session.scalars(sa.select(ScheduleRun)).one()
    assert (run.parameters["seconds"], run.parameters["with_suggestions"]) == (5, True)
    stop = f'action="{home(scene)}/run/{run.code}/stop"'
    for _ in range(2):
        page = browser.get(home(scene))
        assert 'hx-trigger="every 2s"' in page.text
        assert stop in page.text
    part = browser.get(f"{home(scene)}/run").text
    assert stop in part
    assert "<html" not in part
    scene.world.run_jobs()
    page = browser.get(home(scene))
    assert 'hx-trigger="every 2s"' not in page.text
    assert stop not in page.text
    version = db.session.scalars(sa.select(ScheduleVersion)).one()
    assert f"{home(scene)}/versions/{version.code}" in page.text


def test_stop_button_stops(scene: Scene) -> None:
    scene.wish_all()
    run_id = scene.request()
    code = scene.run(run_id).code
    assert scene.staff().post(f"{home(scene)}/run/{code}/stop").status_code == 303
    assert scene.run(run_id).state is RunState.STOPPED


def test_what_is_missing_is_said_on_the_page(world: World) -> None:
    scene = make_scene(world, tables=0)
    answer = scene.staff().post(f"{home(scene)}/run", data={"suggestions": "1"})
    assert answer.status_code == 422
    assert db.session.scalars(sa.select(ScheduleRun)).all() == []


@pytest.mark.parametrize("view", ["tables", "participants", "unmet"])
def test_board_shows_every_meeting_in_each_view(scene: Scene, view: str) -> None:
    scene.wish_all()
    version_id = scene.solve()
    page = scene.staff().get(f"{board(scene, version_id)}?view={view}")
    assert page.status_code == 200
    shown = len(re.findall(r'href="[^"]*meeting=', page.text))
    assert shown == {"tables": 6, "participants": 12, "unmet": 0}[view]


def test_held_meeting_makes_every_cell_say_whether_it_is_possible(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    browser = scene.staff()
    page = browser.get(f"{board(scene, version_id)}?meeting={meeting_code(scene, version_id)}").text
    cells = re.findall(r'class="slot slot-(\w+)', page)
    assert len(cells) == len(scene.slots) * len(scene.tables)
    assert cells.count("selected") == 1
    assert "free" not in cells
    possible = re.findall(r'name="place" value="([\d-]+)"', page)
    options = re.findall(r'<option value="(\d+-\d+)">', page)
    swaps = [option for option in options if option not in possible]
    assert set(possible) <= set(options)
    assert len(possible) == cells.count("possible") + cells.count("ask")
    assert all("bertukar tempat" in re.findall(rf'<option value="{place}">(.*?)</option>', page)[0] for place in swaps)
    assert "style=" not in page


def test_move_pin_and_remove_by_form(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    version_id = scene.solve(with_suggestions=False)
    browser, address, code = scene.staff(), board(scene, version_id), meeting_code(scene, version_id)
    place = f"{scene.slots[3]}-{scene.tables[1]}"
    assert browser.post(f"{address}/move", data={"revision": 1, "meeting": code, "place": place}).status_code == 303
    row = scene.placements(version_id)[0]
    db.session.refresh(row)
    assert (row.slot_id, row.table_id, row.is_pinned) == (scene.slots[3], scene.tables[1], True)
    assert browser.post(f"{address}/pin", data={"revision": 2, "meeting": code, "pinned": ""}).status_code == 303
    assert browser.post(f"{address}/remove", data={"revision": 3, "meeting": code}).status_code == 303
    db.session.rollback()
    assert scene.placements(version_id) == []
    page = browser.get(f"{address}?view=unmet").text
    (unmet,) = re.findall(r"unmet=(\d+)#held", page)
    held = browser.get(f"{address}?unmet={unmet}").text
    pair = {name: re.findall(rf'name="{name}" value="(\d+)"', held)[0] for name in ("exhibitor", "buyer")}
    answer = browser.post(f"{address}/move", data={"revision": 4, "place": place, **pair})
    assert answer.status_code == 303
    db.session.rollback()
    assert len(scene.placements(version_id)) == 1


def test_page_that_is_out_of_date_changes_nothing(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    version_id = scene.solve(with_suggestions=False)
    browser, address, code = scene.staff(), board(scene, version_id), meeting_code(scene, version_id)
    assert browser.post(f"{address}/pin", data={"revision": 1, "meeting": code, "pinned": "1"}).status_code == 303
    assert browser.post(f"{address}/remove", data={"revision": 1, "meeting": code}).status_code == 409
    assert browser.post(f"{address}/remove", data={"meeting": code}).status_code == 422
    for place in ("", "x-y", "1"):
        assert browser.post(f"{address}/move", data={"revision": 2, "meeting": code, "place": place}).status_code == 422
    db.session.rollback()
    assert len(scene.placements(version_id)) == 1


def test_publish_asks_once_when_inputs_changed(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    scene.wish(scene.agencies[0], scene.makers[0], MUST)
    browser, address = scene.staff(), board(scene, version_id)
    asked = browser.post(f"{address}/publish", data={"revision": 1})
    assert asked.status_code == 200
    assert 'name="accept_stale" value="1"' in asked.text
    assert scene.version(version_id).state is VersionState.DRAFT
    assert browser.post(f"{address}/publish", data={"revision": 1, "accept_stale": "1"}).status_code == 303
    assert scene.version(version_id).state is VersionState.PUBLISHED


def test_draft_says_in_sentences_what_it_would_change(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    browser, address = scene.staff(), board(scene, version_id)
    assert "view=changes" not in browser.get(address).text
    publish(scene, version_id)
    assert "view=changes" not in browser.get(address).text
    draft = browser.post(f"{address}/copy").location
    same = browser.get(f"{draft}?view=changes").text
    assert "Draf ini sama dengan yang sudah diumumkan." in same
    code = meeting_code(scene, version_id)
    assert browser.post(f"{draft}/remove", data={"revision": 1, "meeting": code}).status_code == 303
    changed = browser.get(f"{draft}?view=changes").text
    assert len(re.findall(r"<li>Dibatalkan: .+ – .+, meja .+</li>", changed)) == 1
    assert "<li>Pindah:" not in changed


def test_new_draft_discard_and_name(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    browser, address = scene.staff(), board(scene, version_id)
    assert browser.post(f"{address}/name", data={"name": "Rapat Senin"}).status_code == 303
    assert "Rapat Senin" in browser.get(home(scene)).text
    answer = browser.post(f"{address}/copy")
    assert answer.status_code == 303
    assert browser.post(f"{answer.location}/discard").status_code == 303
    assert browser.get(answer.location).status_code == 404


def test_readers_see_and_do_not_change(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    address, code = board(scene, version_id), meeting_code(scene, version_id)
    for role in (Role.LEADER, Role.DESK):
        browser = scene.staff(role)
        page = browser.get(f"{address}?meeting={code}")
        assert page.status_code == 200
        assert 'method="post"' not in page.text.split("<main", 1)[1].split("</main>", 1)[0]
        assert browser.post(f"{address}/pin", data={"revision": 1, "meeting": code}).status_code == 403


def test_codes_of_another_event_are_unknown(scene: Scene, world: World) -> None:
    scene.wish_all()
    version_id = scene.solve()
    publish(scene, version_id)
    other = make_scene(world)
    browser = other.staff()
    code, participant = scene.version(version_id).code, code_of(scene.makers[0])
    run = db.session.scalars(sa.select(ScheduleRun.code)).one()
    delegate = db.session.scalars(sa.select(Delegate.code).where(Delegate.participation_id == scene.makers[0])).one()
    for address in (f"schedule/versions/{code}", f"schedule/run?on={code}", f"agendas/of/{participant}",
                    f"agendas/of/{participant}.pdf", f"agendas/of/{participant}.ics", f"schedule/told/{delegate}",
                    f"agendas?version={code}"):  # fmt: skip
        assert browser.get(f"/manage/{other.code}/{address}").status_code == 404, address
    assert browser.post(f"/manage/{other.code}/schedule/run/{run}/stop").status_code == 404
    for action in ("publish", "copy", "discard", "name", "move", "pin", "remove"):
        answer = browser.post(f"/manage/{other.code}/schedule/versions/{code}/{action}", data={"revision": 1})
        assert answer.status_code == 404, action


def test_my_agenda_opens_with_the_publication_and_shows_mine_alone(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    scene.wish(scene.makers[1], scene.agencies[1])
    version_id = scene.solve(with_suggestions=False)
    browser = scene.browser(scene.makers[0])
    address = f"/my/{scene.code}/agenda"
    assert scene.name(scene.agencies[0]) not in browser.get(address).text
    assert browser.get(f"{address}.pdf").status_code == 404
    assert browser.get(f"{address}.ics").status_code == 404
    publish(scene, version_id)
    page = browser.get(address).text
    assert scene.name(scene.agencies[0]) in page
    assert scene.name(scene.agencies[1]) not in page
    pdf = browser.get(f"{address}.pdf")
    text = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf.data)).pages)
    assert scene.name(scene.agencies[0]) in text
    assert scene.name(scene.agencies[1]) not in text
    assert "WIB" in text
    ics = browser.get(f"{address}.ics")
    assert ics.content_type.startswith("text/calendar")
    (event,) = Calendar.from_ical(ics.data).walk("VEVENT")
    assert scene.name(scene.agencies[0]) in str(event["SUMMARY"])
    assert pdf.headers["Cache-Control"] == "private, no-store"


def test_a_no_appears_on_nothing_that_the_other_side_can_open(scene: Scene) -> None:
    """Every page and file of the exhibitor is the same whether the buyer said no, or nothing."""
    maker, refusing, other = scene.makers[0], scene.agencies[0], scene.agencies[1]
    scene.wish(maker, refusing, MUST)
    scene.wish(maker, other)
    browser = scene.browser(maker)

    def everything() -> list[str]:
        texts = [
            browser.get(f"/my/{scene.code}/{page}").text
            for page in ("wishes", "wishes?only=asked", "agenda", "availability")
        ]
        pdf = PdfReader(io.BytesIO(browser.get(f"/my/{scene.code}/agenda.pdf").data))
        texts.append("".join(page.extract_text() for page in pdf.pages))
        texts.append(browser.get(f"/my/{scene.code}/agenda.ics").text)
        return [re.sub(r'name="csrf_token" value="[^"]*"', "", text) for text in texts]

    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for row in scene.placements(version_id):
            if row.buyer_team_id == scene.team(refusing):
                db.session.delete(row)
    publish(scene, version_id)
    before = everything()
    scene.wish(refusing, maker, NO)
    assert everything() == before
    assert scene.name(refusing) in before[0]
    assert all(scene.name(refusing) not in text for text in before[1:])


def test_agendas_of_everybody_for_staff(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    publish(scene, version_id)
    browser = scene.staff(Role.DESK)
    base = f"/manage/{scene.code}/agendas"
    assert browser.get(base).status_code == 200
    assert browser.get(f"{base}?by=table").status_code == 200
    participant = code_of(scene.makers[0])
    assert scene.name(scene.agencies[0]) in browser.get(f"{base}/of/{participant}").text
    assert browser.get(f"{base}/of/{participant}.pdf").data.startswith(b"%PDF")
    assert len(Calendar.from_ical(browser.get(f"{base}/of/{participant}.ics").data).walk("VEVENT")) == 3
    card = PdfReader(io.BytesIO(browser.get(f"{base}/table/1.pdf").data)).pages[0].extract_text()
    assert scene.name(scene.makers[0]) in card or scene.name(scene.makers[1]) in card
    assert browser.get(f"{base}/table/1").status_code == 200
    for number in (0, 3):
        assert browser.get(f"{base}/table/{number}").status_code == 404
        assert browser.get(f"{base}/table/{number}.pdf").status_code == 404


@pytest.mark.parametrize(("kind", "number"), [("teams", 5), ("tables", 2)])
def test_all_in_one_pdf_is_made_by_a_job(scene: Scene, kind: str, number: int) -> None:
    scene.wish_all()
    publish(scene, scene.solve())
    browser = scene.staff()
    base = f"/manage/{scene.code}/agendas"
    answer = browser.post(f"{base}/papers", data={"kind": kind})
    assert answer.status_code == 303
    (code,) = re.findall(r"job=(\w+)", answer.location)
    assert browser.get(answer.location).status_code == 200
    assert browser.get(f"{base}/papers/{code}.pdf").status_code == 404
    scene.world.run_jobs()
    assert f"papers/{code}.pdf" in browser.get(f"{base}/papers/{code}").text
    with browser.get(f"{base}/papers/{code}.pdf") as file:
        assert len(PdfReader(io.BytesIO(file.data)).pages) == number
    stranger = make_scene(scene.world).staff()
    assert stranger.get(f"{base}/papers/{code}.pdf").status_code == 404


def test_unknown_kind_of_paper_is_refused(scene: Scene) -> None:
    scene.wish_all()
    publish(scene, scene.solve())
    assert scene.staff().post(f"/manage/{scene.code}/agendas/papers", data={"kind": "x"}).status_code == 422


def test_texts_are_handed_over_once_with_time_and_name(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    publish(scene, scene.solve(with_suggestions=False))
    browser = scene.staff()
    base = f"{home(scene)}/told"
    page = browser.get(base).text
    delegate = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == scene.makers[0])).one()
    address, phone = f"{base}/{delegate.code}", delegate.phone or ""
    assert address in page
    assert phone not in page
    text = browser.get(address).text
    assert f"https://wa.me/{phone.lstrip('+')}?text=" in text
    assert scene.name(scene.agencies[0]) in text
    assert browser.post(address).status_code == 303
    notice = db.session.scalars(sa.select(AgendaNotice).where(AgendaNotice.delegate_id == delegate.id)).one()
    first = notice.handed_over_at
    assert first is not None
    assert browser.post(address).status_code == 303
    db.session.rollback()
    assert db.session.get_one(AgendaNotice, notice.id).handed_over_at == first


def test_pages_before_anything_was_made(scene: Scene) -> None:
    browser = scene.staff()
    for address in (
        "schedule",
        "agendas",
        "agendas?by=table",
        "schedule/told",
        f"agendas/of/{code_of(scene.makers[0])}",
    ):
        assert browser.get(f"/manage/{scene.code}/{address}").status_code == 200, address
    assert scene.browser(scene.makers[0]).get(f"/my/{scene.code}/agenda").status_code == 200


def statements(browser: FlaskClient, address: str) -> int:
    seen: list[int] = []
    listener = lambda *_: seen.append(1)  # noqa: E731
    sa.event.listen(db.engine, "before_cursor_execute", listener)
    assert browser.get(address).status_code == 200
    sa.event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)


@pytest.mark.parametrize("page", ["board", "participants", "unmet", "agendas", "tables", "told", "mine"])
def test_number_of_statements_does_not_grow(world: World, page: str) -> None:
    scene = make_scene(world, slots=3, tables=30, makers=2, agencies=2)

    def prepare() -> str:
        scene.wish_all()
        version_id = scene.solve(with_suggestions=False)
        with transaction():
            publish_version(scene.actor, Edit(version_id, 1), accept_stale=True)
        return {
            "board": board(scene, version_id),
            "participants": f"{board(scene, version_id)}?view=participants",
            "unmet": f"{board(scene, version_id)}?view=unmet",
            "agendas": f"/manage/{scene.code}/agendas",
            "tables": f"/manage/{scene.code}/agendas?by=table",
            "told": f"{home(scene)}/told",
            "mine": f"/my/{scene.code}/agenda",
        }[page]

    browser = scene.browser(scene.makers[0]) if page == "mine" else scene.staff()
    few = statements(browser, prepare())
    with transaction():
        db.session.execute(sa.text("DELETE FROM wish"))
    scene.makers += [world.participation(scene.event_id, Side.EXHIBITOR) for _ in range(8)]
    scene.agencies += [world.participation(scene.event_id, Side.BUYER) for _ in range(8)]
    assert statements(browser, prepare()) == few
