"""The figures of an event's commitments: how many, how much, cut by kind of buyer, category and regency."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from matchmaking import clock
from matchmaking.commitments.life import COUNTED, state_on
from matchmaking.commitments.life_models import Realization
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentLine, CommitmentState
from matchmaking.commitments.queries.counting import is_committed
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation


@dataclass(frozen=True)
class Amount:
    """How many commitments and what they come to, in whole rupiah."""

    count: int = 0
    value: int = 0


@dataclass(frozen=True)
class Figures:
    """An event's commitments at one moment. Only *signed* and what follows counts as committed value.

    ``next_year``: signed too, but for a later year whose budget (DPA) is not confirmed yet; not part of ``signed``. ``amended``:
    replaced by an addendum, which is counted in its place. ``invited``: invitations to take part, proposed or signed; they
    name no price. Withdrawals are no figures of their own: what they took back is in ``withdrawn``.

    A commitment that was signed stays in ``signed`` when its fiscal year ends unrealised (``signed_expired`` of them); a
    proposed or agreed one that ends so is only in ``expired``. The cuts are those of ``signed``: by the buyer's kind, by the
    maker's regency, and by category the value of the lines ('' for what is typed freely), where one commitment may stand in several.
    """

    signed: Amount = field(default_factory=Amount)
    signed_expired: Amount = field(default_factory=Amount)
    next_year: Amount = field(default_factory=Amount)  # menunggu DPA
    amended: Amount = field(default_factory=Amount)
    invited: Amount = field(default_factory=Amount)
    agreed: Amount = field(default_factory=Amount)  # menunggu penandatangan
    proposed: Amount = field(default_factory=Amount)
    draft: Amount = field(default_factory=Amount)
    withdrawn: Amount = field(default_factory=Amount)
    expired: Amount = field(default_factory=Amount)
    realized: Amount = field(default_factory=Amount)  # commitments on which something was bought, and for how much
    realized_domestic: Amount = field(default_factory=Amount)  # PDN: of those entries that say it
    realized_small: Amount = field(default_factory=Amount)  # micro and small businesses, cooperatives: the same
    by_buyer_type: dict[str, Amount] = field(default_factory=dict)
    by_category: dict[str, Amount] = field(default_factory=dict)
    by_regency: dict[str, Amount] = field(default_factory=dict)
    counted_at: datetime = field(default_factory=clock.now)

    @property
    def signed_count(self) -> int:
        """How many count as committed."""
        return self.signed.count

    @property
    def signed_value(self) -> int:
        """The committed value."""
        return self.signed.value


def commitment_figures(event_id: int) -> Figures:
    """Return the figures as they are now: four statements, however many commitments there are."""
    today = clock.today()
    cuts = Commitment.kind, Commitment.state, Commitment.valid_until, Commitment.awaits_budget
    rows = db.session.execute(
        sa.select(*cuts, sa.func.count(), sa.func.sum(Commitment.total))
        .where(Commitment.event_id == event_id, Commitment.kind != CommitmentKind.WITHDRAWAL)
        .group_by(*cuts)
    )
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, valid_until, awaits_budget, count, value in rows:
        on_day = state_on(state, valid_until, today)
        names = _invited(on_day) if kind is CommitmentKind.INVITATION else _names(state, on_day, awaits_budget)
        for name in names:
            found[name].update(count=count, value=int(value or 0))
    by_state: dict[str, Any] = dict(_amounts(found))
    types, regencies = _by_party(event_id)
    by_state |= _realized(event_id)
    return Figures(**by_state, by_buyer_type=types, by_regency=regencies, by_category=_by_category(event_id))


def _realized(event_id: int) -> dict[str, Amount]:
    """Return what was bought, entries that were taken back left out; an entry that does not say its parts is in none."""
    parts = {
        "realized": Realization.value,
        "realized_domestic": Realization.domestic_value,
        "realized_small": Realization.small_value,
    }
    counts = (
        sa.func.count(sa.case((column.is_not(None), Realization.commitment_id)).distinct()) for column in parts.values()
    )
    sums = (sa.func.sum(column) for column in parts.values())
    row = db.session.execute(
        sa.select(*counts, *sums)
        .join(Commitment, Commitment.id == Realization.commitment_id)
        .where(Commitment.event_id == event_id, Realization.voided_at.is_(None))
    ).one()
    return {name: Amount(row[at], int(row[at + len(parts)] or 0)) for at, name in enumerate(parts)}


def _invited(today: CommitmentState) -> list[str]:
    """Return which figures an invitation is part of."""
    return ["invited"] if today in (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED) else []


def _names(stored: CommitmentState, today: CommitmentState, awaits_budget: bool) -> list[str]:
    """Return which figures a commitment is part of."""
    if stored in COUNTED and awaits_budget:
        return ["next_year"]
    if stored in COUNTED:
        return ["signed", "signed_expired"] if today is CommitmentState.EXPIRED else ["signed"]
    return [today.value]


def _by_party(event_id: int) -> tuple[dict[str, Amount], dict[str, Amount]]:
    """Return the signed ones by the buyer's kind and by the maker's regency."""
    buyer = aliased(Participation)
    maker = aliased(Participation)
    agency, business = aliased(Organization), aliased(Organization)
    rows = db.session.execute(
        sa.select(agency.buyer_type, business.regency, sa.func.count(), sa.func.sum(Commitment.total))
        .join(buyer, buyer.id == Commitment.buyer_id)
        .join(agency, agency.id == buyer.organization_id)
        .join(maker, maker.id == Commitment.exhibitor_id)
        .join(business, business.id == maker.organization_id)
        .where(Commitment.event_id == event_id, is_committed())
        .group_by(agency.buyer_type, business.regency)
    )
    types: defaultdict[str, Counter[str]] = defaultdict(Counter)
    regencies: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for buyer_type, regency, count, value in rows:
        types[buyer_type.value if buyer_type else ""].update(count=count, value=int(value))
        regencies[regency or ""].update(count=count, value=int(value))
    return _amounts(types), _amounts(regencies)


def _by_category(event_id: int) -> dict[str, Amount]:
    rows = db.session.execute(
        sa.select(
            CommitmentLine.category_id,
            sa.func.count(CommitmentLine.commitment_id.distinct()),
            sa.func.sum(CommitmentLine.line_total),
        )
        .join(Commitment, Commitment.id == CommitmentLine.commitment_id)
        .where(Commitment.event_id == event_id, is_committed())
        .group_by(CommitmentLine.category_id)
    )
    return {category or "": Amount(count, int(value)) for category, count, value in rows}


def _amounts(counters: dict[str, Counter[str]]) -> dict[str, Amount]:
    return {name: Amount(found["count"], found["value"]) for name, found in counters.items()}
