"""Reading the category scheme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import get_locale

from matchmaking.catalogue.classification import CategoryWords
from matchmaking.catalogue.models import Category, Need, Product
from matchmaking.extensions import db


def categories() -> list[Category]:
    """Return all categories in their order."""
    return list(db.session.scalars(sa.select(Category).order_by(Category.position, Category.id)))


def category_choices() -> list[tuple[str, str]]:
    """Return (id, name in the reader's language) of all categories in their order."""
    return [(row.id, category_name(row)) for row in categories()]


def category_names() -> dict[str, str]:
    """Return the name in the reader's language by id."""
    return dict(category_choices())


def category_name(category: Category) -> str:
    """Return the name in the reader's language."""
    return category.name_en if str(get_locale() or "id") == "en" else category.name_id


def category_words() -> list[CategoryWords]:
    """Return what tells the categories apart, for :func:`matchmaking.catalogue.classification.propose`."""
    return [
        CategoryWords(row.id, tuple(row.account_codes), tuple(row.keywords), tuple(row.negative_keywords))
        for row in categories()
    ]


@dataclass(frozen=True)
class CategoryUse:
    """A category with how many products and needs are in it, over all events."""

    category: Category
    products: int
    needs: int


def categories_with_use() -> list[CategoryUse]:
    """Return all categories with their use: three statements."""
    products, needs = _counts(Product), _counts(Need)
    return [CategoryUse(row, products.get(row.id, 0), needs.get(row.id, 0)) for row in categories()]


def _counts(table: Any) -> dict[str, int]:
    rows = db.session.execute(
        sa.select(table.category_id, sa.func.count()).where(table.retired_at.is_(None)).group_by(table.category_id)
    )
    return {row[0]: row[1] for row in rows if row[0]}
