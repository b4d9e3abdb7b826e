"""A small event that can be scheduled: slots, tables, both sides and their wishes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Actor, Role
from matchmaking.extensions import db
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.registration.models import Participation, Side, Team
from matchmaking.scheduling import engine, tasks
from matchmaking.scheduling.errors import NeedsYes
from matchmaking.scheduling.models import Placement, ScheduleRun, ScheduleVersion
from matchmaking.scheduling.services.runs import RequestRun, request_run
from matchmaking.transactions import transaction
from tests.world import LONG_AGO, World

MUST, WANT, NO = WishStrength.MUST, WishStrength.WANT, WishStrength.NO


@dataclass
class Scene:
    """``makers`` and ``agencies`` are participation ids; each has one team unless a test adds more."""

    world: World
    event_id: int
    slots: list[int]
    tables: list[int]
    makers: list[int]
    agencies: list[int]
    actor: Actor
    code: str = ""
    _staff: dict[Role, FlaskClient] = field(default_factory=dict)

    def wish(self, wisher: int, target: int, strength: WishStrength = WANT) -> int:
        row = Wish(
            event_id=self.event_id, wisher_id=wisher, target_id=target, strength=strength,
            created_at=LONG_AGO, updated_at=LONG_AGO,
        )  # fmt: skip
        return self.world.save(row)

    def wish_all(self, strength: WishStrength = WANT) -> None:
        for maker in self.makers:
            for agency in self.agencies:
                self.wish(maker, agency, strength)

    def team(self, participation_id: int) -> int:
        return (
            db.session.scalars(
                sa.select(Team.id).where(Team.participation_id == participation_id).order_by(Team.position)
            ).first()
            or 0
        )

    def request(self, **chosen: object) -> int:
        """Queue a run; returns its id."""
        with transaction():
            return request_run(self.actor, RequestRun(self.event_id, seconds=10, **chosen)).id  # type: ignore[arg-type]

    def solve(self, *, in_child: bool = False, **chosen: object) -> int:
        """Run the solver to its end (in this process, which saves its start); returns the id of the version stored."""
        run_id = self.request(**chosen)
        with patch.object(tasks, "run_solver", tasks.run_solver if in_child else solve_here):
            self.world.run_jobs()
        run = self.run(run_id)
        assert run.outcome.get("version_id"), (run.state, run.message, run.outcome)
        return int(run.outcome["version_id"])

    def run(self, run_id: int) -> ScheduleRun:
        db.session.rollback()
        return db.session.get_one(ScheduleRun, run_id, populate_existing=True)

    def version(self, version_id: int) -> ScheduleVersion:
        db.session.rollback()
        return db.session.get_one(ScheduleVersion, version_id, populate_existing=True)

    def pairs(self, version_id: int) -> set[tuple[int, int]]:
        """(exhibitor, buyer) participations that meet in a version."""
        db.session.rollback()
        rows = self.placements(version_id)
        return {(row.meeting.exhibitor_team.participation_id, row.meeting.buyer_team.participation_id) for row in rows}

    def placements(self, version_id: int) -> list[Placement]:
        return list(
            db.session.scalars(sa.select(Placement).where(Placement.version_id == version_id).order_by(Placement.id))
        )

    def name(self, participation_id: int) -> str:
        return db.session.get_one(Participation, participation_id).organization.legal_name

    def staff(self, role: Role = Role.ORGANIZER) -> FlaskClient:
        return self.world.client(self.world.user(roles={self.event_id: role}))

    def browser(self, participation_id: int) -> FlaskClient:
        return self.world.client(self.world.login_of(participation_id))


def insist(change: Callable[..., object], *given: object) -> None:
    """Make a change of the board, with a yes to whatever is asked."""
    try:
        with transaction():
            change(*given)
    except NeedsYes as asked:
        with transaction():
            change(*given, accepted=asked.key)


def solve_here(problem: Any, limits: Any, _on_tick: Any, start: Sequence[engine.Assignment] = ()) -> Any:
    """Stand in for the solver process where a test is about something else."""
    given = engine.parse_problem(problem), engine.Limits(limits["seconds"], 1, limits["seed"])
    return engine.solve(*given, start=start).to_json()


def make_scene(world: World, *, slots: int = 4, tables: int = 2, makers: int = 2, agencies: int = 3) -> Scene:
    """An event with exhibitors (least meetings 0) and buyers, nobody's wish yet."""
    event_id = world.event(exhibitor_min_meetings=0)
    return Scene(
        world,
        event_id,
        world.slots(event_id, slots),
        world.tables(event_id, tables),
        [world.participation(event_id, Side.EXHIBITOR, legal_name=f"Tapis Contoh {n}") for n in range(1, makers + 1)],
        [world.participation(event_id, Side.BUYER, legal_name=f"Dinas Contoh {n}") for n in range(1, agencies + 1)],
        world.organizer(event_id),
        world.code_of(event_id),
    )
