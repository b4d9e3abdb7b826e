"""Delegates and the teams they sit in: the team is what is scheduled."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration import hooks
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Team, TeamDelegate
from matchmaking.registration.queries.entries import delegates_of
from matchmaking.registration.services.details import Sentences, read_delegate
from matchmaking.registration.services.editing import locked_entry
from matchmaking.registration.services.organizations import Change, plain
from matchmaking.registration.services.registering import MAX_DELEGATES
from matchmaking.registration.services.revisions import add_revision, touch

MAX_TEAMS = 6


def ensure_team(participation: Participation) -> None:
    """Give an approved entry its team when it has none; delegates without a team sit in the first."""
    teams = _teams(participation.id)
    if not teams:
        teams = [_insert_team(participation, "")]
    seated = set(
        db.session.scalars(
            sa.select(TeamDelegate.delegate_id).where(TeamDelegate.team_id.in_([team.id for team in teams]))
        )
    )
    for delegate in delegates_of(participation.id):
        if delegate.id not in seated:
            db.session.add(TeamDelegate(team_id=teams[0].id, delegate_id=delegate.id))
    db.session.flush()


def add_delegate(actor: Actor, participation_id: int, details: DelegateDetails, *, by_owner: bool) -> Delegate:
    """Add a person to an entry; in an approved one they sit in the first team.

    Raises:
        InvalidInput, RegistrationClosed.
    """
    _event, participation = locked_entry(participation_id, by_owner=by_owner)
    if len(delegates_of(participation_id)) >= MAX_DELEGATES:
        raise InvalidInput(_("Please name 1 to %(count)s people.", count=MAX_DELEGATES))
    values = _checked(details)
    delegate = Delegate(code=new_code(12), event_id=participation.event_id, participation_id=participation_id, **values)
    db.session.add(delegate)
    db.session.flush()
    if participation.state is ParticipationState.APPROVED or _teams(participation_id):
        ensure_team(participation)
    if participation.state is ParticipationState.APPROVED:
        hooks.delegate_added(actor, delegate.id)
    _trace(actor, participation, "add_delegate", [_change("delegate", None, delegate.name)], by_owner=by_owner)
    return delegate


def edit_delegate(
    actor: Actor, participation_id: int, code: str, details: DelegateDetails, *, by_owner: bool
) -> list[str]:
    """Change a person's details; an empty phone or e-mail stays as it is. Return the fields that changed.

    Raises:
        NotFound: the person belongs to another entry.
    """
    _event, participation = locked_entry(participation_id, by_owner=by_owner)
    delegate = delegate_of(participation_id, code)
    values = {n: v for n, v in _checked(details).items() if v or n not in {"phone", "email"}}
    changes = [
        _change(name, plain(getattr(delegate, name)), plain(value))
        for name, value in values.items()
        if plain(getattr(delegate, name)) != plain(value)
    ]
    for name, value in values.items():
        setattr(delegate, name, value)
    if changes:
        _trace(actor, participation, "edit_delegate", changes, by_owner=by_owner)
    return [change["field"] for change in changes]


def remove_delegate(actor: Actor, participation_id: int, code: str, *, by_owner: bool) -> None:
    """Take a person off an entry.

    Raises:
        Conflict: the contact person, without whom nobody can be reached, or somebody another feature needs (who was there).
    """
    _event, participation = locked_entry(participation_id, by_owner=by_owner)
    delegate = delegate_of(participation_id, code)
    if delegate.is_contact:
        raise Conflict(_("This is the contact person. Make somebody else the contact first."))
    hooks.delegate_leaving(actor, delegate.id)
    changes = [_change("delegate", delegate.name, None)]
    db.session.delete(delegate)
    db.session.flush()
    _trace(actor, participation, "remove_delegate", changes, by_owner=by_owner)


def make_contact(actor: Actor, participation_id: int, code: str, *, by_owner: bool) -> None:
    """Make a delegate the contact person; the phone is theirs from now on.

    Raises:
        Conflict: no phone is known of them, so no link could be opened.
    """
    _event, participation = locked_entry(participation_id, by_owner=by_owner)
    chosen = delegate_of(participation_id, code)
    if not chosen.phone:
        raise Conflict(_("The contact person needs a phone number. Please enter it first."))
    before = [delegate for delegate in delegates_of(participation_id) if delegate.is_contact]
    for delegate in before:
        delegate.is_contact = False
    chosen.is_contact = True
    db.session.flush()
    old = before[0].name if before else None
    _trace(actor, participation, "make_contact", [_change("contact", old, chosen.name)], by_owner=by_owner)


def add_team(actor: Actor, participation_id: int, name: str) -> Team:
    """Add a team, so that the organisation can be in two meetings at once."""
    _event, participation = locked_entry(participation_id, by_owner=False)
    if len(_teams(participation_id)) >= MAX_TEAMS:
        raise InvalidInput(_("At most %(count)s teams, please.", count=MAX_TEAMS))
    ensure_team(participation)
    team = _insert_team(participation, " ".join(name.split())[:120])
    _trace(actor, participation, "add_team", [_change("team", None, team.name or str(team.position))], by_owner=False)
    return team


def rename_team(actor: Actor, participation_id: int, position: int, name: str) -> None:
    """Change what a team is called."""
    _event, participation = locked_entry(participation_id, by_owner=False)
    team = team_at(participation_id, position)
    old, team.name = team.name, " ".join(name.split())[:120]
    _trace(actor, participation, "rename_team", [_change("team", old, team.name)], by_owner=False)


def move_delegate(actor: Actor, participation_id: int, code: str, position: int) -> None:
    """Seat a delegate in another team of the same entry, and in that one only."""
    _event, participation = locked_entry(participation_id, by_owner=False)
    delegate, team = delegate_of(participation_id, code), team_at(participation_id, position)
    mine = sa.select(Team.id).where(Team.participation_id == participation_id)
    db.session.execute(
        sa.delete(TeamDelegate).where(TeamDelegate.delegate_id == delegate.id, TeamDelegate.team_id.in_(mine))
    )
    db.session.add(TeamDelegate(team_id=team.id, delegate_id=delegate.id))
    db.session.flush()
    _trace(actor, participation, "move_delegate", [_change("team", delegate.name, str(position))], by_owner=False)


def remove_team(actor: Actor, participation_id: int, position: int) -> None:
    """Remove a team; its delegates sit in the first one that is left.

    Raises:
        Conflict: it is the only one, or another feature needs it (it has meetings).
    """
    _event, participation = locked_entry(participation_id, by_owner=False)
    team = team_at(participation_id, position)
    if len(_teams(participation_id)) == 1:
        raise Conflict(_("An entry has at least one team."))
    hooks.team_leaving(actor, team.id)
    name = team.name or str(team.position)
    db.session.delete(team)
    db.session.flush()
    ensure_team(participation)
    _trace(actor, participation, "remove_team", [_change("team", name, None)], by_owner=False)


def delegate_of(participation_id: int, code: str) -> Delegate:
    """Return one of the entry's own delegates.

    Raises:
        NotFound: there is none with this code here.
    """
    found = db.session.scalar(
        sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.code == code)
    )
    if found is None:
        raise NotFound(_("This person is not in the entry any more."))
    return found


def team_at(participation_id: int, position: int) -> Team:
    """Return one of the entry's own teams.

    Raises:
        NotFound: there is none at this position.
    """
    found = next((team for team in _teams(participation_id) if team.position == position), None)
    if found is None:
        raise NotFound(_("This team is not in the entry any more."))
    return found


def _teams(participation_id: int) -> list[Team]:
    statement = sa.select(Team).where(Team.participation_id == participation_id).order_by(Team.position)
    return list(db.session.scalars(statement))


def _insert_team(participation: Participation, name: str) -> Team:
    last = db.session.scalar(sa.select(sa.func.max(Team.position)).where(Team.participation_id == participation.id))
    team = Team(
        event_id=participation.event_id,
        participation_id=participation.id,
        position=(last or 0) + 1,
        side=participation.side,
        name=name,
    )
    db.session.add(team)
    db.session.flush()
    return team


def _checked(details: DelegateDetails) -> dict[str, Any]:
    sentences = Sentences()
    values = read_delegate(details, sentences)
    sentences.raise_if_any()
    return values


def _change(field: str, old: Any, new: Any) -> Change:
    return {"field": field, "old": old, "new": new}


def _trace(actor: Actor, participation: Participation, verb: str, changes: list[Change], *, by_owner: bool) -> None:
    add_revision(actor, participation.id, "owner" if by_owner else "staff", changes)
    touch(participation)
    audit.record(actor, f"registration.{verb}", participation, event_id=participation.event_id)
