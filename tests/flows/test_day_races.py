"""What several devices send at the same moment, as they send it: over HTTP, on both databases."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.attendance.models import Scan, ScanOutcome
from matchmaking.attendance.queries.presence import door_counts
from matchmaking.commitments.models import Commitment, CommitmentEvent, CommitmentLine, CommitmentParty
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from tests.attendance.door import MORNING, make_door
from tests.commitments.scene import make_deal, new_key
from tests.threads import at_once
from tests.world import BOTH, World


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sixteen_browsers_that_post_the_same_commitment_store_one(app: Flask, world: World) -> None:
    deal = make_deal(world)
    clerk = world.user(roles={deal.event_id: Role.DESK})
    buyer, maker = (db.session.get_one(Participation, row_id).code for row_id in (deal.buyer_id, deal.maker_id))
    address = f"/manage/{deal.code}/commitments/new?buyer={buyer}&exhibitor={maker}"
    form = {
        "record_id": new_key(),
        "lines-0-name": "Selendang tapis",
        "lines-0-quantity": "25",
        "lines-0-unit": "lembar",
        "lines-0-unit_price": "450.000",
        "tax_mode": "included",
        "tax_rate": "11",
        "fiscal_year": str(clock.today().year),
    }
    browsers = [world.client(clerk) for _number in range(16)]
    db.session.remove()

    def post(number: int) -> tuple[int, str | None]:
        answer = browsers[number].post(address, data=form)
        return answer.status_code, answer.location

    outcomes = at_once(app, post, 16)
    assert len(set(outcomes)) == 1, outcomes
    assert outcomes[0] == (
        303,
        f"/manage/{deal.code}/commitments/{db.session.scalars(sa.select(Commitment.code)).one()}",
    )
    found = {model: count(model) for model in (Commitment, CommitmentEvent, CommitmentLine, CommitmentParty)}
    assert found == {Commitment: 1, CommitmentEvent: 1, CommitmentLine: 1, CommitmentParty: 2}
    assert db.session.scalars(sa.select(Commitment.total)).one() == 25 * 450_000


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_doors_that_scan_one_badge_admit_one_person(app: Flask, world: World) -> None:
    door = make_door(world)
    person_id = door.delegate(door.maker).id
    badge, code = door.badge(person_id).code, world.code_of(door.event_id)
    doors = [app.test_client() for _number in range(8)]
    for number, browser in enumerate(doors):
        _actor, token = door.device(f"Pintu {number + 1}")
        browser.set_cookie("device", token)
    keys = [door.key() for _browser in doors]
    db.session.remove()

    def scan(number: int) -> int:
        with door.at(8):
            sent = {"scan_key": keys[number], "text": badge, "method": "camera"}
            return doors[number].post(f"/check-in/{code}/scan", data=sent).status_code

    outcomes = at_once(app, scan)
    assert all(outcome in (200, 303) for outcome in outcomes), outcomes
    told = Counter(db.session.scalars(sa.select(Scan.outcome)))
    assert told == {ScanOutcome.ACCEPTED: 1, ScanOutcome.REPEATED: 7}
    first = db.session.scalars(sa.select(Scan.id).where(Scan.outcome == ScanOutcome.ACCEPTED)).one()
    repeats = db.session.scalars(sa.select(Scan.first_scan_id).where(Scan.outcome == ScanOutcome.REPEATED))
    assert set(repeats) == {first}
    assert set(db.session.scalars(sa.select(Scan.delegate_id))) == {person_id}
    assert len(set(db.session.scalars(sa.select(Scan.device_id)))) == 8
    assert door_counts(door.event_id, MORNING.date()).inside == 1
