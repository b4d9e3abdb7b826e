"""What a database's values look like in a backup: the same words from SQLite and PostgreSQL, and back into either."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from matchmaking.extensions import UtcDateTime


class Kind(StrEnum):
    """The kind of a column; enumerations are texts, amounts are whole numbers."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    TEXT = "text"
    INSTANT = "instant"  # ISO 8601 in UTC
    DATE = "date"
    TIME = "time"
    JSON = "json"  # the stored text itself: its "null" is another thing than no value
    DECIMAL = "decimal"  # digits, as the database writes them
    FLOAT = "float"
    BYTES = "bytes"  # base64


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind


#: In this order: a subclass stands before its parent.
_KINDS: tuple[tuple[type[sa.types.TypeEngine[Any]], Kind], ...] = (
    (sa.Boolean, Kind.BOOLEAN),
    (sa.Integer, Kind.INTEGER),
    (sa.Float, Kind.FLOAT),
    (sa.Numeric, Kind.DECIMAL),
    (sa.String, Kind.TEXT),
    (sa.DateTime, Kind.INSTANT),
    (sa.Date, Kind.DATE),
    (sa.Time, Kind.TIME),
    (sa.JSON, Kind.JSON),
    (sa.LargeBinary, Kind.BYTES),
)
_TYPES: dict[Kind, Any] = {
    Kind.BOOLEAN: sa.Boolean(),
    Kind.INTEGER: sa.BigInteger(),
    Kind.FLOAT: sa.Double(),
    Kind.DECIMAL: sa.Text(),
    Kind.TEXT: sa.Text(),
    Kind.INSTANT: UtcDateTime(),
    Kind.DATE: sa.Date(),
    Kind.TIME: sa.Time(),
    Kind.JSON: sa.Text(),
    Kind.BYTES: sa.LargeBinary(),
}
_ENCODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INSTANT: datetime.isoformat,
    Kind.DATE: date.isoformat,
    Kind.TIME: time.isoformat,
    Kind.BYTES: lambda value: base64.b64encode(value).decode("ascii"),
}
_DECODERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.INSTANT: datetime.fromisoformat,
    Kind.DATE: date.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.BYTES: base64.b64decode,
}
#: Read as the text that the database keeps, so that nothing is rounded or spelled anew.
_AS_TEXT = {Kind.JSON, Kind.DECIMAL}


def kind_of(found: sa.types.TypeEngine[Any]) -> Kind:
    """Return the kind of a column by the type that the database tells.

    Raises:
        TypeError: a type that no table of ours had when this was written.
    """
    for parent, kind in _KINDS:
        if isinstance(found, parent):
            return kind
    raise TypeError(f"backup: no kind for columns of type {found!r}")


def table_of(name: str, columns: tuple[Column, ...]) -> sa.TableClause:
    """Return the table for statements, without asking the models: they may be newer than the rows."""
    return sa.table(name, *(sa.column(column.name, _TYPES[column.kind]) for column in columns))


def readable(table: sa.TableClause, columns: tuple[Column, ...]) -> list[sa.ColumnElement[Any]]:
    """Return what to select of a table."""
    return [
        sa.cast(table.c[column.name], sa.Text) if column.kind in _AS_TEXT else table.c[column.name]
        for column in columns
    ]


def encode(row: tuple[Any, ...], columns: tuple[Column, ...]) -> list[Any]:
    """Return a row as JSON takes it."""
    return [
        value if value is None or column.kind not in _ENCODERS else _ENCODERS[column.kind](value)
        for value, column in zip(row, columns, strict=True)
    ]


def decode(row: list[Any], columns: tuple[Column, ...]) -> list[Any]:
    """Return a row as a database's driver takes it."""
    return [
        value if value is None or column.kind not in _DECODERS else _DECODERS[column.kind](value)
        for value, column in zip(row, columns, strict=True)
    ]
