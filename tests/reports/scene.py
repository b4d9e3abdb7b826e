"""An event whose day is over: people who came and did not, meetings in each state, commitments in each state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from matchmaking.actor import Role
from matchmaking.attendance.models import (
    Absent,
    Badge,
    MeetingResult,
    MeetingState,
    OutcomeSource,
    Scan,
    ScanMethod,
    ScanOutcome,
)
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Organization, Participation
from tests.attendance.meetings import codes, lay_version, say, tap
from tests.catalogue.builders import COMPLETE, add_need, add_product
from tests.commitments.scene import DETAILS, Deal
from tests.scheduling.scene import Scene, make_scene
from tests.world import DAY, LONG_AGO, World

#: 08:00 and 15:30 WIB on the event's day.
MORNING, EVENING = datetime(2023, 5, 11, 1, tzinfo=UTC), datetime(2023, 5, 11, 8, 30, tzinfo=UTC)


@dataclass
class DayScene:
    """``meetings``: codes in the order (maker 1 with agency 1, 2, 3; maker 2 with agency 1, 2, 3)."""

    scene: Scene
    meetings: list[str]

    @property
    def event_id(self) -> int:
        return self.scene.event_id

    def deal(self, maker: int = 0, agency: int = 0) -> Deal:
        """What makes commitments between a maker and an agency."""
        scene = self.scene
        return Deal(scene.world, scene.event_id, scene.code, scene.agencies[agency], scene.makers[maker], scene.actor)

    def person(self, participation_id: int) -> int:
        statement = sa.select(Delegate.id).where(Delegate.participation_id == participation_id).order_by(Delegate.id)
        return db.session.scalars(statement).first() or 0

    def come(self, participation_id: int, *, is_undone: bool = False) -> None:
        """Let the entry's first person in; undone: taken back again."""
        delegate_id = self.person(participation_id)
        self.scene.world.save(Scan(
            event_id=self.event_id, scan_key=f"k{delegate_id}", day=DAY, method=ScanMethod.CAMERA,
            outcome=ScanOutcome.ACCEPTED, delegate_id=delegate_id, received_at=MORNING,
            undone_at=MORNING if is_undone else None,
        ))  # fmt: skip

    def badge(self, participation_id: int) -> None:
        """Print a badge for the entry's first person."""
        delegate_id = self.person(participation_id)
        self.scene.world.save(Badge(
            event_id=self.event_id, delegate_id=delegate_id, code=f"TB1{delegate_id:012d}", short_code=f"B{delegate_id:05d}",
            issued_at=LONG_AGO, printed_at=LONG_AGO, print_count=1,
        ))  # fmt: skip

    def organization(self, participation_id: int, **values: object) -> None:
        """Change what is known of the entry's organisation."""
        row = db.session.get_one(Participation, participation_id)
        organization_id = row.organization_id
        db.session.execute(sa.update(Organization).where(Organization.id == organization_id).values(**values))
        db.session.commit()


def make_day(world: World) -> DayScene:
    """Six planned meetings, nothing recorded yet."""
    scene = make_scene(world, slots=6)
    lay_version(scene, [(0, 0, 0, 0), (0, 1, 1, 0), (0, 2, 2, 0), (1, 0, 1, 1), (1, 1, 2, 1), (1, 2, 3, 1)])
    return DayScene(scene, codes(scene))


def live_day(world: World) -> DayScene:
    """The same with a whole day: see the figures in ``test_day_figures``."""
    day = make_day(world)
    record_day(day)
    return day


def record_day(day: DayScene) -> None:
    """Let people come, meetings be held and missed, commitments be made."""
    scene = day.scene
    first, second, third, fourth, fifth, _sixth = day.meetings
    for participation_id in (scene.makers[0], scene.agencies[0], scene.agencies[1]):
        day.come(participation_id)
    day.come(scene.makers[1], is_undone=True)
    day.badge(scene.makers[0])
    day.organization(scene.makers[0], regency="18.71")
    day.organization(scene.makers[1], regency="18.09")
    add_product(scene.makers[0], **{**COMPLETE, "name": "Selendang tapis"})
    add_need(scene.agencies[0], category_id="tapis")
    tap(scene, first, MeetingState.HELD)
    tap(scene, second, MeetingState.HELD)
    tap(scene, third, MeetingState.NO_SHOW, Absent.BUYER)
    tap(scene, fourth, MeetingState.NO_SHOW, Absent.EXHIBITOR)
    tap(scene, fifth, MeetingState.CANCELLED)
    say(scene, first, OutcomeSource.EXHIBITOR, MeetingResult.POTENTIAL, 90_000_000)
    say(
        scene,
        first,
        OutcomeSource.BUYER,
        MeetingResult.POTENTIAL,
        40_000_000,
        next_step="Kirim contoh",
        next_step_on=DAY,
    )
    deal = day.deal()
    deal.signed()  # 25 × Rp450.000
    deal.agreed(DETAILS)
    deal.propose(DETAILS)
    deal.begin(DETAILS)


def staff(world: World, event_id: int, role: Role) -> int:
    """A person with this role; returns the user's id."""
    return world.user(roles={event_id: role})
