"""Whom a version would be told to, before anybody is: the same reckoning that publishing does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling.models import AgendaNotice, ScheduleVersion
from matchmaking.scheduling.queries.changes import Standings, by_team, changes_of, standings_of
from matchmaking.scheduling.queries.last_told import last_told, was_told
from matchmaking.scheduling.queries.notices import Addressee, team_ids_of
from matchmaking.scheduling.queries.versions import published_version


def people_to_tell(
    before: ScheduleVersion | None, new: Standings, version: ScheduleVersion | None = None
) -> dict[Delegate, list[int]]:
    """Return who must be told of a schedule, each once, with the teams that are why.

    Asked are those whose team sits otherwise than in what is announced (``before``), and those who were not told of that
    yet. Of these everybody is told whose agenda differs from what *they* were told last: somebody who never heard of a
    version that was taken back hears of neither. ``version``: the new one, where it is stored already.
    """
    if before is None:
        return delegates_of(list(by_team(changes_of({}, new))))
    teams = [*by_team(changes_of(standings_of(before.id), new)), *_untold_teams(before.id)]
    people = delegates_of(teams)
    told = last_told(before.event_id, version)
    bases = {before.id, *told.values()}
    changed = {base: by_team(changes_of(standings_of(base) if base else {}, new)) for base in bases}
    all_teams = team_ids_of([delegate.id for delegate in people])

    def hears(delegate: Delegate) -> bool:
        news = changed[told.get(delegate.id, before.id)]
        return any(team_id in news for team_id in all_teams[delegate.id])

    return {delegate: teams for delegate, teams in people.items() if hears(delegate)}


def _untold_teams(version_id: int) -> Iterable[int]:
    """Return the teams of those who should have been told of a version and were not: no mail went, nothing was handed over."""
    return db.session.scalars(
        sa.select(AgendaNotice.team_id)
        .outerjoin(MailMessage, MailMessage.id == AgendaNotice.mail_message_id)
        .where(AgendaNotice.version_id == version_id, sa.not_(was_told()))
    )


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
    return as_addressees(people_to_tell(published_version(version.event_id), standings_of(version.id), version))


def as_addressees(people: Iterable[Delegate]) -> list[Addressee]:
    """Return delegates as they are listed, by organisation and name."""
    people = list(people)
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
