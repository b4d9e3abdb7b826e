"""A small office without check-in on a screen: staff tick from the signed paper who came, and take a wrong tick back."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.attendance.models import ScanMethod
from matchmaking.attendance.queries.door import ScanAnswer
from matchmaking.attendance.services.scans import let_in, present_scan, undo_scan
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Delegate


def tick_present(actor: Actor, event_id: int, delegate_code: str, day: date) -> ScanAnswer:
    """Note that the person signed the paper list of this day; ticked twice is ticked once.

    Raises:
        NotFound: nobody of this event has that code.
        Conflict: the person may not come in (the registration ended, somebody replaced them), or the day is to come.
    """
    _require_past(event_id, day)
    delegate = _delegate(event_id, delegate_code)
    answer = let_in(actor, event_id, delegate.id, ScanMethod.PAPER, f"paper-{new_code(20)}", day=day)
    if answer.problem:
        raise Conflict(_("This person does not take part (any more). Look at the registration."))
    return answer


def untick_present(actor: Actor, event_id: int, delegate_code: str, day: date) -> None:
    """Take the person's tick (or check-in) of this day back; without one nothing changes.

    Raises:
        NotFound: nobody of this event has that code.
    """
    delegate = _delegate(event_id, delegate_code)
    scan = present_scan(delegate.id, day)
    if scan:
        undo_scan(actor, event_id, scan.scan_key)


def _require_past(event_id: int, day: date) -> None:
    event = db.session.get_one(Event, event_id)
    if day > clock.today(event.timezone):
        raise Conflict(_("This day is still to come: nobody can have signed yet."))


def _delegate(event_id: int, delegate_code: str) -> Delegate:
    found = db.session.scalar(sa.select(Delegate).where(Delegate.event_id == event_id, Delegate.code == delegate_code))
    if found is None:
        raise NotFound(_("This person is not in the event any more."))
    return found
