"""The print desk for badges: printing once and again, the list, what a badge shows, and kept files that go."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.accounts import hooks as accounts
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM, Role
from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.badge_papers import CATEGORY_COLOURS
from matchmaking.attendance.models import Badge, BadgeEnd
from matchmaking.attendance.queries.badges import BadgeFilter, badges_page, print_rows
from matchmaking.attendance.services import badge_printing
from matchmaking.attendance.services.badges import ensure_badges, note_printed
from matchmaking.catalogue.models import Product
from matchmaking.events.hooks import event_deleting
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.registration.hooks import panels_of
from matchmaking.registration.models import Participation, ParticipationState, Side, Team
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.attendance.badge_desk import (
    badge_scene,
    badges_of,
    english,
    fetched,
    page,
    person,
    person_id,
    printed,
)
from tests.catalogue.builders import add_product
from tests.scheduling.scene import Scene
from tests.world import LONG_AGO, World

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scene(world: World) -> Scene:
    return badge_scene(world)


@pytest.fixture
def desk(scene: Scene) -> FlaskClient:
    return english(scene.staff(Role.DESK))


# -- printing -------------------------------------------------------------------------------------------------------


def test_printing_what_is_not_printed_yet_makes_one_pdf_and_says_so(scene: Scene, desk: FlaskClient) -> None:
    assert "5 people · 0 printed · 5 not yet" in page(desk, scene)
    text = printed(desk, scene, scope="unprinted", layout="a4-8")
    names = [scene.name(entry) for entry in scene.makers + scene.agencies]
    assert all(name in text for name in names)
    assert "5 people · 5 printed · 0 not yet" in page(desk, scene)
    assert {badge.print_count for entry in scene.makers for badge in badges_of(entry)} == {1}


def test_one_side_only(scene: Scene, desk: FlaskClient) -> None:
    text = printed(desk, scene, scope="unprinted", side="buyer")
    assert (text.count("PEMBELI"), text.count("IKM")) == (3, 0)
    assert [badge.printed_at is None for badge in badges_of(scene.makers[0])] == [True]


def test_ticked_rows_and_one_rows_own_button(scene: Scene, desk: FlaskClient) -> None:
    first, second, third = (person(entry) for entry in scene.agencies)
    codes = [one.code for one in (first, second, third)]
    names = [one.name for one in (first, second, third)]
    text = printed(desk, scene, selected=codes[:2], action="print")
    assert [name in text for name in names] == [True, True, False]
    text = printed(desk, scene, only=codes[2], selected=codes[:2])
    assert [name in text for name in names] == [False, False, True]


def test_a_list_of_nobody_or_of_strangers_prints_nothing(world: World, scene: Scene, desk: FlaskClient) -> None:
    stranger = person(world.participation(world.event(), Side.BUYER)).code
    waiting = person(world.participation(scene.event_id, Side.BUYER, state=ParticipationState.SUBMITTED)).code
    for selected in ([], [stranger], [waiting], ["NONE"]):
        assert desk.post(f"/manage/{scene.code}/badges/print", data={"selected": selected}).status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 0


def test_who_has_no_badge_yet_gets_one_when_it_is_printed(world: World, scene: Scene, desk: FlaskClient) -> None:
    entry = world.participation(scene.event_id, Side.BUYER)
    code, name = person(entry).code, person(entry).name
    assert name in printed(desk, scene, only=code)
    assert [badge.print_count for badge in badges_of(entry)] == [1]


def test_the_made_pdf_can_be_fetched_again_from_the_list(scene: Scene, desk: FlaskClient) -> None:
    assert "Earlier PDFs" not in page(desk, scene)
    text = printed(desk, scene, scope="all")
    assert "Earlier PDFs" in page(desk, scene)
    assert fetched(desk, f"/manage/{scene.code}/badges") == text
    assert {badge.print_count for entry in scene.agencies for badge in badges_of(entry)} == {1}


def test_more_than_fifty_are_made_in_the_background(
    app: Flask, scene: Scene, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.attendance.routes.badges.AT_ONCE", 4)
    monkeypatch.setattr("matchmaking.attendance.tasks.STEP", 2)
    answer = desk.post(f"/manage/{scene.code}/badges/print", data={"scope": "all"})
    waiting = desk.get(answer.location).get_data(as_text=True)
    assert "Waiting for its turn" in waiting
    assert "/papers/" in waiting
    assert not [badge for entry in scene.makers for badge in badges_of(entry) if badge.printed_at]
    scene.world.run_jobs()
    job = db.session.scalars(sa.select(Job)).one()
    assert (job.state, job.progress, job.result["badges"]) == (JobState.DONE, {"done": 4, "total": 5}, 5)
    state = desk.get(f"/manage/{scene.code}/badges/papers/{job.code}").get_data(as_text=True)
    assert "hx-trigger" not in state
    assert len(fetched(desk, answer.location)) > 0


def test_two_who_print_the_same_at_once_get_one_paper(
    scene: Scene, desk: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.attendance.routes.badges.AT_ONCE", 0)
    answers = [desk.post(f"/manage/{scene.code}/badges/print", data={"scope": "unprinted"}) for _n in range(2)]
    scene.world.run_jobs()
    states = [job.state for job in db.session.scalars(sa.select(Job).order_by(Job.id))]
    assert states == [JobState.DONE, JobState.FAILED]
    assert "Meanwhile 5 of these badges were printed" in desk.get(answers[1].location).get_data(as_text=True)
    assert {badge.print_count for entry in scene.makers for badge in badges_of(entry)} == {1}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 1


def test_other_jobs_and_other_events_files_are_not_found(world: World, scene: Scene, desk: FlaskClient) -> None:
    printed(desk, scene, scope="all")
    code = db.session.scalars(sa.select(Job.code)).one()
    other = world.event()
    stranger = world.client(world.user(roles={other: Role.DESK}))
    for address in (
        f"/manage/{world.code_of(other)}/badges/papers/{code}",
        f"/manage/{world.code_of(other)}/badges/papers/{code}.pdf",
    ):
        assert stranger.get(address).status_code == 404
    with transaction():
        db.session.scalars(sa.select(Job)).one().kind = "scheduling.papers"
    assert desk.get(f"/manage/{scene.code}/badges/papers/{code}.pdf").status_code == 404


# -- printing again -------------------------------------------------------------------------------------------------


def test_already_printed_is_said_with_when_and_by_whom(scene: Scene, desk: FlaskClient) -> None:
    code = person(scene.makers[0]).code
    with clock.frozen(LONG_AGO):
        printed(desk, scene, only=code)
    assert "1 January 2023" in page(desk, scene, state="printed")
    answer = desk.post(f"/manage/{scene.code}/badges/print", data={"only": code}).get_data(as_text=True)
    assert "1 badge was printed already" in answer
    assert re.search(r"printed 1 January 2023.* by Peserta Contoh", answer)
    assert [badge.print_count for badge in badges_of(scene.makers[0])] == [1]


def test_printing_again_ends_the_old_code(scene: Scene, desk: FlaskClient) -> None:
    code = person(scene.makers[0]).code
    printed(desk, scene, only=code)
    answer = desk.post(
        f"/manage/{scene.code}/badges/again", data={"selected": code, "why": "other", "note": "robek", "layout": "a6"}
    )
    text = fetched(desk, answer.location)
    old, new = badges_of(scene.makers[0])
    assert (show_short_code(old.short_code) in text, show_short_code(new.short_code) in text) == (False, True)
    assert (old.end_reason, new.print_count, new.replaces_id) == (BadgeEnd.REPRINTED, 1, old.id)
    assert "Replaced by a new one · robek" in page(desk, scene, state="ended")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Please choose a reason."),
        ({"why": "other"}, "Please write the reason."),
        ({"why": "x"}, "Please choose a reason."),
    ],
)
def test_without_a_reason_nothing_is_printed_again(
    scene: Scene, desk: FlaskClient, data: dict[str, str], sentence: str
) -> None:
    code = person(scene.makers[0]).code
    printed(desk, scene, only=code)
    answer = desk.post(f"/manage/{scene.code}/badges/again", data={"selected": code, **data})
    assert (answer.status_code, sentence in answer.get_data(as_text=True)) == (422, True)
    assert [badge.ended_at for badge in badges_of(scene.makers[0])] == [None]


def test_of_a_mixed_choice_only_the_new_ones_or_all_can_be_printed(scene: Scene, desk: FlaskClient) -> None:
    first, second = (person(entry).code for entry in scene.makers)
    printed(desk, scene, only=first)
    asked = desk.post(f"/manage/{scene.code}/badges/print", data={"scope": "all"}).get_data(as_text=True)
    assert "4 of the chosen badges were not printed yet." in asked
    answer = desk.post(f"/manage/{scene.code}/badges/again", data={"selected": [first, second], "why": "lost"})
    fetched(desk, answer.location)
    assert [badge.print_count for badge in badges_of(scene.makers[0])] == [1, 1]
    assert [badge.print_count for badge in badges_of(scene.makers[1])] == [1]


# -- the list -------------------------------------------------------------------------------------------------------


def test_list_is_filtered_and_searched(scene: Scene, desk: FlaskClient) -> None:
    maker, agency = person(scene.makers[0]), person(scene.agencies[0])
    short = show_short_code(badges_of(scene.agencies[0])[0].short_code)
    maker_name, agency_name, code = maker.name, agency.name, maker.code
    printed(desk, scene, only=code)
    for query, shows_maker, shows_agency in (
        ({}, True, True),
        ({"side": "buyer"}, False, True),
        ({"state": "printed"}, True, False),
        ({"state": "unprinted"}, False, True),
        ({"state": "ended"}, False, False),
        ({"q": "dinas contoh 1"}, False, True),
        ({"q": maker_name}, True, False),
        ({"q": short.lower()}, False, True),
        ({"q": "%"}, False, False),
        ({"side": "nobody", "state": "x", "page": "99999999999999999999"}, True, True),
    ):  # fmt: skip
        shown = page(desk, scene, **query)
        assert (f"{maker_name}<br>" in shown, f"{agency_name}<br>" in shown) == (shows_maker, shows_agency), query


def test_statements_do_not_grow_with_the_rows(world: World, scene: Scene, desk: FlaskClient) -> None:
    def count() -> int:
        seen: list[str] = []
        listener = lambda *args: seen.append(args[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        db.session.rollback()
        badges_page(scene.event_id, BadgeFilter(), 1)
        print_rows(scene.event_id)
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen)

    few = count()
    actor = world.organizer(scene.event_id)
    for _n in range(10):
        world.team(world.participation(scene.event_id, Side.EXHIBITOR))
    with transaction():
        ensure_badges(SYSTEM, scene.event_id)
        note_printed(actor, [badge.id for badge in db.session.scalars(sa.select(Badge))])
    assert count() <= few + 1  # the names of those who printed


def test_no_badges_yet_says_what_comes_next(world: World) -> None:
    event_id = world.event()
    browser = english(world.client(world.user(roles={event_id: Role.DESK})))
    text = browser.get(f"/manage/{world.code_of(event_id)}/badges").get_data(as_text=True)
    assert "No badges yet" in text
    assert "To the participants" in text


def test_an_event_without_badges_says_so_and_prints_none(scene: Scene, desk: FlaskClient) -> None:
    code, owner = person(scene.makers[0]).code, english(scene.browser(scene.makers[0]))
    assert "Badges</a>" in page(desk, scene)
    with transaction():
        db.session.get_one(Event, scene.event_id).has_badges = False
    text = page(desk, scene)
    assert "This event does without badges" in text
    assert "Badges</a>" not in text
    assert desk.post(f"/manage/{scene.code}/badges/print", data={"only": code}).status_code == 409
    assert "This event does without badges" in owner.get(f"/my/{scene.code}/badge").get_data(as_text=True)
    assert owner.get(f"/my/{scene.code}/badge.pdf").status_code == 404
    assert owner.post(f"/my/{scene.code}/badge").status_code == 303
    assert not [panel for panel in panels_of(scene.makers[0], "proved") if "badge" in panel.template]


# -- what stands on a badge -----------------------------------------------------------------------------------------


def test_a_badge_shows_category_home_table_and_one_of_several_teams(world: World, scene: Scene) -> None:
    maker, other = scene.makers
    add_product(maker, category_id="souvenir")
    for n in range(2):
        add_product(maker, category_id="tapis", name=f"Tapis Contoh {n}")
    retired = add_product(other, category_id="tapis")
    second = world.team(maker)
    with transaction():
        db.session.get_one(Product, retired if isinstance(retired, int) else retired.id).retired_at = clock.now()
        db.session.get_one(Participation, maker).home_table_id = scene.tables[1]
        db.session.get_one(Team, second).name = "Tim Kriya"
        ensure_badges(SYSTEM, scene.event_id)
    shown = {(row.organization, row.category_id, row.table, row.team) for row in print_rows(scene.event_id)}
    assert shown == {
        ("Tapis Contoh 1", "tapis", "2", "1"), ("Tapis Contoh 1", "tapis", "2", "Tim Kriya"), ("Tapis Contoh 2", None, "", ""),
        *((f"Dinas Contoh {n}", None, "", "") for n in (1, 2, 3)),
    }  # fmt: skip


def test_category_colours_are_those_of_the_pages() -> None:
    tokens = (ROOT / "static" / "scss" / "_tokens.scss").read_text(encoding="utf-8")
    light = tokens[: tokens.index("@mixin dark-tokens")]
    assert dict(re.findall(r"--category-([\w-]+): (#\w{6});", light)) == CATEGORY_COLOURS


# -- forgetting -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["person", "event"])
def test_kept_pdfs_go_when_somebody_on_them_is_forgotten_or_the_event_goes(
    world: World, scene: Scene, desk: FlaskClient, how: str
) -> None:
    printed(desk, scene, scope="all")
    elsewhere = world.event()
    with transaction():
        kept = badge_printing.keep_file(b"%PDF-", "x.pdf", "application/pdf", badge_printing.Owner("badges", elsewhere))
        kept_id = kept.id
    with transaction():
        if how == "person":
            accounts.person_erasing(SYSTEM, PersonRef(delegate_ids=(person_id(scene.makers[0]),)))
        else:
            event_deleting(SYSTEM, scene.event_id)
    assert list(db.session.scalars(sa.select(StoredFile.id))) == [kept_id]
    code = db.session.scalars(sa.select(Job.code)).one()
    assert desk.get(f"/manage/{scene.code}/badges/papers/{code}.pdf").status_code == 404
    if how == "person":
        assert "The PDF was deleted" in page(desk, scene, job=code)
