"""What did not go as planned in the demo's hall: the last slots run late, and a free table is given to a stand-by."""

from __future__ import annotations

from matchmaking import clock
from matchmaking.attendance.queries.standing_by import hall_of_day, stand_bys
from matchmaking.attendance.services.day_seats import SeatPair, seat_pair
from matchmaking.operations.demo.story import Story, at
from matchmaking.scheduling.day_models import DelayScope
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.services.delays import NoteDelay, note_delay

LATE_MINUTES = 5
NOTED_AT, SEATED_AT = at(14, 36), at(15, 6)


def run_late(story: Story) -> None:
    """Let the organiser write down that the session runs late from the slot after 14:36 on."""
    slots = times_of(story.event_id).slots
    coming = sorted((slot.starts_at, id) for id, slot in slots.items() if slot.starts_at > NOTED_AT)
    if not coming:
        return
    with clock.frozen(NOTED_AT):
        key = story.key("delay")[:40]
        note_delay(story.organizer, NoteDelay(story.event_id, coming[0][1], LATE_MINUTES, key, DelayScope.SESSION))


def seat_a_stand_by(story: Story) -> None:
    """Let the desk give one free table of the last slot to the best pair that is there."""
    version, times = published_version(story.event_id), times_of(story.event_id)
    if version is None or not times.slots:
        return
    hall, last = hall_of_day(version), max(times.slots, key=times.start)
    if times.end(last) <= SEATED_AT:
        return
    for table_id, pairs in stand_bys(hall, last, hall.free_tables(last), 1).items():
        with clock.frozen(SEATED_AT):
            wanted = SeatPair(story.event_id, *pairs[0].teams, last, f"demostandby{story.event_id}"[:20], table_id)
            seat_pair(story.desk, wanted)
