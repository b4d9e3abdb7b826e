"""A witness signs many commitments in one go: one drawing, and under each commitment a record of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life import COUNTED
from matchmaking.commitments.models import Commitment, EventKind
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.services.recording import locked_commitment, record_event, who_acts
from matchmaking.commitments.services.sealing import request_seal
from matchmaking.commitments.services.settings import settings_of
from matchmaking.commitments.services.signing import drawing_refusal, require_screen_signing
from matchmaking.commitments.strokes import Stroke, StrokesRefused, read_strokes
from matchmaking.errors import InvalidInput, NotAllowed
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import insert_new

_KEY = re.compile(r"[0-9a-fA-F-]{32,38}")
#: More are signed in two goes; nobody reads that many at once.
MAX_AT_ONCE = 200


@dataclass(frozen=True)
class WitnessRequest:
    """One drawing for many commitments. ``key`` is made by the page: the same key again is the same signature."""

    event_id: int
    codes: tuple[str, ...]
    key: str
    name: str
    office: str
    strokes: str
    device_time: datetime | None = None


@dataclass(frozen=True)
class WitnessDrawing:
    """What a witness gave: who, and what was drawn."""

    key: str
    name: str
    office: str
    strokes: list[Stroke]
    device_time: datetime | None = None


@dataclass(frozen=True)
class WitnessOutcome:
    """How many were signed with this drawing, and how many had a witness or a seal already."""

    signed: int
    passed_over: int


def witness_commitments(actor: Actor, request: WitnessRequest) -> WitnessOutcome:
    """Put the witness's signature under each chosen commitment and ask for its seal.

    Raises:
        InvalidInput: no name, nothing drawn, nothing chosen.
        NotFound: one of them is no commitment of this event.
        NotAllowed: the event has no witness who signs on a screen, or no signing on screens at all.
    """
    require_screen_signing(request.event_id)
    if not settings_of(request.event_id).has_screen_witness:
        raise NotAllowed(_("In this event the witness signs in ink on the printed paper."))
    drawing = _checked(request)
    signed = passed_over = 0
    for code in sorted(set(request.codes)):
        commitment = locked_commitment(request.event_id, code)
        if add_witness(actor, commitment, drawing):
            signed += 1
        else:
            passed_over += 1
    return WitnessOutcome(signed, passed_over)


def _checked(request: WitnessRequest) -> WitnessDrawing:
    name, office = " ".join(request.name.split()), " ".join(request.office.split())
    fields = {}
    if not name:
        fields["name"] = _("Please write who witnesses.")
    if len(name) > 160 or len(office) > 160:
        fields["name"] = _("Please keep name and office below 160 characters.")
    if not 0 < len(set(request.codes)) <= MAX_AT_ONCE:
        fields["codes"] = _("Please tick between 1 and %(most)s commitments.", most=MAX_AT_ONCE)
    strokes: list[Stroke] = []
    try:
        strokes = read_strokes(request.strokes)
    except StrokesRefused as refusal:
        fields["strokes"] = drawing_refusal(refusal.problem)
    if fields:
        raise InvalidInput(_("Please look at the marked fields."), fields=fields)
    if not _KEY.fullmatch(request.key):
        raise InvalidInput(_("The page was out of date. Please reload it and try again."))
    return WitnessDrawing(request.key, name, office, strokes, request.device_time)


def add_witness(actor: Actor, commitment: Commitment, drawing: WitnessDrawing) -> bool:
    """Store the witness's signature under one locked commitment; say whether it stands there with this drawing.

    Under what is not signed by both, sealed already or witnessed before nothing is added.
    """
    stored = sa.select(WitnessSignature.batch_key).where(WitnessSignature.commitment_id == commitment.id)
    before = db.session.scalar(stored)
    if before or commitment.state not in COUNTED or sealed_file(commitment.id) is not None:
        return before == drawing.key
    row_id = insert_new(
        WitnessSignature,
        {
            "commitment_id": commitment.id, "batch_key": drawing.key, "name": drawing.name, "office": drawing.office,
            "strokes": drawing.strokes, "content_hash": commitment.content_hash, "signed_at": clock.now(),
            "device_time": drawing.device_time,
            **{key: value for key, value in who_acts(actor).items() if key != "link_id"},
        },
    )  # fmt: skip
    if row_id is None:
        return False
    record_event(actor, commitment, RecordEvent(EventKind.WITNESSED, drawing.key, device_time=drawing.device_time))
    request_seal(actor, commitment)
    return True
