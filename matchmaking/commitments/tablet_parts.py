"""A tablet's data in parts with a version each, so that a record stored for one tablet is a small part for the others; pure.

What the event is (parties, products, template …) is ``base``, the tablet's own numbers ``numbers``; other records and frozen texts lie in
sixteen parts by the first digit of their id, which is random: one new record changes one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

PARTS_1 = "temu-bisnis-tablet-parts/1"
DIGITS = "0123456789abcdef"


def digest_of(value: Any) -> str:
    """Return SHA-256 of a JSON value, whatever the order of its keys."""
    content = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def parts_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data taken apart; a digit without any record has no part."""
    beside = {key: value for key, value in data["beside"].items() if key != "records"}
    apart = ("number_blocks", "waiting", "beside", "versions", "data_version", "made_at")
    base = {key: value for key, value in data.items() if key not in apart}
    found: dict[str, Any] = {"base": {**base, "beside": beside}, "numbers": data["number_blocks"]}
    for digit in DIGITS:
        records = [row for row in data["beside"]["records"] if row["record_id"][:1] == digit]
        waiting = [row for row in data["waiting"] if row["content"]["record_id"][:1] == digit]
        if records or waiting:
            found[digit] = {"records": records, "waiting": waiting}
    return found


def versions_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the version of each part."""
    return {name: version_of(part) for name, part in parts_of(data).items()}


def version_of(part: Any) -> str:
    """Return the version of one part."""
    return digest_of(part)[:12]


def chosen_parts(data: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the answer to a tablet that asks for some parts; one that is empty by now comes empty."""
    parts = parts_of(data)
    empty: dict[str, Any] = {digit: {"records": [], "waiting": []} for digit in DIGITS}
    known = {**empty, **parts}
    return {
        "format": PARTS_1,
        "data_version": data["data_version"],
        "versions": data["versions"],
        "made_at": data["made_at"],
        "parts": {name: known[name] for name in names if name in known},
    }
