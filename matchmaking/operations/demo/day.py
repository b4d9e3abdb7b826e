"""The demo goes on through its day, 11 May 2023, up to a quarter past three: so that every page has something to show."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking.operations.demo import changes, deals, door, tables
from matchmaking.operations.demo.story import Story
from matchmaking.transactions import transaction


@dataclass(frozen=True)
class DayTold:
    """What came of the day, for whoever loads the demo: meetings held, and commitments."""

    held: int
    commitments: int


def pass_day(story: Story, this_year: int) -> DayTold:
    """Let the demo's day pass through the services people use.

    Args:
        story: the event, with a published schedule.
        this_year: the year in which the demo is looked at: open commitments have it as their fiscal year, since what
            nobody signs before its fiscal year ends has expired.
    """
    with transaction():
        door.print_badges(story)
    with transaction():
        replaced = door.open_door(story)
    gone = door.absent_entries(story)
    with transaction():
        held = tables.pass_meetings(story, gone)
    with transaction():
        changes.run_late(story)
    with transaction():
        changes.seat_a_stand_by(story)
    pairings = deals.pair_up(story, held, replaced)
    with transaction():
        tables.tell_outcomes(story, held, deals.agreed_meetings(pairings))
    with transaction():
        deals.make_deals(story, pairings, this_year)
    return DayTold(len(held), len(pairings))
