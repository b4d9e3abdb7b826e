"""Changing an entry: by its owner until the window closes, by staff at any time; every change leaves a trace."""

from __future__ import annotations

from typing import Any

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.commands import OrganizationDetails
from matchmaking.registration.models import EntryRevision, Organization, Participation, ParticipationState
from matchmaking.registration.queries.entries import holds_back, pending_revision
from matchmaking.registration.services.details import Sentences, read_organization
from matchmaking.registration.services.organizations import apply_values, differences, plain
from matchmaking.registration.services.registering import RegistrationClosed, is_window_open
from matchmaking.registration.services.revisions import add_revision, touch
from matchmaking.transactions import lock_row

#: States in which an entry lives on.
LIVE = frozenset({ParticipationState.SUBMITTED, ParticipationState.WAITLISTED, ParticipationState.APPROVED})
#: Never shown in full on pages opened by a link; left empty, they stay as they are.
KEPT_WHEN_EMPTY = frozenset({"phone", "email", "tax_number"})


def can_edit(event: Event, participation: Participation) -> bool:
    """Say whether the owner may change or withdraw the entry now."""
    return is_window_open(event) and participation.state in LIVE


def locked_entry(participation_id: int, *, by_owner: bool) -> tuple[Event, Participation]:
    """Lock the event, the organisation and the entry for a change, and return event and entry.

    Raises:
        RegistrationClosed: the owner comes after the window, or the entry has ended.
    """
    known = db.session.get_one(Participation, participation_id)
    event_id, organization_id = known.event_id, known.organization_id
    event = lock_row(Event, event_id)
    lock_row(Organization, organization_id)
    participation = lock_row(Participation, participation_id)
    if event is None or participation is None:
        raise NotFound(_("There is no such entry in this event."))
    if by_owner and not can_edit(event, participation):
        raise RegistrationClosed(
            _("This entry can no longer be changed here. The organiser can change it for you: please call them.")
        )
    return event, participation


def edit_entry(actor: Actor, participation_id: int, details: OrganizationDetails, *, by_owner: bool) -> list[str]:
    """Change the organisation's values; return the names of the fields that changed.

    Raises:
        RegistrationClosed, InvalidInput.
    """
    _event, participation = locked_entry(participation_id, by_owner=by_owner)
    sentences = Sentences()
    values = read_organization(participation.side, details, sentences)
    sentences.raise_if_any()
    values = {name: value for name, value in values.items() if value or name not in KEPT_WHEN_EMPTY}
    if by_owner and holds_back(participation):
        changed = _edit_held(participation, values)
    else:
        changed = _edit_record(actor, participation, values, "owner" if by_owner else "staff")
    if changed:
        touch(participation)
        audit.record(
            actor, "registration.edit", participation, event_id=participation.event_id, data={"fields": changed}
        )
    return changed


def _edit_record(actor: Actor, participation: Participation, values: dict[str, Any], by_kind: str) -> list[str]:
    organization = participation.organization
    changes = differences(organization, values)
    if changes:
        apply_values(organization, values)
        add_revision(actor, participation.id, by_kind, changes)
    return [change["field"] for change in changes]


def _edit_held(participation: Participation, values: dict[str, Any]) -> list[str]:
    """The record is not theirs to see yet: change the values that wait beside it."""
    revision = pending_revision(participation.id)
    assert isinstance(revision, EntryRevision)  # noqa: S101 - holds_back said so
    held = {change["field"]: change["new"] for change in revision.changes}
    now = {name: plain(value) for name, value in values.items() if value not in (None, "", [])}
    now = {**{name: held[name] for name in KEPT_WHEN_EMPTY if name in held}, **now}
    changed = sorted(name for name in held.keys() | now.keys() if held.get(name) != now.get(name))
    if changed:
        old = {c["field"]: c["old"] for c in differences(participation.organization, now)}
        revision.changes = [
            {"field": name, "old": old.get(name), "new": value, "same": name not in old} for name, value in now.items()
        ]
    return changed
