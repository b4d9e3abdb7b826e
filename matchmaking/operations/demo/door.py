"""The morning of the demo: badges printed the day before, and who came through the door, how, and who did not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.attendance.models import Badge, ScanMethod
from matchmaking.attendance.services.badges import WhyAgain, ensure_badges, note_printed, reprint_badge
from matchmaking.attendance.services.scans import RecordScan, record_scan, undo_scan
from matchmaking.attendance.services.substitutes import RecordSubstitute, record_substitute
from matchmaking.attendance.services.walk_ins import RegisterWalkIn, register_walk_in
from matchmaking.extensions import db
from matchmaking.operations.demo.story import Story, at
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate, Participation, Side

PRINTED_AT = at(15, day=date(2023, 5, 10))
OPENS_AT = at(7, 30)
#: How many of a hundred people are let in which way; the rest by name.
_WAYS = ((ScanMethod.CAMERA, 55), (ScanMethod.SCANNER, 80), (ScanMethod.TYPED, 92))
_CARD = "BEGIN:VCARD\nVERSION:3.0\nN:Contoh;Tamu\nEND:VCARD"


@dataclass(frozen=True)
class _Guest:
    """Somebody who stands at the door: their code, the QR on their badge and the code below it."""

    id: int
    code: str
    participation_id: int
    badge_code: str
    short_code: str


def absent_entries(story: Story) -> frozenset[int]:
    """Return the entries of which nobody comes: one in sixteen of each side, and never the two with a log-in."""
    chance = story.chance("absent")
    gone: set[int] = set()
    for entries in (story.exhibitors, story.buyers):
        others = list(entries[1:])
        gone.update(chance.sample(others, min(len(others) - 1, max(1, len(entries) // 16))) if len(others) > 2 else [])
    return frozenset(gone)


def print_badges(story: Story) -> None:
    """Print everybody's badge the day before; one was lost on the way and is printed again in the morning."""
    with clock.frozen(PRINTED_AT):
        ensure_badges(story.organizer, story.event_id)
        live = sa.select(Badge.id).where(Badge.event_id == story.event_id, Badge.ended_at.is_(None))
        note_printed(story.organizer, db.session.scalars(live.order_by(Badge.id)).all())


def open_door(story: Story) -> frozenset[int]:
    """Let the morning pass at the door; return the entries for which somebody else came."""
    guests = _guests(story)
    gone = absent_entries(story)
    coming = [guest for guest in guests if guest.participation_id not in gone]
    replaced = _replaced(story, coming)
    _lose_badge(story, next((guest for guest in coming[1:] if guest not in replaced), None))
    queue = [guest for guest in _guests(story) if guest.participation_id not in gone]
    queue = [guest for guest in queue if guest.id not in {other.id for other in replaced}]
    moments = _let_in(story, queue)
    _refuse(story)
    _repeat(story, queue, moments)
    _correct(story, queue[-1])
    for number, guest in enumerate(replaced):
        _substitute(story, guest, number)
    _walk_in(story, gone)
    return frozenset(guest.participation_id for guest in replaced)


def _guests(story: Story) -> list[_Guest]:
    rows = db.session.execute(
        sa.select(Delegate.id, Delegate.code, Delegate.participation_id, Badge.code, Badge.short_code)
        .join(Badge, sa.and_(Badge.delegate_id == Delegate.id, Badge.ended_at.is_(None)))
        .where(Delegate.event_id == story.event_id)
        .order_by(Delegate.id)
    )
    return [_Guest(*row) for row in rows]


def _replaced(story: Story, coming: Sequence[_Guest]) -> list[_Guest]:
    """Return the two officials who stayed away and sent somebody: of two agencies, not of the one with a log-in."""
    firsts: dict[int, _Guest] = {}
    for guest in coming:
        if guest.participation_id in story.buyers[1:]:
            firsts.setdefault(guest.participation_id, guest)
    return list(firsts.values())[:2]


def _lose_badge(story: Story, guest: _Guest | None) -> None:
    """Print a lost badge again; whoever found the old one is refused with it."""
    if guest is None:
        return
    with clock.frozen(at(7, 41)):
        reprint_badge(story.desk, story.event_id, guest.code, WhyAgain.LOST)
    with clock.frozen(at(7, 52)):
        old = RecordScan(story.event_id, story.key("scan", "old"), guest.badge_code, method=ScanMethod.CAMERA)
        record_scan(story.desk, old)


def _let_in(story: Story, queue: Sequence[_Guest]) -> dict[int, datetime]:
    """Let everybody in between 7.30 and 9.30, most of them before the opening; return when each came."""
    chance = story.chance("door")
    moments = {guest.id: OPENS_AT + timedelta(seconds=int(chance.triangular(60, 7140, 4200))) for guest in queue}
    for guest in sorted(queue, key=lambda guest: (moments[guest.id], guest.id)):
        with clock.frozen(moments[guest.id]):
            record_scan(story.desk, _scan_of(story, guest, chance.randrange(100)))
    return moments


def _scan_of(story: Story, guest: _Guest, drawn: int) -> RecordScan:
    key = story.key("scan", guest.id)
    method = next((way for way, limit in _WAYS if drawn < limit), ScanMethod.NAME)
    if method is ScanMethod.NAME:
        return RecordScan(story.event_id, key, delegate_code=guest.code, method=method)
    text = guest.short_code if method is ScanMethod.TYPED else guest.badge_code
    return RecordScan(story.event_id, key, text, method=method)


def _refuse(story: Story) -> None:
    """Refuse what is no badge of this event: an address card, a mistyped code, a sticker with a web address."""
    wrong = (_CARD, "ZZZ-ZZZ", "https://contoh.example/promo")
    for number, text in enumerate(wrong):
        method = ScanMethod.TYPED if number == 1 else ScanMethod.CAMERA
        with clock.frozen(at(8, 11 + 9 * number)):
            record_scan(story.desk, RecordScan(story.event_id, story.key("scan", "wrong", number), text, method=method))


def _repeat(story: Story, queue: Sequence[_Guest], moments: dict[int, datetime]) -> None:
    """Scan three people a second time: they had gone out for a moment."""
    for guest in queue[1:12:4]:
        again = RecordScan(story.event_id, story.key("again", guest.id), guest.badge_code, method=ScanMethod.CAMERA)
        with clock.frozen(moments[guest.id] + timedelta(minutes=17)):
            record_scan(story.desk, again)


def _correct(story: Story, guest: _Guest) -> None:
    """Take a wrong check-in back, and let the right person in when they do come."""
    with clock.frozen(at(9, 29)):
        undo_scan(story.desk, story.event_id, story.key("scan", guest.id))
    with clock.frozen(at(9, 33)):
        late = RecordScan(story.event_id, story.key("late", guest.id), guest.badge_code, method=ScanMethod.CAMERA)
        record_scan(story.desk, late)


def _substitute(story: Story, guest: _Guest, number: int) -> None:
    """Let somebody in instead: the first shows a letter of assignment, the second promises to bring it."""
    person = DelegateDetails(
        f"Peserta Contoh {900 + number}", phone=f"0899000090{number:02d}", office="Staf", office_role="other"
    )
    note = "" if number == 0 else "Surat tugas menyusul lewat WhatsApp."
    command = RecordSubstitute(
        story.event_id, guest.code, story.key("sub", number), person, has_letter=number == 0, note=note
    )
    with clock.frozen(at(8, 47 + 11 * number)):
        record_substitute(story.desk, command)


def _walk_in(story: Story, gone: frozenset[int]) -> None:
    """Let in an agency that nobody expected; it would like to meet two makers, and waits for a free table."""
    makers = [entry_id for entry_id in story.exhibitors if entry_id not in gone][:2]
    wished = sa.select(Participation.code).where(Participation.id.in_(makers)).order_by(Participation.id)
    command = RegisterWalkIn(
        story.event_id,
        story.key("walk-in"),
        Side.BUYER,
        "Balai Pelatihan Contoh",
        DelegateDetails("Peserta Contoh 910", phone="089900009010", office="PPK", office_role="commitment_officer"),
        has_consent=True,
        buyer_type="vertical_agency",
        regency="18.71",
        wished=tuple(db.session.scalars(wished)),
    )
    with clock.frozen(at(10, 22)):
        register_walk_in(story.desk, command)
