"""Wishes from a spreadsheet."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from matchmaking.actor import Role
from matchmaking.events.models import PairRule
from matchmaking.extensions import db
from matchmaking.matching.imports import WISHES
from matchmaking.matching.models import Wish
from matchmaking.registration.imports.plan import Outcome, PlannedRow, ReadRow, StoreOptions
from matchmaking.registration.models import ImportBatch, ParticipationState, Side
from matchmaking.transactions import transaction
from tests.world import World


@pytest.fixture
def event_id(world: World) -> int:
    event_id = world.event()
    for side, name in ((Side.EXHIBITOR, "Tapis Melati Contoh"), (Side.BUYER, "Dinas Anggrek Contoh")):
        world.participation(event_id, side, legal_name=name)
    return event_id


def planned(event_id: int, *rows: tuple[str, str, str]) -> list[PlannedRow]:
    read = [
        ReadRow(n, {"wisher": wisher, "target": target, "strength": strength}, (),
                {"wisher": "A", "target": "B", "strength": "C"}, {})
        for n, (wisher, target, strength) in enumerate(rows, start=2)
    ]  # fmt: skip
    return WISHES.plan(event_id, read)


def store(world: World, event_id: int, rows: list[PlannedRow]) -> None:
    actor = world.organizer(event_id)
    with transaction():
        for row in rows:
            WISHES.store(actor, event_id, row, StoreOptions())


def stored() -> list[tuple[int, int, str, str]]:
    rows = db.session.scalars(sa.select(Wish).order_by(Wish.id))
    return [(row.wisher_id, row.target_id, row.strength.value, row.origin) for row in rows]


def test_names_are_known_in_any_spelling_of_case_and_the_same_file_again_changes_nothing(
    world: World, event_id: int
) -> None:
    rows = (
        ("tapis melati CONTOH", "Dinas  Anggrek Contoh", "must"),
        ("Dinas Anggrek Contoh", "Tapis Melati Contoh", "no"),
    )
    first = planned(event_id, *rows)
    assert [row.outcome for row in first] == [Outcome.NEW, Outcome.NEW]
    store(world, event_id, first)
    assert stored() == [(1, 2, "must", "import"), (2, 1, "no", "import")]
    assert [row.outcome for row in planned(event_id, *rows)] == [Outcome.SAME, Outcome.SAME]
    changed = planned(event_id, ("Tapis Melati Contoh", "Dinas Anggrek Contoh", "want"))
    assert [row.outcome for row in changed] == [Outcome.UPDATE]
    store(world, event_id, changed)
    assert stored()[0] == (1, 2, "want", "import")


def test_each_fault_names_its_column(world: World, event_id: int) -> None:
    world.participation(event_id, Side.BUYER, state=ParticipationState.SUBMITTED, legal_name="Biro Menunggu")
    for _ in range(2):
        world.participation(event_id, Side.BUYER, legal_name="Kantor Kembar")
    world.participation(event_id, Side.EXHIBITOR, legal_name="Tapis Lain Contoh")
    maker, agency = "Tapis Melati Contoh", "Dinas Anggrek Contoh"
    rows = planned(
        event_id,
        (maker, "Tidak Dikenal", "must"),
        (maker, "Biro Menunggu", "must"),
        ("Kantor Kembar", maker, "must"),
        (maker, "Tapis Lain Contoh", "must"),
        (maker, agency, ""),
        (maker, agency, "must"),
    )
    assert [row.outcome for row in rows] == [Outcome.FAULTY] * 6
    assert [[fault.column for fault in row.faults] for row in rows] == [["B"], ["B"], ["A"], ["B"], ["C"], ["B"]]


def test_rules_of_the_event_bind_wishes_and_not_a_no(world: World, event_id: int) -> None:
    world.save(PairRule(event_id=event_id, buyer_type="regional_agency"))
    pair = ("Tapis Melati Contoh", "Dinas Anggrek Contoh")
    assert planned(event_id, (*pair, "want"))[0].outcome is Outcome.FAULTY
    assert planned(event_id, (*pair, "no"))[0].outcome is Outcome.NEW


def test_file_goes_through_the_pages_of_imports(world: World, event_id: int) -> None:
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    base = f"/manage/{world.code_of(event_id)}/imports"
    assert "wishes" in browser.get(base).text
    content = b"Peserta;Ingin bertemu;Minat\nDinas Anggrek Contoh;Tapis Melati Contoh;Sangat ingin\n"
    answer = browser.post(base, data={"kind": "wishes", "file": (io.BytesIO(content), "minat.csv")})
    assert answer.status_code == 303
    batch = db.session.scalars(sa.select(ImportBatch)).one()
    assert set(batch.mapping.values()) == {"wisher", "target", "strength"}
    assert browser.get(f"{base}/{batch.code}").status_code == 200
