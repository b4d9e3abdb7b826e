"""Two of the day's actions that lock the same rows, stopped where each holds its first: neither breaks the other off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.attendance.models import Absent
from matchmaking.attendance.services.day_seats import Seated
from matchmaking.attendance.services.meetings import MeetingChange
from matchmaking.attendance.services.rounds import ChangeRound, RoundChange, change_round, undo_round
from matchmaking.attendance.services.substitutes import RecordSubstitute, Substituted, record_substitute
from matchmaking.extensions import db
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate
from matchmaking.registration.services.teams import edit_delegate
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.services.going_back import go_back
from matchmaking.transactions import transaction
from tests.attendance.meetings import codes, lay_version, tap
from tests.attendance.stand_bys import MINUTE, NINE, NO_SHOW, PAIRS, RUNNING, seat
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once, crossing
from tests.world import BOTH, World

pytestmark = pytest.mark.parametrize("database", BOTH, indirect=True)


@pytest.fixture
def scene(world: World) -> Scene:
    scene = make_scene(world)
    lay_version(scene, PAIRS)
    return scene


def meet(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Both at once at 09:06: on PostgreSQL where they cross, on SQLite one after the other, whichever comes first."""

    def on_the_day(act: Callable[[], object]) -> Callable[[], object]:
        def run() -> object:
            with clock.frozen(NINE + 6 * MINUTE):
                return act()

        return run

    acts = on_the_day(first), on_the_day(second)
    if db.engine.dialect.name == "postgresql":
        return crossing(app, *acts)
    return at_once(app, lambda number: acts[number](), 2)


def test_a_tap_and_a_stand_by_are_both_done(app: Flask, scene: Scene) -> None:
    missed, other = codes(scene)[:2]
    tap(scene, missed, NO_SHOW, Absent.BUYER)
    tapped, seated = meet(app, lambda: tap(scene, other, RUNNING), lambda: seat(scene, 0, 2))
    assert isinstance(tapped, MeetingChange), tapped
    assert isinstance(seated, Seated), seated


def test_a_tap_and_going_back_are_both_done(app: Flask, scene: Scene) -> None:
    db.session.rollback()
    first = db.session.scalars(sa.select(ScheduleVersion.id)).one()
    second = lay_version(scene, [(0, 0, 0, 0), (1, 2, 1, 1)])

    def back() -> object:
        with transaction():
            return go_back(scene.actor, second, first).number

    tapped, number = meet(app, lambda: tap(scene, codes(scene)[0], RUNNING), back)
    assert isinstance(tapped, MeetingChange), tapped
    assert number == 3


def test_a_round_and_its_undoing_are_both_done(app: Flask, scene: Scene) -> None:
    def turn(key: str) -> RoundChange:
        with transaction():
            return change_round(scene.actor, ChangeRound(scene.event_id, scene.slots[0], RUNNING, key))

    def back() -> object:
        with transaction():
            return undo_round(scene.actor, scene.event_id, "roundkey1", "backkey1")

    turn("roundkey1")
    turned, undone = meet(app, lambda: turn("roundkey2"), back)
    assert isinstance(turned, RoundChange), turned
    assert undone == 2


def test_a_substitute_and_an_edit_of_the_person_are_both_done(app: Flask, scene: Scene) -> None:
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == scene.agencies[0])).one()
    code, actor, event_id, entry = person.code, scene.actor, scene.event_id, scene.agencies[0]

    def substitute() -> object:
        with transaction():
            command = RecordSubstitute(event_id, code, "form-key-1", DelegateDetails("Dewi Contoh"))
            return record_substitute(actor, command)

    def edit() -> object:
        with transaction():
            return edit_delegate(actor, entry, code, DelegateDetails("Budi Contoh", "0812 0000 4444"), by_owner=False)

    came, edited = meet(app, substitute, edit)
    assert isinstance(came, Substituted), came
    assert not isinstance(edited, Exception), edited
