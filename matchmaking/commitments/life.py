"""The state of a commitment, derived from its events: pure, so that the rule stands in one place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaking.commitments.models import CommitmentState, EventKind, PartyKind

#: States in which a commitment's value counts as committed (*komitmen*).
COUNTED = (CommitmentState.SIGNED, CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED)
#: States that only what both have signed can have: its paper may still be sealed when an addendum came quickly.
HAS_BEEN_SIGNED = (*COUNTED, CommitmentState.AMENDED)
#: States that end on their own when the fiscal year is over.
_MAY_EXPIRE = (CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.SIGNED)
_OPEN = frozenset({CommitmentState.PROPOSED, CommitmentState.AGREED})
_LIVE = frozenset(CommitmentState) - {CommitmentState.WITHDRAWN, CommitmentState.EXPIRED, CommitmentState.AMENDED}
_REALIZABLE = frozenset({CommitmentState.SIGNED, CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED})
#: In which states each thing may happen. A paper may be printed again and realisation reported after the year has ended.
_ALLOWED: dict[EventKind, frozenset[CommitmentState]] = {
    EventKind.CREATED: frozenset({CommitmentState.DRAFT}),
    EventKind.PROPOSED: frozenset({CommitmentState.DRAFT}),
    EventKind.REOPENED: frozenset({CommitmentState.PROPOSED, CommitmentState.EXPIRED}),
    EventKind.AGREED: _OPEN,
    EventKind.SIGNED: _OPEN,
    EventKind.LINK_SENT: _OPEN,
    EventKind.INK_PRINTED: (_LIVE | {CommitmentState.EXPIRED}) - {CommitmentState.DRAFT},
    EventKind.MANDATE_ADDED: frozenset({CommitmentState.DRAFT}) | _OPEN,
    EventKind.WITHDRAWN: frozenset({CommitmentState.DRAFT, CommitmentState.SIGNED, CommitmentState.EXPIRED}) | _OPEN,
    EventKind.REALIZED: _REALIZABLE | {CommitmentState.EXPIRED},
    EventKind.REALIZATION_VOIDED: frozenset({CommitmentState.PARTLY_REALIZED, CommitmentState.REALIZED}),
    EventKind.AMENDED: frozenset({CommitmentState.SIGNED, CommitmentState.PARTLY_REALIZED}),
    EventKind.BUDGET_CONFIRMED: _OPEN | _REALIZABLE,
    EventKind.REMINDED: _OPEN,
    EventKind.DUTY_STAMPED: _REALIZABLE | {CommitmentState.EXPIRED, CommitmentState.AMENDED, CommitmentState.WITHDRAWN},
    EventKind.WITNESSED: _REALIZABLE,
    EventKind.CERTIFIED: _REALIZABLE | {CommitmentState.EXPIRED},
    EventKind.PAPER_KEPT: frozenset(CommitmentState) - {CommitmentState.DRAFT},
}


def may_happen(kind: EventKind, state: CommitmentState) -> bool:
    """Say whether something of this kind may be recorded in a state (as it is on the day, see :func:`state_on`)."""
    return state in _ALLOWED[kind]


@dataclass(frozen=True)
class Happening:
    """What the rule needs of one event."""

    kind: EventKind
    party: str | None = None
    amount: int | None = None


def derive_state(events: Iterable[Happening], total: int) -> CommitmentState:
    """Return the state after these events, in their order; expiry is :func:`state_on`'s.

    One party's signature leaves it *proposed*; when both have at least agreed it is *agreed*; when both have signed by somebody
    authorised it is *signed*. Withdrawn and amended are the end. A voided realisation counts no more.
    """
    is_proposed, agreed, signed, realized = False, set[str](), set[str](), 0
    for event in events:
        if event.kind is EventKind.WITHDRAWN:
            return CommitmentState.WITHDRAWN
        if event.kind is EventKind.AMENDED:
            return CommitmentState.AMENDED
        if event.kind is EventKind.PROPOSED:
            is_proposed = True
        elif event.kind is EventKind.REOPENED:
            is_proposed, agreed, signed = False, set(), set()
        elif event.kind is EventKind.AGREED and event.party:
            agreed.add(event.party)
        elif event.kind is EventKind.SIGNED and event.party:
            signed.add(event.party)
        elif event.kind is EventKind.REALIZED:
            realized += event.amount or 0
        elif event.kind is EventKind.REALIZATION_VOIDED:
            realized -= event.amount or 0
    if not is_proposed:
        return CommitmentState.DRAFT
    both = {kind.value for kind in PartyKind}
    if signed >= both:
        return _realization(realized, total)
    return CommitmentState.AGREED if agreed | signed >= both else CommitmentState.PROPOSED


def realized_amount(events: Iterable[Happening]) -> int:
    """Return what was bought by these events, in whole rupiah."""
    signs = {EventKind.REALIZED: 1, EventKind.REALIZATION_VOIDED: -1}
    return sum(signs.get(event.kind, 0) * (event.amount or 0) for event in events)


def _realization(realized: int, total: int) -> CommitmentState:
    if realized >= total > 0:
        return CommitmentState.REALIZED
    return CommitmentState.PARTLY_REALIZED if realized > 0 else CommitmentState.SIGNED


def state_on(state: CommitmentState, valid_until: date | None, today: date) -> CommitmentState:
    """Return the state as it is on a day: what was not realised at all ends after ``valid_until``."""
    if valid_until and today > valid_until and state in _MAY_EXPIRE:
        return CommitmentState.EXPIRED
    return state
