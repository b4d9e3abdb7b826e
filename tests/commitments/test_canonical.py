"""The canonical form: fixed vectors verify for ever, numbers are texts, and reading gives back what was written."""

from __future__ import annotations

import copy
import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.commitments.canonical import (
    MAX_QUANTITY_THOUSANDTHS,
    CanonicalLine,
    CanonicalParty,
    CanonicalRecord,
    CanonicalSource,
    canonical_bytes,
    canonical_form,
    content_hash,
    decimal_text,
    line_total,
    parse_quantity,
    read_decimal,
    read_form,
    tax_amount,
)
from matchmaking.commitments.life import Happening, derive_state
from matchmaking.commitments.models import CommitmentState, EventKind

VECTORS = json.loads((Path(__file__).parent / "vectors" / "format_1.json").read_text(encoding="utf-8"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
parties = st.builds(CanonicalParty, texts, texts, texts, texts, texts)
lines = st.builds(
    CanonicalLine, texts, texts, st.integers(1, MAX_QUANTITY_THOUSANDTHS), texts, st.integers(1, 10**15), texts
)
sources = st.builds(CanonicalSource, texts, texts, texts, texts, texts, st.none() | st.integers(1, 12))
records = st.builds(
    CanonicalRecord,
    record_id=st.uuids().map(str), event=texts, number=texts, made_on=texts, place=texts,
    fiscal_year=st.integers(2000, 2100), valid_until=texts, buyer=parties, exhibitor=parties,
    lines=st.lists(lines, max_size=5).map(tuple), tax_mode=st.sampled_from(["included", "excluded", "none"]),
    tax_rate_hundredths=st.integers(0, 10_000), source=sources, clauses=st.lists(texts, max_size=4).map(tuple),
    listing_by=texts, note=texts,
)  # fmt: skip


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_records_of_version_1_verify_for_ever(case: dict[str, Any]) -> None:
    assert canonical_bytes(case["form"]).decode() == case["text"]
    assert content_hash(case["form"]) == case["sha256"]
    assert canonical_form(read_form(case["form"])) == case["form"]


@pytest.mark.parametrize("case", VECTORS["line_totals"], ids=str)
def test_line_totals_round_half_up(case: dict[str, str]) -> None:
    assert line_total(read_decimal(case["quantity"]), int(case["unit_price"])) == int(case["total"])


@given(records)
def test_what_is_written_is_read_back_and_every_value_is_a_text_in_nfc(record: CanonicalRecord) -> None:
    form = canonical_form(record)
    assert canonical_form(read_form(form)) == form
    assert json.loads(canonical_bytes(form)) == form
    for text in leaves(form):
        assert isinstance(text, str)
        assert text == unicodedata.normalize("NFC", text)
        assert "\r" not in text
    assert int(form["total"]) == sum(int(line["total"]) for line in form["lines"])


def leaves(value: Any) -> list[Any]:
    """Every value of the form."""
    if isinstance(value, dict):
        return [leaf for item in value.values() for leaf in leaves(item)]
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, list) else [value]


@given(records, st.data())
def test_any_changed_text_changes_the_hash(record: CanonicalRecord, data: st.DataObject) -> None:
    form = canonical_form(record)
    name = data.draw(st.sampled_from(["number", "total", "place", "valid_until", "note"]))
    changed = copy.deepcopy(form) | {name: form[name] + "x"}
    assert content_hash(changed) != content_hash(form)


def test_numbers_and_unknown_versions_are_refused() -> None:
    form = VECTORS["cases"][0]["form"]
    for wrong in ({**form, "total": 1}, {**form, "note": None}, {**form, "lines": [{"total": 1.0}]}):
        with pytest.raises(ValueError, match="as text"):
            canonical_bytes(wrong)
    for act in (canonical_bytes, read_form):
        with pytest.raises(ValueError, match="unknown format"):
            act({**form, "format": "temu-bisnis-commitment/2"})


@given(st.integers(1, MAX_QUANTITY_THOUSANDTHS))
def test_quantities_survive_being_written_and_read(thousandths: int) -> None:
    assert read_decimal(decimal_text(thousandths)) == thousandths
    whole, rest = divmod(thousandths, 1000)
    shown = f"{whole:,}".replace(",", ".") + (f",{rest:03d}" if rest else "")
    assert parse_quantity(shown) == thousandths


@pytest.mark.parametrize(
    ("typed", "thousandths"),
    [("25", 25_000), ("1,5", 1_500), ("1.5", 1_500), ("1.250", 1_250_000), ("1 250", 1_250_000), ("0.500", 500), ("0,001", 1),
     ("1.250,5", 1_250_500), ("999999999.999", 999_999_999_999), (" 7 ", 7_000)],
)  # fmt: skip
def test_quantities_are_read_as_people_write_them(typed: str, thousandths: int) -> None:
    assert parse_quantity(typed) == thousandths


@pytest.mark.parametrize(
    "typed", ["", "0", "0,000", "-1", "+1", "1,2345", "1.2.3", "1 5", "1e3", "٣", "²", "1000000000", "25 pcs", "1,5\n2"]
)
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_quantity(typed)


@pytest.mark.parametrize("text", ["1.50", "01", "1.", ".5", "1,5", "1.2345", "-1", ""])
def test_a_canonical_decimal_has_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="canonical"):
        read_decimal(text)


@given(st.integers(1, 10**12), st.integers(1, 10**15), st.integers(0, 10_000))
def test_money_rounds_half_up_to_the_rupiah(thousandths: int, price: int, rate: int) -> None:
    exact = thousandths * price
    assert -500 < line_total(thousandths, price) * 1000 - exact <= 500
    assert -5000 < tax_amount(price, rate) * 10_000 - price * rate <= 5000


happenings = st.lists(
    st.builds(Happening, st.sampled_from(EventKind), st.sampled_from(["buyer", "exhibitor", None]), st.just(10)),
    max_size=12,
)


@given(happenings)
def test_signed_needs_both_and_withdrawn_is_the_end(events: list[Happening]) -> None:
    state = derive_state(events, 100)
    kinds = [event.kind for event in events]
    ends = {EventKind.WITHDRAWN: CommitmentState.WITHDRAWN, EventKind.AMENDED: CommitmentState.AMENDED}
    first_end = next((kind for kind in kinds if kind in ends), None)
    if first_end:
        assert state is ends[first_end]
    elif state in (CommitmentState.SIGNED, CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED):
        assert {event.party for event in events if event.kind is EventKind.SIGNED} >= {"buyer", "exhibitor"}
    elif EventKind.PROPOSED not in kinds:
        assert state is CommitmentState.DRAFT
