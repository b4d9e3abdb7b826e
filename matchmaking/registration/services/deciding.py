"""The organiser's decisions: approve, refuse, waiting list; withdrawal; each takes the event's row, so one wins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, DomainError, InvalidInput
from matchmaking.events.models import Event
from matchmaking.events.services.guards import refuse_archived
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.registration import hooks
from matchmaking.registration.labels import STATE_LABELS
from matchmaking.registration.models import Participation, ParticipationState, Side
from matchmaking.registration.services.editing import LIVE, locked_entry
from matchmaking.registration.services.inviting import invite_contacts
from matchmaking.registration.services.messages import tell_state
from matchmaking.registration.services.places import promote_waiting, require_place, state_on_arrival
from matchmaking.registration.services.revisions import ChangedMeanwhile
from matchmaking.registration.services.teams import ensure_team
from matchmaking.transactions import lock_row

MAX_REASON = 1000


@dataclass(frozen=True)
class Skipped:
    """An entry a bulk action left alone, and why."""

    code: str
    sentence: str


@dataclass(frozen=True)
class BulkOutcome:
    """What a bulk action did."""

    done: list[str]
    skipped: list[Skipped]


def approve_participation(actor: Actor, participation_id: int, expected_version: int | None = None) -> Participation:
    """Let an entry take part: team, account and invitation of its contact are made, other features are told.

    Raises:
        ChangedMeanwhile: somebody decided, or the entry was changed, since the page was opened.
        NoPlace: all places of the side are taken.
    """
    event, participation = _locked(participation_id, expected_version)
    _require_state(event, participation, ParticipationState.APPROVED)
    require_place(event, participation)
    _decide(actor, participation, ParticipationState.APPROVED, "")
    ensure_team(participation)
    invite_contacts(actor, participation)
    hooks.participation_approved(actor, participation.id)
    tell_state(actor, event, participation)
    return participation


def refuse_participation(
    actor: Actor, participation_id: int, reason: str, expected_version: int | None = None
) -> Participation:
    """Refuse an entry; the reason is shown to the participant.

    Raises:
        InvalidInput: no reason.
        ChangedMeanwhile: as for approving.
    """
    sentence = reason.strip()
    if not sentence:
        raise InvalidInput(
            _("Please write the reason: the participant reads it."), fields={"reason": _("Please write the reason.")}
        )
    event, participation = _locked(participation_id, expected_version)
    _require_state(event, participation, ParticipationState.REFUSED)
    _leave(actor, event, participation, ParticipationState.REFUSED, sentence[:MAX_REASON])
    return participation


def waitlist_participation(actor: Actor, participation_id: int, expected_version: int | None = None) -> Participation:
    """Put an undecided entry on the waiting list."""
    event, participation = _locked(participation_id, expected_version)
    _require_state(event, participation, ParticipationState.WAITLISTED)
    if participation.state is ParticipationState.APPROVED:
        raise Conflict(_("This entry is approved. Withdraw it if it cannot come; its place is then free."))
    _decide(actor, participation, ParticipationState.WAITLISTED, "")
    _promote_others(actor, event, participation)
    tell_state(actor, event, participation)
    return participation


def withdraw_participation(
    actor: Actor, participation_id: int, *, by_owner: bool, reason: str = "", expected_version: int | None = None
) -> Participation:
    """Take an entry back, by its owner or by staff for them; its place becomes free.

    Raises:
        RegistrationClosed: the owner comes after the window.
    """
    if by_owner:
        event, participation = locked_entry(participation_id, by_owner=True)
    else:
        event, participation = _locked(participation_id, expected_version)
        _require_state(event, participation, ParticipationState.WITHDRAWN)
    _leave(actor, event, participation, ParticipationState.WITHDRAWN, reason.strip()[:MAX_REASON])
    return participation


def reopen_participation(actor: Actor, participation_id: int, expected_version: int | None = None) -> Participation:
    """Bring a refused or withdrawn entry back to the organiser's decision, or the waiting list."""
    event, participation = _locked(participation_id, expected_version)
    if participation.state in LIVE:
        raise _changed(event, participation)
    _decide(actor, participation, state_on_arrival(event, participation.side), "")
    tell_state(actor, event, participation)
    return participation


def approve_many(actor: Actor, chosen: Sequence[tuple[int, int]]) -> BulkOutcome:
    """Approve several entries ((id, version seen)); those that cannot be are left alone and named with the reason."""
    done: list[str] = []
    skipped: list[Skipped] = []
    for participation_id, version in chosen:
        try:
            done.append(approve_participation(actor, participation_id, version).code)
        except DomainError as refusal:
            code = db.session.get_one(Participation, participation_id).code
            skipped.append(Skipped(code, str(refusal)))
    return BulkOutcome(done, skipped)


def fill_places(actor: Actor, event_id: int) -> int:
    """Move waiting entries up on both sides while places are free; return how many moved."""
    event = lock_row(Event, event_id)
    if event is None:
        return 0
    promoted = [row for side in Side for row in promote_waiting(actor, event, side)]
    for participation in promoted:
        tell_state(actor, event, participation)
    return len(promoted)


def _locked(participation_id: int, expected_version: int | None) -> tuple[Event, Participation]:
    event, participation = locked_entry(participation_id, by_owner=False)
    refuse_archived(event)
    if expected_version is not None and participation.row_version != expected_version:
        raise _changed(event, participation)
    return event, participation


def _require_state(event: Event, participation: Participation, wanted: ParticipationState) -> None:
    is_dead = participation.state is ParticipationState.WITHDRAWN
    if participation.state is wanted or is_dead:
        raise _changed(event, participation)


def _changed(event: Event, participation: Participation) -> ChangedMeanwhile:
    state = STATE_LABELS[participation.state]
    if participation.decided_at is None:
        return ChangedMeanwhile(
            _("This entry was changed meanwhile (now: %(state)s). Please look at it again.", state=state)
        )
    return ChangedMeanwhile(
        _(
            "Somebody was faster: since %(time)s this entry is “%(state)s”. Please look at it again.",
            state=state,
            time=show_moment(participation.decided_at, event.timezone),
        )
    )


def _decide(actor: Actor, participation: Participation, state: ParticipationState, reason: str) -> None:
    before = participation.state
    participation.state, participation.reason = state, reason
    participation.decided_at, participation.decided_by = clock.now(), actor.user_id
    audit.record(
        actor,
        f"registration.{_VERBS[state]}",
        participation,
        event_id=participation.event_id,
        data={"from": before.value, "to": state.value},
    )
    db.session.flush()


_VERBS = {
    ParticipationState.APPROVED: "approve",
    ParticipationState.REFUSED: "refuse",
    ParticipationState.WAITLISTED: "waitlist",
    ParticipationState.WITHDRAWN: "withdraw",
    ParticipationState.SUBMITTED: "reopen",
}


def _leave(actor: Actor, event: Event, participation: Participation, state: ParticipationState, reason: str) -> None:
    was_approved = participation.state is ParticipationState.APPROVED
    _decide(actor, participation, state, reason)
    if was_approved:
        hooks.participation_left(actor, participation.id)
    _promote_others(actor, event, participation)
    tell_state(actor, event, participation)


def _promote_others(actor: Actor, event: Event, left: Participation) -> None:
    """A place may have become free; the entry that has just been put on the list does not jump back at once."""
    for promoted in promote_waiting(actor, event, left.side, leave_out=left.id):
        tell_state(actor, event, promoted)
