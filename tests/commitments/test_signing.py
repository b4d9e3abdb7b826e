"""Signing a frozen commitment: what is stored, who signs and who agrees, once and never twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from matchmaking import clock
from matchmaking.commitments.models import CommitmentState, SignatoryRole, Signature, SigningMethod
from matchmaking.commitments.queries.signing import sign_view, signing_rule
from matchmaking.commitments.services import signing
from matchmaking.commitments.services.signing import AlreadySigned, NotOpen, Signatory, TextChanged, sign
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, CLERK, DRAWN, EXHIBITOR, OWNER, PPK, PPTK, WAVE, Pair, make_pair, new_key
from tests.threads import at_once
from tests.world import BOTH, World

SIGNING_TIME = datetime(2030, 5, 11, 3, 22, tzinfo=UTC)


@pytest.fixture
def pair(world: World) -> Pair:
    return make_pair(world)


def test_both_authorised_sign_and_it_is_signed(pair: Pair) -> None:
    with clock.frozen(SIGNING_TIME):
        pair.sign(BUYER, PPK)
    assert pair.state is CommitmentState.PROPOSED
    pair.sign(EXHIBITOR, OWNER)
    assert pair.state is CommitmentState.SIGNED
    first, second = pair.signatures()
    assert (first.kind, first.signatory_name, first.signatory_office, first.signatory_role, first.authority) == (
        BUYER, PPK.name, PPK.office, SignatoryRole.COMMITMENT_OFFICER, "role",
    )  # fmt: skip
    assert (first.strokes, first.content_hash, first.signed_at) == (WAVE, pair.content_hash, SIGNING_TIME)
    assert (first.user_id, first.device_id, first.link_id) == (pair.staff.user_id, None, None)
    assert (second.kind, second.is_authorised, second.method) == (EXHIBITOR, True, SigningMethod.TABLET)
    assert pair.happened() == [("proposed", None), ("signed", "buyer"), ("signed", "exhibitor")]


def test_who_may_not_sign_agrees_and_the_authorised_person_signs_later(pair: Pair) -> None:
    pair.sign(BUYER, PPTK)
    pair.sign(EXHIBITOR, OWNER)
    assert pair.state is CommitmentState.AGREED
    pair.sign(BUYER, PPK)
    assert pair.state is CommitmentState.SIGNED
    assert [(row.kind, row.is_authorised, row.authority) for row in pair.signatures()] == [
        (BUYER, False, ""), (EXHIBITOR, True, "role"), (BUYER, True, "role"),
    ]  # fmt: skip
    assert pair.happened()[1:] == [("agreed", "buyer"), ("signed", "exhibitor"), ("signed", "buyer")]


def test_two_agreements_are_agreed_not_signed(pair: Pair) -> None:
    pair.sign(EXHIBITOR, CLERK)
    pair.sign(BUYER, PPTK)
    assert pair.state is CommitmentState.AGREED


def test_a_mandate_lets_its_holder_sign_and_nobody_else(pair: Pair) -> None:
    pair.change_party(BUYER, signatory_name=PPTK.name, signatory_role=PPTK.role)
    pair.mandate(BUYER)
    other = Signatory("Peserta Contoh 55", "Pejabat Teknis", SignatoryRole.ACTIVITY_OFFICER)
    pair.sign(BUYER, other)
    pair.sign(BUYER, Signatory(PPTK.name.upper() + " ", PPTK.office, PPTK.role))
    assert [row.authority for row in pair.signatures()] == ["", "mandate"]


@pytest.mark.parametrize(("limit", "authority"), [(11_249_999, ""), (11_250_000, "mandate"), (None, "mandate")])
def test_a_mandate_reaches_up_to_its_limit(pair: Pair, limit: int | None, authority: str) -> None:
    pair.change_party(BUYER, signatory_name=PPTK.name)
    pair.mandate(BUYER, limit)
    pair.sign(BUYER, PPTK)
    assert [row.authority for row in pair.signatures()] == [authority]


@pytest.mark.parametrize(
    ("who", "given", "limit"),
    [
        (PPK, {}, None),
        (PPK, {"authority_limit": 11_249_999}, None),
        (PPK, {"authority_limit": 11_250_000}, None),
        (PPTK, {}, 11_249_999),
        (PPTK, {}, 11_250_000),
        (Signatory("Peserta Contoh 55", PPK.office, PPK.role), {"authority_limit": 1}, None),
    ],
)
def test_the_page_says_before_what_the_signature_then_is(
    pair: Pair, who: Signatory, given: dict[str, int], limit: int | None
) -> None:
    pair.change_party(BUYER, signatory_name=(PPTK if who is PPTK else PPK).name, **given)
    if limit:
        pair.mandate(BUYER, limit)
    view = sign_view(pair.event_id, pair.code)
    assert view
    said = signing_rule(view, BUYER).may_sign(who.name, who.role.value if who.role else "")
    pair.sign(BUYER, who)
    assert [row.is_authorised for row in pair.signatures()] == [said]


def test_of_an_ikm_a_mandate_is_a_power_of_attorney(pair: Pair) -> None:
    pair.change_party(EXHIBITOR, signatory_name=CLERK.name)
    pair.mandate(EXHIBITOR)
    pair.sign(EXHIBITOR, CLERK)
    assert [row.authority for row in pair.signatures()] == ["power_of_attorney"]


def test_the_same_key_again_is_the_stored_signature(pair: Pair) -> None:
    key = new_key()
    first = pair.sign(BUYER, PPK, key=key)
    assert pair.sign(BUYER, PPK, key=key, strokes="") == first
    assert len(pair.signatures()) == 1
    assert pair.happened().count(("signed", "buyer")) == 1


def test_the_same_key_is_answered_after_the_commitment_is_signed_or_withdrawn(pair: Pair) -> None:
    key = new_key()
    first = pair.sign(BUYER, PPK, key=key)
    pair.sign(EXHIBITOR, OWNER)
    assert pair.sign(BUYER, PPK, key=key) == first


def test_a_key_belongs_to_one_party_of_one_commitment(pair: Pair, world: World) -> None:
    key = new_key()
    pair.sign(BUYER, PPK, key=key)
    with pytest.raises(Conflict, match="usang"):
        pair.sign(EXHIBITOR, OWNER, key=key)
    other = make_pair(world, pair.event_id)
    with pytest.raises(Conflict):
        other.sign(BUYER, PPK, key=key)
    assert other.signatures() == []


@pytest.mark.parametrize("key", ["", "short", "x" * 32, "a" * 39, "../../../../../../etc/passwd0000"])
def test_a_key_that_no_page_made_is_refused(pair: Pair, key: str) -> None:
    with pytest.raises(InvalidInput):
        pair.sign(BUYER, PPK, key=key)


def test_a_second_signature_says_when_and_by_whom(pair: Pair) -> None:
    with clock.frozen(SIGNING_TIME):
        pair.sign(BUYER, PPK)
    with pytest.raises(AlreadySigned) as refusal:
        pair.sign(BUYER, Signatory("Peserta Contoh 66", "KPA", SignatoryRole.BUDGET_USER))
    assert PPK.name in str(refusal.value)
    assert "11 Mei 2030, 10.22 WIB" in str(refusal.value)
    assert len(pair.signatures()) == 1


def test_an_agreement_after_the_signature_or_a_second_one_is_refused(pair: Pair) -> None:
    pair.sign(BUYER, PPTK)
    with pytest.raises(AlreadySigned, match=PPTK.name):
        pair.sign(BUYER, CLERK)
    pair.sign(BUYER, PPK)
    with pytest.raises(AlreadySigned, match=PPK.name):
        pair.sign(BUYER, CLERK)


def test_another_text_is_never_signed(pair: Pair) -> None:
    with pytest.raises(TextChanged):
        pair.sign(BUYER, PPK, content_hash="0" * 64)
    with pytest.raises(TextChanged):
        pair.sign(BUYER, PPK, content_hash="")
    assert pair.signatures() == []


@pytest.mark.parametrize("drawn", ["", "[]", "[[[500,200,0,0.5]]]", "[[[1,1,0,1],[3,3,5,1]]]", "kacau"])
def test_an_empty_field_a_dot_and_a_slip_are_refused(pair: Pair, drawn: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        pair.sign(BUYER, PPK, strokes=drawn)
    assert list(refusal.value.fields) == ["strokes"]
    assert pair.signatures() == []


@pytest.mark.parametrize(
    ("who", "fields"),
    [
        (Signatory("  ", "", SignatoryRole.OWNER), ["signatory_name"]),
        (Signatory("Peserta Contoh 01", "", None), ["signatory_role"]),
        (Signatory("n" * 161, "", SignatoryRole.OWNER), ["signatory_name"]),
    ],
)
def test_who_signs_must_be_said(pair: Pair, who: Signatory, fields: list[str]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        pair.sign(BUYER, who)
    assert list(refusal.value.fields) == fields


@pytest.mark.parametrize("state", [CommitmentState.DRAFT, CommitmentState.WITHDRAWN])
def test_only_what_is_frozen_and_open_is_signed(pair: Pair, state: CommitmentState) -> None:
    _set_state(pair, state)
    with pytest.raises(NotOpen):
        pair.sign(BUYER, PPK)


def _set_state(pair: Pair, state: CommitmentState) -> None:
    row = pair.row()
    with transaction():
        db.session.get_one(type(row), pair.commitment_id).state = state


def test_after_the_year_nothing_is_signed(pair: Pair) -> None:
    with clock.frozen(datetime(2099, 12, 31, 16, 59, tzinfo=UTC)):
        pair.sign(BUYER, PPK)
    with clock.frozen(datetime(2099, 12, 31, 17, 0, tzinfo=UTC)), pytest.raises(NotOpen):
        pair.sign(EXHIBITOR, OWNER)


def test_where_screens_are_switched_off_nobody_signs_on_one(pair: Pair) -> None:
    with transaction():
        db.session.get_one(Event, pair.event_id).has_screen_signing = False
    for method in (SigningMethod.TABLET, SigningMethod.LINK):
        with pytest.raises(NotAllowed):
            pair.sign(BUYER, PPK, method=method)


def test_a_commitment_of_another_event_is_not_there(pair: Pair, world: World) -> None:
    with pytest.raises(NotFound):
        pair.sign(BUYER, PPK, event_id=world.event())


def test_killed_in_the_middle_nothing_is_stored_and_the_same_key_works_after(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_given: object) -> None:
        raise SystemExit("killed")

    key = new_key()
    with monkeypatch.context() as broken:
        broken.setattr(signing, "record_event", dies)
        with pytest.raises(SystemExit):
            pair.sign(BUYER, PPK, key=key)
    assert (pair.signatures(), pair.happened()) == ([], [("proposed", None)])
    pair.sign(BUYER, PPK, key=key)
    assert [row.signature_key for row in pair.signatures()] == [key]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_tablets_send_the_same_signature_and_one_is_stored(app: Flask, world: World) -> None:
    pair = make_pair(world)
    request = pair.request(BUYER, PPK)
    outcomes = at_once(app, _act(pair, lambda _number: request), 16)
    rows = pair.signatures()
    assert outcomes == [rows[0].id] * 16
    assert (len(rows), pair.happened().count(("signed", "buyer"))) == (1, 1)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_signatures_of_one_party_at_once_leave_one(app: Flask, world: World) -> None:
    pair = make_pair(world)
    requests = [pair.request(BUYER, PPK) for _number in range(16)]
    outcomes = at_once(app, _act(pair, lambda number: requests[number]), 16)
    rows = pair.signatures()
    assert len(rows) == 1
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AlreadySigned"] * 15 + ["int"]
    assert pair.state is CommitmentState.PROPOSED


def _act(pair: Pair, request_of: Callable[[int], Any]) -> Callable[[int], int]:
    def act(number: int) -> int:
        with transaction():
            return sign(pair.staff, request_of(number)).id

    return act


def test_nothing_of_the_drawing_is_in_the_audit_trail(pair: Pair) -> None:
    from matchmaking.audit.models import AuditEntry

    pair.sign(BUYER, PPK)
    text = " ".join(str(row.data) for row in db.session.query(AuditEntry).all())
    assert (PPK.name in text, DRAWN[:20] in text) == (False, False)
    assert db.session.query(Signature).count() == 1
