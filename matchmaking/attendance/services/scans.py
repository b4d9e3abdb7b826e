"""Letting people in: each scan is a row, a refused one too; the same key again is the same scan; one person a day once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.attendance.badge_codes import read_badge_text
from matchmaking.attendance.models import Badge, BadgeEnd, Scan, ScanMethod, ScanOutcome, Substitution
from matchmaking.attendance.queries.door import ScanAnswer, answer_of
from matchmaking.attendance.queries.presence import is_present
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Delegate, ParticipationState
from matchmaking.transactions import insert_new, lock_row

#: A door without a network sends its scans later; a device's clock that is further off is not believed.
LATEST = timedelta(hours=36)
_KEY = re.compile(r"[A-Za-z0-9-]{8,40}")


class Problem(StrEnum):
    """Why somebody was not let in. What was read is never kept: a foreign QR may hold an address card."""

    EMPTY = "empty"
    UNKNOWN = "unknown"
    OTHER_EVENT = "other_event"
    TRUNCATED = "truncated"
    WRONG_CHECK = "wrong_check"
    VCARD = "vcard"
    LINK = "link"
    FOREIGN = "foreign"
    NEWER = "newer"
    REPRINTED = "reprinted"
    SUBSTITUTED = "substituted"
    REVOKED = "revoked"
    NOT_APPROVED = "not_approved"
    LEFT = "left"


#: What each way for a badge to end means at the door.
_ENDED = {
    BadgeEnd.REPRINTED: Problem.REPRINTED,
    BadgeEnd.SUBSTITUTED: Problem.SUBSTITUTED,
    BadgeEnd.LEFT: Problem.LEFT,
    BadgeEnd.ERASED: Problem.LEFT,
    BadgeEnd.REVOKED: Problem.REVOKED,
}


@dataclass(frozen=True)
class RecordScan:
    """One scan as the door sends it: what was read (or typed), or the person who was chosen by name."""

    event_id: int
    scan_key: str
    text: str = ""
    delegate_code: str = ""
    method: ScanMethod = ScanMethod.TYPED
    scanned_at: datetime | None = None  # when it was read, where it is sent later
    day: date | None = None  # of a paper list that is ticked later


@dataclass(frozen=True)
class _Reading:
    """Whom a scan names, and why they may not come in."""

    problem: Problem | None = None
    delegate_id: int | None = None
    badge_id: int | None = None


def record_scan(actor: Actor, command: RecordScan) -> ScanAnswer:
    """Store one scan and say what it means; sent again it changes nothing and returns the first answer.

    Raises:
        InvalidInput: the key is none that a door makes.
        NotAllowed: a device of another event.
        NotFound: there is no such event.
    """
    _check_door(actor, command)
    if known := _by_key(command.event_id, command.scan_key):
        return answer_of(known)
    reading = _read(command)
    return answer_of(_store(actor, command, reading))


def let_in(
    actor: Actor, event_id: int, delegate_id: int, method: ScanMethod, scan_key: str, *, day: date | None = None
) -> ScanAnswer:
    """Let in a person who stands at the desk (a walk-in, a substitute), or, with ``day``, one who signed that day's paper."""
    command = RecordScan(event_id, scan_key, method=method, day=day)
    _check_door(actor, command)
    if known := _by_key(event_id, scan_key):
        return answer_of(known)
    return answer_of(_store(actor, command, _check_person(event_id, delegate_id)))


def undo_scan(actor: Actor, event_id: int, scan_key: str) -> ScanAnswer:
    """Take a wrong check-in back; the row stays and says who took it back. Twice is once.

    Raises:
        NotFound: there is no such scan in this event.
        Conflict: the scan let nobody in.
    """
    scan = _by_key(event_id, scan_key)
    if scan is None:
        raise NotFound(_("This check-in does not exist in this event."))
    if scan.delegate_id:
        lock_row(Delegate, scan.delegate_id)  # as each scan of the person does: none falls between
    scan = lock_row(Scan, scan.id) or scan
    if scan.outcome is not ScanOutcome.ACCEPTED:
        raise Conflict(_("This scan let nobody in: there is nothing to take back."))
    if scan.undone_at is None:
        scan.undone_at, scan.undone_by, scan.undone_by_device = clock.now(), actor.user_id, _device_id(actor)
        audit.record(actor, "attendance.undo_scan", scan, event_id=event_id)
        db.session.flush()
    return answer_of(scan)


def present_scan(delegate_id: int, day: date) -> Scan | None:
    """Return the scan by which the person is present on this day."""
    return db.session.scalar(sa.select(Scan).where(Scan.delegate_id == delegate_id, Scan.day == day, is_present()))


def keep_scanned_delegate(_actor: Actor, delegate_id: int) -> None:
    """Refuse to take somebody off an entry who was let in, or who came or was replaced as a substitute.

    Raises:
        Conflict: the person was there.
    """
    lock_row(Delegate, delegate_id)
    was_there = sa.select(Scan.id).where(Scan.delegate_id == delegate_id, is_present()).exists()
    is_named = sa.select(Substitution.id).where(
        sa.or_(Substitution.absent_delegate_id == delegate_id, Substitution.substitute_delegate_id == delegate_id),
        Substitution.undone_at.is_(None),
    )
    if db.session.scalar(sa.select(sa.or_(was_there, is_named.exists()))):
        raise Conflict(
            _(
                "This person was checked in or replaced at the door, so the entry keeps them. Take the check-in back first."
            )
        )


def _check_door(actor: Actor, command: RecordScan) -> None:
    if actor.kind is ActorKind.DEVICE and actor.event_id != command.event_id:
        raise NotAllowed(_("This device belongs to another event."))
    if not _KEY.fullmatch(command.scan_key):
        raise InvalidInput(_("This scan carries no proper key. Please reload the page and scan again."))


def _by_key(event_id: int, scan_key: str) -> Scan | None:
    return db.session.scalar(sa.select(Scan).where(Scan.event_id == event_id, Scan.scan_key == scan_key))


def _read(command: RecordScan) -> _Reading:
    """Find the person; the row of the person is locked before it is decided, so that a badge ends before or after."""
    if command.delegate_code:
        chosen = sa.select(Delegate.id).where(
            Delegate.event_id == command.event_id, Delegate.code == command.delegate_code
        )
        delegate_id = db.session.scalar(chosen)
        return _check_person(command.event_id, delegate_id) if delegate_id else _Reading(Problem.UNKNOWN)
    read = read_badge_text(command.text)
    kind = str(read.kind)
    if kind not in ("code", "short"):
        return _Reading(Problem(kind))
    of_event = Badge.event_id == command.event_id
    match = Badge.code == read.code if kind == "code" else sa.and_(Badge.short_code == read.code, of_event)
    found = db.session.execute(sa.select(Badge.id, Badge.event_id, Badge.delegate_id).where(match)).first()
    if found is None:
        return _Reading(Problem.UNKNOWN)
    if found.event_id != command.event_id:
        return _Reading(Problem.OTHER_EVENT)
    return _check_badge(command.event_id, found.id, found.delegate_id)


def _check_badge(event_id: int, badge_id: int, delegate_id: int) -> _Reading:
    person = _check_person(event_id, delegate_id)
    badge = db.session.get_one(Badge, badge_id, populate_existing=True)
    ended = _ENDED[badge.end_reason] if badge.end_reason else None
    return _Reading(ended or person.problem, delegate_id, badge_id)


def _check_person(event_id: int, delegate_id: int) -> _Reading:
    delegate = lock_row(Delegate, delegate_id)
    if delegate is None or delegate.event_id != event_id:
        return _Reading(Problem.UNKNOWN)
    replaced = sa.select(Substitution.id).where(
        Substitution.absent_delegate_id == delegate_id, Substitution.undone_at.is_(None)
    )
    state = delegate.participation.state
    if delegate.erased_at or state in (ParticipationState.REFUSED, ParticipationState.WITHDRAWN):
        return _Reading(Problem.LEFT, delegate_id)
    if db.session.scalar(sa.select(replaced.exists())):
        return _Reading(Problem.SUBSTITUTED, delegate_id)
    return _Reading(None if state is ParticipationState.APPROVED else Problem.NOT_APPROVED, delegate_id)


def _store(actor: Actor, command: RecordScan, reading: _Reading) -> Scan:
    event = db.session.get(Event, command.event_id)
    if event is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    now = clock.now()
    is_believed = command.scanned_at is not None and now - LATEST <= command.scanned_at <= now
    scanned_at = command.scanned_at if is_believed else None
    day = command.day or clock.in_zone(scanned_at or now, event.timezone).date()
    values = {
        "event_id": event.id,
        "scan_key": command.scan_key,
        "day": day,
        "method": command.method,
        "delegate_id": reading.delegate_id,
        "badge_id": reading.badge_id,
        "scanned_at": scanned_at,
        "received_at": now,
        "user_id": actor.user_id,
        "device_id": _device_id(actor),
    }
    if reading.problem:
        refused = {**values, "outcome": ScanOutcome.REFUSED, "problem": reading.problem.value}
        return _stored(insert_new(Scan, refused), command)
    accepted = insert_new(Scan, {**values, "outcome": ScanOutcome.ACCEPTED})
    if accepted or _by_key(command.event_id, command.scan_key):
        return _stored(accepted, command)
    first = present_scan(reading.delegate_id or 0, day)
    repeated = {**values, "outcome": ScanOutcome.REPEATED, "first_scan_id": first.id if first else None}
    return _stored(insert_new(Scan, repeated), command)


def _stored(scan_id: int | None, command: RecordScan) -> Scan:
    """Return the row just written, or the one that came first with the same key."""
    scan = db.session.get(Scan, scan_id) if scan_id else _by_key(command.event_id, command.scan_key)
    if scan is None:
        raise Conflict(_("The scan was not stored. Please scan again."))
    return scan


def _device_id(actor: Actor) -> int | None:
    return actor.reference if actor.kind is ActorKind.DEVICE else None
