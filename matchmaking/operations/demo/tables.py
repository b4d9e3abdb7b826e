"""The demo's meetings: begun, held, missed, called off and taken back, and what each of the three said about them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.attendance.models import Absent, MeetingResult, MeetingState, OutcomeSource
from matchmaking.attendance.services.meetings import ChangeMeeting, change_meeting, undo_step
from matchmaking.attendance.services.outcomes import RecordOutcome, record_outcome
from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.operations.demo.story import DAY, Story, at
from matchmaking.registration.models import Delegate, Team
from matchmaking.scheduling.models import Meeting, Placement, ScheduleVersion, VersionState

MINUTE = timedelta(minutes=1)
#: The two with a log-in have written about the meetings before this; about later ones not yet.
WRITTEN_UNTIL = at(11)
RUNNING, HELD, NO_SHOW, CANCELLED = (
    MeetingState.RUNNING,
    MeetingState.HELD,
    MeetingState.NO_SHOW,
    MeetingState.CANCELLED,
)
#: How meetings end, out of a hundred.
_RESULTS = (
    (MeetingResult.NOT_INTERESTED, 14),
    (MeetingResult.OFFER_ASKED, 52),
    (MeetingResult.POTENTIAL, 100),
)
_NOTES = {
    MeetingResult.NOT_INTERESTED: (
        "Kebutuhan tahun ini sudah terpenuhi.",
        "Produk tidak sesuai spesifikasi kegiatan.",
        "Harga di atas pagu yang tersedia.",
    ),
    MeetingResult.OFFER_ASKED: (
        "Minta contoh dan daftar harga tertulis.",
        "Minta penawaran untuk 100 peserta.",
        "Akan dibandingkan dengan dua penyedia lain.",
    ),
    MeetingResult.POTENTIAL: (
        "Cocok untuk kegiatan triwulan ketiga; menunggu pergeseran anggaran.",
        "Tertarik, perlu persetujuan pimpinan.",
        "Produk akan dicari di e-katalog sesudah tayang.",
    ),
    MeetingResult.COMMITMENT: ("Sepakat jumlah dan bulan; pernyataan komitmen disiapkan.",),
}
_STEPS = {
    MeetingResult.OFFER_ASKED: ("Kirim contoh produk", "Kirim penawaran harga", "Kirim katalog lewat WhatsApp"),
    MeetingResult.POTENTIAL: ("Bertemu PPK di kantor", "Tayangkan produk di e-katalog", "Kirim spesifikasi lengkap"),
    MeetingResult.COMMITMENT: ("Tanda tangani pernyataan komitmen",),
}


@dataclass(frozen=True)
class Sitting:
    """A meeting of the published schedule: when it is, and whose entries sit there."""

    code: str
    starts_at: datetime
    ends_at: datetime
    exhibitor_id: int
    buyer_id: int


def sittings(story: Story) -> list[Sitting]:
    """Return the meetings of the published schedule by time and table."""
    maker, agency = sa.orm.aliased(Team), sa.orm.aliased(Team)
    rows = db.session.execute(
        sa.select(Meeting.code, TimeSlot.starts_at, TimeSlot.ends_at, maker.participation_id, agency.participation_id)
        .join(Placement, Placement.meeting_id == Meeting.id)
        .join(ScheduleVersion, ScheduleVersion.id == Placement.version_id)
        .join(TimeSlot, TimeSlot.id == Placement.slot_id)
        .join(maker, maker.id == Meeting.exhibitor_team_id)
        .join(agency, agency.id == Meeting.buyer_team_id)
        .where(Meeting.event_id == story.event_id, ScheduleVersion.state == VersionState.PUBLISHED)
        .order_by(TimeSlot.starts_at, Placement.table_id)
    )
    return [Sitting(*row) for row in rows]


def pass_meetings(story: Story, gone: frozenset[int]) -> list[Sitting]:
    """Let the meetings pass up to the last slot, which is left running and scheduled; return those that were held."""
    everything = sittings(story)
    last = everything[-1].starts_at if everything else None
    past = [row for row in everything if row.starts_at != last]
    odd = _odd_ones(story, [row for row in past if not gone & {row.exhibitor_id, row.buyer_id}])
    held = []
    for number, row in enumerate(past):
        absent = _absent(row, gone)
        if absent or row in odd[:3]:
            _miss(story, row, absent or (Absent.BOTH, Absent.EXHIBITOR, Absent.BUYER)[odd.index(row)])
        elif row in odd[3:4]:
            _tap(story, row, CANCELLED, row.starts_at - 4 * MINUTE)
        else:
            _hold(story, row, number, is_corrected=row in odd[4:5])
            held.append(row)
    present = [row for row in everything if row.starts_at == last and not gone & {row.exhibitor_id, row.buyer_id}]
    for row in present[:2]:
        _tap(story, row, RUNNING, row.starts_at + MINUTE)
    return held


def _odd_ones(story: Story, rows: Sequence[Sitting]) -> list[Sitting]:
    """Choose the meetings that did not go as planned though everybody was in the hall, in the order of the day."""
    own = {story.exhibitors[0], story.buyers[0]}
    others = [row for row in rows if not own & {row.exhibitor_id, row.buyer_id}]
    return story.chance("odd").sample(others, min(5, len(others) // 2))


def _absent(row: Sitting, gone: frozenset[int]) -> Absent | None:
    if row.exhibitor_id in gone and row.buyer_id in gone:
        return Absent.BOTH
    if row.exhibitor_id in gone:
        return Absent.EXHIBITOR
    return Absent.BUYER if row.buyer_id in gone else None


def _tap(
    story: Story, row: Sitting, to: MeetingState, moment: datetime, absent: Absent | None = None, again: str = ""
) -> str:
    key = story.key(to.value, again, row.code)[:40]
    with clock.frozen(moment):
        change_meeting(story.desk, ChangeMeeting(story.event_id, row.code, to, key, absent))
    return key


def _miss(story: Story, row: Sitting, absent: Absent) -> None:
    _tap(story, row, NO_SHOW, row.starts_at + 8 * MINUTE, absent)


def _hold(story: Story, row: Sitting, number: int, *, is_corrected: bool) -> None:
    """Begin a meeting and end it; every third is only ticked off at its end. One is ended too early and taken back."""
    if number % 3:
        _tap(story, row, RUNNING, row.starts_at + number % 4 * MINUTE)
    if is_corrected:
        wrong = _tap(story, row, HELD, row.starts_at + 6 * MINUTE, again="x")
        with clock.frozen(row.starts_at + 7 * MINUTE):
            undo_step(story.desk, story.event_id, wrong, story.key("undo", row.code))
    _tap(story, row, HELD, row.ends_at - number % 3 * MINUTE)


def tell_outcomes(story: Story, held: Sequence[Sitting], agreed: frozenset[str]) -> None:
    """Let staff, exhibitors and buyers say how meetings went; the two with a log-in still have some to fill in.

    Args:
        story: the demo's day.
        held: the meetings that took place.
        agreed: codes of those that ended in a commitment.
    """
    chance, speakers = story.chance("outcomes"), _contacts(story)
    own = {story.exhibitors[0], story.buyers[0]}
    for number, row in enumerate(held):
        result = MeetingResult.COMMITMENT if row.code in agreed else _drawn(chance)
        word = _word(story, row, result, chance)
        if number % 8 != 7:
            _say(story.desk, story, row, OutcomeSource.STAFF, word, 3)
        for source, entry_id, share in (
            (OutcomeSource.EXHIBITOR, row.exhibitor_id, 35),
            (OutcomeSource.BUYER, row.buyer_id, 25),
        ):
            says = chance.randrange(100) < share
            if _has_written(row, entry_id, held) if entry_id in own else says:
                other = word if chance.randrange(3) else _word(story, row, _drawn(chance), chance)
                _say(speakers[entry_id], story, row, source, other, 6)


def _has_written(row: Sitting, entry_id: int, held: Sequence[Sitting]) -> bool:
    """Say whether one with a log-in has written about a meeting: about the early ones, and never about the last."""
    mine = [other for other in held if entry_id in (other.exhibitor_id, other.buyer_id)]
    return row.starts_at < WRITTEN_UNTIL and row is not mine[-1]


def _drawn(chance: random.Random) -> MeetingResult:
    drawn = chance.randrange(100)
    return next(result for result, limit in _RESULTS if drawn < limit)


@dataclass(frozen=True)
class _Word:
    result: MeetingResult
    value: int | None
    note: str
    step: str
    step_on: date | None


def _word(story: Story, row: Sitting, result: MeetingResult, chance: random.Random) -> _Word:
    steps = _STEPS.get(result, ())
    on = DAY + timedelta(days=chance.randrange(4, 40)) if steps and chance.randrange(3) == 0 else None
    return _Word(
        result,
        _potential(story, row, chance) if result is MeetingResult.POTENTIAL else None,
        chance.choice(_NOTES[result]) if chance.randrange(3) else "",
        chance.choice(steps) if steps else "",
        on,
    )


def _potential(story: Story, row: Sitting, chance: random.Random) -> int:
    """Return a value a buyer might think of: some of the maker's first product, whole half millions."""
    maker = story.makers[story.exhibitors.index(row.exhibitor_id)]
    _name, _unit, price, capacity, _days = maker.products[0]
    value = min(price * max(1, capacity * chance.randrange(10, 60) // 100), 180_000_000)
    return max(500_000, round(value / 500_000) * 500_000)


def _say(actor: Actor, story: Story, row: Sitting, source: OutcomeSource, word: _Word, minutes: int) -> None:
    with clock.frozen(row.ends_at + minutes * MINUTE):
        record_outcome(
            actor,
            RecordOutcome(
                story.event_id, row.code, source, word.result, word.value, word.note, word.step, word.step_on
            ),
        )


def _contacts(story: Story) -> dict[int, Actor]:
    """Return who speaks for each entry: its contact, logged in as they would be."""
    rows = db.session.execute(
        sa.select(Delegate.participation_id, Delegate.user_id).where(
            Delegate.event_id == story.event_id, Delegate.is_contact
        )
    )
    makers = set(story.exhibitors)
    return {
        entry_id: Actor(
            ActorKind.USER,
            user_id,
            story.event_id,
            frozenset({Role.EXHIBITOR if entry_id in makers else Role.BUYER}),
        )
        for entry_id, user_id in rows
    }
