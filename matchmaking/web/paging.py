"""Pages of a list: two statements whatever the number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from flask import request, url_for

from matchmaking.extensions import db

PAGE_SIZE = 50
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: its rows, its number (from 1), how many pages and rows there are."""

    items: list[T]
    number: int
    pages: int
    total: int

    def url(self, number: int) -> str:
        """Return the address of another page of the same list, filters kept."""
        arguments: dict[str, Any] = {
            **request.args.to_dict(flat=False),
            **(request.view_args or {}),
            "page": number,
        }
        return url_for(request.endpoint or "", **arguments)


def page_number() -> int:
    """Return the wanted page from the address, 1 when absent or nonsense."""
    return max(request.args.get("page", 1, type=int) or 1, 1)


def paginate(statement: sa.Select[Any], number: int, size: int = PAGE_SIZE) -> Page[Any]:
    """Run ``statement`` (rows of one entity) for one page; a page past the end gives the last one."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(statement.order_by(None).subquery())) or 0
    pages = max(-(-total // size), 1)
    number = min(number, pages)
    rows = db.session.scalars(statement.limit(size).offset((number - 1) * size)).unique().all()
    return Page(list(rows), number, pages, total)


def cut(rows: Sequence[T], number: int, size: int = PAGE_SIZE) -> Page[T]:
    """Return one page of rows that are in hand already; a page past the end gives the last one."""
    pages = max(-(-len(rows) // size), 1)
    number = min(number, pages)
    return Page(list(rows[(number - 1) * size : number * size]), number, pages, len(rows))
