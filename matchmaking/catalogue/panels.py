"""What the catalogue gives to registration's pages: panels of an entry and a filter of the participants' list."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking.catalogue.models import ParticipationCategory
from matchmaking.catalogue.queries.categories import category_choices
from matchmaking.catalogue.queries.needs import need_views, needs_of
from matchmaking.catalogue.queries.products import products_of, views
from matchmaking.extensions import db
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.hooks import ListFilter, Panel
from matchmaking.registration.models import Participation, Side


def entry_panel(participation_id: int, audience: str) -> Panel | None:
    """Return the products or needs of an entry; nothing behind the secret link until the four digits are given."""
    doors = {"staff": "manage", "owner": "my", "proved": "link"}
    if audience not in doors:
        return None
    entry = db.session.get_one(Participation, participation_id)
    context: dict[str, Any] = {"entry": entry, "door": doors[audience]}
    if entry.side is Side.EXHIBITOR:
        context["views"] = views(products_of(entry.organization_id))
        return Panel(20, "catalogue/_products_panel.html", context)
    context["views"] = need_views(needs_of(entry.id))
    return Panel(20, "catalogue/_needs_panel.html", context)


def _in_category(statement: sa.Select[Any], category_id: str) -> sa.Select[Any]:
    return statement.where(
        sa.select(ParticipationCategory.category_id)
        .where(
            ParticipationCategory.participation_id == Participation.id,
            ParticipationCategory.category_id == category_id,
        )
        .exists()
    )


def category_filter() -> ListFilter:
    """Return the participants' list's filter by category."""
    return ListFilter("category", _l("Category"), category_choices, _in_category)
