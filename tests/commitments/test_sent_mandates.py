"""A mandate added on a tablet without a network: stored once, counted for the signature it came with, never forced on a record."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentParty, CommitmentState, EventKind
from matchmaking.commitments.sent_models import BesideReason, SentPaper, SentStanding
from matchmaking.commitments.signed_mandate import MAX_FILE_BYTES, media_type_of, read_mandate
from matchmaking.commitments.signed_record import MAX_BYTES, Malformed, record_hash
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from tests.commitments.scene import Deal
from tests.commitments.tablets import Tablet, make_tablet, signature
from tests.commitments.test_reviews import queue_file, sealed
from tests.world import BOTH

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
VECTORS = json.loads((Path(__file__).parent / "vectors" / "mandate_1.json").read_text(encoding="utf-8"))
TREASURER = {"name": "Staf Contoh", "office": "Staf", "role": "other"}  # may sign only by mandate


def photo() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(content, "JPEG")
    return content.getvalue()


def mandate(
    record: dict[str, Any], content: bytes = PDF, media: str = "application/pdf", **given: str
) -> dict[str, Any]:
    return {
        "format": "temu-bisnis-mandate/1", "record_id": record["record_id"], "tablet": record["tablet"],
        "content_hash": record["content_hash"], "party": "buyer", "name": "Staf Contoh", "number": "800/12/2026", "limit": "",
        "media_type": media, "sha256": hashlib.sha256(content).hexdigest(), "file": base64.b64encode(content).decode(),
        "device_time": clock.now().isoformat(), "app_version": "1", **given,
    }  # fmt: skip


def by_mandate(tablet: Tablet, *parties: str) -> dict[str, Any]:
    """A record whose buyer is signed by somebody without the office."""
    record = tablet.record(*parties or ("buyer", "exhibitor"))
    record["signatures"][0] = signature("buyer", record["content"], **TREASURER)
    return record


def only() -> Commitment:
    db.session.rollback()
    return db.session.scalars(sa.select(Commitment)).one()


def buyer() -> CommitmentParty:
    db.session.rollback()
    return db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.kind == "buyer")).one()


def kept() -> list[tuple[SentStanding, BesideReason | None]]:
    db.session.rollback()
    return [(row.standing, row.reason) for row in db.session.scalars(sa.select(SentPaper).order_by(SentPaper.id))]


def outcomes(items: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    return [(item["outcome"], item["code"], item["commitment"]) for item in items]


@pytest.mark.parametrize("database", BOTH, indirect=True)
@pytest.mark.parametrize(("content", "media"), [(PDF, "application/pdf"), (photo(), "image/jpeg")])
def test_a_mandate_before_its_record_makes_it_signed_and_is_stored_once(
    deal: Deal, tablet: Tablet, content: bytes, media: str
) -> None:
    record = by_mandate(tablet)
    letter = mandate(record, content, media, limit="500000000")
    assert outcomes(tablet.send(letter, record)) == [("stored", "", ""), ("stored", "", "signed")]
    assert outcomes(tablet.send(letter, record)) == [("duplicate", "", "signed"), ("duplicate", "", "signed")]
    assert kept() == [(SentStanding.TAKEN, None)]
    party = buyer()
    assert (party.mandate_number, party.mandate_limit) == ("800/12/2026", 500_000_000)
    stored = db.session.get_one(StoredFile, party.mandate_file_id)
    assert (path_of(stored.code).read_bytes(), stored.media_type) == (content, media)
    assert (stored.owner_type, stored.owner_id) == ("commitment_party", party.id)
    happened = list(db.session.scalars(sa.select(CommitmentEvent.kind).order_by(CommitmentEvent.id)))
    assert happened == [
        EventKind.CREATED, EventKind.PROPOSED, EventKind.MANDATE_ADDED, EventKind.SIGNED, EventKind.SIGNED,
    ]  # fmt: skip


def test_without_it_or_above_its_limit_the_record_stays_agreed(tablet: Tablet) -> None:
    assert tablet.send(by_mandate(tablet))[0]["commitment"] == "agreed"
    record = by_mandate(tablet)
    assert tablet.send(mandate(record, limit="1000000"), record)[1]["commitment"] == "agreed"  # of Rp11,250,000


def test_one_that_comes_while_it_is_agreed_lets_its_holder_sign(tablet: Tablet) -> None:
    record = by_mandate(tablet)
    tablet.send(record)
    assert outcomes(tablet.send(mandate(record))) == [("stored", "", "agreed")]
    assert kept() == [(SentStanding.TAKEN, None)]
    again = tablet.of_content(record["content"], "buyer")
    again["signatures"] = [signature("buyer", record["content"], **TREASURER)]
    assert tablet.send(again)[0]["commitment"] == "signed"


@pytest.mark.parametrize(
    ("given", "reason"), [({}, BesideReason.SIGNED), ({"name": "Orang Lain"}, BesideReason.SIGNED)]
)
def test_one_that_comes_when_both_have_signed_is_a_late_paper(
    tablet: Tablet, given: dict[str, str], reason: BesideReason
) -> None:
    record = tablet.record()
    tablet.send(record)
    assert outcomes(tablet.send(mandate(record, **given))) == [("stored", "", "signed")]
    assert (kept(), buyer().mandate_file_id, only().state) == (
        [(SentStanding.BESIDE, reason)], None, CommitmentState.SIGNED,
    )  # fmt: skip
    details = db.session.scalars(sa.select(CommitmentEvent.details).where(CommitmentEvent.kind == "paper_kept")).one()
    assert details == {"paper": "mandate", "sha256": hashlib.sha256(PDF).hexdigest(), "why": "signed"}


def test_the_mandate_of_somebody_else_gives_nothing(tablet: Tablet) -> None:
    record = by_mandate(tablet)
    assert tablet.send(mandate(record, name="Orang Lain"), record)[1]["commitment"] == "agreed"
    assert kept() == [(SentStanding.BESIDE, BesideReason.OTHER_PERSON)]


def test_a_tablet_that_was_shut_out_gives_no_mandate_and_loses_none(deal: Deal, tablet: Tablet) -> None:
    record = by_mandate(tablet)
    tablet.send(record)
    tablet.shut_out()
    letter = mandate(record)
    for _again in range(2):
        assert outcomes(tablet.send(letter)) == [("needs_review", "shut_out", "agreed")]
    assert (kept(), buyer().mandate_file_id) == ([(SentStanding.BESIDE, BesideReason.SHUT_OUT)], None)


def test_another_tablet_gives_no_mandate_either(deal: Deal, tablet: Tablet) -> None:
    record = by_mandate(tablet)
    tablet.send(record)
    assert outcomes(make_tablet(deal, "Tablet 2").send(mandate(record))) == [("needs_review", "other_tablet", "agreed")]
    assert kept() == [(SentStanding.BESIDE, BesideReason.OTHER_TABLET)]


def test_with_a_record_that_is_kept_aside_it_waits_and_counts_once_the_organiser_keeps_it(
    deal: Deal, tablet: Tablet
) -> None:
    record = by_mandate(tablet)
    letter = mandate(record)
    tablet.shut_out()
    assert outcomes(tablet.send(letter, record)) == [("needs_review", "shut_out", "")] * 2
    assert kept() == [(SentStanding.WAITING, None)]
    staff = deal.world.client(deal.world.user(roles={deal.event_id: Role.ORGANIZER}))
    base = f"/manage/{deal.code}/commitments/review"
    waiting = staff.get(base).text
    assert "Surat kuasa yang menunggu naskahnya" in waiting
    paper = db.session.scalars(sa.select(SentPaper.code)).one()
    with staff.get(f"/manage/{deal.code}/commitments/sent/{paper}/file") as answer:
        assert (answer.status_code, answer.data) == (200, PDF)
    link = waiting.split(f'href="{base}/')[1].split('"')[0]
    assert "Surat kuasa yang datang bersamanya" in staff.get(f"{base}/{link}").text
    staff.post(f"{base}/{link}/keep")
    assert (kept(), only().state) == ([(SentStanding.TAKEN, None)], CommitmentState.SIGNED)
    assert "Surat kuasa yang menunggu naskahnya" not in staff.get(base).text


def test_the_item_can_be_hashed_again_from_what_is_stored(tablet: Tablet) -> None:
    record = by_mandate(tablet)
    tablet.send(mandate(record), record)
    row = db.session.scalars(sa.select(SentPaper)).one()
    content = path_of(db.session.get_one(StoredFile, row.file_id).code).read_bytes()
    assert "file" not in row.payload
    assert record_hash({**row.payload, "file": base64.b64encode(content).decode()}) == row.paper_hash


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"file": "x"}, "file"), ({"file": base64.b64encode(PDF + b" ").decode()}, "file"), ({"media_type": "image/jpeg"}, "file"),
        ({"media_type": "text/html"}, "file"), ({"name": " "}, "content"), ({"party": "witness"}, "content"),
        ({"limit": "-1"}, "content"), ({"record_id": "1"}, "record_id"), ({"content_hash": "1"}, "content_hash"), ({"device_time": "soon"}, "times"),
    ],
)  # fmt: skip
def test_what_is_no_mandate_is_refused_and_nothing_of_it_is_kept(
    tablet: Tablet, given: dict[str, str], code: str
) -> None:
    [item] = tablet.send({**mandate(tablet.record()), **given})
    assert (item["outcome"], item["code"], kept()) == ("rejected", code, [])
    assert db.session.scalars(sa.select(StoredFile)).all() == []


def test_a_photo_that_no_program_can_open_is_refused(tablet: Tablet) -> None:
    broken = b"\xff\xd8\xff\xe0" + bytes(60)
    [item] = tablet.send(mandate(tablet.record(), broken, "image/jpeg"))
    assert (item["outcome"], item["code"], kept()) == ("rejected", "file", [])


def test_size_is_bounded_below_that_of_a_record(tablet: Tablet) -> None:
    record = tablet.record()
    largest = PDF[:-6] + b" " * (MAX_FILE_BYTES - len(PDF)) + PDF[-6:]
    fits, beyond = mandate(record, largest), mandate(record, PDF[:9] + b" " + largest[9:])
    assert (len(largest), len(json.dumps(fits)) < MAX_BYTES) == (MAX_FILE_BYTES, True)
    assert [item["code"] or item["outcome"] for item in tablet.send(fits, beyond)] == ["stored", "file"]


def test_a_sealed_mandate_of_an_exported_queue_comes_in_like_one_that_was_sent(deal: Deal, tablet: Tablet) -> None:
    record = by_mandate(tablet)
    staff = deal.world.client(deal.world.user(roles={deal.event_id: Role.ORGANIZER}))
    file = queue_file(deal, sealed(deal, [mandate(record), record]))
    page = staff.post(f"/manage/{deal.code}/commitments/import", data=file)
    assert (page.status_code, "Surat kuasa Staf Contoh" in page.text) == (200, True)
    assert (kept(), only().state) == ([(SentStanding.TAKEN, None)], CommitmentState.SIGNED)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_the_vectors_of_the_tablet_are_read_here(case: dict[str, Any]) -> None:
    read = read_mandate(case["item"], case["record_hash"])
    assert (read.content, read.name) == (base64.b64decode(case["file"]), case["given"]["name"])
    with pytest.raises(Malformed) as refused:
        read_mandate({**case["item"], "number": "1"}, case["record_hash"])
    assert refused.value.code == "record_hash"


@pytest.mark.parametrize("case", VECTORS["files"], ids=lambda case: case["name"])
def test_what_a_file_is_both_sides_agree(case: dict[str, Any]) -> None:
    assert ("" if media_type_of(base64.b64decode(case["file"])) else "kind") == case["problem"]
