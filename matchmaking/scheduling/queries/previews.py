"""Whom a version would be told to, before anybody is: the same reckoning that publishing does."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage, MailState
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion
from matchmaking.scheduling.queries.changes import by_team, changes_between
from matchmaking.scheduling.queries.notices import Addressee, team_ids_of
from matchmaking.scheduling.queries.versions import published_version


def teams_to_tell(old_version_id: int | None, version_id: int) -> list[int]:
    """Return the teams whose agenda differs from what was announced before, and those of who was not told of that yet."""
    changed = by_team(changes_between(old_version_id, version_id))
    if old_version_id is None:
        return list(changed)
    untold = db.session.scalars(
        sa.select(AgendaNotice.team_id)
        .outerjoin(MailMessage, MailMessage.id == AgendaNotice.mail_message_id)
        .where(
            AgendaNotice.version_id == old_version_id,
            sa.or_(AgendaNotice.mail_message_id.is_(None), MailMessage.state == MailState.FAILED),
            AgendaNotice.handed_over_at.is_(None),
        )
    )
    return [*changed, *untold]


def delegates_of(team_ids: list[int]) -> dict[Delegate, list[int]]:
    """Return the delegates of approved teams, each once, with their teams among those named."""
    rows = db.session.execute(
        sa.select(Delegate, TeamDelegate.team_id)
        .join(TeamDelegate, TeamDelegate.delegate_id == Delegate.id)
        .join(Participation, Participation.id == Delegate.participation_id)
        .options(joinedload(Delegate.participation).joinedload(Participation.organization))
        .where(
            TeamDelegate.team_id.in_(team_ids),
            Delegate.erased_at.is_(None),
            Participation.state == ParticipationState.APPROVED,
        )
        .order_by(Delegate.id)
    )
    found: defaultdict[Delegate, list[int]] = defaultdict(list)
    for delegate, team_id in rows:
        found[delegate].append(team_id)
    return found


def channel_of(delegate: Delegate) -> str:
    """Return how a delegate can be reached: e-mail, else a WhatsApp text handed over by staff, else neither."""
    if delegate.email:
        return "email"
    return "whatsapp" if delegate.phone else "none"


def would_be_told(version: ScheduleVersion) -> list[Addressee]:
    """Return whom publishing this draft would tell, by organisation and name. Their texts speak of all of a person's teams."""
    before = published_version(version.event_id)
    people = delegates_of(teams_to_tell(before.id if before else None, version.id))
    users = [delegate.user_id for delegate in people if delegate.user_id]
    rows = db.session.execute(sa.select(User.id, User.locale).where(User.id.in_(users)))
    locales = {id: locale for id, locale in rows}  # noqa: C416 - rows are no pairs to mypy
    teams = team_ids_of([delegate.id for delegate in people])
    found = [
        Addressee(
            notice_id=0,
            delegate_id=delegate.id,
            delegate_code=delegate.code,
            entry_code=delegate.participation.code,
            name=delegate.name,
            organization=delegate.participation.organization.legal_name,
            email=delegate.email,
            phone=delegate.phone,
            locale=locales.get(delegate.user_id or 0) or "id",
            channel=channel_of(delegate),
            mail_state=None,
            mail_error="",
            handed_over_at=None,
            handed_over_by="",
            team_ids=tuple(teams[delegate.id]),
        )
        for delegate in people
    ]
    return sorted(found, key=lambda p: (p.organization.casefold(), p.name.casefold(), p.delegate_id))
