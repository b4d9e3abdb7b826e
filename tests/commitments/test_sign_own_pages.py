"""Signing with the own account: for the own party only."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.commitments.models import SignatoryRole, SigningMethod
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, OfficeRole
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, EXHIBITOR, OWNER, PPK, Pair, make_pair
from tests.commitments.sign_pages import english
from tests.world import World


def register_as(participation_id: int, role: OfficeRole) -> None:
    """Let the contact of an entry be registered in this role."""
    with transaction():
        contact = sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.is_contact)
        db.session.scalars(contact).one().office_role = role


def test_a_participant_signs_for_the_own_party_only(pair: Pair, world: World) -> None:
    register_as(pair.exhibitor_id, OfficeRole.OWNER)
    owner = english(world.client(world.login_of(pair.exhibitor_id)))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert 'name="party" value="exhibitor"' in owner.get(address).text
    assert owner.post(address, data=pair.form(BUYER, OWNER)).status_code == 303  # the form cannot choose the party
    row = pair.signatures()[0]
    assert (row.kind, row.method, row.user_id is not None) == (EXHIBITOR, SigningMethod.LINK, True)
    assert "the signature is stored" in owner.get(address).text


def test_nobody_who_is_logged_in_makes_themselves_an_authorised_signatory(pair: Pair, world: World) -> None:
    """Name and role are those registered, whatever the form says: the registered officer agrees, and does not sign."""
    register_as(pair.buyer_id, OfficeRole.ACTIVITY_OFFICER)
    officer = english(world.client(world.login_of(pair.buyer_id)))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert officer.post(address, data=pair.form(BUYER, PPK)).status_code == 303
    row = pair.signatures()[0]
    assert (row.kind, row.signatory_role, row.is_authorised) == (BUYER, SignatoryRole.ACTIVITY_OFFICER, False)
    assert row.signatory_name != PPK.name


def test_a_stranger_of_the_same_event_finds_nothing(pair: Pair, world: World) -> None:
    other = make_pair(world, pair.event_id)
    stranger = world.client(world.login_of(other.buyer_id))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data=pair.form(BUYER, PPK)).status_code == 404
    assert pair.signatures() == []
