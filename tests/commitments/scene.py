"""A buyer and a maker who mean to do business: commitments in each state, made through the services."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import uuid4

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.commitments.commands import (
    BeginCommitment,
    DraftDetails,
    LineDetails,
    ProposeCommitment,
    RecordEvent,
    SignatoryDetails,
)
from matchmaking.commitments.labels import WARNING_LABELS
from matchmaking.commitments.models import Commitment, EventKind
from matchmaking.commitments.services.drafting import begin_commitment
from matchmaking.commitments.services.proposing import propose_commitment
from matchmaking.commitments.services.recording import locked_commitment, record_event
from matchmaking.extensions import db
from matchmaking.registration.models import Side
from matchmaking.transactions import transaction
from tests.world import World

SHAWLS = LineDetails(name="Selendang tapis", quantity="25", unit="helai", unit_price="450000")
DETAILS = DraftDetails(
    lines=(SHAWLS,),
    method="e_purchasing",
    month="8",
    fiscal_year=str(clock.today().year),
    buyer_signatory=SignatoryDetails(name="Pejabat Contoh", office="Kepala Bagian Umum", role="commitment_officer"),
    exhibitor_signatory=SignatoryDetails(name="Pengrajin Contoh", office="Pemilik", role="owner"),
)
ALL_WARNINGS = tuple(WARNING_LABELS)


def new_key() -> str:
    """A key as a page or device makes it."""
    return str(uuid4())


@dataclass
class Deal:
    """An event with one approved buyer and one approved maker."""

    world: World
    event_id: int
    code: str  # the event's
    buyer_id: int
    maker_id: int
    actor: Actor

    def begin(self, details: DraftDetails = DETAILS, **given: object) -> str:
        """A draft; returns its code."""
        command = BeginCommitment(self.event_id, new_key(), self.buyer_id, self.maker_id, details)
        with transaction():
            return begin_commitment(self.actor, replace(command, **given)).code  # type: ignore[arg-type]

    def propose(self, details: DraftDetails = DETAILS, **given: object) -> str:
        """A proposed commitment; returns its code."""
        code = self.begin(details, **given)
        seen = self.row(code).row_version
        with transaction():
            command = ProposeCommitment(self.event_id, code, new_key(), seen, ALL_WARNINGS)
            propose_commitment(self.actor, command)
        return code

    def happen(self, code: str, kind: EventKind, party: str | None = None, **given: object) -> None:
        """Record an event as signing, papers or reporting would."""
        with transaction():
            row = locked_commitment(self.event_id, code)
            record_event(self.actor, row, RecordEvent(kind, new_key(), party, **given))  # type: ignore[arg-type]

    def agreed(self, details: DraftDetails = DETAILS) -> str:
        """Both agree, nobody authorised has signed."""
        code = self.propose(details)
        for party in ("buyer", "exhibitor"):
            self.happen(code, EventKind.AGREED, party)
        return code

    def signed(self, details: DraftDetails = DETAILS) -> str:
        """Both have signed."""
        code = self.propose(details)
        for party in ("buyer", "exhibitor"):
            self.happen(code, EventKind.SIGNED, party)
        return code

    def row(self, code: str) -> Commitment:
        """The commitment as it is stored now."""
        db.session.rollback()
        return db.session.query(Commitment).populate_existing().filter_by(code=code).one()


def make_deal(world: World, **buyer: object) -> Deal:
    """Build the event; ``buyer`` goes to the buyer's organisation."""
    event_id = world.event()
    return Deal(
        world,
        event_id,
        world.code_of(event_id),
        world.participation(event_id, Side.BUYER, **buyer),  # type: ignore[arg-type]
        world.participation(
            event_id, Side.EXHIBITOR, business_id_number=f"{1234567890122 + event_id:013d}", regency="18.71"
        ),
        world.organizer(event_id),
    )
