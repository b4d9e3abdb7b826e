"""Who may turn *agreed* into *signed*: one pure rule."""

from __future__ import annotations

from matchmaking.commitments.models import PartyKind, SignatoryRole
from matchmaking.registration.models import BuyerType

BY_ROLE, BY_MANDATE, BY_ATTORNEY = "role", "mandate", "power_of_attorney"

_OFFICERS = frozenset({SignatoryRole.BUDGET_USER, SignatoryRole.COMMITMENT_OFFICER})
_COMPANIES = frozenset({BuyerType.STATE_OWNED_COMPANY, BuyerType.REGIONAL_OWNED_COMPANY, BuyerType.PRIVATE_COMPANY})
_BUSINESS_HEADS = frozenset({SignatoryRole.OWNER, SignatoryRole.DIRECTOR, SignatoryRole.COOPERATIVE_CHAIR})


def authority_of(
    kind: PartyKind,
    buyer_type: BuyerType | None,
    role: SignatoryRole | None,
    has_mandate: bool,
    mandate_limit: int | None,
    total: int,
) -> str:
    """Return why somebody may sign for a party: ``role``, ``mandate``, ``power_of_attorney``, or ``''`` when they may not.

    A buyer's budget user (PA/KPA) or PPK signs by role, of a company the director too; an IKM's owner, director or
    cooperative chair. Anybody else needs an uploaded mandate (of an IKM: a power of attorney), and one with a limit
    reaches up to that limit.
    """
    if role in roles_that_sign(kind, buyer_type):
        return BY_ROLE
    if not has_mandate or (mandate_limit is not None and total > mandate_limit):
        return ""
    is_attorney = kind is PartyKind.EXHIBITOR or role is SignatoryRole.ATTORNEY
    return BY_ATTORNEY if is_attorney else BY_MANDATE


def roles_that_sign(kind: PartyKind, buyer_type: BuyerType | None) -> frozenset[SignatoryRole]:
    """Return the roles that need no mandate."""
    if kind is PartyKind.EXHIBITOR:
        return _BUSINESS_HEADS
    return _OFFICERS | {SignatoryRole.DIRECTOR} if buyer_type in _COMPANIES else _OFFICERS
