"""Where a person stands in commitments by name alone: typed by hand on a tablet or form, as signatory, witness or holder of a mandate.

A name counts only where the person belongs: as signatory for an organisation the person comes for, as witness in an event of the person.
A namesake of another organisation is somebody else, and nobody's data are handed to a namesake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonRef
from matchmaking.commitments.models import Commitment, CommitmentParty
from matchmaking.commitments.paper_models import WitnessSignature
from matchmaking.commitments.sent_models import SentPaper
from matchmaking.commitments.sync_models import ReceivedRecord
from matchmaking.events.models import Membership
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation


@dataclass(frozen=True)
class Called:
    """How a person may stand in a record: codes as delegate, names (folded), and the entries and events where a name means them."""

    codes: frozenset[str]
    names: frozenset[str]
    entry_ids: frozenset[int]
    entries: frozenset[tuple[int, str]]  # event, code of the entry
    events: frozenset[int]

    def is_named(self, name: str) -> bool:
        """Say whether a name is the person's, but for case and blanks."""
        return folded(name) in self.names

    def signs_as(self, event_id: int, content: Mapping[str, Any], signature: Mapping[str, str]) -> bool:
        """Say whether a signature in a record of a tablet is the person's."""
        if signature.get("person"):
            return signature["person"] in self.codes
        return self.is_named(signature["name"]) and (event_id, content[signature["party"]]["code"]) in self.entries


def folded(name: str) -> str:
    """Return a name without regard to case and blanks."""
    return " ".join(name.casefold().split())


def called(person: PersonRef) -> Called:
    """Return how a person may stand in records."""
    rows = db.session.execute(
        sa.select(Delegate.code, Delegate.name, Delegate.erased_at, Participation.id, Participation.event_id, Participation.code)
        .join(Participation, Participation.id == Delegate.participation_id)
        .where(Delegate.id.in_(person.delegate_ids))
    ).all()  # fmt: skip
    member_of = db.session.scalars(sa.select(Membership.event_id).where(Membership.user_id == person.user_id))
    known = [name for _code, name, erased_at, *_entry in rows if erased_at is None]
    return Called(
        codes=frozenset(row[0] for row in rows),
        names=frozenset(folded(name) for name in (*known, *person.names) if name.strip()),
        entry_ids=frozenset(row[3] for row in rows),
        entries=frozenset((row[4], row[5]) for row in rows),
        events=frozenset((*(row[4] for row in rows), *member_of)),
    )


def named_parties(who: Called, delegate_ids: tuple[int, ...]) -> list[int]:
    """Return the parties for which a person is named to sign, chosen from the registration or typed by hand."""
    rows = db.session.execute(
        sa.select(CommitmentParty.id, CommitmentParty.delegate_id, CommitmentParty.signatory_name)
        .where(
            sa.or_(CommitmentParty.delegate_id.in_(delegate_ids), CommitmentParty.participation_id.in_(who.entry_ids))
        )
        .order_by(CommitmentParty.id)
    )
    return [
        row_id
        for row_id, delegate, name in rows
        if delegate in delegate_ids or (delegate is None and who.is_named(name))
    ]


def signatures_sent(who: Called) -> Iterator[tuple[ReceivedRecord, Mapping[str, str]]]:
    """Yield each signature of a person in a record that a tablet sent, whatever became of the record."""
    for row in _records(who):
        for signature in row.payload["signatures"]:
            if who.signs_as(row.event_id, row.payload["content"], signature):
                yield row, signature


def witnessed_records(who: Called) -> Iterator[tuple[ReceivedRecord, Mapping[str, str]]]:
    """Yield each witness of a person's name in a record that a tablet sent."""
    for row in _records(who):
        witness = row.payload.get("witness") or {}
        if witness.get("strokes") and who.is_named(witness.get("name", "")):
            yield row, witness


def _records(who: Called) -> Iterator[ReceivedRecord]:
    wanted = sa.select(ReceivedRecord).where(ReceivedRecord.event_id.in_(who.events)).order_by(ReceivedRecord.id)
    yield from db.session.scalars(wanted.execution_options(yield_per=50))


def witnessings(who: Called) -> list[tuple[WitnessSignature, str]]:
    """Return what a person of this name witnessed, each with the number of the record."""
    rows = db.session.execute(
        sa.select(WitnessSignature, Commitment.number)
        .join(Commitment, Commitment.id == WitnessSignature.commitment_id)
        .where(Commitment.event_id.in_(who.events))
        .order_by(WitnessSignature.id)
    )
    return [(row, number or "") for row, number in rows if who.is_named(row.name)]


def sent_papers_of(who: Called) -> list[SentPaper]:
    """Return the papers from tablets that bear a person's name."""
    rows = db.session.scalars(sa.select(SentPaper).where(SentPaper.event_id.in_(who.events)).order_by(SentPaper.id))
    return [row for row in rows if who.is_named(row.name)]
