"""What the fields of a content are called, for the table that shows in what two contents differ."""

from __future__ import annotations

import re
from typing import Any

from matchmaking.catalogue.labels import FUNDS, METHODS
from matchmaking.commitments.canonical import AMENDMENT_1, FORMAT_1, INVITATION_1, WITHDRAWAL_1
from matchmaking.commitments.labels import KIND_LABELS, MONTHS, PARTY_LABELS, TAX_LABELS
from matchmaking.commitments.models import CommitmentKind, PartyKind, TaxMode
from matchmaking.i18n import lazy_gettext as _l

_GROUPS: dict[str, Any] = {
    "buyer": PARTY_LABELS[PartyKind.BUYER],
    "exhibitor": PARTY_LABELS[PartyKind.EXHIBITOR],
    "lines": _l("Product"),
    "clauses": _l("Clause"),
    "tax": _l("PPN"),
    "source": _l("Planned source of the money"),
    "amends": _l("What it replaces or takes back"),
}
_FIELDS: dict[str, Any] = {
    "format": _l("Kind of record"),
    "record_id": _l("Id of the record"),
    "event": _l("Event"),
    "number": _l("Number"),
    "made_on": _l("Made on"),
    "place": _l("Place"),
    "fiscal_year": _l("Fiscal year"),
    "valid_until": _l("Valid until"),
    "listing_by": _l("Listed in the e-Katalog by"),
    "note": _l("Note"),
    "code": _l("Code"),
    "name": _l("Name"),
    "detail": _l("Type or NIB"),
    "address": _l("Address"),
    "regency": _l("Regency or city"),
    "product": _l("Name"),
    "specification": _l("Specification"),
    "quantity": _l("Quantity"),
    "unit": _l("Unit"),
    "unit_price": _l("Unit price"),
    "total": _l("Total"),
    "content_note": _l("TKDN and certificates"),
    "mode": _l("Tax on prices"),
    "rate_percent": _l("PPN rate"),
    "rup_code": _l("RUP code"),
    "rup_name": _l("Name of the package"),
    "work_unit": _l("Work unit (satker)"),
    "funding_source": _l("Fund"),
    "method": _l("Method"),
    "month": _l("Planned month"),
    "content_hash": _l("Authenticity code"),
    "reason": _l("Reason"),
}
_VALUES: dict[str, dict[str, Any]] = {
    "format": {
        FORMAT_1: KIND_LABELS[CommitmentKind.COMMITMENT],
        AMENDMENT_1: _l("Addendum"),
        INVITATION_1: KIND_LABELS[CommitmentKind.INVITATION],
        WITHDRAWAL_1: KIND_LABELS[CommitmentKind.WITHDRAWAL],
    },
    "method": {str(key): word for key, word in METHODS.items()},
    "funding_source": {str(key): word for key, word in FUNDS.items()},
    "month": MONTHS,
    "mode": {mode.value: TAX_LABELS[mode] for mode in TaxMode},
}
_PART = re.compile(r"([a-z_]+)(?: ([0-9]+))?")


def field_words(path: str) -> str:
    """Return ``Product 1: quantity`` for ``lines 1.quantity``; a field that is unknown here keeps its own name."""
    words: list[str] = []
    for part in path.split("."):
        match = _PART.fullmatch(part)
        name, number = (match[1], match[2]) if match else (part, None)
        word = str((_FIELDS if words else {**_FIELDS, **_GROUPS}).get(name, name))
        words.append(f"{word} {number}" if number else word)
    return ": ".join(words)


def value_words(path: str, value: str) -> str:
    """Return a value of a content in words where it is a code."""
    return str(_VALUES.get(path.rsplit(".", maxsplit=1)[-1], {}).get(value, value))
