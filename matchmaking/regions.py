"""The 15 regencies and cities of Lampung; stored as *Kemendagri* codes, found by name first.

BPS and Kemendagri number them differently (1801 is Lampung Barat for one and Lampung Selatan for the other), so a bare
number is read as neither: only the dotted Kemendagri form or a name is understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _


@dataclass(frozen=True)
class Regency:
    """A regency (*kabupaten*) or city (*kota*) under both numberings; never derive one from the other."""

    code: str  # Kemendagri, such as 18.01
    bps_code: str
    name: str
    is_city: bool = False

    @property
    def full_name(self) -> str:
        """The name as officials write it: ``Kota Metro``, ``Kabupaten Pesawaran``."""
        return f"{'Kota' if self.is_city else 'Kabupaten'} {self.name}"


REGENCIES = (
    Regency("18.01", "1803", "Lampung Selatan"),
    Regency("18.02", "1805", "Lampung Tengah"),
    Regency("18.03", "1806", "Lampung Utara"),
    Regency("18.04", "1801", "Lampung Barat"),
    Regency("18.05", "1808", "Tulang Bawang"),
    Regency("18.06", "1802", "Tanggamus"),
    Regency("18.07", "1804", "Lampung Timur"),
    Regency("18.08", "1807", "Way Kanan"),
    Regency("18.09", "1809", "Pesawaran"),
    Regency("18.10", "1810", "Pringsewu"),
    Regency("18.11", "1811", "Mesuji"),
    Regency("18.12", "1812", "Tulang Bawang Barat"),
    Regency("18.13", "1813", "Pesisir Barat"),
    Regency("18.71", "1871", "Bandar Lampung", is_city=True),
    Regency("18.72", "1872", "Metro", is_city=True),
)
BY_CODE = {regency.code: regency for regency in REGENCIES}


def _folded(text: str) -> str:
    plain = re.sub(r"[^a-z0-9]+", " ", text.casefold()).strip()
    return re.sub(r"^(kabupaten|kab|kota madya|kotamadya|kota)\s+", "", plain).replace(" ", "")


_BY_NAME = {_folded(regency.name): regency for regency in REGENCIES}


def read_regency(text: str) -> str:
    """Return the code of the regency named (``Kab. Way Kanan``, ``bandarlampung``) or coded (``18.71``).

    Raises:
        InvalidInput: none of the 15, or a bare number that two numberings would read differently.
    """
    given = text.strip()
    regency = BY_CODE.get(given) or _BY_NAME.get(_folded(given))
    if regency is None:
        raise InvalidInput(_("Choose one of the 15 regencies and cities of Lampung, by its name."))
    return regency.code


def regency_name(code: str | None) -> str:
    """Return the full name of a stored code, empty for none."""
    regency = BY_CODE.get(code or "")
    return regency.full_name if regency else ""


def regency_choices() -> list[tuple[str, str]]:
    """Return (code, full name) in the order people look for: by name."""
    return [(r.code, r.full_name) for r in sorted(REGENCIES, key=lambda r: (r.name, r.code))]
