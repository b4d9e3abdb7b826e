"""The demo goes on through its day, 11 May 2023, up to a quarter past three: so that every page has something to show."""

from __future__ import annotations

from matchmaking.operations.demo import door, tables
from matchmaking.operations.demo.story import Story
from matchmaking.transactions import transaction


def pass_day(story: Story) -> None:
    """Let the demo's day pass through the services people use; the schedule has been published."""
    with transaction():
        door.print_badges(story)
    with transaction():
        door.open_door(story)
    with transaction():
        held = tables.pass_meetings(story, door.absent_entries(story))
    with transaction():
        tables.tell_outcomes(story, held, frozenset())
