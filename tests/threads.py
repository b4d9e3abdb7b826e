"""Doing the same thing many times at once, each in a thread with an application context of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from matchmaking.extensions import db


def at_once(app: Flask, act: Callable[[int], object], count: int = 8) -> list[object]:
    """Run ``act(0 … count-1)`` at the same moment; return what each returned, or the error it raised, in order."""
    barrier = threading.Barrier(count)
    outcomes: list[object] = [None] * count

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[number] = act(number)
            except Exception as error:
                outcomes[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def crossing(app: Flask, first: Callable[[], object], second: Callable[[], object]) -> list[object]:
    """Run two acts on PostgreSQL so that each holds its first row lock before either goes on; return as :func:`at_once`.

    Whoever has its first lock waits until the other has one too, or stands in front of a lock that is held. That is the
    moment at which two orders of locking end in a deadlock, whatever else the machine does.
    """
    engine, holders, both = db.engine, set[int](), threading.Event()

    def after_lock(connection: sa.Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.endswith(ROW_LOCKS) or threading.get_ident() in holders:
            return
        holders.add(threading.get_ident())
        if len(holders) == 2:
            both.set()
        for _look in range(500):
            if both.wait(0.02) or _somebody_waits(engine):
                break

    sa.event.listen(engine, "after_cursor_execute", after_lock)
    try:
        return at_once(app, lambda number: (first, second)[number](), 2)
    finally:
        sa.event.remove(engine, "after_cursor_execute", after_lock)


#: How a statement ends that locks what it reads.
ROW_LOCKS = ("FOR UPDATE", "FOR NO KEY UPDATE")


def _somebody_waits(engine: sa.Engine) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect() as connection:
        return bool(connection.scalar(sa.text(waiting)))
