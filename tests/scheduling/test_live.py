"""What the board's script asks the server: verdicts in one answer, changes since a revision, a change and what it changed."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.accounts.models import User
from matchmaking.actor import Role
from matchmaking.events.hooks import SetupChange
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.scheduling.models import BoardStep, Meeting, Placement
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting, pin_meeting
from matchmaking.scheduling.services.setup import apply_setup_change
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, LONG_AGO, World

JSON = {"Accept": "application/json"}


@dataclass
class Draft:
    """Exhibitor 1 meets buyer 1 at table 1, exhibitor 2 meets buyer 2 at table 2, both in the first slot."""

    scene: Scene
    version_id: int
    codes: list[str]
    ids: list[int]

    @property
    def address(self) -> str:
        return f"/manage/{self.scene.code}/schedule/versions/{self.scene.version(self.version_id).code}"

    def cell(self, slot: int, table: int) -> str:
        return f"c-{self.scene.slots[slot - 1]}-{self.scene.tables[table - 1]}"

    def place(self, slot: int, table: int) -> str:
        return self.cell(slot, table).removeprefix("c-")

    def move(self, browser: FlaskClient, number: int, slot: int, table: int, revision: int, **more: str):  # type: ignore[no-untyped-def]
        data = {"meeting": self.codes[number - 1], "place": self.place(slot, table), "revision": revision, **more}
        return browser.post(f"{self.address}/move", data=data, headers=JSON)

    def changes(self, browser: FlaskClient, since: int, **headers: str):  # type: ignore[no-untyped-def]
        return browser.get(f"{self.address}/changes?since={since}", headers=headers)


@pytest.fixture
def draft(world: World) -> Draft:
    scene = make_scene(world)
    for maker, agency in zip(scene.makers, scene.agencies, strict=False):
        scene.wish(maker, agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[0], scene.tables[n]
    rows = scene.placements(version_id)
    return Draft(scene, version_id, [row.meeting.code for row in rows], [row.meeting_id for row in rows])


def cells_in(html: str) -> list[str]:
    return sorted(re.findall(r'<td id="([^"]+)"', html))


def test_one_answer_has_a_verdict_for_every_cell(draft: Draft) -> None:
    browser = draft.scene.staff()
    answer = browser.get(f"{draft.address}/verdicts?meeting={draft.codes[0]}").get_json()
    assert answer["revision"] == 1
    assert answer["sent"] == {"meeting": draft.codes[0]}
    cells = answer["cells"]
    assert set(cells) == {draft.cell(s, t) for s in range(1, 5) for t in (1, 2)} - {draft.cell(1, 1)}
    assert cells[draft.cell(3, 2)] == ["free", 0, draft.place(3, 2), ""]
    kind, why, place, key = cells[draft.cell(1, 2)]
    assert (kind, place, key) == ("ask", draft.place(1, 2), f"swap-0-{draft.ids[1]}")
    assert "bertukar tempat" in answer["reasons"][why]
    with transaction():
        db.session.get_one(Participation, draft.scene.makers[0]).home_table_id = draft.scene.tables[0]
    cells = browser.get(f"{draft.address}/verdicts?meeting={draft.codes[0]}").get_json()["cells"]
    assert {id: verdict[0] for id, verdict in cells.items() if verdict[0] == "no"} == {
        draft.cell(slot, 2): "no" for slot in range(1, 5)
    }


def test_in_the_view_of_participants_the_rows_of_both_are_judged(draft: Draft) -> None:
    scene = draft.scene
    cells = (
        scene.staff().get(f"{draft.address}/verdicts?meeting={draft.codes[0]}&view=participants").get_json()["cells"]
    )
    teams = (scene.team(scene.makers[0]), scene.team(scene.agencies[0]))
    assert set(cells) == {f"p-{slot}-{team}" for slot in scene.slots[1:] for team in teams}
    assert {tuple(verdict) for verdict in cells.values()} == {
        ("free", 0, f"{slot}-{scene.tables[0]}", "") for slot in scene.slots[1:]
    }


def test_a_move_answers_with_the_cells_that_changed(draft: Draft) -> None:
    browser = draft.scene.staff()
    answer = draft.move(browser, 1, 3, 2, 1)
    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["revision"], told["others"]) == (2, [])
    assert cells_in(told["html"]) == sorted([draft.cell(1, 1), draft.cell(3, 2)])


def test_others_see_what_changed_with_who_did_it_and_nothing_when_nothing_did(draft: Draft) -> None:
    rina, budi = draft.scene.staff(), draft.scene.staff(Role.DESK)
    first = draft.changes(budi, 1)
    assert (first.status_code, cells_in(first.get_json()["html"])) == (200, [])
    tag = first.headers["ETag"]
    again = draft.changes(budi, 1, **{"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    draft.move(rina, 1, 3, 2, 1)
    told = draft.changes(budi, 1, **{"If-None-Match": tag}).get_json()
    name = db.session.scalars(sa.select(User.name).order_by(User.id.desc()).offset(1)).first()
    assert told["others"] == [f"{name} memindahkan Tapis Contoh 1 – Dinas Contoh 1."]
    assert cells_in(told["html"]) == sorted([draft.cell(1, 1), draft.cell(3, 2)])
    assert "slot-free" in told["html"]


def test_cells_of_meetings_that_share_a_team_come_along(draft: Draft) -> None:
    scene = draft.scene
    scene.wish(scene.makers[0], scene.agencies[2])
    browser = scene.staff()
    pair = {"exhibitor": scene.team(scene.makers[0]), "buyer": scene.team(scene.agencies[2])}
    answer = browser.post(
        f"{draft.address}/move", data={**pair, "place": draft.place(2, 1), "revision": 1}, headers=JSON
    )
    assert cells_in(answer.get_json()["html"]) == sorted([draft.cell(1, 1), draft.cell(2, 1)])


def test_a_move_that_came_too_late_says_so_and_a_question_carries_its_key(draft: Draft) -> None:
    browser = draft.scene.staff()
    draft.move(browser, 1, 3, 2, 1)
    late = draft.move(browser, 2, 4, 1, 1)
    assert (late.status_code, late.get_json()["error"]["code"]) == (409, "scheduling.changed_meanwhile")
    asked = draft.move(browser, 2, 3, 2, 2)
    assert (asked.status_code, asked.get_json()["error"]["code"]) == (409, "scheduling.needs_yes")
    assert draft.move(browser, 2, 3, 2, 2, accepted=asked.get_json()["key"]).status_code == 200
    page = browser.post(
        f"{draft.address}/move", data={"meeting": draft.codes[0], "place": draft.place(3, 2), "revision": 3}
    )
    assert page.status_code == 200
    fields = dict(re.findall(r'name="(revision|meeting|place|accepted)" value="([^"]*)"', page.text))
    assert fields == {
        "revision": "3", "meeting": draft.codes[0], "place": draft.place(3, 2), "accepted": f"swap-0-{draft.ids[1]}",
    }  # fmt: skip
    assert browser.post(f"{draft.address}/move", data=fields).status_code == 303


def test_a_table_taken_away_under_a_meeting_is_a_step_that_boards_follow(draft: Draft) -> None:
    scene, browser = draft.scene, draft.scene.staff()
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = LONG_AGO
        apply_setup_change(scene.actor, scene.event_id, SetupChange(retired_table_ids=(scene.tables[1],)))
    told = draft.changes(browser, 1).get_json()
    assert told["revision"] == 2
    assert draft.cell(1, 2) in cells_in(told["html"])
    late = draft.move(browser, 2, 1, 2, 1)  # dropped by a board that had not heard of it
    assert late.status_code in (404, 409)


def test_after_publication_a_board_is_told_to_show_itself_anew(draft: Draft) -> None:
    browser = draft.scene.staff()
    with transaction():
        publish_version(draft.scene.actor, Edit(draft.version_id, 1))
    assert draft.changes(browser, 1).get_json() == {"revision": 2, "state": "published", "reload": True}
    assert draft.move(browser, 1, 3, 2, 1).status_code == 409
    assert browser.get(f"{draft.address}/verdicts?meeting={draft.codes[0]}").status_code == 409


@pytest.mark.parametrize("since", ["0", "99", "-1", "x", ""])
def test_a_revision_that_never_was_is_answered_without_harm(draft: Draft, since: str) -> None:
    answer = draft.scene.staff().get(f"{draft.address}/changes?since={since}")
    assert answer.status_code == (200 if since in {"0", "99"} else 422)
    if answer.status_code == 200:
        assert answer.get_json()["reload"] is True


def test_what_is_not_there_cannot_be_held(draft: Draft) -> None:
    browser = draft.scene.staff()
    for query in ("", "meeting=XXXX", "unmet=999"):
        assert browser.get(f"{draft.address}/verdicts?{query}").status_code == 404


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_two_drops_on_one_cell_one_is_made_and_every_step_is_told_once(draft: Draft) -> None:
    scene, place = draft.scene, Place(draft.scene.slots[3], draft.scene.tables[0])

    def act(number: int) -> str:
        with transaction():
            move_meeting(scene.actor, Edit(draft.version_id, 1), draft.ids[number % 2], place)
        return "moved"

    outcomes = [
        outcome if isinstance(outcome, str) else type(outcome).__name__ for outcome in at_once(scene.world.app, act, 6)
    ]
    assert sorted(outcomes) == ["ChangedMeanwhile"] * 5 + ["moved"]
    db.session.rollback()
    there = db.session.scalars(sa.select(Placement).where(Placement.slot_id == place.slot_id)).all()
    assert len(there) == 1
    assert [step.revision for step in db.session.scalars(sa.select(BoardStep))] == [2]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_publishing_and_changing_at_once_leaves_one_of_the_two_refused(draft: Draft) -> None:
    """What is published is what the organiser saw: nobody slips a change in."""
    scene = draft.scene

    def act(number: int) -> str:
        with transaction():
            if number:
                pin_meeting(scene.actor, Edit(draft.version_id, 1), draft.ids[0], is_pinned=True)
            else:
                publish_version(scene.actor, Edit(draft.version_id, 1))
        return "done"

    outcomes = at_once(scene.world.app, act, 2)
    assert sorted("done" if outcome == "done" else "refused" for outcome in outcomes) == ["done", "refused"]


def test_statements_of_a_verdict_and_of_news_do_not_grow(world: World) -> None:
    scene = make_scene(world, slots=4, tables=12, makers=2, agencies=2)
    browser = scene.staff()

    def counts() -> list[int]:
        scene.wish_all()
        version_id = scene.solve(with_suggestions=False)
        row = scene.placements(version_id)[0]
        code = db.session.get_one(Meeting, row.meeting_id).code
        with transaction():
            pin_meeting(scene.actor, Edit(version_id, 1), row.meeting_id, is_pinned=True)
        address = f"/manage/{scene.code}/schedule/versions/{scene.version(version_id).code}"
        found = []
        for path in (f"verdicts?meeting={code}", "changes?since=1"):
            seen: list[int] = []
            listener = lambda *_: seen.append(1)  # noqa: B023, E731
            sa.event.listen(db.engine, "before_cursor_execute", listener)
            assert browser.get(f"{address}/{path}").status_code == 200
            sa.event.remove(db.engine, "before_cursor_execute", listener)
            found.append(len(seen))
        return found

    few = counts()
    with transaction():
        db.session.execute(sa.text("DELETE FROM wish"))
    from matchmaking.registration.models import Side

    scene.makers += [world.participation(scene.event_id, Side.EXHIBITOR) for _ in range(6)]
    scene.agencies += [world.participation(scene.event_id, Side.BUYER) for _ in range(6)]
    assert counts() == few
