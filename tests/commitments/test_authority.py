"""Who may sign for a party: every combination of party, kind of buyer, role, mandate and amount."""

from __future__ import annotations

from itertools import product

import pytest

from matchmaking.commitments.authority import Powers, authority_of
from matchmaking.commitments.models import PartyKind, SignatoryRole
from matchmaking.registration.models import BuyerType

#: Roles that sign without a mandate, written out once more, by hand.
AGENCY = "budget_user commitment_officer"
COMPANY = "budget_user commitment_officer director"
BY_ROLE = {
    "vertical_agency": AGENCY,
    "regional_agency": AGENCY,
    "local_government": AGENCY,
    "state_owned_company": COMPANY,
    "regional_owned_company": COMPANY,
    "private_company": COMPANY,
}
IKM = "owner director cooperative_chair"
#: (has a mandate, its limit, the total) -> does the mandate reach?
MANDATES = {
    (False, None, 100): False,
    (False, 100, 100): False,
    (True, None, 10**15): True,
    (True, 100, 99): True,
    (True, 100, 100): True,
    (True, 100, 101): False,
}


@pytest.mark.parametrize(("role", "mandate"), list(product([*SignatoryRole, None], MANDATES)))
def test_every_combination_of_a_buyer(role: SignatoryRole | None, mandate: tuple[bool, int | None, int]) -> None:
    for buyer_type, signing in BY_ROLE.items():
        if role and role.value in signing.split():
            expected = "role"
        elif MANDATES[mandate]:
            expected = "power_of_attorney" if role is SignatoryRole.ATTORNEY else "mandate"
        else:
            expected = ""
        assert (
            authority_of(PartyKind.BUYER, BuyerType(buyer_type), role, Powers(*mandate[:2]), mandate[2]) == expected
        ), buyer_type


@pytest.mark.parametrize(("role", "mandate"), list(product([*SignatoryRole, None], MANDATES)))
def test_every_combination_of_an_ikm(role: SignatoryRole | None, mandate: tuple[bool, int | None, int]) -> None:
    by_mandate = "power_of_attorney" if MANDATES[mandate] else ""
    expected = "role" if role and role.value in IKM.split() else by_mandate
    assert authority_of(PartyKind.EXHIBITOR, None, role, Powers(*mandate[:2]), mandate[2]) == expected


def test_a_buyer_of_unknown_kind_is_treated_as_an_agency() -> None:
    assert authority_of(PartyKind.BUYER, None, SignatoryRole.DIRECTOR, Powers(), 1) == ""
    assert authority_of(PartyKind.BUYER, None, SignatoryRole.COMMITMENT_OFFICER, Powers(), 1) == "role"


@pytest.mark.parametrize(("limit", "expected"), [(None, "role"), (100, "role"), (99, "")])
def test_an_office_reaches_up_to_its_limit(limit: int | None, expected: str) -> None:
    powers = Powers(authority_limit=limit)
    assert authority_of(PartyKind.BUYER, None, SignatoryRole.COMMITMENT_OFFICER, powers, 100) == expected


def test_a_mandate_reaches_further_than_a_limited_office() -> None:
    powers = Powers(has_mandate=True, authority_limit=50)
    assert authority_of(PartyKind.EXHIBITOR, None, SignatoryRole.DIRECTOR, powers, 100) == "power_of_attorney"
