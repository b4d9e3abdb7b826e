"""Taking a registration in: from the public form, from staff, from an import; the same rules for all."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.events.queries import registration_state
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.identity import fold_name
from matchmaking.registration import consents, hooks
from matchmaking.registration.commands import ConsentGiven, Registered, RegisterParticipant
from matchmaking.registration.models import (
    Consent,
    Delegate,
    Organization,
    Participation,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.registration.queries.entries import values_for_owner
from matchmaking.registration.services.attachments import MAX_ATTACHMENTS, attach_uploads
from matchmaking.registration.services.details import Sentences, read_delegate, read_organization
from matchmaking.registration.services.organizations import (
    apply_values,
    differences,
    find_known,
    make_organization,
    plain,
)
from matchmaking.registration.services.places import state_on_arrival
from matchmaking.registration.services.revisions import add_revision
from matchmaking.transactions import lock_row

#: Entered by people themselves; the others are entered by staff, who may leave more open and need no window.
OWN_ORIGINS = frozenset({"form"})
MAX_DELEGATES = 12


class RegistrationClosed(DomainError):
    """The window is not open."""

    code = "registration.closed"
    status = 409


class AlreadyRegistered(Conflict):
    """This organisation has an entry for this event."""

    code = "registration.already_registered"


class FormSentBefore(Conflict):
    """A form was gone back to, changed and sent again under its old key: what was stored stays, and this is told, not dropped."""

    code = "registration.form_sent_before"

    def __init__(self, name: str) -> None:
        super().__init__(
            _(
                "This form was sent before, for %(name)s, and that is stored. Send it once more to enter what you see here as well.",
                name=name,
            )
        )


def is_window_open(event: Event, at: datetime | None = None) -> bool:
    """Say whether people may register, change and withdraw their entries themselves now."""
    return registration_state(event, at or clock.now()) == "open"


def register_participant(actor: Actor, command: RegisterParticipant) -> Registered:
    """Store a registration; sent twice with one ``submission_key`` it is stored once and answered alike.

    Raises:
        RegistrationClosed: people register themselves outside the window.
        AlreadyRegistered: the organisation has an entry for this event.
        FormSentBefore: the key is another organisation's.
        InvalidInput: with a sentence for each field.
    """
    event = lock_row(Event, command.event_id)
    if event is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    if repeat := _repeat(command):
        return repeat
    if command.origin in OWN_ORIGINS and not is_window_open(event):
        raise RegistrationClosed(_("Registration is not open. The organiser can still add you: please call them."))
    values, delegates = _read(command)
    participation = _store(actor, event, command, values)
    _store_people(participation, delegates, command)
    _store_consent(participation, command.consent, command.origin)
    attach_uploads(participation, command.uploads)
    for step in hooks.steps_of(command.side):
        data = command.steps.get(step.key)
        if data is not None and step.is_given(data):
            step.save(actor, participation.id, data)
    audit.record(
        actor,
        "registration.register",
        participation,
        event_id=event.id,
        data={"side": command.side.value, "origin": command.origin, "state": participation.state.value},
    )
    return Registered(participation.id, participation.code, participation.state.value)


def _repeat(command: RegisterParticipant) -> Registered | None:
    if not command.submission_key:
        return None
    known = db.session.scalar(
        sa.select(Participation).where(
            Participation.submission_key == command.submission_key, Participation.event_id == command.event_id
        )
    )
    if known is None:
        return None
    name = str(values_for_owner(known).get("legal_name") or "")
    if fold_name(name) != fold_name(command.organization.legal_name):
        raise FormSentBefore(name)
    return Registered(known.id, known.code, known.state.value, is_repeat=True)


def _read(command: RegisterParticipant) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Read and check everything that was entered, so that all refusals are shown at once."""
    sentences, is_own = Sentences(), command.origin in OWN_ORIGINS
    values = read_organization(command.side, command.organization, sentences)
    delegates = [
        read_delegate(delegate, sentences, prefix=f"delegates-{n}-", needs_phone=is_own and n == 0)
        for n, delegate in enumerate(command.delegates)
    ]
    if not 1 <= len(delegates) <= MAX_DELEGATES:
        sentences.note("delegates", _("Please name 1 to %(count)s people.", count=MAX_DELEGATES))
    if is_own and consents.REGISTRATION.purpose not in (command.consent.purposes if command.consent else ()):
        sentences.note("consent", _("Please tick that you agree: without it we may not keep your data."))
    if len(command.uploads) > MAX_ATTACHMENTS:
        sentences.note("documents", _("At most %(count)s files, please.", count=MAX_ATTACHMENTS))
    _check_steps(command, sentences, is_own=is_own)
    if delegates and values.get("phone") is None and not command.organization.phone.strip():
        values["phone"] = delegates[0]["phone"]
    sentences.raise_if_any()
    return values, delegates


def _check_steps(command: RegisterParticipant, sentences: Sentences, *, is_own: bool) -> None:
    steps = hooks.steps_of(command.side)
    given = [step for step in steps if step.is_given(command.steps.get(step.key) or {})]
    for step in given:
        for name, sentence in step.check(command.event_id, command.steps[step.key]).items():
            sentences.note(f"{step.key}-{name}", sentence)
    if is_own and command.side is Side.EXHIBITOR and steps and not given and not command.uploads:
        sentences.note(
            "documents",
            _("Please enter one product, or send photos of your NIB and certificates and we type them in."),
        )


def _store(actor: Actor, event: Event, command: RegisterParticipant, values: dict[str, Any]) -> Participation:
    known = _named(command) or find_known(command.side, values)
    if known is None:
        return _store_participation(event, command, make_organization(command.side, values))
    if db.session.scalar(
        sa.select(Participation.id).where(Participation.event_id == event.id, Participation.organization_id == known.id)
    ):
        raise AlreadyRegistered(
            _(
                "This business or agency is already registered for this event. Use the status link of that entry, or"
                " ask the organiser to send it again."
            )
        )
    participation = _store_participation(event, command, known)
    _keep_values(actor, participation, known, values)
    return participation


def _named(command: RegisterParticipant) -> Organization | None:
    """The organisation that staff or an import have named; visitors cannot name one."""
    if command.organization_id is None or command.origin in OWN_ORIGINS:
        return None
    found = db.session.get(Organization, command.organization_id)
    return found if found and found.side is command.side and found.merged_into_id is None else None


def _store_participation(event: Event, command: RegisterParticipant, organization: Organization) -> Participation:
    participation = Participation(
        code=new_code(12),
        event_id=event.id,
        organization_id=organization.id,
        side=command.side,
        state=state_on_arrival(event, command.side),
        origin=command.origin,
        submission_key=command.submission_key,
        staff_note=command.staff_note,
        submitted_at=clock.now(),
    )
    db.session.add(participation)
    db.session.flush()
    return participation


def _keep_values(actor: Actor, participation: Participation, known: Organization, values: dict[str, Any]) -> None:
    """Take a returning organisation's values over: from staff at once, from a visitor only when staff accept them.

    Whoever typed a known NIB on the public form may be somebody else: the record is neither shown nor changed.
    """
    given = {name: value for name, value in values.items() if value not in (None, "", [])}
    if participation.origin not in OWN_ORIGINS:
        changes = differences(known, given)
        apply_values(known, given)
        if changes:
            add_revision(actor, participation.id, "staff", changes)
        return
    old = {change["field"]: change["old"] for change in differences(known, given)}
    changes = [
        {"field": name, "old": old.get(name), "new": plain(value), "same": name not in old}
        for name, value in given.items()
    ]
    add_revision(actor, participation.id, "claim", changes, state="pending")


def _store_people(participation: Participation, delegates: list[dict[str, Any]], command: RegisterParticipant) -> None:
    rows = [
        Delegate(
            code=new_code(12),
            event_id=participation.event_id,
            participation_id=participation.id,
            is_contact=n == 0,
            **values,
        )
        for n, values in enumerate(delegates)
    ]
    db.session.add_all(rows)
    db.session.flush()
    numbers = sorted({max(details.team, 1) for details in command.delegates})
    if len(numbers) > 1:
        _store_teams(participation, rows, command, numbers)


def _store_teams(
    participation: Participation, rows: list[Delegate], command: RegisterParticipant, numbers: list[int]
) -> None:
    """Several teams were named: store them now; otherwise approval makes the one team."""
    for position, number in enumerate(numbers, start=1):
        name = command.team_names[number - 1] if number <= len(command.team_names) else ""
        team = Team(
            event_id=participation.event_id,
            participation_id=participation.id,
            position=position,
            side=participation.side,
            name=" ".join(name.split())[:120],
        )
        db.session.add(team)
        db.session.flush()
        members = [row for row, given in zip(rows, command.delegates, strict=True) if max(given.team, 1) == number]
        db.session.add_all([TeamDelegate(team_id=team.id, delegate_id=row.id) for row in members])
    db.session.flush()


def _store_consent(participation: Participation, consent: ConsentGiven | None, origin: str) -> None:
    for purpose in consent.purposes if consent else ():
        if purpose not in consents.PURPOSES:
            raise InvalidInput(_("Please choose one of the answers."))
        db.session.add(
            Consent(
                participation_id=participation.id,
                purpose=purpose,
                text_version=consents.TEXT_VERSION,
                locale=(consent.locale if consent else "id")[:5],
                given_by="form" if origin in OWN_ORIGINS else "staff",
                given_at=clock.now(),
            )
        )
