"""Who may turn *agreed* into *signed*: one pure rule."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking.commitments.models import PartyKind, SignatoryRole
from matchmaking.registration.models import BuyerType

BY_ROLE, BY_MANDATE, BY_ATTORNEY = "role", "mandate", "power_of_attorney"

_OFFICERS = frozenset({SignatoryRole.BUDGET_USER, SignatoryRole.COMMITMENT_OFFICER})
_COMPANIES = frozenset({BuyerType.STATE_OWNED_COMPANY, BuyerType.REGIONAL_OWNED_COMPANY, BuyerType.PRIVATE_COMPANY})
_BUSINESS_HEADS = frozenset({SignatoryRole.OWNER, SignatoryRole.DIRECTOR, SignatoryRole.COOPERATIVE_CHAIR})


@dataclass(frozen=True)
class Powers:
    """What somebody has beside the role: a mandate on file, and up to which total mandate and office reach."""

    has_mandate: bool = False
    mandate_limit: int | None = None
    authority_limit: int | None = None


def authority_of(
    kind: PartyKind,
    buyer_type: BuyerType | None,
    role: SignatoryRole | None,
    powers: Powers,
    total: int,
) -> str:
    """Return why somebody may sign for a party: ``role``, ``mandate``, ``power_of_attorney``, or ``''`` when they may not.

    A buyer's budget user (PA/KPA) or PPK signs by role, of a company the director too; an IKM's owner, director or
    cooperative chair, each up to the limit of the office where there is one. Anybody else needs an uploaded mandate (of
    an IKM: a power of attorney), and one with a limit reaches up to that limit.
    """
    if role in roles_that_sign(kind, buyer_type) and _reaches(powers.authority_limit, total):
        return BY_ROLE
    if not powers.has_mandate or not _reaches(powers.mandate_limit, total):
        return ""
    is_attorney = kind is PartyKind.EXHIBITOR or role is SignatoryRole.ATTORNEY
    return BY_ATTORNEY if is_attorney else BY_MANDATE


def _reaches(limit: int | None, total: int) -> bool:
    return limit is None or total <= limit


def roles_that_sign(kind: PartyKind, buyer_type: BuyerType | None) -> frozenset[SignatoryRole]:
    """Return the roles that need no mandate."""
    if kind is PartyKind.EXHIBITOR:
        return _BUSINESS_HEADS
    return _OFFICERS | {SignatoryRole.DIRECTOR} if buyer_type in _COMPANIES else _OFFICERS


def is_same_person(first: str, second: str) -> bool:
    """Say whether two names are written alike but for case and blanks; a mandate counts for its holder only."""
    return bool(first.strip()) and first.casefold().split() == second.casefold().split()
