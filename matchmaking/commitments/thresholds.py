"""Amounts at which procurement rules change; several records that together pass one are told of. Editable for each event; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: As in force when this was written; see docs/adr/0018. The names stand on Indonesian pages as they are.
SOURCE = "Perpres 16/2018 jo. 12/2021 dan 46/2025"


@dataclass(frozen=True)
class Threshold:
    """Up to ``amount`` (whole rupiah) the simpler rule holds. ``name`` says which."""

    amount: int
    name: str
    source: str = SOURCE


STANDARD = (
    Threshold(
        200_000_000, "Pengadaan Langsung barang/jasa lainnya; e-purchasing oleh pejabat pengadaan, di atasnya oleh PPK"
    ),
    Threshold(400_000_000, "Pengadaan Langsung pekerjaan konstruksi"),
    Threshold(15_000_000_000, "Paket yang dicadangkan bagi usaha kecil dan koperasi"),
)


def passed_together(amounts: Sequence[int], thresholds: Iterable[Threshold]) -> Threshold | None:
    """Return the highest threshold that several amounts pass together while none of them does alone."""
    if len(amounts) < 2:
        return None
    together, largest = sum(amounts), max(amounts)
    passed = [row for row in thresholds if largest <= row.amount < together]
    return max(passed, key=lambda row: row.amount, default=None)
