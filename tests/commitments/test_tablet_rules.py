"""The rules the tablet knows by itself: warnings, prices, what is a signature; the same vectors through node and through Python."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from matchmaking.commitments.canonical import read_decimal
from matchmaking.commitments.checks import CheckedFacts, CheckedLine, warnings_for
from matchmaking.commitments.models import COMPETITIVE
from matchmaking.commitments.strokes import StrokesRefused, read_strokes
from matchmaking.errors import InvalidInput
from matchmaking.typed import read_percent, read_price
from tests.commitments.test_javascript import in_node, vectors

CHECKS, PRICES, STROKES = map(vectors, ("checks_1", "prices_1", "strokes_1"))


def number(text: str) -> int | None:
    return int(text) if text else None


def in_python(facts: dict[str, Any]) -> list[str]:
    lines = tuple(
        CheckedLine(read_decimal(line["quantity"]), number(line["monthly_capacity"]), line["is_listed"])
        for line in facts["lines"]
    )
    checked = CheckedFacts(
        int(facts["total"]), number(facts["ceiling"]), facts["method"], number(facts["month"]),
        int(facts["fiscal_year"]), lines,
    )  # fmt: skip
    return warnings_for(checked, date.fromisoformat(facts["today"]))


def test_warnings() -> None:
    expected = [case["warnings"] for case in CHECKS["cases"]]
    assert [in_python(case["facts"]) for case in CHECKS["cases"]] == expected
    assert in_node(*[("checks", "warningsOf", [case["facts"]]) for case in CHECKS["cases"]]) == expected


def test_a_package_whose_maker_is_found_later() -> None:
    methods = [*COMPETITIVE, "e_purchasing", "direct_procurement", ""]
    expected = [method in COMPETITIVE for method in methods]
    assert in_node(*[("checks", "namesNoWinner", [method]) for method in methods]) == expected


def price(text: str) -> str:
    try:
        return str(read_price(text))
    except InvalidInput:
        return "RangeError"


def rate(text: str) -> str:
    try:
        return f"{read_percent(text):.2f}"
    except InvalidInput:
        return "RangeError"


@pytest.mark.parametrize(("kind", "read", "function"), [("prices", price, "parsePrice"), ("rates", rate, "parseRate")])
def test_what_is_typed(app: object, kind: str, read: Any, function: str) -> None:
    expected = [value or "RangeError" for _typed, value in PRICES[kind]]
    assert [read(typed) for typed, _value in PRICES[kind]] == expected
    assert in_node(*[("prices", function, [typed]) for typed, _value in PRICES[kind]]) == expected


def test_what_is_a_signature() -> None:
    def problem(strokes: Any) -> str:
        try:
            read_strokes(json.dumps(strokes))
        except StrokesRefused as refusal:
            return refusal.problem.value
        return ""

    expected = [case["problem"] for case in STROKES["cases"]]
    assert [problem(case["strokes"]) for case in STROKES["cases"]] == expected
    assert in_node(*[("strokes", "problemOf", [case["strokes"]]) for case in STROKES["cases"]]) == expected
