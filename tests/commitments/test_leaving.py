"""What becomes of commitments when entries merge, an event is deleted, a person is forgotten."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentParty,
    SignatoryRole,
    Signature,
    SigningMethod,
)
from matchmaking.commitments.queries.commitments import (
    commitment_view,
)
from matchmaking.commitments.services import leaving
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Side
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, make_deal, new_key
from tests.world import LONG_AGO, World


def test_merged_entries_keep_their_commitments(world: World) -> None:
    deal = make_deal(world)
    code = deal.propose()
    before = deal.row(code).canonical
    kept = world.participation(deal.event_id, Side.BUYER)
    with transaction():
        leaving.move_commitments(SYSTEM, kept, deal.buyer_id)
    row = deal.row(code)
    assert (row.buyer_id, row.exhibitor_id, row.canonical) == (kept, deal.maker_id, before)
    assert commitment_view(deal.event_id, code).buyer.participation_id == kept


def test_a_deleted_event_takes_its_commitments_along(world: World) -> None:
    deal, other = make_deal(world), make_deal(world)
    deal.signed()
    kept = other.signed()
    with transaction():
        leaving.delete_commitments(SYSTEM, deal.event_id)
    assert db.session.scalars(sa.select(Commitment.code)).all() == [kept]
    assert db.session.scalar(sa.select(sa.func.count()).select_from(CommitmentEvent)) == 4


@pytest.mark.parametrize("has_signed", [True, False])
def test_a_person_is_told_and_forgotten_but_not_under_a_signature(world: World, has_signed: bool) -> None:
    from dataclasses import replace

    from matchmaking.commitments.commands import SignatoryDetails

    deal = make_deal(world)
    person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).one()
    delegate_id, name = person.id, person.name
    signatory = SignatoryDetails(delegate=person.code, office="Kepala", role="budget_user")
    code = deal.propose(replace(DETAILS, buyer_signatory=signatory))
    row = deal.row(code)
    if has_signed:
        world.save(
            Signature(
                commitment_id=row.id, kind="buyer", signature_key=new_key(), method=SigningMethod.TABLET, signatory_name=name,
                signatory_role=SignatoryRole.BUDGET_USER, is_authorised=True, authority="role", content_hash="0" * 64,
                signed_at=LONG_AGO,
            )
        )  # fmt: skip
    (known,) = leaving.signatory_data(PersonRef(delegate_ids=(delegate_id,)))
    assert (known.rows[0]["name"], known.rows[0]["signed"]) == (name, has_signed)
    with transaction():
        leaving.forget_signatory(SYSTEM, PersonRef(delegate_ids=(delegate_id,)))
    party = db.session.scalars(sa.select(CommitmentParty).where(CommitmentParty.kind == "buyer")).one()
    assert (party.signatory_name, party.signatory_phone) == (name if has_signed else "", None)
    assert leaving.signatory_data(PersonRef()) == []
