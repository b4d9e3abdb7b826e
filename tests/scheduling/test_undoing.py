"""Taking steps back and doing them again: one's own, in order, and never over what somebody else did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.events.hooks import SetupChange
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.scheduling.errors import NotADraft, NothingToUndo, NotPossible
from matchmaking.scheduling.models import BoardStep, StepState, Unmet
from matchmaking.scheduling.services.placements import (
    Edit,
    Place,
    move_meeting,
    pin_meeting,
    place_pair,
    remove_meeting,
)
from matchmaking.scheduling.services.setup import apply_setup_change
from matchmaking.scheduling.services.undoing import redo_step, undo_step
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, insist, make_scene
from tests.threads import at_once
from tests.world import BOTH, LONG_AGO, World


@dataclass
class Draft:
    """Exhibitor 1 meets buyer 1 at table 1, exhibitor 2 meets buyer 2 at table 2, both in the first slot."""

    scene: Scene
    version_id: int
    rina: Actor
    budi: Actor
    first: int
    second: int

    def edit(self) -> Edit:
        return Edit(self.version_id, self.scene.version(self.version_id).revision)

    def move(self, actor: Actor, meeting_id: int, slot: int, table: int) -> None:
        place = Place(self.scene.slots[slot - 1], self.scene.tables[table - 1])
        insist(move_meeting, actor, self.edit(), meeting_id, place)

    def undo(self, actor: Actor) -> str:
        with transaction():
            return undo_step(actor, self.version_id).refused

    def redo(self, actor: Actor) -> str:
        with transaction():
            return redo_step(actor, self.version_id).refused

    def where(self) -> dict[int, tuple[int, int, bool]]:
        """1 or 2 -> (slot, table, pinned), counted from 1."""
        db.session.rollback()
        return {
            1 if row.meeting_id == self.first else 2: (
                self.scene.slots.index(row.slot_id) + 1, self.scene.tables.index(row.table_id) + 1, row.is_pinned
            )
            for row in self.scene.placements(self.version_id)
        }  # fmt: skip

    def unmet(self) -> list[tuple[str, int, str]]:
        db.session.rollback()
        rows = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == self.version_id))
        return [(row.reason, row.price, row.text_en) for row in rows]


@pytest.fixture
def draft(world: World) -> Draft:
    scene = make_scene(world)
    for maker, agency in zip(scene.makers, scene.agencies, strict=False):
        scene.wish(maker, agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id, row.is_pinned = scene.slots[0], scene.tables[n], False
    first, second = (row.meeting_id for row in scene.placements(version_id))
    return Draft(scene, version_id, scene.actor, world.organizer(scene.event_id), first, second)


START = {1: (1, 1, False), 2: (1, 2, False)}


def test_steps_are_taken_back_from_the_newest_and_done_again_from_the_oldest(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    draft.move(draft.rina, draft.second, 3, 2)
    both = draft.where()
    assert draft.undo(draft.rina) == ""
    assert draft.where() == {1: (2, 1, True), 2: (1, 2, False)}
    assert draft.undo(draft.rina) == ""
    assert draft.where() == START
    with pytest.raises(NothingToUndo):
        draft.undo(draft.rina)
    draft.redo(draft.rina)
    assert draft.where() == {1: (2, 1, True), 2: (1, 2, False)}
    draft.redo(draft.rina)
    assert draft.where() == both
    with pytest.raises(NothingToUndo):
        draft.redo(draft.rina)
    revisions = db.session.scalars(sa.select(BoardStep.revision).order_by(BoardStep.revision)).all()
    assert revisions == [2, 3, 4, 5, 6, 7]  # every one of them is told to the boards that are open


def test_a_new_step_ends_what_could_be_done_again(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    draft.undo(draft.rina)
    draft.move(draft.rina, draft.second, 4, 2)
    with pytest.raises(NothingToUndo):
        draft.redo(draft.rina)
    draft.undo(draft.rina)
    assert draft.where() == START


@pytest.mark.parametrize("kind", ["pin", "remove", "place", "swap"])
def test_each_kind_of_step_is_taken_back_whole(draft: Draft, kind: str) -> None:
    scene, before = draft.scene, draft.where()
    acts: dict[str, Callable[[], object]] = {
        "pin": lambda: pin_meeting(draft.rina, draft.edit(), draft.first, is_pinned=True),
        "remove": lambda: remove_meeting(draft.rina, draft.edit(), draft.first),
        "place": lambda: place_pair(
            draft.rina, draft.edit(), scene.team(scene.makers[0]), scene.team(scene.agencies[2]),
            Place(scene.slots[1], scene.tables[0]),
        ),
        "swap": lambda: draft.move(draft.rina, draft.first, 1, 2),
    }  # fmt: skip
    scene.wish(scene.makers[0], scene.agencies[2])
    scene.world.save(
        Unmet(
            version_id=draft.version_id, exhibitor_id=scene.makers[0], buyer_id=scene.agencies[2], reason="buyer_full",
            price=5, weight=3, text_id="penuh", text_en="full",
        )
    )  # fmt: skip
    if kind == "swap":
        acts[kind]()
    else:
        wanted = draft.edit()
        draft.edit = lambda: wanted  # type: ignore[method-assign]
        with transaction():
            acts[kind]()
    changed, missed = draft.where(), draft.unmet()
    assert (changed, missed) != (before, [("buyer_full", 5, "full")])
    draft.undo(draft.rina)
    assert (draft.where(), draft.unmet()) == (before, [("buyer_full", 5, "full")])
    draft.redo(draft.rina)
    assert (draft.where(), draft.unmet()) == (changed, missed)


def test_one_takes_back_ones_own_step_and_the_others_stays(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    draft.move(draft.budi, draft.second, 3, 2)
    assert draft.undo(draft.rina) == ""
    assert draft.where() == {1: (1, 1, False), 2: (3, 2, True)}
    with pytest.raises(NothingToUndo):
        draft.undo(draft.rina)


def test_what_somebody_else_changed_since_is_left_and_said_with_the_name(draft: Draft) -> None:
    draft.move(draft.rina, draft.second, 4, 2)
    draft.move(draft.rina, draft.first, 2, 1)
    draft.move(draft.budi, draft.first, 3, 1)
    from matchmaking.accounts.models import User

    budi = db.session.get_one(User, draft.budi.user_id).name
    said = draft.undo(draft.rina)
    assert (
        said == f"{budi} sudah mengubah Tapis Contoh 1 – Dinas Contoh 1 sejak itu. Langkah Anda dibiarkan apa adanya."
    )
    assert draft.where() == {1: (3, 1, True), 2: (4, 2, True)}
    assert draft.undo(draft.rina) == ""  # the step before it can be taken back now
    assert draft.where() == {1: (3, 1, True), 2: (1, 2, False)}
    assert db.session.scalars(sa.select(BoardStep.state).order_by(BoardStep.revision)).all()[:2] == [
        StepState.UNDONE, StepState.FINAL,
    ]  # fmt: skip


def test_a_place_that_is_taken_now_is_not_gone_back_to(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    draft.move(draft.budi, draft.second, 1, 1)
    with pytest.raises(NotPossible):
        draft.undo(draft.rina)
    assert draft.where() == {1: (2, 1, True), 2: (1, 1, True)}
    draft.move(draft.budi, draft.second, 4, 1)
    assert draft.undo(draft.rina) == ""  # it was not given up: the place is free again
    assert draft.where()[1] == (1, 1, False)


def test_a_table_that_is_gone_is_said_and_nothing_is_moved(draft: Draft) -> None:
    scene = draft.scene
    draft.move(draft.rina, draft.second, 2, 1)
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = LONG_AGO
        apply_setup_change(scene.actor, scene.event_id, SetupChange(retired_table_ids=(scene.tables[1],)))
    with pytest.raises(NotPossible):
        draft.undo(draft.rina)
    assert draft.where()[2] == (2, 1, True)


def test_what_was_published_is_not_taken_back(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    wanted = draft.edit()
    with transaction():
        publish_version(draft.rina, wanted)
    with pytest.raises(NotADraft):
        draft.undo(draft.rina)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_undo_pressed_many_times_at_once_takes_each_step_back_once(draft: Draft) -> None:
    draft.move(draft.rina, draft.first, 2, 1)
    draft.move(draft.budi, draft.second, 3, 2)
    actors = [draft.rina, draft.budi]
    outcomes = at_once(draft.scene.world.app, lambda number: draft.undo(actors[number % 2]), 6)
    kinds = sorted("undone" if outcome == "" else type(outcome).__name__ for outcome in outcomes)
    assert kinds == ["NothingToUndo"] * 4 + ["undone"] * 2
    assert draft.where() == START


def test_the_pages_undo_and_redo_with_and_without_a_script(draft: Draft) -> None:
    scene = draft.scene
    browser = scene.staff()
    address = f"/manage/{scene.code}/schedule/versions/{scene.version(draft.version_id).code}"
    assert browser.post(f"{address}/undo").status_code == 409
    code = scene.placements(draft.version_id)[0].meeting.code
    assert browser.post(f"{address}/pin", data={"revision": 1, "meeting": code, "pinned": "1"}).status_code == 303
    assert "sematan: Tapis Contoh 1 – Dinas Contoh 1" in browser.get(address).text
    assert browser.post(f"{address}/undo").status_code == 303
    assert draft.where() == START
    told = browser.post(f"{address}/redo", data={"revision": 3}, headers={"Accept": "application/json"}).get_json()
    assert (told["revision"], told["kind"]) == (4, "held")
    assert "board-tools" in told["parts"]
    assert draft.where()[1] == (1, 1, True)
