"""The demo's day: every state of the day is there, told through the services, the same for a seed, and gone with the demo."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.models import (
    Absent,
    Badge,
    BadgeEnd,
    MeetingOutcome,
    MeetingRecord,
    MeetingResult,
    MeetingState,
    MeetingStep,
    OutcomeSource,
    Scan,
    ScanMethod,
    ScanOutcome,
    Substitution,
)
from matchmaking.attendance.seat_models import DaySeat
from matchmaking.audit.services import verify_chain
from matchmaking.commitments.models import (
    Commitment,
    CommitmentKind,
    CommitmentLine,
    CommitmentParty,
    CommitmentState,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.strokes import read_strokes
from matchmaking.extensions import db
from matchmaking.matching.models import Wish
from matchmaking.operations.demo import load as loading
from matchmaking.operations.demo.load import DemoSize, load_demo
from matchmaking.operations.demo.remove import remove_demo
from matchmaking.operations.demo.scribbles import photographed_paper, scribble, sent_strokes
from matchmaking.operations.demo.story import Story
from matchmaking.registration.models import Delegate, Team
from matchmaking.scheduling.day_models import SlotDelay
from matchmaking.scheduling.models import Meeting
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.world import BOTH, World

#: Tables of the day; all of them are empty again when the demo has gone.
OF_THE_DAY = (
    Badge, Scan, Substitution, MeetingRecord, MeetingStep, MeetingOutcome, Commitment, CommitmentLine, CommitmentParty,
    Signature, StoredFile, SlotDelay, DaySeat,
)  # fmt: skip


def values(column: sa.orm.InstrumentedAttribute, *conditions: sa.ColumnElement[bool]) -> set[object]:  # type: ignore[type-arg]
    return set(db.session.scalars(sa.select(column).where(*conditions)))


def count(model: type) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_every_page_of_the_day_has_something_to_show(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "SOLVE_SECONDS", 1)
    logins = load_demo(DemoSize(12, 9), lambda _step: None)
    _see_the_door()
    _see_the_meetings()
    _see_the_commitments()
    _see_what_is_left_to_do(logins)
    assert verify_chain().is_intact
    folder = Path(app.instance_path) / "files"
    assert [path for path in folder.rglob("*") if path.is_file()]
    with transaction():
        remove_demo(Actor(ActorKind.SYSTEM))
    assert {model.__name__ for model in OF_THE_DAY if count(model)} == set()
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    assert count(User) == 0


def _see_the_door() -> None:
    assert values(Scan.outcome) == set(ScanOutcome)
    ways = {ScanMethod.CAMERA, ScanMethod.SCANNER, ScanMethod.TYPED, ScanMethod.SUBSTITUTE, ScanMethod.WALK_IN}
    assert ways <= values(Scan.method)
    assert values(Scan.problem, Scan.outcome == ScanOutcome.REFUSED) == {"vcard", "wrong_check", "link", "reprinted"}
    assert len(values(Scan.id, Scan.undone_at.is_not(None))) == 1
    assert values(Wish.origin, Wish.origin == "walk_in")
    assert values(Substitution.has_letter) == {True, False}
    assert {BadgeEnd.REPRINTED, BadgeEnd.SUBSTITUTED} <= values(Badge.end_reason, Badge.end_reason.is_not(None))
    everybody = values(Delegate.name)
    assert all(str(name).startswith("Peserta Contoh ") for name in everybody)


def _see_the_meetings() -> None:
    assert (count(SlotDelay), count(DaySeat)) == (1, 1)
    states = values(MeetingRecord.state)
    assert {MeetingState.HELD, MeetingState.RUNNING, MeetingState.NO_SHOW, MeetingState.CANCELLED} <= states
    assert values(MeetingRecord.absent, MeetingRecord.absent.is_not(None)) == set(Absent)
    assert values(MeetingStep.undoes_id, MeetingStep.undoes_id.is_not(None))
    assert values(MeetingOutcome.source) == set(OutcomeSource)
    assert values(MeetingOutcome.result) == set(MeetingResult)
    assert values(MeetingOutcome.next_step_on, MeetingOutcome.next_step_on.is_not(None))
    fulfilled = sa.select(MeetingRecord.meeting_id).where(MeetingRecord.state == MeetingState.HELD)
    assert not values(MeetingOutcome.id, MeetingOutcome.meeting_id.not_in(fulfilled))


def _see_the_commitments() -> None:
    assert values(Commitment.state) == {
        CommitmentState.DRAFT, CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED,
        CommitmentState.WITHDRAWN, CommitmentState.AMENDED,
    }  # fmt: skip
    assert values(Signature.method) == set(SigningMethod)
    assert values(Signature.is_authorised) == {True, False}
    assert all(str(name).startswith("Peserta Contoh ") for name in values(CommitmentParty.signatory_name))
    assert values(Commitment.kind) == set(CommitmentKind)
    assert values(Commitment.awaits_budget, Commitment.state == CommitmentState.SIGNED) == {False, True}
    assert "paper" in values(Commitment.origin, Commitment.state == CommitmentState.SIGNED)
    lines = sa.select(sa.func.count(CommitmentLine.id)).group_by(CommitmentLine.commitment_id)
    assert max(db.session.scalars(lines)) == 14
    valid = values(Commitment.valid_until, Commitment.valid_until.is_not(None))
    this_year = clock.today().year
    assert {day.year for day in valid} == {2023, this_year}  # type: ignore[attr-defined]


def _see_what_is_left_to_do(logins: list[loading.DemoLogIn]) -> None:
    """The two with a log-in have a commitment that waits for them, and a held meeting they have said nothing of."""
    for role, party in (("exhibitor", Commitment.exhibitor_id), ("buyer", Commitment.buyer_id)):
        login = next(entry.login for entry in logins if entry.role == role)
        entry_id = db.session.scalars(
            sa.select(Delegate.participation_id).join(User, User.id == Delegate.user_id).where(User.email == login)
        ).one()
        assert CommitmentState.PROPOSED in values(Commitment.state, party == entry_id)
        teams = sa.select(Team.id).where(Team.participation_id == entry_id)
        side = Meeting.exhibitor_team_id if role == "exhibitor" else Meeting.buyer_team_id
        held = db.session.scalars(
            sa.select(Meeting.id)
            .join(MeetingRecord, MeetingRecord.meeting_id == Meeting.id)
            .where(side.in_(teams), MeetingRecord.state == MeetingState.HELD)
        ).all()
        said = values(
            MeetingOutcome.meeting_id, MeetingOutcome.source == OutcomeSource(role), MeetingOutcome.meeting_id.in_(held)
        )
        assert said < set(held), role


def test_a_scribble_is_a_signature_and_the_same_for_a_seed() -> None:
    assert read_strokes(sent_strokes("1 buyer"))
    assert scribble("1 buyer") == scribble("1 buyer")
    assert scribble("1 buyer") != scribble("1 exhibitor")
    for seed in range(60):
        points = [point for stroke in json.loads(sent_strokes(str(seed))) for point in stroke]
        assert all(0 <= x <= 1000 and 0 <= y <= 400 for x, y, _time, _pressure in points)
        assert len(read_strokes(sent_strokes(str(seed)))) == 3


def test_the_photo_of_the_signed_paper_is_drawn_the_same_each_time() -> None:
    picture = photographed_paper("KT-001/CONTOH/V/2023", ["1 buyer", "1 exhibitor"])
    assert picture == photographed_paper("KT-001/CONTOH/V/2023", ["1 buyer", "1 exhibitor"])
    assert Image.open(io.BytesIO(picture)).format == "JPEG"


def test_chance_of_a_chapter_is_its_own() -> None:
    story = Story(1, Actor(ActorKind.SYSTEM), Actor(ActorKind.SYSTEM), (), (), (), (), 3)
    assert story.chance("door").random() == story.chance("door").random()
    assert story.chance("door").random() != story.chance("odd").random()
