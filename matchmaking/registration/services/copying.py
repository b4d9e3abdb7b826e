"""Taking organisations of an earlier event over into a new one, and clearing up when a test event is deleted."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import NotFound
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import (
    Delegate,
    ImportBatch,
    Organization,
    Participation,
    ParticipationState,
    Side,
)
from matchmaking.registration.services.attachments import OWNER
from matchmaking.registration.services.places import state_on_arrival
from matchmaking.registration.services.uploads import WAITING
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import delete_file
from matchmaking.transactions import lock_row


def take_over(
    actor: Actor, source_id: int, target_id: int, sides: Iterable[Side], codes: set[str] | None = None
) -> int:
    """Make entries in the target for those approved in the source that are not in it yet; return how many.

    They wait for the organiser's decision like new ones, in the order of the source; consent is asked anew from each.

    Args:
        actor: the organiser.
        source_id: the earlier event.
        target_id: the event that takes them over.
        sides: which sides come along.
        codes: only these organisations (their public codes); all when not given.
    """
    target = lock_row(Event, target_id)
    if target is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    chosen = returning(source_id, target_id, sides)
    count = 0
    for old in chosen:
        if codes is None or old.organization.code in codes:
            _copy_entry(target, old)
            count += 1
    audit.record(actor, "registration.take_over", target, event_id=target_id, data={"from": source_id, "count": count})
    return count


def copy_entries(actor: Actor, source_id: int, target_id: int, options: CopyOptions) -> None:
    """Take returning organisations over when an event is copied, of the sides the organiser chose."""
    wanted = ((Side.EXHIBITOR, options.with_exhibitors), (Side.BUYER, options.with_buyers))
    sides = [side for side, is_wanted in wanted if is_wanted]
    if sides:
        take_over(actor, source_id, target_id, sides)


def returning(source_id: int, target_id: int, sides: Iterable[Side]) -> list[Participation]:
    """Return the approved entries of the source whose organisations are not in the target."""
    there = sa.select(Participation.organization_id).where(Participation.event_id == target_id)
    statement = (
        sa.select(Participation)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            Participation.event_id == source_id,
            Participation.side.in_(list(sides)),
            Participation.state == ParticipationState.APPROVED,
            Participation.organization_id.not_in(there),
            Organization.merged_into_id.is_(None),
        )
        .options(sa.orm.joinedload(Participation.organization))
        .order_by(Participation.submitted_at, Participation.id)
    )
    return list(db.session.scalars(statement))


def _copy_entry(target: Event, old: Participation) -> None:
    entry = Participation(
        code=new_code(12),
        event_id=target.id,
        organization_id=old.organization_id,
        side=old.side,
        state=state_on_arrival(target, old.side),
        origin="copy",
        min_meetings=old.min_meetings,
        max_meetings=old.max_meetings,
        submitted_at=clock.now(),
    )
    db.session.add(entry)
    db.session.flush()
    people = db.session.scalars(
        sa.select(Delegate)
        .where(Delegate.participation_id == old.id, Delegate.erased_at.is_(None))
        .order_by(Delegate.id)
    ).all()
    kept = ("user_id", "name", "phone", "email", "office", "office_role", "is_contact")
    db.session.add_all(
        Delegate(
            code=new_code(12),
            event_id=target.id,
            participation_id=entry.id,
            **{name: getattr(person, name) for name in kept},
        )
        for person in people
    )
    db.session.flush()


def forget_event(actor: Actor, event_id: int) -> None:
    """Before a test event is deleted: its files go, and organisations that came for it alone."""
    del actor  # the deletion itself is what is written down
    own = sa.select(Participation.id).where(Participation.event_id == event_id)
    files = db.session.scalars(
        sa.select(StoredFile).where(
            StoredFile.event_id == event_id,
            sa.or_(
                StoredFile.owner_type == WAITING,
                sa.and_(StoredFile.owner_type == OWNER, StoredFile.owner_id.in_(own)),
            ),
        )
    ).all()
    only_here = list(
        db.session.scalars(
            sa.select(Participation.organization_id)
            .group_by(Participation.organization_id)
            .having(sa.func.max(Participation.event_id) == event_id, sa.func.min(Participation.event_id) == event_id)
        )
    )
    for stored in files:
        delete_file(stored)
    db.session.execute(sa.delete(ImportBatch).where(ImportBatch.event_id == event_id))
    db.session.execute(sa.delete(Participation).where(Participation.event_id == event_id))
    merged = sa.select(Organization.id).where(Organization.merged_into_id.in_(only_here))
    for ids in (list(db.session.scalars(merged)), only_here):
        db.session.execute(sa.delete(Organization).where(Organization.id.in_(ids)))
    db.session.expire_all()
