"""Reading needs, with the categories proposed for those that have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.catalogue.classification import Evidence, best, propose
from matchmaking.catalogue.models import Need
from matchmaking.catalogue.queries.categories import category_names, category_words
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation


@dataclass(frozen=True)
class Suggestion:
    """A category that fits, in words; ``is_best``: the one to put forward."""

    category_id: str
    name: str
    reason: str
    is_best: bool


@dataclass(frozen=True)
class NeedView:
    """A need as pages show it; suggestions only while it has no category."""

    need: Need
    suggestions: tuple[Suggestion, ...]


def live_needs() -> sa.Select[Any]:
    """Return the statement for all needs in force, with their buyer."""
    return (
        sa.select(Need)
        .where(Need.retired_at.is_(None))
        .options(joinedload(Need.category), joinedload(Need.participation).joinedload(Participation.organization))
    )


def needs_of(participation_id: int) -> list[Need]:
    """Return a buyer's needs, the largest first."""
    statement = live_needs().where(Need.participation_id == participation_id)
    return list(db.session.scalars(statement.order_by(Need.budget_ceiling.desc().nulls_last(), Need.id)))


def retired_needs_of(participation_id: int) -> list[Need]:
    """Return what the buyer has taken back, the newest first."""
    statement = sa.select(Need).where(Need.participation_id == participation_id, Need.retired_at.is_not(None))
    return list(db.session.scalars(statement.order_by(Need.retired_at.desc(), Need.id)))


def need_views(needs: Sequence[Need]) -> list[NeedView]:
    """Return needs with suggestions for those without a category."""
    if all(need.category_id for need in needs):
        return [NeedView(need, ()) for need in needs]
    words, names = category_words(), category_names()
    return [NeedView(need, () if need.category_id else _suggested(need, words, names)) for need in needs]


def suggestions_for(name: str, item_text: str = "", account_code: str = "") -> tuple[Suggestion, ...]:
    """Return the categories that fit a text being typed."""
    return _suggestions(name, item_text, account_code, category_words(), category_names())


def _suggested(need: Need, words: list[Any], names: dict[str, str]) -> tuple[Suggestion, ...]:
    return _suggestions(need.name, need.item_text, need.account_code, words, names)


def _suggestions(
    name: str, item_text: str, account_code: str, words: list[Any], names: dict[str, str]
) -> tuple[Suggestion, ...]:
    found = propose(words, name=name, item_text=item_text, account_code=account_code)
    top = best(found)
    return tuple(
        Suggestion(p.category_id, names[p.category_id], "; ".join(map(_reason, p.evidence)), p is top) for p in found
    )


def _reason(evidence: Evidence) -> str:
    if evidence.source == "account":
        return _("account code %(code)s", code=evidence.found)
    if evidence.source == "item":
        return _("“%(word)s” among the items", word=evidence.found)
    return _("“%(word)s” in the name", word=evidence.found)
