"""Keeping the categories of each entry in step with its products and needs, for matching to read in one table."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.catalogue.models import Category, Need, ParticipationCategory, Product
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation, Side
from matchmaking.transactions import lock_row


def keep_categories(organization_id: int) -> None:
    """Write the categories of an exhibitor's live products into every entry of the organisation."""
    db.session.flush()
    wanted = set(
        db.session.scalars(
            sa.select(Product.category_id)
            .where(Product.organization_id == organization_id, Product.retired_at.is_(None))
            .distinct()
        )
    )
    entries = db.session.scalars(
        sa.select(Participation.id).where(
            Participation.organization_id == organization_id, Participation.side == Side.EXHIBITOR
        )
    ).all()
    for participation_id in entries:
        _write(participation_id, wanted)


def choose_categories(actor: Actor, participation_id: int, category_ids: Iterable[str]) -> None:
    """Write the categories a buyer ticks; those of the buyer's needs always belong to them.

    Raises:
        InvalidInput: an unknown category.
    """
    participation = lock_row(Participation, participation_id)
    if participation is None or participation.side is not Side.BUYER:
        return
    ticked = set(category_ids)
    known = set(db.session.scalars(sa.select(Category.id)))
    if ticked - known:
        raise InvalidInput(_("Please choose a category."))
    if _write(participation_id, ticked | _of_needs(participation_id)):
        audit.record(actor, "catalogue.choose_categories", participation, data={"categories": sorted(ticked)})


def add_need_categories(participation_id: int) -> None:
    """A need has a category: its buyer deals in it."""
    db.session.flush()
    _write(participation_id, categories_of(participation_id) | _of_needs(participation_id))


def categories_of(participation_id: int) -> set[str]:
    """Return the categories of an entry."""
    return set(
        db.session.scalars(
            sa.select(ParticipationCategory.category_id).where(
                ParticipationCategory.participation_id == participation_id
            )
        )
    )


def _of_needs(participation_id: int) -> set[str]:
    found = db.session.scalars(
        sa.select(Need.category_id).where(Need.participation_id == participation_id, Need.retired_at.is_(None))
    )
    return {category_id for category_id in found if category_id}


def _write(participation_id: int, wanted: set[str]) -> bool:
    have = categories_of(participation_id)
    if have == wanted:
        return False
    if gone := have - wanted:
        db.session.execute(
            sa.delete(ParticipationCategory).where(
                ParticipationCategory.participation_id == participation_id,
                ParticipationCategory.category_id.in_(gone),
            )
        )
    db.session.add_all(
        [ParticipationCategory(participation_id=participation_id, category_id=c) for c in sorted(wanted - have)]
    )
    db.session.flush()
    return True
