"""Somebody comes in another's place: a person of the same entry in the same team seats, so the agenda stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.models import Badge, BadgeEnd, ScanMethod, Substitution
from matchmaking.attendance.services.badges import end_badges_of, issue_badge, live_badge
from matchmaking.attendance.services.scans import let_in, present_scan, undo_scan
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration import hooks
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.registration.services.details import Sentences, read_delegate
from matchmaking.registration.services.registering import FormSentBefore
from matchmaking.registration.services.revisions import add_revision, touch
from matchmaking.transactions import lock_row
from matchmaking.typed import one_line

MAX_NOTE = 200
_KEY = re.compile(r"[A-Za-z0-9-]{8,36}")


@dataclass(frozen=True)
class RecordSubstitute:
    """Who came in whose place, as typed at the door; ``form_key`` is made by the form: sent twice, stored once."""

    event_id: int
    absent_code: str
    form_key: str
    person: DelegateDetails
    has_letter: bool = False
    note: str = ""
    was_here: bool = False  # the one who is replaced was there before: their check-in of today stays


@dataclass(frozen=True)
class Substituted:
    """What was stored: the new person, and the key of the scan that let them in."""

    substitution_id: int
    delegate_id: int
    scan_key: str


def record_substitute(actor: Actor, command: RecordSubstitute) -> Substituted:
    """Store the substitute, give them seats and badge, and let them in; the badge of the absent one ends.

    Raises:
        InvalidInput: no name, a phone number that is none.
        NotFound: nobody of this event has that code.
        Conflict: the entry does not take part, or somebody came in this person's place already.
        FormSentBefore: the key is another substitute's.
    """
    _check_key(actor, command)
    absent = _locked_person(command.event_id, command.absent_code)
    if known := _by_key(command.event_id, command.form_key):
        if (known.absent_delegate_id, known.substitute.name) != (absent.id, one_line(command.person.name)):
            raise FormSentBefore(known.substitute.name)
        return _stored(known)
    _require_place(absent)
    substitute = _new_person(command, absent)
    _move_seats(absent.id, substitute.id)
    row = _substitution(actor, command, absent.id, substitute.id)
    end_badges_of(actor, [absent.id], BadgeEnd.SUBSTITUTED)
    hooks.delegate_added(actor, substitute.id)
    issue_badge(actor, substitute.id)
    if not command.was_here:
        _take_back(actor, command.event_id, absent.id)
    _trace(actor, absent, absent.name, substitute.name)
    let_in(actor, command.event_id, substitute.id, ScanMethod.SUBSTITUTE, _scan_key(command.form_key))
    return _stored(row)


def undo_substitute(actor: Actor, event_id: int, absent_code: str) -> int:
    """Take a substitution back: the seats and the badge are the first person's again; return that person's id.

    Raises:
        NotFound: nobody of this event has that code.
        Conflict: nobody came in this person's place, or something else depends on the substitute.
    """
    absent = _locked_person(event_id, absent_code)
    row = db.session.scalar(
        sa.select(Substitution).where(Substitution.absent_delegate_id == absent.id, Substitution.undone_at.is_(None))
    )
    if row is None:
        raise Conflict(_("Nobody came in this person's place."))
    substitute = lock_row(Delegate, row.substitute_delegate_id) or row.substitute
    row.undone_at = clock.now()
    _take_back(actor, event_id, substitute.id)
    _move_seats(substitute.id, absent.id)
    db.session.flush()
    hooks.delegate_leaving(actor, substitute.id)
    data = {"absent": absent.id, "substitute": substitute.id}
    audit.record(actor, "attendance.undo_substitute", row, event_id=event_id, data=data)
    _trace(actor, absent, substitute.name, absent.name)
    db.session.delete(substitute)  # entered by mistake: nothing of them is kept but the trail of ids
    db.session.flush()
    _revive_badge(actor, absent)
    return absent.id


def _check_key(actor: Actor, command: RecordSubstitute) -> None:
    if actor.kind is ActorKind.DEVICE and actor.event_id != command.event_id:
        raise NotAllowed(_("This device belongs to another event."))
    if not _KEY.fullmatch(command.form_key):
        raise InvalidInput(_("This page is too old. Please open it again."))


def _locked_person(event_id: int, code: str) -> Delegate:
    """Lock the entry, which gets a trace of this, and the person."""
    statement = sa.select(Delegate.id, Delegate.participation_id).where(
        Delegate.event_id == event_id, Delegate.code == code
    )
    found = db.session.execute(statement).first()
    if found:
        lock_row(Participation, found.participation_id)
    person = lock_row(Delegate, found.id) if found else None
    if person is None:
        raise NotFound(_("This person is not in the event any more."))
    return person


def _by_key(event_id: int, form_key: str) -> Substitution | None:
    return db.session.scalar(
        sa.select(Substitution).where(Substitution.event_id == event_id, Substitution.substitution_key == form_key)
    )


def _stored(row: Substitution) -> Substituted:
    return Substituted(row.id, row.substitute_delegate_id, _scan_key(row.substitution_key))


def _scan_key(form_key: str) -> str:
    return f"sub-{form_key}"


def _require_place(absent: Delegate) -> None:
    if absent.erased_at or absent.participation.state is not ParticipationState.APPROVED:
        raise Conflict(_("This registration does not take part, so nobody can come in its place. Call the organiser."))
    live = sa.select(Substitution.id).where(
        Substitution.absent_delegate_id == absent.id, Substitution.undone_at.is_(None)
    )
    if db.session.scalar(live):
        raise Conflict(_("Somebody came in this person's place already."))


def _new_person(command: RecordSubstitute, absent: Delegate) -> Delegate:
    sentences = Sentences()
    values = read_delegate(command.person, sentences)
    note = one_line(command.note)
    if len(note) > MAX_NOTE:
        sentences.note("note", _("At most %(count)s characters, please.", count=MAX_NOTE))
    sentences.raise_if_any()
    person = Delegate(
        code=new_code(12),
        event_id=absent.event_id,
        participation_id=absent.participation_id,
        is_contact=False,
        **values,
    )
    db.session.add(person)
    db.session.flush()
    return person


def _move_seats(from_id: int, to_id: int) -> None:
    seats = sa.update(TeamDelegate).where(TeamDelegate.delegate_id == from_id).values(delegate_id=to_id)
    db.session.execute(seats)


def _substitution(actor: Actor, command: RecordSubstitute, absent_id: int, substitute_id: int) -> Substitution:
    row = Substitution(
        event_id=command.event_id,
        substitution_key=command.form_key,
        absent_delegate_id=absent_id,
        substitute_delegate_id=substitute_id,
        has_letter=command.has_letter,
        note=one_line(command.note),
        at=clock.now(),
        user_id=actor.user_id,
        device_id=actor.reference if actor.kind is ActorKind.DEVICE else None,
    )
    db.session.add(row)
    db.session.flush()
    data = {"absent": absent_id, "substitute": substitute_id, "has_letter": command.has_letter}
    audit.record(actor, "attendance.substitute", row, event_id=command.event_id, data=data)
    return row


def _take_back(actor: Actor, event_id: int, delegate_id: int) -> None:
    """Take back today's check-in of a person, if there is one."""
    event = db.session.get_one(Event, event_id)
    scan = present_scan(delegate_id, clock.today(event.timezone))
    if scan:
        undo_scan(actor, event_id, scan.scan_key)


def _revive_badge(actor: Actor, absent: Delegate) -> None:
    """Make the badge that the substitution ended valid again: its paper is in the person's hand."""
    ended = db.session.scalars(
        sa.select(Badge)
        .where(Badge.delegate_id == absent.id, Badge.end_reason == BadgeEnd.SUBSTITUTED)
        .order_by(Badge.ended_at.desc(), Badge.id.desc())
    ).first()
    if live_badge(absent.id):
        return
    if ended is None:
        issue_badge(actor, absent.id)
        return
    ended.ended_at = ended.ended_by = ended.end_reason = None
    audit.record(actor, "attendance.revive_badge", ended, event_id=absent.event_id)
    db.session.flush()


def _trace(actor: Actor, person: Delegate, old: str, new: str) -> None:
    add_revision(actor, person.participation_id, "staff", [{"field": "delegate", "old": old, "new": new}])
    touch(person.participation)
