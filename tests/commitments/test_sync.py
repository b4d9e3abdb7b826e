"""What was signed without a network comes home exactly once, into the same tables, by the same rules; nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.audit import verify_chain
from matchmaking.commitments.canonical import content_hash
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    EventKind,
    Signature,
)
from matchmaking.commitments.queries.checking import broken_records
from matchmaking.commitments.signed_record import record_hash
from matchmaking.commitments.sync_models import NumberBlock, ReceivedRecord
from matchmaking.commitments.sync_models import Tablet as TabletRow
from matchmaking.events.models import DeviceKind, Event, EventState
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal
from tests.commitments.tablets import Tablet, changed, enrolled, make_tablet
from tests.threads import at_once
from tests.world import BOTH


def counts() -> dict[str, int]:
    db.session.rollback()
    tables: list[Any] = [Commitment, CommitmentLine, CommitmentParty, Signature, CommitmentEvent, ReceivedRecord]
    return {table.__tablename__: db.session.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}


def outcomes(items: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(item["outcome"], item["code"]) for item in items]


def received() -> list[ReceivedRecord]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReceivedRecord).order_by(ReceivedRecord.id)))


def test_a_record_signed_by_both_becomes_the_commitment_an_online_one_is(tablet: Tablet) -> None:
    record = tablet.record()
    item = tablet.send(record)[0]
    assert item == {
        "record_id": record["record_id"], "record_hash": record_hash(record),
        "outcome": "stored", "code": "", "message": "", "commitment": "signed",
    }  # fmt: skip
    row = db.session.scalars(sa.select(Commitment)).one()
    assert (row.state, row.total, row.number, row.serial) == (
        CommitmentState.SIGNED,
        11_250_000,
        record["content"]["number"],
        1,
    )
    assert (row.canonical, row.content_hash) == (record["content"], record["content_hash"])
    events = db.session.scalars(sa.select(CommitmentEvent).order_by(CommitmentEvent.id)).all()
    assert [event.kind for event in events] == [
        EventKind.CREATED,
        EventKind.PROPOSED,
        EventKind.SIGNED,
        EventKind.SIGNED,
    ]
    assert {event.device_id for event in events} == {tablet.device_id}
    signatures = db.session.scalars(sa.select(Signature).order_by(Signature.id)).all()
    assert [(row.kind.value, row.authority, row.content_hash) for row in signatures] == [
        ("buyer", "role", record["content_hash"]), ("exhibitor", "role", record["content_hash"]),
    ]  # fmt: skip
    assert counts() == {
        "commitment": 1, "commitment_line": 1, "commitment_party": 2, "signature": 2, "commitment_event": 4, "received_record": 1,
    }  # fmt: skip
    assert [problem for _number, problem in broken_records()] == [None]
    assert verify_chain().is_intact


def test_a_repeated_record_is_a_duplicate_and_changes_nothing(tablet: Tablet) -> None:
    record = tablet.record()
    tablet.send(record)
    before = counts()
    assert outcomes(tablet.send(record, record)) == [("duplicate", ""), ("duplicate", "")]
    assert counts() == before


def test_who_may_not_sign_agrees_and_the_record_stays_agreed(tablet: Tablet) -> None:
    record = tablet.record()
    record["signatures"][0]["role"] = "activity_officer"
    assert tablet.send(record)[0]["commitment"] == "agreed"


def test_the_second_party_signs_later_in_a_record_of_its_own(tablet: Tablet) -> None:
    first = tablet.record("buyer")
    assert tablet.send(first)[0]["commitment"] == "proposed"
    second = tablet.of_content(first["content"], "exhibitor")
    assert tablet.send(second)[0]["commitment"] == "signed"
    both = changed(first, signatures=[*first["signatures"], *second["signatures"]])
    assert outcomes(tablet.send(both)) == [("duplicate", "")]
    assert counts()["signature"] == 2


def test_a_commitment_frozen_on_the_server_is_signed_without_a_network(tablet: Tablet) -> None:
    code = tablet.deal.propose()
    waiting = tablet.client.get("/tablet/data").get_json()["waiting"]
    assert [entry["content_hash"] for entry in waiting] == [tablet.deal.row(code).content_hash]
    assert tablet.send(tablet.of_content(waiting[0]["content"]))[0]["commitment"] == "signed"
    assert tablet.client.get("/tablet/data").get_json()["waiting"] == []


def test_other_content_under_a_known_id_is_kept_aside_whole_and_nothing_overwritten(tablet: Tablet) -> None:
    record = tablet.record()
    tablet.send(record)
    other = tablet.form(record_id=record["record_id"], number=record["content"]["number"], note="lain")
    twin = tablet.of_content(other, block=record["number_block"], serial=record["serial"])
    assert outcomes(tablet.send(twin)) == [("needs_review", "other_content")]
    assert outcomes(tablet.send(twin)) == [("needs_review", "other_content")]
    stored = db.session.scalars(sa.select(Commitment)).one()
    assert stored.content_hash == record["content_hash"]
    kept = received()
    assert [(row.outcome.value, row.problem, row.payload) for row in kept] == [
        ("stored", "", record), ("needs_review", "other_content", twin),
    ]  # fmt: skip
    assert kept[1].beside_id == stored.id


def test_a_second_signature_of_a_party_is_kept_aside(tablet: Tablet) -> None:
    record = tablet.record()
    tablet.send(record)
    again = tablet.of_content(record["content"], "buyer")
    assert outcomes(tablet.send(again)) == [("needs_review", "commitments.already_signed")]
    forged = changed(record)
    forged["signatures"][0]["strokes"] = forged["signatures"][0]["strokes"].replace("100", "101", 1)
    assert outcomes(tablet.send(forged)) == [("needs_review", "other_signature")]
    assert counts()["signature"] == 2
    assert [row.payload for row in received()] == [record, again, forged]


def test_a_shut_out_tablet_brings_home_what_it_signed_and_it_is_kept_aside(tablet: Tablet) -> None:
    record = tablet.record()
    tablet.shut_out()
    answer = tablet.answer(record)
    assert (answer["state"], outcomes(answer["items"])) == ("shut_out", [("needs_review", "shut_out")])
    assert tablet.state()["state"] == "shut_out"
    assert tablet.client.get("/tablet/data").status_code == 403
    assert tablet.client.post("/tablet/numbers", json={"format": "temu-bisnis-numbers/1"}).status_code == 403
    assert counts()["commitment"] == 0
    assert received()[0].payload == record


def test_a_number_of_another_tablet_or_of_nobody_is_kept_aside(tablet: Tablet) -> None:
    other = make_tablet(tablet.deal, "Tablet 2")
    stolen = tablet.of_content(tablet.form(number="KT-9"), block=other.blocks[0]["code"], serial="25")
    outside = tablet.of_content(tablet.form(number="KT-10"), block=tablet.blocks[0]["code"], serial="21")
    none = tablet.of_content(tablet.form(number="KT-11"))
    assert outcomes(tablet.send(stolen, outside, none)) == [("needs_review", "number_not_given")] * 3
    assert counts()["commitment"] == 0


def test_a_number_used_twice_is_kept_aside(tablet: Tablet) -> None:
    record = tablet.record()
    twin = tablet.of_content(
        tablet.form(number=record["content"]["number"]), block=record["number_block"], serial=record["serial"]
    )
    assert outcomes(tablet.send(record, twin)) == [("stored", ""), ("needs_review", "number_taken")]
    assert received()[1].beside_id == received()[0].commitment_id


def test_a_record_of_another_tablet_is_kept_aside(tablet: Tablet) -> None:
    other = make_tablet(tablet.deal, "Tablet 2")
    assert outcomes(other.send(tablet.record())) == [("needs_review", "other_tablet")]


@pytest.mark.parametrize(
    ("given", "code"),
    [({"event": "lain"}, "other_event"), ({"clauses": ("Tanpa pasal.",)}, "clause_missing"), ({"fiscal_year": 2020}, "year_over")],
)  # fmt: skip
def test_rules_of_the_content_keep_a_record_aside(tablet: Tablet, given: dict[str, Any], code: str) -> None:
    assert outcomes(tablet.send(tablet.record(**given))) == [("needs_review", code)]
    assert counts()["commitment"] == 0


def test_rules_of_the_event_keep_a_record_aside(tablet: Tablet) -> None:
    records = [tablet.record() for _ in range(3)]
    with transaction():
        db.session.get_one(Event, tablet.deal.event_id).has_screen_signing = False
    first = tablet.send(records[0])
    assert outcomes(first) == [("needs_review", "web.not_allowed")]
    assert "switched off" in first[0]["message"] or "dimatikan" in first[0]["message"]
    with transaction():
        db.session.get_one(Event, tablet.deal.event_id).has_screen_signing = True
        db.session.get_one(Participation, tablet.deal.maker_id).state = ParticipationState.WITHDRAWN
    assert outcomes(tablet.send(records[1])) == [("needs_review", "exhibitor_not_approved")]
    with transaction():
        db.session.get_one(Participation, tablet.deal.maker_id).state = ParticipationState.APPROVED
        db.session.get_one(Event, tablet.deal.event_id).state = EventState.ARCHIVED
    assert outcomes(tablet.send(records[2])) == [("needs_review", "event_archived")]
    assert counts()["commitment"] == 0


def broken(record: dict[str, Any], what: str) -> dict[str, Any]:
    """A record that is none, in one way."""
    form, first = record["content"], record["signatures"][0]
    match what:
        case "format":
            return changed(record, format="temu-bisnis-signed-record/9")
        case "not_text":
            return changed(record, serial=1)
        case "record_id":
            return changed(record, record_id="x")
        case "content_hash":
            return changed(record, content={**form, "note": "lain"})
        case "not_canonical":
            wrong = {**form, "total": "1"}
            return changed(record, content=wrong, content_hash=content_hash(wrong))
        case "signatures":
            return changed(record, signatures=[])
        case "strokes":
            return changed(record, signatures=[{**first, "strokes": "[[[1,1,1,1]]]"}])
        case _:
            return changed(record, signatures=[{**first, "device_time": "kemarin"}])


@pytest.mark.parametrize(
    "what", ["format", "not_text", "record_id", "content_hash", "not_canonical", "signatures", "strokes", "times"]
)
def test_what_is_no_record_is_rejected_and_nothing_kept(tablet: Tablet, what: str) -> None:
    wrong = broken(tablet.record(), what)
    try:
        told = record_hash(wrong)
    except ValueError:
        told = "0" * 64
    items = tablet.send(records=[{"record": wrong, "record_hash": told}])
    assert outcomes(items) == [("rejected", what)]
    assert items[0]["message"]
    assert set(counts().values()) == {0}


def test_a_record_that_did_not_arrive_as_it_was_hashed_is_rejected(tablet: Tablet) -> None:
    record = tablet.record()
    items = tablet.send(records=[{"record": record, "record_hash": "0" * 64}, None, {"record": [1]}])
    assert outcomes(items) == [("rejected", "record_hash"), ("rejected", "format"), ("rejected", "format")]
    assert [item["record_id"] for item in items] == [record["record_id"], "", ""]


def test_one_bad_record_does_not_stop_the_others(tablet: Tablet) -> None:
    good = [tablet.record(), tablet.record()]
    wrong = broken(tablet.record(), "strokes")
    assert [item["outcome"] for item in tablet.send(good[0], wrong, good[1])] == ["stored", "rejected", "stored"]


def test_bodies_that_are_no_sync_are_refused_in_a_sentence(tablet: Tablet) -> None:
    for body in ({}, {"format": "x"}, [], {"format": "temu-bisnis-sync/1", "records": "x"},
                 {"format": "temu-bisnis-sync/1", "records": [{}] * 26}):  # fmt: skip
        response = tablet.client.post("/tablet/sync", json=body, headers={"Accept": "application/json"})
        assert (response.status_code, response.get_json()["error"]["code"]) == (422, "web.invalid")
    assert tablet.client.post("/tablet/sync", data=b"\xff{").status_code == 422


def test_both_clocks_are_kept_and_a_wrong_one_hinders_nothing(tablet: Tablet) -> None:
    record = tablet.record()
    record["signatures"][0]["device_time"] = "1999-12-31T23:59:59+07:00"
    with clock.frozen(datetime(2026, 11, 29, 8, 0, tzinfo=UTC)):
        sent = tablet.send(record, device_time="2026-11-29T14:50:00+07:00", unsent=7)
    assert outcomes(sent) == [("stored", "")]
    row = received()[0]
    assert (row.received_at, row.clock_error_seconds) == (datetime(2026, 11, 29, 8, 0, tzinfo=UTC), -600)
    signed = db.session.scalars(sa.select(Signature).order_by(Signature.id)).first()
    assert signed is not None
    assert (signed.device_time, signed.signed_at) == (
        datetime(1999, 12, 31, 16, 59, 59, tzinfo=UTC), row.received_at,
    )  # fmt: skip
    noted = db.session.scalars(sa.select(TabletRow)).one()
    assert (noted.unsent, noted.clock_error_seconds) == (7, -600)


def test_strangers_and_scanners_get_nothing(deal: Deal) -> None:
    browser = deal.world.app.test_client()
    assert browser.get("/tablet/state").get_json()["state"] == "unknown"
    _device, secret = enrolled(deal, "Pemindai", DeviceKind.SCANNER)
    for cookie in (None, "nonsense", secret):
        if cookie:
            browser.set_cookie("device", cookie)
        assert browser.get("/tablet/data").status_code == 403
        assert browser.post("/tablet/numbers", json={}).status_code == 403
        assert browser.post("/tablet/sync", json={}).status_code == 403
        assert set(browser.get("/tablet/state").get_json()) == {
            "format",
            "state",
            "server_time",
            "wipe_after_hours",
            "csrf",
        }


def test_data_hold_what_is_needed_and_no_phone_or_mail(tablet: Tablet) -> None:
    response = tablet.client.get("/tablet/data")
    data = response.get_json()
    assert response.headers["ETag"] == data["data_version"] == tablet.state()["data_version"]
    assert response.headers["Cache-Control"] == "no-store"
    again = tablet.client.get("/tablet/data", headers={"If-None-Match": data["data_version"]})
    assert (again.status_code, again.data) == (304, b"")
    assert [party["side"] for party in data["parties"]] == ["buyer", "exhibitor"]
    assert data["parties"][0]["signing_roles"] == ["budget_user", "commitment_officer"]
    assert data["number_blocks"] == [{"code": tablet.blocks[0]["code"], "first": 1, "last": 20}]
    assert data["sealing_key"]["jwk"]["crv"] == "P-256"
    assert "+62" not in response.text
    assert "@" not in response.text
    tablet.deal.propose()
    assert tablet.client.get("/tablet/data", headers={"If-None-Match": data["data_version"]}).status_code == 200


def test_numbers_are_handed_out_once_and_never_twice(tablet: Tablet) -> None:
    first = tablet.blocks[0]
    assert (first["first"], first["last"]) == (1, 20)
    assert len(tablet.fetch_numbers()["number_blocks"]) == 1
    online = tablet.deal.propose()
    assert tablet.deal.row(online).serial == 21
    for _ in range(12):
        tablet.number()
    assert [block["first"] for block in tablet.fetch_numbers()["number_blocks"]] == [1, 22]
    other = make_tablet(tablet.deal, "Tablet 2")
    assert [block["first"] for block in other.blocks] == [42]


def test_numbers_whose_answer_was_lost_are_given_again(tablet: Tablet) -> None:
    code = tablet.blocks[0]["code"]
    tablet.blocks = []
    assert [block["code"] for block in tablet.fetch_numbers()["number_blocks"]] == [code]


def test_a_returned_block_gives_no_more_numbers(tablet: Tablet) -> None:
    record = tablet.record()
    code = tablet.blocks[0]["code"]
    answer = tablet.fetch_numbers(returned=[code])
    assert answer["lost"] == [code]
    assert [block["first"] for block in answer["number_blocks"]] == [21]
    assert outcomes(tablet.send(record)) == [("needs_review", "number_not_given")]


def test_a_restored_server_takes_a_block_up_again_unless_somebody_has_its_numbers(tablet: Tablet) -> None:
    held = {"code": "ABCDEFGH01", "first": 21, "last": 40, "next": 25}
    answer = tablet.fetch_numbers(blocks=[*tablet.blocks, held])
    assert answer["lost"] == []
    assert [block["first"] for block in answer["number_blocks"]] == [1, 21]
    assert tablet.deal.row(tablet.deal.propose()).serial == 41
    clash = {"code": "ABCDEFGH02", "first": 41, "last": 60, "next": 41}
    assert tablet.fetch_numbers(blocks=[*tablet.blocks, clash])["lost"] == ["ABCDEFGH02"]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(NumberBlock)) == 2


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_at_once_store_one_record_once(app: Flask, deal: Deal) -> None:
    tablet = make_tablet(deal)
    record = tablet.record()
    body = {"format": "temu-bisnis-sync/1", "records": [{"record": record, "record_hash": record_hash(record)}]}

    def send(_number: int) -> str:
        client = app.test_client()
        client.set_cookie("device", tablet.secret)
        return str(client.post("/tablet/sync", json=body).get_json()["items"][0]["outcome"])

    found = at_once(app, send, 16)
    assert sorted(map(str, found)) == ["duplicate"] * 15 + ["stored"]
    assert counts() == {
        "commitment": 1, "commitment_line": 1, "commitment_party": 2, "signature": 2, "commitment_event": 4, "received_record": 1,
    }  # fmt: skip


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_contents_of_one_id_at_once_keep_both(app: Flask, deal: Deal) -> None:
    tablet = make_tablet(deal)
    record = tablet.record()
    form = tablet.form(record_id=record["record_id"], number=record["content"]["number"], note="lain")
    twin = tablet.of_content(form, block=record["number_block"], serial=record["serial"])
    sent = [record, twin] * 4

    def send(number: int) -> str:
        client = app.test_client()
        client.set_cookie("device", tablet.secret)
        given = {"record": sent[number], "record_hash": record_hash(sent[number])}
        body = {"format": "temu-bisnis-sync/1", "records": [given]}
        return str(client.post("/tablet/sync", json=body).get_json()["items"][0]["outcome"])

    found = at_once(app, send, 8)
    assert sorted(map(str, found)) == ["duplicate"] * 3 + ["needs_review"] * 4 + ["stored"]
    assert {row.record_hash for row in received()} == {record_hash(record), record_hash(twin)}
    assert counts()["commitment"] == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_tablets_that_ask_for_numbers_at_once_get_different_ones(app: Flask, deal: Deal) -> None:
    secrets = [enrolled(deal, f"Tablet {number}")[1] for number in range(8)]

    def ask(number: int) -> tuple[int, int]:
        client = app.test_client()
        client.set_cookie("device", secrets[number])
        blocks = client.post("/tablet/numbers", json={"format": "temu-bisnis-numbers/1"}).get_json()["number_blocks"]
        return blocks[0]["first"], blocks[0]["last"]

    found = at_once(app, ask, 8)
    assert sorted(found) == [(20 * number + 1, 20 * number + 20) for number in range(8)]  # type: ignore[type-var]


def test_a_received_record_cannot_be_edited(tablet: Tablet) -> None:
    tablet.send(tablet.record())
    with pytest.raises(RuntimeError, match="received as it is"), transaction():
        row = db.session.scalars(sa.select(ReceivedRecord)).one()
        row.payload = {**row.payload, "serial": "2"}
        db.session.flush()
