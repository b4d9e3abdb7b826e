"""The daily round of reminders by mail: to signatories with an address, at each stage once."""

from __future__ import annotations

import sqlalchemy as sa
import structlog
from flask import current_app

from matchmaking.accounts.handover import send_by_mail
from matchmaking.actor import SYSTEM
from matchmaking.codes import new_code
from matchmaking.commitments.queries.waiting import WaitingSignatory, waiting_signatories
from matchmaking.commitments.services.reminding import RemindSignatory, remind_signatory
from matchmaking.errors import Conflict, DomainError
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import transaction

log = structlog.get_logger()


class _NoAddress(Conflict):
    """Nothing can be mailed to this person."""

    code = "commitments.no_address"


def remind_by_mail() -> int:
    """Remind whoever is due and has an address; return how many. One transaction for each, so that one fault stops no other."""
    with current_app.test_request_context():  # the links' addresses are made as in a request
        return _remind_all()


def _remind_all() -> int:
    running = sa.select(Event.id).where(Event.state != EventState.ARCHIVED, Event.is_demo.is_(False))
    wanted = [
        (event_id, waiting)
        for event_id in db.session.scalars(running.order_by(Event.id)).all()
        for waiting in waiting_signatories(event_id)
        if waiting.stage and waiting.signatory_name and waiting.signatory_role
    ]
    return sum(_remind(event_id, waiting) for event_id, waiting in wanted)


def _remind(event_id: int, waiting: WaitingSignatory) -> bool:
    command = RemindSignatory(event_id, waiting.code, waiting.party, waiting.stage, "mail", new_code(26))
    try:
        with transaction():
            link = remind_signatory(SYSTEM, command)
            if not send_by_mail(SYSTEM, link, may_guess=False):
                raise _NoAddress(_("No address is known."))
    except DomainError as refusal:
        log.info("commitments.not_reminded", event_id=event_id, reason=refusal.code)
        return False
    return True
