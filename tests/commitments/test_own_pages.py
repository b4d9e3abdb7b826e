"""A participant's own commitments, and nobody else's."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.commitments.models import (
    Commitment,
    CommitmentState,
)
from matchmaking.extensions import db
from matchmaking.registration.models import Side
from tests.commitments.browse import ROW, code_of, entries, meeting_of, own, staff
from tests.commitments.scene import make_deal, new_key
from tests.world import World


def test_a_participant_makes_and_proposes_their_own(world: World) -> None:
    deal = make_deal(world)
    meeting, browser = meeting_of(deal), own(deal, deal.buyer_id)
    base = f"/my/{deal.code}/commitments"
    assert "No commitments yet" in browser.get(base).get_data(as_text=True)
    assert "With whom" in browser.get(f"{base}/new").get_data(as_text=True)
    assert browser.get(f"{base}/new?partner={code_of(deal.maker_id)}").status_code == 200
    answer = browser.post(f"{base}/new?meeting={meeting}", data=entries(ROW))
    assert answer.status_code == 303
    row = db.session.scalars(sa.select(Commitment)).one()
    assert (row.origin, row.buyer_id, row.exhibitor_id) == ("buyer", deal.buyer_id, deal.maker_id)
    assert browser.get(answer.location).status_code == 200
    assert (
        browser.post(f"{answer.location}/propose", data={"event_key": new_key(), "seen_version": "1"}).status_code
        == 303
    )
    assert browser.post(f"{answer.location}/withdraw", data={"reason": "Berubah"}).status_code == 303


def test_the_other_sides_draft_is_not_visible_and_a_proposed_one_is_to_both(world: World) -> None:
    deal = make_deal(world)
    draft, proposed, by_staff = deal.begin(origin="buyer"), deal.propose(origin="buyer"), deal.begin()
    maker, buyer = own(deal, deal.maker_id), own(deal, deal.buyer_id)
    base = f"/my/{deal.code}/commitments"
    for browser, visible in ((buyer, {draft, proposed}), (maker, {proposed})):
        page = browser.get(base).get_data(as_text=True)
        for code in (draft, proposed, by_staff):
            assert (code in page) is (code in visible)
            assert browser.get(f"{base}/{code}").status_code == (200 if code in visible else 404)
    for action in ("edit", "propose", "withdraw", "reopen", "mandate/exhibitor"):
        assert maker.post(f"{base}/{draft}/{action}", data={"reason": "x"}).status_code == 404
    assert maker.post(f"{base}/{proposed}/reopen").status_code == 404  # who made it opens it again
    assert maker.post(f"{base}/{proposed}/mandate/buyer").status_code == 404
    assert deal.row(proposed).state is CommitmentState.PROPOSED
    assert maker.post(f"{base}/{proposed}/withdraw", data={"reason": "Tidak sanggup"}).status_code == 303


def test_nobody_reads_the_commitments_of_others(world: World) -> None:
    deal = make_deal(world)
    code = deal.signed()
    other = world.participation(deal.event_id, Side.BUYER)
    browser = own(deal, other)
    base = f"/my/{deal.code}/commitments"
    assert code not in browser.get(base).get_data(as_text=True)
    for action in ("", "/edit", "/mandate/buyer", "/mandate/buyer/file"):
        assert browser.get(f"{base}/{code}{action}").status_code == 404
    for action in ("propose", "reopen", "withdraw", "edit"):
        assert browser.post(f"{base}/{code}/{action}", data={"reason": "x"}).status_code == 404
    meeting = meeting_of(deal)
    assert browser.get(f"{base}/new?meeting={meeting}").status_code == 404
    assert browser.get(f"/manage/{deal.code}/commitments/{code}").status_code == 403


def test_staff_of_another_event_find_nothing(world: World) -> None:
    deal, elsewhere = make_deal(world), make_deal(world)
    code = deal.propose()
    assert staff(elsewhere).get(f"/manage/{elsewhere.code}/commitments/{code}").status_code == 404
    assert staff(elsewhere).get(f"/manage/{deal.code}/commitments/{code}").status_code in (403, 404)
