"""Files of an import, and what became of their rows."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa
from openpyxl import Workbook

from matchmaking.actor import SYSTEM
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.registration.imports.plan import StoreOptions
from matchmaking.registration.models import ImportBatch, Organization, Participation
from matchmaking.registration.services.importing import keep_import, plan_of, set_mapping, store_import
from matchmaking.sheets import Column, Sheet, to_csv
from matchmaking.transactions import transaction

HEAD = ["Nama Usaha", "Kabupaten/Kota", "NIB", "Nama Pemilik", "HP", "Skala Usaha"]
SIRIH = ["Tapis Contoh Sirih", "Kota Metro", "1234567890123", "Peserta Contoh 07", "081234567890", "Mikro"]
BUNGA = ["Tapis Contoh Bunga", "Pesawaran", "", "Peserta Contoh 08", "081234567891", "kecil"]


def csv(*rows: list[str], head: list[str] = HEAD) -> bytes:
    return to_csv(Sheet("x", [Column(name) for name in head], rows))


def xlsx(*rows: list[Any], merge: str = "") -> bytes:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    if merge:
        book.worksheets[0].merge_cells(merge)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def keep(event_id: int, content: bytes, kind: str = "exhibitors") -> int:
    """Upload a file and accept the columns guessed."""
    with transaction():
        batch_id = keep_import(SYSTEM, event_id, kind, content, "data.csv").id
    with transaction():
        batch = db.session.get_one(ImportBatch, batch_id)
        set_mapping(SYSTEM, batch_id, {int(i): name for i, name in batch.mapping.items()})
    return batch_id


def outcomes(batch_id: int) -> list[str]:
    return [row.outcome.value for row in plan_of(db.session.get_one(ImportBatch, batch_id)).rows]


def faults(batch_id: int) -> list[tuple[int, str, str]]:
    with force_locale("en"):
        found = plan_of(db.session.get_one(ImportBatch, batch_id)).faults
        return [(fault.row, fault.column, str(fault.sentence)) for fault in found]


def store(batch_id: int, **options: bool) -> dict[str, int]:
    with transaction():
        return store_import(SYSTEM, batch_id, StoreOptions(**options))


def take_in(event_id: int, content: bytes, kind: str = "exhibitors", **options: bool) -> dict[str, int]:
    return store(keep(event_id, content, kind), **options)


def organizations() -> list[Organization]:
    return list(db.session.scalars(sa.select(Organization).order_by(Organization.id)))


def entries() -> list[tuple[str, str]]:
    rows = db.session.scalars(sa.select(Participation).order_by(Participation.id))
    return [(row.organization.legal_name, row.state.value) for row in rows]


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
