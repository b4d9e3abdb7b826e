"""What the door says: one word that is read from two metres, why, and what to do now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from matchmaking.attendance.models import ScanMethod, ScanOutcome
from matchmaking.attendance.queries.door import DoorPerson, ScanAnswer
from matchmaking.attendance.services.scans import Problem
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.i18n import show_time

METHODS = {
    ScanMethod.CAMERA: _l("Camera"),
    ScanMethod.SCANNER: _l("Scanner"),
    ScanMethod.TYPED: _l("Typed code"),
    ScanMethod.NAME: _l("By name"),
    ScanMethod.PAPER: _l("From the paper list"),
    ScanMethod.WALK_IN: _l("Walk-in"),
    ScanMethod.SUBSTITUTE: _l("Substitute"),
}


@dataclass(frozen=True)
class DoorSign:
    """One answer as the page shows it; ``kind`` is a signal of the design."""

    kind: str
    word: str
    title: str = ""
    lines: tuple[str, ...] = ()
    advice: str = ""


def sign_of(answer: ScanAnswer, zone: str) -> DoorSign:
    """Return the words of an answer; times in the event's zone."""
    if answer.is_undone:
        return DoorSign(
            "neutral", _("TAKEN BACK"), _name(answer), _who(answer.person), _("This check-in was taken back.")
        )
    if answer.outcome is ScanOutcome.REFUSED:
        why, advice = _REFUSALS[Problem(answer.problem)](answer, zone)
        return DoorSign("refused", _("REFUSED"), _name(answer), (why, *_who(answer.person)), advice)
    lines = (*_who(answer.person), *_where(answer.person, zone), *_day_note(answer))
    if answer.outcome is ScanOutcome.REPEATED:
        advice = _("If this is somebody else, look at the name and record a substitute.")
        return DoorSign("warning", _("ALREADY INSIDE"), _name(answer), (_first(answer, zone), *lines), advice)
    return DoorSign("held", _("COME IN"), _name(answer), lines)


def _name(answer: ScanAnswer) -> str:
    return answer.person.name if answer.person else ""


def _who(person: DoorPerson | None) -> tuple[str, ...]:
    return (" · ".join(part for part in (person.organization, person.office) if part),) if person else ()


def _where(person: DoorPerson | None, zone: str) -> tuple[str, ...]:
    lines = []
    if person and person.place:
        lines.append(person.place)
    if person and (meeting := person.next_meeting):
        at = show_time(meeting.starts_at, zone)
        lines.append(
            _("Next meeting %(time)s · %(table)s · %(name)s", time=at, table=meeting.table, name=meeting.partner)
        )
    return tuple(lines)


def _day_note(answer: ScanAnswer) -> tuple[str, ...]:
    return () if answer.is_event_day else (_("Today is not a day of this event; the check-in is kept for today."),)


def _first(answer: ScanAnswer, zone: str) -> str:
    at = _clock(answer.first_at, zone)
    if answer.first_by:
        return _("Came in at %(time)s, by %(door)s.", time=at, door=answer.first_by)
    return _("Came in at %(time)s.", time=at)


def _clock(moment: datetime | None, zone: str) -> str:
    return show_time(moment, zone, with_zone=True) if moment else "–"


def _empty(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("Nothing was read."), _("Scan again, or type the code below the QR.")


def _unknown(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This code is unknown."), _("Look for the person by name; print a new badge if it is theirs.")


def _other_event(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This badge is of another event."), _("Look for the person by name in this event.")


def _truncated(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("The code was read only in part."), _("Hold the badge flat and scan again, or type the short code.")


def _wrong_check(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("One letter of this code is wrong."), _("Compare it with the badge and type it again.")


def _vcard(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This is a contact card, not a badge."), _("Ask for the badge of this event, or look for the name.")


def _link(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This is a link to a website, not a badge."), _("Ask for the badge of this event, or look for the name.")


def _foreign(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This is no badge of ours."), _("Ask for the badge of this event, or look for the name.")


def _newer(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This badge is of a newer kind than this page knows."), _("Reload the page, or look for the name.")


def _reprinted(answer: ScanAnswer, zone: str) -> tuple[str, str]:
    why = _("This badge was replaced at %(time)s.", time=_clock(answer.ended_at, zone))
    return why, _("The new badge counts. Ask for it, or let the person in by name.")


def _substituted(answer: ScanAnswer, zone: str) -> tuple[str, str]:
    name = answer.person.substitute if answer.person else ""
    if not name:
        return (
            _("Somebody else came in this person's place."),
            _("If the person of the badge is here after all, take the substitution back."),
        )
    return (
        _("%(name)s came in this person's place.", name=name),
        _("If the person of the badge is here after all, take the substitution back."),
    )


def _revoked(answer: ScanAnswer, zone: str) -> tuple[str, str]:
    why = _("This badge was withdrawn at %(time)s.", time=_clock(answer.ended_at, zone))
    return why, _("Call the organiser.")


def _not_approved(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This registration is not approved yet."), _("Call the organiser: approving it opens the door.")


def _left(_answer: ScanAnswer, _zone: str) -> tuple[str, str]:
    return _("This registration has ended."), _("Call the organiser, or register a walk-in.")


_REFUSALS: dict[Problem, Callable[[ScanAnswer, str], tuple[str, str]]] = {
    Problem.EMPTY: _empty,
    Problem.UNKNOWN: _unknown,
    Problem.OTHER_EVENT: _other_event,
    Problem.TRUNCATED: _truncated,
    Problem.WRONG_CHECK: _wrong_check,
    Problem.VCARD: _vcard,
    Problem.LINK: _link,
    Problem.FOREIGN: _foreign,
    Problem.NEWER: _newer,
    Problem.REPRINTED: _reprinted,
    Problem.SUBSTITUTED: _substituted,
    Problem.REVOKED: _revoked,
    Problem.NOT_APPROVED: _not_approved,
    Problem.LEFT: _left,
}
