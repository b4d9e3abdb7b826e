"""What an entry's catalogue still needs before matching: as a list for people, and as a condition for lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sqlalchemy as sa

from matchmaking.catalogue.models import LocalContentStatus, Need, ParticipationCategory, Product
from matchmaking.catalogue.queries.products import readiness_of
from matchmaking.catalogue.readiness import FOOD, NEEDED_LABELS
from matchmaking.extensions import db
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.i18n import ngettext
from matchmaking.registration.hooks import Missing
from matchmaking.registration.models import Organization, Participation, Side

NO_PRODUCT = Missing("product", _l("At least one product with a price"))
NO_NEEDS = Missing("needs", _l("What you mean to buy, or the categories you look for"))


def missing_items(participation_ids: Sequence[int]) -> dict[int, list[Missing]]:
    """Return what each entry still needs from the catalogue; the number of statements does not grow."""
    sides = db.session.execute(
        sa.select(Participation.id, Participation.side).where(Participation.id.in_(participation_ids))
    )
    by_side: dict[Side, list[int]] = defaultdict(list)
    for row in sides:
        by_side[row.side].append(row.id)
    found = _of_exhibitors(by_side[Side.EXHIBITOR]) | _of_buyers(by_side[Side.BUYER])
    return {key: items for key, items in found.items() if items}


def _of_exhibitors(ids: list[int]) -> dict[int, list[Missing]]:
    if not ids:
        return {}
    views = readiness_of(ids)
    found: dict[int, list[Missing]] = {}
    for participation_id in ids:
        products = views.get(participation_id)
        if not products:
            found[participation_id] = [NO_PRODUCT]
            continue
        found[participation_id] = [
            Missing(
                f"product:{view.product.code}",
                f"{view.product.name}: " + ", ".join(str(NEEDED_LABELS[flag.code]) for flag in view.needed),
            )
            for view in products
            if view.needed
        ]
    return found


def _of_buyers(ids: list[int]) -> dict[int, list[Missing]]:
    if not ids:
        return {}
    statement = (
        sa.select(Need.participation_id, sa.func.count(), sa.func.count(Need.category_id))
        .where(Need.participation_id.in_(ids), Need.retired_at.is_(None))
        .group_by(Need.participation_id)
    )
    counts = {row[0]: (row[1], row[2]) for row in db.session.execute(statement)}
    ticked = set(
        db.session.scalars(
            sa.select(ParticipationCategory.participation_id).where(ParticipationCategory.participation_id.in_(ids))
        )
    )
    found: dict[int, list[Missing]] = {}
    for participation_id in ids:
        needs, sorted_in = counts.get(participation_id, (0, 0))
        if not needs and participation_id not in ticked:
            found[participation_id] = [NO_NEEDS]
        elif needs > sorted_in:
            number = needs - sorted_in
            sentence = ngettext("The category of %(num)s need", "The category of %(num)s needs", number)
            found[participation_id] = [Missing("need_category", sentence)]
    return found


def missing_condition() -> sa.ColumnElement[bool]:
    """Return a condition over Participation joined to Organization that says the same as :func:`missing_items`."""
    mine = sa.select(Product.id).where(Product.organization_id == Organization.id, Product.retired_at.is_(None))
    incomplete = mine.where(
        sa.or_(
            Product.unit == "",
            Product.is_tax_included.is_(None),
            Product.monthly_capacity.is_(None),
            Product.lead_time_days.is_(None),
            sa.and_(Product.category_id == FOOD, Product.shelf_life_days.is_(None)),
            sa.and_(
                Product.local_content_status == LocalContentStatus.CERTIFIED,
                sa.or_(Product.local_content_number == "", Product.local_content_expires_on.is_(None)),
            ),
        )
    )
    needs = sa.select(Need.id).where(Need.participation_id == Participation.id, Need.retired_at.is_(None))
    ticked = sa.select(ParticipationCategory.category_id).where(
        ParticipationCategory.participation_id == Participation.id
    )
    return sa.or_(
        sa.and_(Participation.side == Side.EXHIBITOR, sa.or_(~mine.exists(), incomplete.exists())),
        sa.and_(
            Participation.side == Side.BUYER,
            sa.or_(sa.and_(~needs.exists(), ~ticked.exists()), needs.where(Need.category_id.is_(None)).exists()),
        ),
    )
