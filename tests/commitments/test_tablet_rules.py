"""The rules the tablet knows by itself: warnings, prices, what is a signature; the same vectors through node and through Python."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from matchmaking.commitments import kinds
from matchmaking.commitments.authority import Powers, authority_of, roles_that_sign
from matchmaking.commitments.canonical import canonical_bytes, content_hash, is_canonical, read_decimal, tax_amount
from matchmaking.commitments.checks import (
    BesideFacts,
    CheckedFacts,
    CheckedLine,
    is_closed,
    warnings_beside,
    warnings_for,
)
from matchmaking.commitments.models import COMPETITIVE, CommitmentKind, PartyKind, SignatoryRole
from matchmaking.commitments.services.signing import is_same_person
from matchmaking.commitments.strokes import StrokesRefused, read_strokes
from matchmaking.commitments.thresholds import Threshold
from matchmaking.errors import InvalidInput
from matchmaking.registration.models import BuyerType
from matchmaking.typed import read_percent, read_price
from tests.commitments.test_javascript import facts_of, in_node, vectors, without_totals

CHECKS, PRICES, STROKES = map(vectors, ("checks_1", "prices_1", "strokes_1"))
AUTHORITY, BESIDE, INVITATIONS = map(vectors, ("authority_1", "beside_1", "invitation_1"))


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


def test_who_may_sign() -> None:
    cases = AUTHORITY["cases"]

    def powers(given: dict[str, Any]) -> Powers:
        return Powers(given["has_mandate"], number(given["mandate_limit"]), number(given["authority_limit"]))

    def may(case: dict[str, Any]) -> str:
        kind = PartyKind(case["side"])
        buyer_type = BuyerType(case["buyer_type"]) if case["buyer_type"] else None
        assert sorted(role.value for role in roles_that_sign(kind, buyer_type)) == case["signing_roles"]
        role = SignatoryRole(case["role"]) if case["role"] else None
        return authority_of(kind, buyer_type, role, powers(case["powers"]), int(case["total"]))

    expected = [case["authority"] for case in cases]
    assert [may(case) for case in cases] == expected
    calls = [[case[name] for name in ("side", "signing_roles", "role", "powers", "total")] for case in cases]
    assert in_node(*[("authority", "authorityOf", call) for call in calls]) == expected


def test_whose_a_mandate_is() -> None:
    same = AUTHORITY["same_person"]
    assert [is_same_person(first, second) for first, second, _is in same] == [is_same for _a, _b, is_same in same]
    assert in_node(*[("authority", "isSamePerson", [first, second]) for first, second, _is in same]) == [
        is_same for _a, _b, is_same in same
    ]
    cases = AUTHORITY["powers"]
    calls = [[case["named"], case["name"], case["told"]] for case in cases]
    assert in_node(*[("authority", "powersOf", call) for call in calls]) == [case["powers"] for case in cases]


def test_warnings_of_other_records_and_the_calendar() -> None:
    def beside(facts: dict[str, Any]) -> list[str]:
        thresholds = tuple(Threshold(int(amount), "") for amount in facts["thresholds"])
        amounts = {name: tuple(map(int, facts[name])) for name in ("on_code", "of_pair")}
        ceiling, today = number(facts["ceiling"]), date.fromisoformat(facts["today"])
        found = BesideFacts(
            int(facts["amount"]), int(facts["fiscal_year"]), ceiling=ceiling, thresholds=thresholds, **amounts
        )
        return warnings_beside(found, today)

    cases = BESIDE["cases"]
    expected = [case["warnings"] for case in cases]
    assert [beside(case["facts"]) for case in cases] == expected
    assert in_node(*[("checks", "warningsBeside", [case["facts"]]) for case in cases]) == expected


def test_totals_with_ppn() -> None:
    def gross(total: str, mode: str, rate: str) -> int:
        return int(total) + (tax_amount(int(total), int(rate.replace(".", ""))) if mode == "excluded" else 0)

    expected = [total for *_given, total in BESIDE["gross"]]
    assert [str(gross(*given)) for *given, _total in BESIDE["gross"]] == expected
    calls = [[total, {"mode": mode, "rate_percent": rate}] for total, mode, rate, _total in BESIDE["gross"]]
    assert in_node(*[("checks", "gross", call) for call in calls]) == expected


def test_an_invitation_is_written_and_hashed_alike() -> None:
    forms = [case["form"] for case in INVITATIONS["forms"]]
    for case in INVITATIONS["forms"]:
        assert is_canonical(case["form"])
        assert (canonical_bytes(case["form"]).decode(), content_hash(case["form"])) == (case["text"], case["sha256"])
    bare = [[without_totals(form), "temu-bisnis-invitation/1"] for form in forms]
    assert in_node(*[("canonical", "canonicalForm", call) for call in bare]) == forms
    assert in_node(*[("canonical", "contentHash", [form]) for form in forms]) == [
        case["sha256"] for case in INVITATIONS["forms"]
    ]
    clauses = INVITATIONS["clauses"]
    for case in clauses:
        assert case["template"]["invitation"] == [{"text": text} for text in kinds.INVITATION]
        facts = facts_of({**case, "own_texts": {}})
        kind = kinds.KindFacts(CommitmentKind.INVITATION, date(2026, 5, 11), clause_facts=facts)
        assert list(kinds.record_clauses(kind)) == case["clauses"]
    calls = [("clauses", "invitationClauses", [case["template"], case["facts"]]) for case in clauses]
    assert in_node(*calls) == [case["clauses"] for case in clauses]


def test_a_package_whose_maker_is_found_later() -> None:
    methods = [*COMPETITIVE, "e_purchasing", "direct_procurement", ""]
    expected = [method in COMPETITIVE for method in methods]
    assert in_node(*[("checks", "namesNoWinner", [method]) for method in methods]) == expected
    closed = BESIDE["closed"]
    assert [is_closed(planned, method, COMPETITIVE) for planned, method, _is in closed] == [row[2] for row in closed]
    assert in_node(*[("checks", "isClosed", row[:2]) for row in closed]) == [row[2] for row in closed]


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
