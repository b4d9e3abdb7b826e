"""The people who sit in teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.mail.models import MailState
from matchmaking.registration.models import Delegate, Participation, TeamDelegate


@dataclass(frozen=True)
class Reachable:
    """A delegate who is written to or handed a text, and whether that happened."""

    delegate_id: int
    delegate_code: str
    entry_code: str
    name: str
    organization: str
    email: str | None
    phone: str | None
    locale: str
    mail_state: MailState | None
    handed_over_at: datetime | None
    handed_over_by: str


def people_of_teams(team_ids: list[int]) -> list[tuple[Delegate, str, list[int]]]:
    """Return each delegate of these teams once, with language and those of the teams they sit in."""
    rows = db.session.execute(
        sa.select(Delegate, User.locale, TeamDelegate.team_id)
        .join(TeamDelegate, TeamDelegate.delegate_id == Delegate.id)
        .outerjoin(User, User.id == Delegate.user_id)
        .options(joinedload(Delegate.participation).joinedload(Participation.organization))
        .where(TeamDelegate.team_id.in_(team_ids), Delegate.erased_at.is_(None))
        .order_by(Delegate.id, TeamDelegate.team_id)
    )
    found: dict[int, tuple[Delegate, str, list[int]]] = {}
    for delegate, locale, team_id in rows:
        found.setdefault(delegate.id, (delegate, locale or "id", []))[2].append(team_id)
    return list(found.values())


def entry_codes(event_id: int) -> dict[int, str]:
    """Return the public code of each entry of an event, by its id."""
    rows = db.session.execute(sa.select(Participation.id, Participation.code).where(Participation.event_id == event_id))
    return {id: code for id, code in rows}  # noqa: C416 - rows are no pairs to mypy
