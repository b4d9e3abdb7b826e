"""What no database takes is refused before any view sees it: numbers beyond a row's, and the NUL sign in texts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import IntegerConverter, Map

from matchmaking.typed import LARGEST_ROW_NUMBER

_NUL = "\x00"


class RowNumber(IntegerConverter):
    """``<int:…>`` in an address: a number that no row can have is an address that does not exist."""

    def __init__(self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = None, **given: Any):
        super().__init__(map, fixed_digits, min, LARGEST_ROW_NUMBER if max is None else max, **given)


def init_bounds(app: Flask) -> None:
    """Put the converter and the check in; before the blueprints are registered."""
    app.url_map.converters["int"] = RowNumber
    app.before_request(_refuse_nul)


def _refuse_nul() -> None:
    """PostgreSQL stores no NUL and no keyboard types one: only programs send it."""
    if any(_NUL in str(value) for value in (request.view_args or {}).values()):
        raise NotFound
    if _has_nul(request.args.items(multi=True)) or _has_nul(request.form.items(multi=True)):
        raise BadRequest


def _has_nul(pairs: Iterable[tuple[str, str]]) -> bool:
    return any(_NUL in name or _NUL in value for name, value in pairs)
