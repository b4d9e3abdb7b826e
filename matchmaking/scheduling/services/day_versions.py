"""Changing the announced schedule on the day: its next version, made and announced in one step.

What was published is never changed in place; every change of the day is a version of its own, so that history, calendars
and letters work as after any other publication. It takes no draft: nobody sees a half-made one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Team
from matchmaking.scheduling.errors import NotPossible, NotReady
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, Unmet
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.services.copying import copy_placements, copy_unmet
from matchmaking.scheduling.services.storing import new_meeting, new_version
from matchmaking.scheduling.services.versions import announce
from matchmaking.transactions import is_flushed, lock_row, lock_where


@dataclass(frozen=True)
class Seating:
    """Two teams at a place of the new version; ``origin`` is used where they never had a meeting."""

    exhibitor_team_id: int
    buyer_team_id: int
    slot_id: int
    table_id: int
    origin: str = "stand_by"
    is_pinned: bool = True


@dataclass(frozen=True)
class Lost:
    """A wish that the new version does not hold any more, with the reason in both languages."""

    exhibitor_id: int
    buyer_id: int
    weight: int
    text_id: str
    text_en: str


def locked_schedule(event_id: int) -> ScheduleVersion:
    """Lock the event, what is announced and all meetings, and return the version.

    One change of the announced schedule waits for the other, and nobody begins a meeting while its place is decided on.

    Raises:
        EventArchived: the event is read-only; NotReady: nothing is announced yet.
    """
    editable_event(event_id)
    version = published_version(event_id)
    if version is None:
        raise NotReady(_("No schedule is published yet."))
    lock_row(ScheduleVersion, version.id)
    lock_where(Meeting, Meeting.event_id == event_id)
    db.session.expire_all()  # what was read before is of before the locks
    return version


def announce_changed(
    actor: Actor,
    before: ScheduleVersion,
    stays: sa.ColumnElement[bool],
    seatings: Sequence[Seating],
    name: str = "",
    lost: Sequence[Lost] = (),
) -> ScheduleVersion:
    """Announce the next version: the placements of ``before`` that ``stays`` chooses, and the new seatings.

    The caller holds event and meetings (:func:`locked_schedule`). Only those whose agenda changes are told.

    Raises:
        NotPossible: two would sit at one place, or one at two.
    """
    version = new_version(
        actor, before.event_id, based_on_id=before.id, run_id=before.run_id, inputs_digest=before.inputs_digest,
        objective={**before.objective, "status": "edited"}, name=name[:120],
    )  # fmt: skip
    copy_placements(before.id, version.id, stays)
    copy_unmet(before.id, version.id)
    meetings = {_pair(seating): meeting_of(before.event_id, seating).id for seating in seatings}
    for seating in seatings:
        db.session.add(
            Placement(
                version_id=version.id,
                meeting_id=meetings[_pair(seating)],
                slot_id=seating.slot_id,
                table_id=seating.table_id,
                exhibitor_team_id=seating.exhibitor_team_id,
                buyer_team_id=seating.buyer_team_id,
                is_pinned=seating.is_pinned,
            )
        )
    if not is_flushed():
        raise NotPossible(_("That place was taken at the same moment. Please choose another."))
    add_lost(version.id, lost)
    drop_met_wishes(version.id)
    announce(actor, version, before)
    return version


def meeting_of(event_id: int, seating: Seating) -> Meeting:
    """Return the meeting of two teams, made where they never had one."""
    known = db.session.scalar(
        sa.select(Meeting).where(
            Meeting.event_id == event_id,
            Meeting.exhibitor_team_id == seating.exhibitor_team_id,
            Meeting.buyer_team_id == seating.buyer_team_id,
        )
    )
    return known or new_meeting(event_id, _pair(seating), seating.origin)


def _pair(seating: Seating) -> tuple[int, int]:
    return seating.exhibitor_team_id, seating.buyer_team_id


def add_lost(version_id: int, lost: Sequence[Lost]) -> None:
    """Write wishes down that a version does not hold any more; one that stands there already keeps its reason."""
    known = {
        (row.exhibitor_id, row.buyer_id)
        for row in db.session.scalars(sa.select(Unmet).where(Unmet.version_id == version_id))
    }
    for wish in lost:
        if (wish.exhibitor_id, wish.buyer_id) not in known:
            db.session.add(
                Unmet(
                    version_id=version_id, exhibitor_id=wish.exhibitor_id, buyer_id=wish.buyer_id, reason="lost",
                    weight=wish.weight, text_id=wish.text_id, text_en=wish.text_en,
                )
            )  # fmt: skip
    db.session.flush()


def drop_met_wishes(version_id: int) -> None:
    """A wish whose two organisations meet now is not unmet any more."""
    exhibitor, buyer = sa.orm.aliased(Team), sa.orm.aliased(Team)
    held = (
        sa.select(Placement.id)
        .join(exhibitor, exhibitor.id == Placement.exhibitor_team_id)
        .join(buyer, buyer.id == Placement.buyer_team_id)
        .where(
            Placement.version_id == version_id,
            exhibitor.participation_id == Unmet.exhibitor_id,
            buyer.participation_id == Unmet.buyer_id,
        )
    )
    db.session.execute(
        sa.delete(Unmet)
        .where(Unmet.version_id == version_id, held.exists())
        .execution_options(synchronize_session=False)
    )
