"""A record as a tablet signed it without a network: read, checked in shape and hashed; pure but for the feature's words.

``temu-bisnis-signed-record/1`` is specified in ``docs/tablet-sync.md``, section 4. Like the content inside, it holds texts, lists
and objects only, so that one function writes and hashes both on either side.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from matchmaking.commitments.canonical import (
    FORMAT_1,
    INVITATION_1,
    CanonicalRecord,
    content_hash,
    is_canonical,
    line_total,
    plain_bytes,
    read_form,
)
from matchmaking.commitments.models import PartyKind, SignatoryRole, TaxMode
from matchmaking.commitments.strokes import StrokesRefused, read_strokes
from matchmaking.money import MAX_RUPIAH

RECORD_1 = "temu-bisnis-signed-record/1"
MAX_BYTES = 2_000_000
MAX_LINES, MAX_CLAUSES, MAX_SIGNATURES, MAX_EVENTS = 200, 40, 4, 100
_KEY = re.compile(r"[0-9a-f]{32}")
HASH = re.compile(r"[0-9a-f]{64}")
_CODE = re.compile(r"[0-9A-Za-z-]{0,40}")
_KIND = re.compile(r"[a-z_]{1,30}")
_WARNING = re.compile(r"[a-z_]{1,40}")
#: The longest text of each field, as the columns have it.
_PARTY = {"code": 16, "name": 200, "detail": 200, "address": 2000, "regency": 80}
_LINE = {"product": 200, "specification": 1000, "unit": 30, "content_note": 300}
_SOURCE = {"rup_code": 20, "rup_name": 300, "work_unit": 200, "funding_source": 20, "method": 30}
_WHOLE = {"number": 80, "place": 300, "note": 2000}


class Malformed(ValueError):
    """The record has not the shape of one: nothing of it is kept. ``code`` is a word of section 5."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class RecordSignature:
    """One party's drawing, as the device kept it."""

    key: str
    party: PartyKind
    name: str
    office: str
    role: SignatoryRole
    strokes: str
    device_time: datetime
    person: str = ""
    employee_number: str = ""
    identified_how: str = ""
    identified_note: str = ""
    authority_limit: int | None = None  # whole rupiah; as told on the spot


@dataclass(frozen=True)
class RecordWitness:
    """The witness's drawing, as the device kept it."""

    key: str
    name: str
    office: str
    strokes: str
    device_time: datetime


@dataclass(frozen=True)
class Happened:
    """What the device noted while the record was made."""

    kind: str
    party: str
    device_time: datetime


@dataclass(frozen=True)
class SignedRecord:
    """A whole record. ``form`` is the content as it was hashed, ``payload`` all of what was sent."""

    record_id: str
    record_hash: str
    tablet: str
    form: Mapping[str, Any]
    content: CanonicalRecord
    content_hash: str
    number_block: str
    serial: int | None
    meeting: str
    need: str
    products: tuple[str, ...]
    warnings: tuple[str, ...]
    signatures: tuple[RecordSignature, ...]
    events: tuple[Happened, ...]
    witness: RecordWitness | None
    payload: Mapping[str, Any]

    @property
    def signed_on_device(self) -> datetime:
        """When the last of its signatures was given, by the device's clock."""
        return max(signature.device_time for signature in self.signatures)

    def moment_of(self, kind: str) -> datetime:
        """Return when something happened on the device; the first signature's time where it did not say."""
        told = (happened.device_time for happened in self.events if happened.kind == kind)
        return next(told, min(signature.device_time for signature in self.signatures))


def record_hash(payload: Mapping[str, Any]) -> str:
    """Return SHA-256 over the canonical bytes of a record."""
    return hashlib.sha256(plain_bytes(payload)).hexdigest()


def read_record(payload: Any, told_hash: Any) -> SignedRecord:
    """Return what was sent.

    Raises:
        Malformed: with the code that says in what.
    """
    if not isinstance(payload, dict) or payload.get("format") != RECORD_1:
        raise Malformed("format")
    check_hash(payload, told_hash)
    form, content = _read_content(payload)
    refs = _object(payload, "refs")
    serial = text_in(payload, "serial", 9)
    if serial and not (serial.isdigit() and 0 < int(serial) < 10**9):
        raise Malformed("content")
    return SignedRecord(
        record_id=content.record_id,
        record_hash=str(told_hash),
        tablet=code_in(payload, "tablet"),
        form=form,
        content=content,
        content_hash=str(payload["content_hash"]),
        number_block=code_in(payload, "number_block"),
        serial=int(serial) if serial else None,
        meeting=code_in(refs, "meeting"),
        need=code_in(refs, "need"),
        products=_products(refs, len(content.lines)),
        warnings=_warnings(payload),
        signatures=_signatures(payload),
        events=_events(payload),
        witness=_witness(payload),
        payload=payload,
    )


def check_hash(payload: dict[str, Any], told_hash: Any) -> None:
    """Raise unless it holds texts only, is not too large and has the hash that was told."""
    try:
        content = plain_bytes(payload)
    except (ValueError, RecursionError):
        raise Malformed("not_text") from None
    if len(content) > MAX_BYTES:
        raise Malformed("too_large")
    if _has_nul(payload):
        raise Malformed("not_text")
    if not isinstance(told_hash, str) or hashlib.sha256(content).hexdigest() != told_hash:
        raise Malformed("record_hash")


def _has_nul(value: Any) -> bool:
    """Say whether a text holds a NUL, which PostgreSQL does not keep."""
    if isinstance(value, dict):
        return any(_has_nul(item) for pair in value.items() for item in pair)
    return any(map(_has_nul, value)) if isinstance(value, list) else "\0" in value


# The content


def _read_content(payload: dict[str, Any]) -> tuple[dict[str, Any], CanonicalRecord]:
    form = payload.get("content")
    if not isinstance(form, dict) or not is_uuid(payload.get("record_id")):
        raise Malformed("record_id")
    if form.get("record_id") != payload["record_id"]:
        raise Malformed("record_id")
    try:
        own_hash = content_hash(form)
    except ValueError:
        raise Malformed("format") from None
    if own_hash != payload.get("content_hash"):
        raise Malformed("content_hash")
    if not is_canonical(form):
        raise Malformed("not_canonical")
    content = read_form(form)
    if form["format"] in (FORMAT_1, INVITATION_1) and not _is_within_bounds(
        content
    ):  # the server itself made what has another format
        raise Malformed("content")
    return form, content


def is_uuid(value: Any) -> bool:
    """Say whether it is the id of a record."""
    try:
        return isinstance(value, str) and str(uuid.UUID(value)) == value
    except ValueError:
        return False


def _is_within_bounds(content: CanonicalRecord) -> bool:
    """Say whether the tables can hold it: lengths, ranges, days, sums."""
    totals = [line_total(line.quantity_thousandths, line.unit_price) for line in content.lines]
    return (
        0 < len(totals) <= MAX_LINES
        and len(content.clauses) <= MAX_CLAUSES
        and _is_priced(content, totals)
        and all(line.quantity_thousandths > 0 for line in content.lines)
        and content.tax_mode in set(TaxMode)
        and 0 <= content.tax_rate_hundredths <= 10_000
        and 2000 <= content.fiscal_year <= 2100
        and content.source.month in (None, *range(1, 13))
        and bool(content.number.strip())
        and all(_is_day(day) for day in (content.made_on, content.valid_until))
        and (not content.listing_by or _is_day(content.listing_by))
        and _is_short(content)
    )


def _is_priced(content: CanonicalRecord, totals: list[int]) -> bool:
    """Say whether each line has its price; of an invitation, that none has one."""
    prices = [line.unit_price for line in content.lines]
    if content.kind == "invitation":
        return not any(prices)
    return (
        all(total > 0 for total in totals)
        and sum(totals) <= MAX_RUPIAH
        and all(0 < price <= MAX_RUPIAH for price in prices)
    )


def _is_short(content: CanonicalRecord) -> bool:
    pairs: list[tuple[Any, dict[str, int]]] = [
        (content, _WHOLE), (content.buyer, _PARTY), (content.exhibitor, _PARTY), (content.source, _SOURCE),
    ]  # fmt: skip
    pairs += [(line, _LINE) for line in content.lines]
    fits = all(len(getattr(part, name)) <= most for part, limits in pairs for name, most in limits.items())
    return fits and all(0 < len(clause) <= 6000 for clause in content.clauses)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


# What stands around the content


def _signatures(payload: dict[str, Any]) -> tuple[RecordSignature, ...]:
    given = payload.get("signatures")
    if not isinstance(given, list) or not 0 < len(given) <= MAX_SIGNATURES:
        raise Malformed("signatures")
    read = tuple(_signature(part, payload["content_hash"]) for part in given)
    if len({signature.key for signature in read}) != len(read):
        raise Malformed("signatures")
    return read


def _signature(part: Any, hash_signed: str) -> RecordSignature:
    if (
        not isinstance(part, dict)
        or part.get("content_hash") != hash_signed
        or not _KEY.fullmatch(text_in(part, "key"))
    ):
        raise Malformed("signatures")
    name = text_in(part, "name", 160)
    if not name.strip() or part.get("role") not in set(SignatoryRole) or part.get("party") not in set(PartyKind):
        raise Malformed("signatures")
    strokes = text_in(part, "strokes", MAX_BYTES)
    try:
        read_strokes(strokes)
    except StrokesRefused:
        raise Malformed("strokes") from None
    return RecordSignature(
        key=part["key"],
        party=PartyKind(part["party"]),
        name=name,
        office=text_in(part, "office", 160),
        role=SignatoryRole(part["role"]),
        strokes=strokes,
        device_time=moment_in(part, "device_time"),
        person=code_in(part, "person"),
        employee_number=text_in(part, "employee_number", 30),
        identified_how=text_in(part, "identified_how", 40),
        identified_note=text_in(part, "identified_note", 300),
        authority_limit=rupiah_in(part, "authority_limit"),
    )


def rupiah_in(part: dict[str, Any], name: str) -> int | None:
    """Return an amount of whole rupiah, or nothing where it is empty."""
    text = text_in(part, name, 16)
    if text and not (text.isascii() and text.isdigit() and 0 < int(text) <= MAX_RUPIAH):
        raise Malformed("content")
    return int(text) if text else None


def _witness(payload: dict[str, Any]) -> RecordWitness | None:
    """Return the witness; nothing where nobody drew."""
    part = _object(payload, "witness")
    strokes = text_in(part, "strokes", MAX_BYTES)
    if not strokes:
        return None
    name = " ".join(text_in(part, "name", 160).split())
    if not name or not _KEY.fullmatch(text_in(part, "key")):
        raise Malformed("witness")
    try:
        read_strokes(strokes)
    except StrokesRefused:
        raise Malformed("witness") from None
    office = " ".join(text_in(part, "office", 160).split())
    return RecordWitness(part["key"], name, office, strokes, moment_in(part, "device_time"))


def _events(payload: dict[str, Any]) -> tuple[Happened, ...]:
    given = payload.get("events", [])
    if not isinstance(given, list) or len(given) > MAX_EVENTS:
        raise Malformed("events")
    read = []
    for part in given:
        if not isinstance(part, dict) or not _KIND.fullmatch(text_in(part, "kind")):
            raise Malformed("events")
        read.append(Happened(part["kind"], text_in(part, "party", 20), moment_in(part, "device_time")))
    return tuple(read)


def _products(refs: dict[str, Any], count: int) -> tuple[str, ...]:
    given = refs.get("products", [])
    if not isinstance(given, list) or len(given) > count:
        raise Malformed("content")
    codes = [code if isinstance(code, str) and _CODE.fullmatch(code) else "" for code in given]
    return tuple(codes + [""] * (count - len(codes)))


def _warnings(payload: dict[str, Any]) -> tuple[str, ...]:
    given = payload.get("warnings", [])
    if not isinstance(given, list) or len(given) > 40:
        raise Malformed("content")
    return tuple(code for code in given if isinstance(code, str) and _WARNING.fullmatch(code))


def _object(payload: dict[str, Any], name: str) -> dict[str, Any]:
    found = payload.get(name) or {}
    if not isinstance(found, dict):
        raise Malformed("content")
    return found


def text_in(part: dict[str, Any], name: str, most: int = 200) -> str:
    """Return a text of bounded length; ``""`` where the field is missing."""
    found = part.get(name, "")
    if not isinstance(found, str) or len(found) > most:
        raise Malformed("content")
    return found


def code_in(part: dict[str, Any], name: str) -> str:
    """Return an opaque code."""
    found = text_in(part, name)
    if not _CODE.fullmatch(found):
        raise Malformed("content")
    return found


def moment_in(part: dict[str, Any], name: str) -> datetime:
    """Return an instant with its offset."""
    try:
        found = datetime.fromisoformat(text_in(part, name, 40))
    except ValueError:
        raise Malformed("times") from None
    if found.tzinfo is None or not 1970 <= found.year <= 9000:
        raise Malformed("times")
    return found
