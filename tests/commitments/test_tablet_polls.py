"""What a tablet's poll costs while nothing changes, and that it sees everything that does."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.catalogue.models import Certificate, Need, Product
from matchmaking.commitments.models import (
    Commitment,
    CommitmentParty,
    CommitmentSettings,
    EventKind,
)
from matchmaking.commitments.services import tablet_data
from matchmaking.commitments.services.tablet_stamp import SHOWN, stamp_now
from matchmaking.commitments.sync_models import SealingKey
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.extensions import Base, db
from matchmaking.registration.models import Delegate, Organization, Participation, ParticipationState, Team
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.services.delays import NoteDelay, note_delay
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.attendance.meetings import lay_version, tap
from tests.attendance.stand_bys import NINE, RUNNING
from tests.catalogue.builders import add_need, add_product
from tests.commitments.scene import Deal
from tests.commitments.tablets import Tablet, event_data, make_tablet
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, World


@dataclass
class Day:
    """An announced schedule, products, needs and commitments, and a tablet that has them all."""

    scene: Scene
    deal: Deal
    tablet: Tablet
    product_id: int
    proposed: str  # a commitment's code

    def version(self) -> str:
        """What a poll says now, in a read of its own."""
        db.session.rollback()
        return str(self.tablet.state()["data_version"])

    def one(self, model: type[Any]) -> Any:
        """Any row of a table."""
        return db.session.scalars(sa.select(model).order_by(sa.inspect(model).primary_key[0])).first()


@pytest.fixture
def day(world: World) -> Any:
    with clock.frozen(NINE):
        scene = make_scene(world)
        lay_version(scene, [(0, 0, 0, 0), (1, 1, 1, 1)])
        deal = Deal(world, scene.event_id, scene.code, scene.agencies[0], scene.makers[0], scene.actor)
        product_id = add_product(deal.maker_id)
        add_need(deal.buyer_id, rup_code="12345678", budget_ceiling="50000000")
        deal.signed()
        proposed = deal.propose()
        tablet = make_tablet(deal)
        tablet.state()
        yield Day(scene, deal, tablet, product_id, proposed)


def read_tables(act: Callable[[], object]) -> set[str]:
    """The tables that an act reads from, those of joins included."""
    ran: list[str] = []

    def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        ran.append(" ".join(sql.split()))

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return {name for name in Base.metadata.tables for sql in ran if re.search(rf"(FROM|JOIN|,) {name}\b(?!\.)", sql)}


def test_all_tables_that_the_data_are_made_of_are_watched(day: Day) -> None:
    db.session.rollback()
    db.session.expire_all()
    event = db.session.get_one(Event, day.scene.event_id)
    db.session.expire_all()
    assert read_tables(lambda: tablet_data._make(event)) == SHOWN


@pytest.mark.parametrize("table", sorted(SHOWN))
def test_a_write_to_any_of_them_is_another_stamp(day: Day, table: str) -> None:
    before, rows = stamp_now(), Base.metadata.tables[table]
    with transaction():
        db.session.execute(sa.delete(rows).where(sa.false()))
    between = stamp_now()
    with transaction():
        key = next(iter(rows.primary_key))
        db.session.execute(sa.update(rows).where(sa.false()).values({key.name: key}))
    assert len({before, between, stamp_now()}) == 3


def test_what_is_not_shown_leaves_the_stamp(day: Day) -> None:
    before = stamp_now()
    tap(day.scene, day.one(Meeting).code, RUNNING)
    day.tablet.state()
    assert stamp_now() == before


def test_what_is_undone_leaves_it_too(day: Day) -> None:
    before = stamp_now()
    with pytest.raises(RuntimeError), transaction():
        day.one(Event).name = "Lain"
        db.session.flush()
        raise RuntimeError
    assert stamp_now() == before


def _set(model: type[Any], **values: Any) -> Callable[[Day], None]:
    def change(day: Day) -> None:
        with transaction():
            row = day.one(model)
            for name, value in values.items():
                setattr(row, name, value)

    return change


def _delete(model: type[Any]) -> Callable[[Day], None]:
    def change(day: Day) -> None:
        with transaction():
            key = sa.inspect(model).primary_key[0]
            db.session.execute(sa.delete(model).where(key == sa.inspect(day.one(model)).identity[0]))

    return change


def _delay(day: Day) -> None:
    with transaction():
        note_delay(day.scene.actor, NoteDelay(day.scene.event_id, day.scene.slots[0], 10, "delay-key-1"))


def _certificate(day: Day) -> None:
    with transaction():
        organization_id = db.session.get_one(Product, day.product_id).organization_id
        row = Certificate(organization_id=organization_id, kind="halal", number="H-1", created_at=NINE)
        db.session.add(row)


#: Every kind of change that a tablet shows.
CHANGES: dict[str, Callable[[Day], None]] = {
    "event renamed": _set(Event, name="Acara Lain"),
    "signing on screens off": _set(Event, has_screen_signing=False),
    "address": _set(Event, public_address="https://alamat.example"),
    "organisation renamed": _set(Organization, legal_name="Dinas Lain"),
    "entry withdrawn": _set(Participation, state=ParticipationState.WITHDRAWN),
    "person renamed": _set(Delegate, name="Orang Lain"),
    "person taken off": _delete(Delegate),
    "product dearer": _set(Product, price=999_000),
    "product retired": _set(Product, retired_at=NINE),
    "product of a certificate": _certificate,
    "product added": lambda day: add_product(day.deal.maker_id, name="Kain Lain") and None,
    "need changed": _set(Need, budget_ceiling=1_000),
    "need added": lambda day: add_need(day.deal.buyer_id) and None,
    "need deleted": _delete(Need),
    "template": _set(CommitmentSettings, witness_name="Saksi Lain"),
    "thresholds": _set(CommitmentSettings, thresholds=[{"amount": 5, "name": "lain"}]),
    "sealing key": _set(SealingKey, kid="lain"),
    "version taken down": _set(ScheduleVersion, state=VersionState.SUPERSEDED),
    "version announced": lambda day: lay_version(day.scene, [(0, 1, 2, 0)]) and None,
    "meeting moved": lambda day: _set(Placement, slot_id=day.scene.slots[3])(day),
    "meeting gone": _delete(Placement),
    "table renamed": _set(MeetingTable, label="Meja Lain"),
    "slot moved": _set(TimeSlot, ends_at=NINE + timedelta(minutes=21)),
    "team moved": lambda day: _set(Team, participation_id=day.scene.makers[1], position=7)(day),
    "delay": _delay,
    "commitment signed": lambda day: day.deal.signed() and None,
    "commitment proposed": lambda day: day.deal.propose() and None,
    "commitment withdrawn": lambda day: day.deal.happen(day.proposed, EventKind.WITHDRAWN, reason="batal"),
    "commitment in a bulk statement": lambda day: _bulk(sa.update(Commitment).values(work_unit="lain")),
    "signatory named": lambda day: _bulk(sa.update(CommitmentParty).values(signatory_name="Lain")),
    "another day": lambda day: None,
}


def _bulk(statement: Any) -> None:
    with transaction():
        db.session.execute(statement)


@pytest.mark.parametrize("kind", CHANGES)
def test_the_next_poll_sees_it(day: Day, kind: str) -> None:
    before = day.version()
    later = NINE + timedelta(days=1) if kind == "another day" else NINE
    CHANGES[kind](day)
    with clock.frozen(later):
        assert day.version() != before
        assert day.version() == day.tablet.client.get("/tablet/data").get_json()["data_version"]


def test_a_mandate_whose_file_is_deleted_is_seen(day: Day) -> None:
    """The database itself takes the reference away: no statement names the party's table."""
    with transaction():
        file = StoredFile(
            code="mandate", sha256="0" * 64, size=1, media_type="application/pdf", original_name="a.pdf", purpose="x",
            created_at=NINE,
        )  # fmt: skip
        db.session.add(file)
        db.session.flush()
        db.session.execute(sa.update(CommitmentParty).values(mandate_file_id=file.id))
    before = day.version()
    with transaction():
        db.session.execute(sa.delete(StoredFile))
    assert day.version() != before


def test_own_numbers_are_seen(day: Day) -> None:
    before = day.version()
    day.tablet.fetch_numbers(wanted=20, blocks=[{**block, "next": block["last"]} for block in day.tablet.blocks])
    assert day.version() != before


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_an_unchanged_poll_costs_nine_statements_whatever_there_is(day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tablet_data, "_event_data", event_data)

    def cost() -> list[str]:
        day.tablet.state()
        ran: list[str] = []

        def note(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            ran.append(sql)

        sa.event.listen(db.engine, "before_cursor_execute", note)
        try:
            day.tablet.state()
        finally:
            sa.event.remove(db.engine, "before_cursor_execute", note)
        return [sql for sql in ran if not sql.startswith("BEGIN")]

    few = cost()
    for _more in range(5):
        day.deal.signed()
        add_product(day.deal.maker_id, name=f"Kain {_more}")
    day.tablet.fetch_numbers(wanted=20, blocks=[{**block, "next": block["last"]} for block in day.tablet.blocks])
    many = cost()
    assert (len(few), len(many)) == (9, 9)
    assert [sql for sql in many if not sql.startswith("SELECT")] == []


def test_what_a_tablet_has_is_answered_with_nothing(day: Day) -> None:
    answer = day.tablet.client.get("/tablet/data", headers={"If-None-Match": day.version()})
    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_change_while_the_data_are_read_is_seen_by_the_next_poll(
    app: Flask, day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before it and after it is not kept as if it were of one moment."""
    monkeypatch.setattr(tablet_data, "_event_data", event_data)
    products = tablet_data._products

    def meanwhile(ids: list[int]) -> Any:
        monkeypatch.setattr(tablet_data, "_products", products)
        at_once(app, lambda _n: _set(Organization, legal_name="Dinas Lain")(day), 1)
        return products(ids)

    _set(Need, budget_ceiling=1_000)(day)
    monkeypatch.setattr(tablet_data, "_products", meanwhile)
    during = day.version()
    after = day.version()
    assert after == day.tablet.client.get("/tablet/data").get_json()["data_version"]
    assert during != after


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_who_began_first_and_commits_last_is_seen_too(app: Flask, day: Day, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tablet_data, "_event_data", event_data)
    written, polled = threading.Event(), threading.Event()
    versions = [day.version()]

    def slow() -> None:
        with transaction():
            day.one(Organization).legal_name = "Dinas Lambat"
            db.session.flush()
            written.set()
            assert polled.wait(20)

    def fast() -> None:
        assert written.wait(20)
        _set(Need, budget_ceiling=1_000)(day)
        versions.append(day.version())
        polled.set()

    assert at_once(app, lambda number: (slow, fast)[number](), 2) == [None, None]
    versions.append(day.version())
    assert len(set(versions)) == 3
    assert versions[-1] == day.tablet.client.get("/tablet/data").get_json()["data_version"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_after_eight_writers_at_once_the_poll_is_of_all_of_them(app: Flask, day: Day) -> None:
    def write(number: int) -> None:
        add_product(day.deal.maker_id if number % 2 else day.scene.makers[1], name=f"Kain {number}")

    assert at_once(app, write) == [None] * 8
    day.version()  # compared with what stands there, as in every test here
    data = day.tablet.client.get("/tablet/data").get_json()
    names = {product["name"] for party in data["parties"] for product in party.get("products", [])}
    assert {f"Kain {number}" for number in range(8)} <= names
