"""For whom the logged-in person speaks: looked up through the person, never taken from the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request

from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.matching.queries.parties import OwnEntry, approved, own_entries
from matchmaking.registration.models import Participation, Side
from matchmaking.web.access import current_actor, current_event


@dataclass(frozen=True)
class Speaker:
    """The participation the page is about, and the others that the same person comes for."""

    entry: OwnEntry
    others: tuple[OwnEntry, ...] = ()

    @property
    def address(self) -> dict[str, Any]:
        """What the page's addresses carry so that a person of two organisations stays with the one chosen."""
        return {"entry": self.entry.code} if self.others else {}


def own_speaker() -> Speaker:
    """Return the participation the person comes for; ``?entry=`` chooses among several of their own.

    Raises:
        NotFound: none is approved, or ``entry`` is not one of theirs.
    """
    mine = own_entries(current_actor().user_id, current_event().id)
    wanted = request.args.get("entry")
    chosen = next((entry for entry in mine if wanted in (None, "", entry.code)), None)
    if chosen is None:
        raise NotFound(_("This page opens once your registration is approved. Please ask the organiser."))
    return Speaker(chosen, tuple(entry for entry in mine if entry.id != chosen.id))


def target_of(entry: OwnEntry, code: str) -> int:
    """Return the id of a participant of the other side by its public code.

    Raises:
        NotFound: it is of another event, of the same side, or not approved.
    """
    found = db.session.scalar(
        sa.select(Participation.id).where(
            *approved(current_event().id), Participation.code == code, Participation.side != entry.side
        )
    )
    if found is None:
        raise NotFound(_("This participant is not taking part (any more)."))
    return found


def staff_speaker(code: str) -> Speaker:
    """Return an approved participation of the event for staff who act on its behalf."""
    row = db.session.scalar(sa.select(Participation).where(*approved(current_event().id), Participation.code == code))
    if row is None:
        raise NotFound(_("This participant is not taking part (any more)."))
    return Speaker(OwnEntry(row.id, row.code, row.organization.legal_name, Side(row.side)))
