"""A paper that comes too late stands beside its record with its own hash; record, seal and check stay what they were."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking.actor import Role
from matchmaking.commitments.guard import FrozenContent
from matchmaking.commitments.models import CommitmentEvent, EventKind
from matchmaking.commitments.paper_models import PaperFile, PaperKind, WitnessSignature
from matchmaking.commitments.papers import paper_pdf
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.queries.judging import Reason, Verdict, judge
from matchmaking.commitments.queries.sent_papers import late_papers
from matchmaking.commitments.queries.trail import strokes_hash, trail_of
from matchmaking.commitments.sent_models import BesideReason, SentKind, SentPaper, SentStanding
from matchmaking.commitments.strokes import read_strokes
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.tablets import STROKES, Tablet, only, signature, witness
from tests.world import BOTH, World

HASH = strokes_hash(read_strokes(STROKES))
OTHER = json.dumps([[[150 + 20 * n, 200 - (n % 7) * 9, 16 * n, 0.5] for n in range(30)]])


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        db.session.get_one(Event, made.event_id).public_address = "https://temu.example"
    return made


def kept() -> list[tuple[Any, ...]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(SentPaper).order_by(SentPaper.id))
    return [(row.kind, row.standing, row.reason, row.name, row.sha256, row.commitment_id) for row in rows]


def told() -> list[dict[str, str]]:
    happened = sa.select(CommitmentEvent.details).where(CommitmentEvent.kind == EventKind.PAPER_KEPT)
    return list(db.session.scalars(happened.order_by(CommitmentEvent.id)))


def beside(reason: BesideReason, name: str = "Saksi Contoh", sha256: str = HASH) -> tuple[Any, ...]:
    return (SentKind.WITNESS, SentStanding.BESIDE, reason, name, sha256, only().id)


def page_of(deal: Deal, role: Role = Role.ORGANIZER) -> str:
    client = deal.world.client(deal.world.user(roles={deal.event_id: role}))
    response = client.get(f"/manage/{deal.code}/commitments/{only().code}")
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_witness_under_what_is_only_agreed_is_kept_beside_it_once(tablet: Tablet) -> None:
    record = {**tablet.record("buyer"), "witness": witness()}
    assert tablet.send(record)[0]["outcome"] == "stored"
    assert kept() == [beside(BesideReason.NOT_SIGNED)]
    assert told() == [{"paper": "witness", "sha256": HASH, "why": "not_signed"}]
    assert tablet.send(record)[0]["outcome"] == "duplicate"
    again = {**record, "signatures": record["signatures"], "offset_seconds": "7"}  # another record of the same drawing
    assert tablet.send(again)[0]["outcome"] == "duplicate"
    assert (len(kept()), len(told())) == (1, 1)
    assert db.session.scalars(sa.select(WitnessSignature)).all() == []


def test_what_is_kept_beside_stays_beside_when_both_have_signed_later(tablet: Tablet) -> None:
    first = {**tablet.record("buyer"), "witness": witness()}
    tablet.send(first)
    tablet.send(tablet.of_content(first["content"], "exhibitor"))
    assert db.session.scalars(sa.select(WitnessSignature)).all() == []
    assert kept() == [beside(BesideReason.NOT_SIGNED)]
    trail = trail_of(only().id)
    assert trail is not None
    assert [event.paper_sha256 for event in trail.events if event.paper_sha256] == [HASH]  # it is on the audit page


def test_a_second_witness_does_not_take_the_first_ones_place(tablet: Tablet) -> None:
    first = {**tablet.record(), "witness": witness()}
    tablet.send(first)
    later = {
        **first, "signatures": [signature("buyer", first["content"], key=first["signatures"][0]["key"])],
        "witness": witness(name="Saksi Kedua", strokes=OTHER),
    }  # fmt: skip
    assert tablet.send(later)[0]["outcome"] == "duplicate"  # of its signatures; the witness is new
    assert [row.name for row in db.session.scalars(sa.select(WitnessSignature))] == ["Saksi Contoh"]
    assert kept() == [beside(BesideReason.WITNESSED, "Saksi Kedua", strokes_hash(read_strokes(OTHER)))]


def sealed_file() -> tuple[bytes, str]:
    row = db.session.scalars(sa.select(PaperFile).where(PaperFile.kind == PaperKind.SEALED)).one()
    return path_of(db.session.get_one(StoredFile, row.file_id).code).read_bytes(), row.sha256


def test_a_witness_that_comes_after_the_seal_changes_neither_file_nor_answer(deal: Deal, tablet: Tablet) -> None:
    first = tablet.record()
    tablet.send(first)
    deal.world.run_jobs()
    before, sha256 = sealed_file()
    unsealed = paper_pdf(commitment_view(deal.event_id, only().code))
    late = {**tablet.of_content(first["content"], "buyer"), "witness": witness()}
    late["signatures"] = first["signatures"]
    assert tablet.send(late)[0]["outcome"] == "duplicate"
    deal.world.run_jobs()
    assert kept() == [beside(BesideReason.SEALED)]
    assert sealed_file() == (before, sha256)
    assert paper_pdf(commitment_view(deal.event_id, only().code)) == unsealed
    found = judge(before)
    assert (found.verdict, found.reason) == (Verdict.VALID, Reason.SEALED)
    check = deal.world.app.test_client().get(f"/check/{only().code}").text
    assert ("Saksi Contoh" in check, HASH in check) == (False, False)


def test_staff_see_the_late_paper_with_its_hash_and_a_party_sees_only_that_there_is_one(
    deal: Deal, tablet: Tablet
) -> None:
    tablet.send({**tablet.record("buyer"), "witness": witness()})
    [paper] = late_papers(only().id)
    assert (paper.name, paper.office, paper.sha256, len(paper.paths)) == ("Saksi Contoh", "Kepala Dinas", HASH, 1)
    text = page_of(deal)
    for part in ("Berkas susulan", "Saksi Contoh", f"SHA-256 {HASH}", f"SHA-256 {HASH[:12]}…", "Belum kedua pihak"):
        assert part in text, part
    own = deal.world.client(deal.world.login_of(deal.buyer_id)).get(f"/my/{deal.code}/commitments/{only().code}").text
    assert (HASH[:12] in own, "Saksi Contoh" in own) == (True, False)


def test_a_late_paper_is_never_edited(tablet: Tablet) -> None:
    tablet.send({**tablet.record("buyer"), "witness": witness()})
    row = db.session.scalars(sa.select(SentPaper)).one()
    with pytest.raises(FrozenContent), transaction():
        db.session.get_one(SentPaper, row.id).name = "Orang Lain"
