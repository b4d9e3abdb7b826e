"""The canonical form of a commitment: the bytes that are hashed, the same on the server, on a tablet and in ten years.

Version 1 (``temu-bisnis-commitment/1``): a JSON object in UTF-8, keys sorted, no blanks, text in Unicode NFC, **every number a string**
(no language may round it), empty values written as ``""``. The hash is SHA-256 in lower-case hex. A later version gets its own
format name and its own function here; the functions of earlier versions stay, so that old records verify for ever.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FORMAT_1 = "temu-bisnis-commitment/1"
#: A commitment that replaces another, an invitation without prices (written ``0``), and a withdrawal without lines.
AMENDMENT_1 = "temu-bisnis-amendment/1"
INVITATION_1 = "temu-bisnis-invitation/1"
WITHDRAWAL_1 = "temu-bisnis-withdrawal/1"
#: Most units of one line: nine digits before the point, three after it.
MAX_QUANTITY_THOUSANDTHS = 999_999_999_999
_QUANTITY = re.compile(r"([0-9]{1,9})(?:[.,]([0-9]{1,3}))?")
#: A first group of ``0`` groups nothing: ``0.500`` is half a unit.
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[. ][0-9]{3})+(?:,[0-9]{1,3})?")
#: What a record of each format is.
_KINDS = {
    FORMAT_1: "commitment",
    AMENDMENT_1: "commitment",
    INVITATION_1: "invitation",
    WITHDRAWAL_1: "withdrawal",
}
_DECIMAL = re.compile(r"(0|[1-9][0-9]*)(?:\.([0-9]{0,2}[1-9]))?")


@dataclass(frozen=True)
class CanonicalParty:
    """A business or agency as it stands on the paper; who signs for it is bound by the signature, not by the content."""

    code: str  # of its participation in the event
    name: str
    detail: str = ""  # type of agency, or NIB
    address: str = ""
    regency: str = ""


@dataclass(frozen=True)
class CanonicalLine:
    """One product. ``quantity_thousandths``: 1500 is 1.5 ``unit``; ``unit_price`` in whole rupiah."""

    product: str
    specification: str
    quantity_thousandths: int
    unit: str
    unit_price: int
    content_note: str = ""  # TKDN, BMP, certificates as they were


@dataclass(frozen=True)
class CanonicalSource:
    """Where the money is planned; codes as they were when the commitment was made."""

    rup_code: str = ""
    rup_name: str = ""
    work_unit: str = ""
    funding_source: str = ""
    method: str = ""
    month: int | None = None  # 1..12


@dataclass(frozen=True)
class CanonicalAmends:
    """The record that this one replaces or takes back, and why."""

    number: str
    made_on: str
    content_hash: str
    reason: str


@dataclass(frozen=True)
class CanonicalRecord:
    """Everything a commitment says. Dates are ISO (``2023-05-11``); ``clauses`` are the texts in full, in their order.

    ``kind``: commitment, invitation or withdrawal; with ``amends`` a commitment is an amendment.
    """

    record_id: str
    event: str  # the event's code
    number: str
    made_on: str
    place: str
    fiscal_year: int
    valid_until: str
    buyer: CanonicalParty
    exhibitor: CanonicalParty
    lines: tuple[CanonicalLine, ...]
    tax_mode: str  # included, excluded, none
    tax_rate_hundredths: int  # 1100 is 11 %
    source: CanonicalSource
    clauses: tuple[str, ...]
    listing_by: str = ""
    note: str = ""
    kind: str = "commitment"
    amends: CanonicalAmends | None = None


def line_total(quantity_thousandths: int, unit_price: int) -> int:
    """Return quantity × unit price in whole rupiah, rounded half up."""
    return (quantity_thousandths * unit_price + 500) // 1000


def tax_amount(total: int, tax_rate_hundredths: int) -> int:
    """Return the PPN on ``total`` (prices without it) in whole rupiah, rounded half up."""
    return (total * tax_rate_hundredths + 5000) // 10_000


def parse_quantity(text: str) -> int:
    """Return thousandths of a unit from ``25``, ``1,5``, ``1.5``, ``1.250`` (a grouped thousand) or ``1.250,5``.

    Raises:
        ValueError: no quantity, not above zero, more than three decimals, or too large.
    """
    plain = " ".join(text.split())
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(".", "").replace(" ", "")
    match = _QUANTITY.fullmatch(plain)
    if not match:
        raise ValueError("not a quantity")
    thousandths = int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))
    if thousandths <= 0 or thousandths > MAX_QUANTITY_THOUSANDTHS:
        raise ValueError("not above zero, or too large")
    return thousandths


def decimal_text(thousandths: int) -> str:
    """Return ``1.5`` for 1500: a point, no trailing zeros, never an exponent."""
    whole, rest = divmod(thousandths, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


def read_decimal(text: str) -> int:
    """Return the thousandths that :func:`decimal_text` wrote.

    Raises:
        ValueError: not in that one form.
    """
    match = _DECIMAL.fullmatch(text)
    if not match:
        raise ValueError("not a canonical decimal")
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))


def canonical_form(record: CanonicalRecord) -> dict[str, Any]:
    """Return the record as the object of the current version; only strings, lists and objects."""
    totals = [line_total(line.quantity_thousandths, line.unit_price) for line in record.lines]
    form: dict[str, Any] = {
        "format": _format_of(record),
        "record_id": record.record_id,
        "event": record.event,
        "number": record.number,
        "made_on": record.made_on,
        "place": record.place,
        "fiscal_year": str(record.fiscal_year),
        "valid_until": record.valid_until,
        "buyer": _party(record.buyer),
        "exhibitor": _party(record.exhibitor),
        "lines": [_line(line, total) for line, total in zip(record.lines, totals, strict=True)],
        "total": str(sum(totals)),
        "tax": {"mode": record.tax_mode, "rate_percent": _hundredths(record.tax_rate_hundredths)},
        "source": {
            "rup_code": record.source.rup_code,
            "rup_name": record.source.rup_name,
            "work_unit": record.source.work_unit,
            "funding_source": record.source.funding_source,
            "method": record.source.method,
            "month": str(record.source.month or ""),
        },
        "listing_by": record.listing_by,
        "note": record.note,
        "clauses": list(record.clauses),
    }
    if record.amends:
        form["amends"] = asdict(record.amends)
    return _normalised(form)


def _format_of(record: CanonicalRecord) -> str:
    if record.kind == "invitation":
        return INVITATION_1
    if record.kind == "withdrawal":
        return WITHDRAWAL_1
    return AMENDMENT_1 if record.amends else FORMAT_1


def read_form(form: Mapping[str, Any]) -> CanonicalRecord:
    """Return what a stored form says: the inverse of :func:`canonical_form`.

    Raises:
        ValueError: the form's version is unknown.
    """
    kind = _KINDS.get(str(form.get("format")))
    if kind is None:
        raise ValueError(f"unknown format {form.get('format')!r}")
    same = ("record_id", "event", "number", "made_on", "place", "valid_until", "listing_by", "note")
    source = dict(form["source"])
    return CanonicalRecord(
        **{name: form[name] for name in same},
        fiscal_year=int(form["fiscal_year"]),
        buyer=CanonicalParty(**form["buyer"]),
        exhibitor=CanonicalParty(**form["exhibitor"]),
        lines=tuple(_read_line(line) for line in form["lines"]),
        tax_mode=form["tax"]["mode"],
        tax_rate_hundredths=int(form["tax"]["rate_percent"].replace(".", "")),
        source=CanonicalSource(**{**source, "month": int(source["month"]) if source["month"] else None}),
        clauses=tuple(form["clauses"]),
        kind=kind,
        amends=CanonicalAmends(**form["amends"]) if "amends" in form else None,
    )


def _read_line(line: Mapping[str, str]) -> CanonicalLine:
    return CanonicalLine(
        product=line["product"],
        specification=line["specification"],
        quantity_thousandths=read_decimal(line["quantity"]),
        unit=line["unit"],
        unit_price=int(line["unit_price"]),
        content_note=line["content_note"],
    )


def _party(party: CanonicalParty) -> dict[str, str]:
    return {
        "code": party.code,
        "name": party.name,
        "detail": party.detail,
        "address": party.address,
        "regency": party.regency,
    }


def _line(line: CanonicalLine, total: int) -> dict[str, str]:
    return {
        "product": line.product,
        "specification": line.specification,
        "quantity": decimal_text(line.quantity_thousandths),
        "unit": line.unit,
        "unit_price": str(line.unit_price),
        "total": str(total),
        "content_note": line.content_note,
    }


def _hundredths(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def _normalised(value: Any) -> Any:
    """Put every text into NFC with line ends as ``\\n``; a browser sends ``\\r\\n``, a database may not keep it."""
    if isinstance(value, dict):
        return {key: _normalised(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_normalised(item) for item in value]
    return unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))


def canonical_bytes(form: Mapping[str, Any]) -> bytes:
    """Return the bytes that are hashed.

    Raises:
        ValueError: the object's format is unknown, or it holds anything but texts, lists and objects.
    """
    write = _WRITERS.get(str(form.get("format")))
    if write is None:
        raise ValueError(f"unknown format {form.get('format')!r}")
    return write(form)


def plain_bytes(form: Mapping[str, Any]) -> bytes:
    """Return any object of texts, lists and objects in the bytes of version 1: what a signed record is hashed by too.

    Raises:
        ValueError: it holds anything else, or half a character that UTF-8 cannot write.
    """
    _only_texts(form)
    text = json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _only_texts(value: object) -> None:
    if isinstance(value, Mapping):
        for item in value.values():
            _only_texts(item)
    elif isinstance(value, list):
        for item in value:
            _only_texts(item)
    elif not isinstance(value, str):
        raise ValueError(f"a {type(value).__name__} in the canonical form: numbers are written as text")


#: How each version is written; nothing here is ever changed or removed, versions are only added.
_WRITERS: Mapping[str, Callable[[Mapping[str, Any]], bytes]] = dict.fromkeys(_KINDS, plain_bytes)


def is_canonical(form: Mapping[str, Any]) -> bool:
    """Say whether a form that somebody else made is, field for field, what :func:`canonical_form` gives."""
    try:
        return canonical_form(read_form(form)) == form
    except (AttributeError, KeyError, TypeError, ValueError):
        return False


def content_hash(form: Mapping[str, Any]) -> str:
    """Return the *kode keaslian*: SHA-256 over :func:`canonical_bytes`, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(form)).hexdigest()
