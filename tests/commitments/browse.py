"""What the tests of the commitments' pages share: a form as the browser sends it, browsers of staff and participants."""

from __future__ import annotations

from uuid import uuid4

from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.registration.models import Participation
from matchmaking.scheduling.models import Meeting
from tests.commitments.scene import Deal
from tests.world import LONG_AGO

ROW = {"name": "Selendang tapis", "quantity": "25", "unit": "helai", "unit_price": "450.000"}


def entries(*rows: dict[str, str], **fields: str) -> dict[str, str]:
    """A filled form."""
    given = {
        "record_id": str(uuid4()), "tax_mode": "included", "tax_rate": "11", "procurement_method": "e_purchasing",
        "buyer_name": "Pejabat Contoh", "buyer_office": "Kepala Bagian", "buyer_role": "commitment_officer",
        "exhibitor_name": "Pengrajin Contoh", "exhibitor_office": "Pemilik", "exhibitor_role": "owner",
        "fiscal_year": str(clock.today().year),
    }  # fmt: skip
    for number, row in enumerate(rows):
        given |= {f"lines-{number}-{name}": value for name, value in row.items()}
    return {**given, **fields}


def staff(deal: Deal, role: Role = Role.ORGANIZER) -> FlaskClient:
    browser = deal.world.client(deal.world.user(roles={deal.event_id: role}))
    browser.set_cookie("language", "en")
    return browser


def own(deal: Deal, participation_id: int) -> FlaskClient:
    browser = deal.world.client(deal.world.login_of(participation_id))
    browser.set_cookie("language", "en")
    return browser


def meeting_of(deal: Deal) -> str:
    teams = {
        side: db.session.get_one(Participation, row_id).teams[0].id
        for side, row_id in (("exhibitor_team_id", deal.maker_id), ("buyer_team_id", deal.buyer_id))
    }
    deal.world.save(Meeting(code="MEETING00001", event_id=deal.event_id, created_at=LONG_AGO, **teams))
    return "MEETING00001"


def code_of(row_id: int) -> str:
    return db.session.get_one(Participation, row_id).code
