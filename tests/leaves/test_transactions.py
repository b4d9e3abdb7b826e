"""One owner of transactions: writers queue, nothing is lost, nothing is half-stored, nesting is refused."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.accounts.models import User
from matchmaking.events.models import Zone
from matchmaking.extensions import db
from matchmaking.transactions import (
    after_commit,
    before_commit,
    end_read,
    in_transaction,
    insert_new,
    lock_row,
    scratch,
    transaction,
)
from tests.threads import at_once
from tests.world import BOTH, World

both = pytest.mark.parametrize("database", BOTH, indirect=True)


def zones() -> list[str]:
    return list(db.session.scalars(sa.select(Zone.name).order_by(Zone.name)))


@both
def test_sixteen_writers_lose_no_update(app: Flask, world: World) -> None:
    person = world.user()

    def add_one(_number: int) -> None:
        for _again in range(3):
            with transaction():
                row = lock_row(User, person)
                assert row is not None
                row.session_epoch += 1

    assert at_once(app, add_one, 16) == [None] * 16
    assert db.session.scalar(sa.select(User.session_epoch)) == 1 + 16 * 3


@both
def test_sixteen_inserts_of_one_unique_value_store_one_row(app: Flask, world: World) -> None:
    event = world.event()

    def insert(_number: int) -> int | None:
        with transaction():
            return insert_new(Zone, {"event_id": event, "name": "Sisi timur"})

    outcomes = at_once(app, insert, 16)
    assert (outcomes.count(None), len([o for o in outcomes if isinstance(o, int)])) == (15, 1)
    assert zones() == ["Sisi timur"]


@both
def test_error_undoes_everything_and_the_next_one_works(app: Flask, world: World) -> None:
    event, ran = world.event(), []
    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Zone(event_id=event, name="A"))
        db.session.flush()
        after_commit(lambda: ran.append("after"))
        raise ZeroDivisionError
    assert (zones(), ran, in_transaction()) == ([], [], False)
    with transaction():
        db.session.add(Zone(event_id=event, name="B"))
    assert zones() == ["B"]


@both
def test_nesting_is_refused_and_the_outer_action_is_undone(app: Flask, world: World) -> None:
    event = world.event()
    with pytest.raises(RuntimeError, match="does not nest"), transaction():
        db.session.add(Zone(event_id=event, name="A"))
        with transaction():
            db.session.add(Zone(event_id=event, name="B"))
    assert zones() == []


def test_refused_nesting_that_is_caught_leaves_the_outer_action_whole(world: World) -> None:
    event = world.event()
    with transaction():
        db.session.add(Zone(event_id=event, name="A"))
        with pytest.raises(RuntimeError), transaction():
            pass
        assert in_transaction()
    assert zones() == ["A"]


def test_acts_run_once_before_and_after_the_commit_in_order(world: World) -> None:
    event, order = world.event(), []
    with transaction():
        after_commit(lambda: order.append("after 1"))
        after_commit(lambda: order.append(f"after 2, stored: {zones()}"))
        before_commit("same", lambda: order.append("before"))
        before_commit("same", lambda: order.append("never"))
        db.session.add(Zone(event_id=event, name="A"))
    assert order == ["before", "after 1", "after 2, stored: ['A']"]


def test_error_before_the_commit_undoes_everything(world: World) -> None:
    event = world.event()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), transaction():
        db.session.add(Zone(event_id=event, name="A"))
        before_commit("x", fail)
    assert zones() == []


@pytest.mark.parametrize(
    "act",
    [
        lambda: before_commit("x", lambda: None),
        lambda: after_commit(lambda: None),
        scratch,
        lambda: lock_row(User, 1),
        lambda: insert_new(Zone, {}),
    ],
)
def test_what_needs_a_transaction_refuses_without(app: Flask, act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(RuntimeError, match="open transaction"):
        act()


def test_scratch_lives_as_long_as_its_transaction(app: Flask) -> None:
    with transaction():
        scratch()["kept"] = 1
        assert scratch() == {"kept": 1}
    with transaction():
        assert scratch() == {}


def test_end_read_refuses_inside_a_transaction(app: Flask) -> None:
    with transaction(), pytest.raises(RuntimeError):
        end_read()
    end_read()


@both
def test_rows_read_before_are_read_anew_inside(app: Flask, world: World) -> None:
    person = world.user(name="Lama")
    row = db.session.get_one(User, person)
    assert row.name == "Lama"

    def rename(_number: int) -> None:
        with transaction():
            db.session.get_one(User, person).name = "Baru"

    at_once(app, rename, 1)
    with transaction():
        assert row.name == "Baru"


def test_foreign_keys_are_enforced(world: World) -> None:
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.add(Zone(event_id=999, name="A"))


def test_what_was_acknowledged_survives_a_power_cut(own_app: Flask) -> None:
    """The other tests write without waiting for the disk; this application is made as the product makes it."""
    wanted = {
        "synchronous": 2,
        "foreign_keys": 1,
        "journal_mode": "wal",
        "busy_timeout": own_app.config["DATABASE_WAIT_MS"],
    }
    assert {name: db.session.scalar(sa.text(f"PRAGMA {name}")) for name in wanted} == wanted
