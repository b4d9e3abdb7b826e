"""Who still has to sign is reminded at each stage once, with a fresh link, and it is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.commitments.life_models import CommitmentReminder
from matchmaking.commitments.models import CommitmentParty, EventKind, PartyKind
from matchmaking.commitments.queries.waiting import waiting_signatories
from matchmaking.commitments.reminders import due_stage
from matchmaking.commitments.reminding_job import remind_by_mail
from matchmaking.commitments.services.recording import OutOfStep
from matchmaking.commitments.services.reminding import AlreadyReminded, RemindSignatory, remind_signatory
from matchmaking.errors import DomainError
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal, new_key
from tests.threads import at_once
from tests.world import BOTH, World

START = datetime(2023, 5, 11, 3, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("days", "done", "due"),
    [
        (0, set(), "agreed"), (0, {"agreed"}, ""), (2, {"agreed"}, ""), (3, {"agreed"}, "day_3"), (3, set(), "day_3"),
        (6, {"day_3"}, ""), (7, {"day_3"}, "day_7"), (14, {"day_7"}, "day_14"), (90, {"day_14"}, ""), (-1, set(), ""),
    ],
)  # fmt: skip
def test_due_stage(days: int, done: set[str], due: str) -> None:
    assert due_stage(START, START + days * DAY, done) == due


def agreed(deal: Deal, *, email: str | None = None) -> str:
    """A record that waits for the buyer's KPA alone; the person has a phone, perhaps an address."""
    with transaction():
        event = db.session.get_one(Event, deal.event_id)
        event.public_address, event.has_screen_signing = "https://temu.contoh.example", True
        person = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == deal.buyer_id)).first()
        if person is None:
            raise LookupError
        person.email, delegate_id = email, person.id
    code = deal.propose()
    deal.happen(code, EventKind.AGREED, "buyer")
    deal.happen(code, EventKind.SIGNED, "exhibitor")
    with transaction():
        party = db.session.scalars(
            sa.select(CommitmentParty).where(
                CommitmentParty.commitment_id == deal.row(code).id, CommitmentParty.kind == PartyKind.BUYER
            )
        ).one()
        party.delegate_id, party.signatory_phone = delegate_id, "+6281200000123"
    return code


def remind(deal: Deal, code: str, stage: str) -> None:
    with transaction():
        remind_signatory(
            deal.actor, RemindSignatory(deal.event_id, code, PartyKind.BUYER, stage, "whatsapp", new_key())
        )


def stages(deal: Deal) -> list[tuple[str, str]]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(CommitmentReminder).order_by(CommitmentReminder.id))
    return [(row.stage, row.channel) for row in rows]


def test_whoever_signed_is_not_waited_for(world: World) -> None:
    deal = make_deal(world)
    code = agreed(deal)
    (one,) = [row for row in waiting_signatories(deal.event_id) if row.party is PartyKind.BUYER]
    assert (one.code, one.stage, one.reminders) == (code, "agreed", ())
    deal.happen(code, EventKind.SIGNED, "buyer")
    assert waiting_signatories(deal.event_id) == []
    with pytest.raises(OutOfStep):
        remind(deal, code, "agreed")


def test_nobody_is_reminded_twice_for_one_stage(world: World) -> None:
    deal = make_deal(world)
    code = agreed(deal)
    remind(deal, code, "agreed")
    with pytest.raises(AlreadyReminded):
        remind(deal, code, "agreed")
    with pytest.raises(AlreadyReminded):
        remind(deal, code, "day_3")
    with clock.frozen(clock.now() + 3 * DAY):
        remind(deal, code, "day_3")
    assert stages(deal) == [("agreed", "whatsapp"), ("day_3", "whatsapp")]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_of_many_taps_at_once_one_reminds(world: World) -> None:
    deal = make_deal(world)
    code = agreed(deal)
    db.session.rollback()

    def go(_number: int) -> str:
        try:
            remind(deal, code, "agreed")
        except DomainError as refused:
            return refused.code
        return "reminded"

    outcomes = at_once(world.app, go, 4)
    assert sorted(map(str, outcomes)) == ["commitments.already_reminded"] * 3 + ["reminded"]
    assert stages(deal) == [("agreed", "whatsapp")]


def test_the_morning_round_mails_once_and_only_to_an_address(world: World) -> None:
    deal, without = make_deal(world), make_deal(world)
    agreed(deal, email="ppk@contoh.example")
    agreed(without)
    assert [remind_by_mail(), remind_by_mail()] == [1, 0]
    db.session.rollback()
    (mail,) = db.session.scalars(sa.select(MailMessage)).all()
    assert mail.to_address == "ppk@contoh.example"
    assert stages(deal) == [("agreed", "mail")]


def test_one_tap_on_the_list_leads_to_the_text_with_the_link(world: World) -> None:
    deal = make_deal(world)
    code = agreed(deal)
    browser = world.client(world.user(roles={deal.event_id: Role.DESK}))
    address = f"/manage/{deal.code}/commitments/reminders"
    assert deal.row(code).number in browser.get(address).get_data(as_text=True)
    answer = browser.post(f"/manage/{deal.code}/commitments/{code}/remind/buyer", data={"stage": "agreed"})
    assert answer.status_code == 303
    assert "wa.me" in browser.get(answer.location).get_data(as_text=True)
    again = browser.post(f"/manage/{deal.code}/commitments/{code}/remind/buyer", data={"stage": "agreed"})
    assert (again.status_code, again.location) == (303, address)
    assert stages(deal) == [("agreed", "whatsapp")]
