"""Every row of every table: out of one snapshot into pieces, and from pieces into a new schema of either database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa

from matchmaking.operations.backup.parts import Part, pack_rows
from matchmaking.operations.backup.values import Column, decode, encode, kind_of, readable, table_of

#: Alembic's own table; the migrations that make the new schema fill it.
REVISION_TABLE = "alembic_version"
#: Tables into which the migrations themselves put rows.
SEEDED = frozenset({"audit_head", "category", "tablet_stamp"})
ROWS_A_PIECE = 2000


def columns_of(connection: sa.Connection) -> dict[str, tuple[Column, ...]]:
    """Return the columns of every table, as the database tells them."""
    found = sa.inspect(connection).get_multi_columns()
    return {
        name: tuple(Column(column["name"], kind_of(column["type"])) for column in columns)
        for (_schema, name), columns in sorted(found.items(), key=lambda entry: entry[0][1])
        if name != REVISION_TABLE
    }


def revision_of(connection: sa.Connection) -> str | None:
    """Return the migration that the database is at; none where there are no tables yet."""
    if not sa.inspect(connection).has_table(REVISION_TABLE):
        return None
    return connection.scalar(sa.text(f"SELECT version_num FROM {REVISION_TABLE}"))  # noqa: S608 - our own name


def has_rows(connection: sa.Connection) -> bool:
    """Say whether anybody has used the database: any row but those that come with an empty one."""
    names = (name for name in sa.inspect(connection).get_table_names() if name not in {REVISION_TABLE, *SEEDED})
    return any(connection.execute(sa.select(1).select_from(sa.table(name)).limit(1)).first() for name in names)


def row_pieces(connection: sa.Connection, name: str, columns: tuple[Column, ...]) -> Iterator[tuple[Part, int]]:
    """Give a table's rows in pieces, each with its number of rows, in the order of the primary key."""
    table = table_of(name, columns)
    order = [table.c[key] for key in sa.inspect(connection).get_pk_constraint(name)["constrained_columns"]]
    chosen = sa.select(*readable(table, columns)).select_from(table).order_by(*order)
    number = 0
    with connection.execute(chosen, execution_options={"yield_per": ROWS_A_PIECE}) as rows:
        while lines := [json.dumps(encode(tuple(row), columns)) for row in islice(rows, ROWS_A_PIECE)]:
            number += 1
            yield pack_rows(name, number, lines), len(lines)


def empty_seeded(connection: sa.Connection) -> None:
    """Take out what the migrations put in: the backup has it, as it was changed since."""
    present = set(sa.inspect(connection).get_table_names())
    for name in sorted(SEEDED & present):
        connection.execute(sa.delete(sa.table(name)))


def insert_rows(connection: sa.Connection, name: str, columns: tuple[Column, ...], rows: Iterator[list[object]]) -> int:
    """Put rows into a table; return how many."""
    values = [decode(row, columns) for row in rows]
    if connection.dialect.name == "postgresql":
        _copy(connection, name, columns, values)
    elif values:
        names = [column.name for column in columns]
        connection.execute(table_of(name, columns).insert(), [dict(zip(names, row, strict=True)) for row in values])
    return len(values)


def _copy(connection: sa.Connection, name: str, columns: tuple[Column, ...], rows: list[list[object]]) -> None:
    """PostgreSQL reads what COPY gives it as the column's own type: JSON stays the text that it was."""
    quoted = connection.dialect.identifier_preparer.quote
    names = ", ".join(quoted(column.name) for column in columns)
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection has been closed")
    with driver.cursor() as cursor, cursor.copy(f"COPY {quoted(name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def row_counts(connection: sa.Connection, names: list[str]) -> dict[str, int]:
    """Return how many rows each table has."""
    return {name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0 for name in names}
