"""What is worth a second look before a commitment is fixed; pure, and the same on a tablet without a network.

``static/js/commitments/checks.js`` is the other half; both are held to ``tests/commitments/vectors/checks_1.json``. The codes are
recorded with the commitment, they are never a wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matchmaking.commitments.thresholds import Threshold, passed_together

E_PURCHASING = "e_purchasing"
LAST_MONTH = 12


@dataclass(frozen=True)
class CheckedLine:
    """A line with what is known of its product. ``is_listed``: ``None`` where the line was typed by hand."""

    quantity_thousandths: int
    monthly_capacity: int | None = None
    is_listed: bool | None = None


@dataclass(frozen=True)
class CheckedFacts:
    """What the checks look at. ``ceiling``: of the linked package; money in whole rupiah."""

    total: int
    ceiling: int | None
    method: str
    planned_month: int | None
    fiscal_year: int
    lines: tuple[CheckedLine, ...] = ()


@dataclass(frozen=True)
class BesideFacts:
    """A record beside the others that stand, in whole rupiah with PPN.

    ``on_code``: the others on its RUP code, whose package has ``ceiling``; ``of_pair``: the others of its work unit and IKM in its
    fiscal year.
    """

    amount: int
    fiscal_year: int
    on_code: tuple[int, ...] = ()
    ceiling: int | None = None
    of_pair: tuple[int, ...] = ()
    thresholds: tuple[Threshold, ...] = ()


def warnings_beside(facts: BesideFacts, today: date) -> list[str]:
    """Return the codes that only other records and the calendar give; shown before those of :func:`warnings_for`."""
    found = []
    if facts.on_code and facts.ceiling is not None and facts.amount + sum(facts.on_code) > facts.ceiling:
        found.append("above_ceiling_together")
    if passed_together((*facts.of_pair, facts.amount), facts.thresholds):
        found.append("above_threshold")
    if facts.fiscal_year > today.year:
        found.append("next_year")
    return found


def is_closed(planned: str, method: str, competitive: Iterable[str]) -> bool:
    """Say whether a package planned by one method takes no record by another: makers compete, and no winner is named before."""
    return planned in competitive and method != planned


def warnings_for(facts: CheckedFacts, today: date) -> list[str]:
    """Return the codes of ``labels.WARNING_LABELS`` that hold, in their order."""
    found = []
    if facts.ceiling is not None and facts.total > facts.ceiling:
        found.append("above_ceiling")
    months = months_to_make(facts.fiscal_year, facts.planned_month, today)
    if _is_above_capacity(facts.lines, months):
        found.append("above_capacity")
    if not facts.method:
        found.append("no_method")
    elif facts.method != E_PURCHASING:
        found.append("other_method")
    elif any(line.is_listed is False for line in facts.lines):
        found.append("not_listed")
    return found


def _is_above_capacity(lines: Iterable[CheckedLine], months: int) -> bool:
    return any(
        line.monthly_capacity is not None and line.quantity_thousandths > line.monthly_capacity * months * 1000
        for line in lines
    )


def months_to_make(fiscal_year: int, planned_month: int | None, today: date) -> int:
    """Return the months from now to the planned one (else December) of the fiscal year, this one counted too; at least 1."""
    last = fiscal_year * 12 + (planned_month or LAST_MONTH)
    return max(last - (today.year * 12 + today.month) + 1, 1)
