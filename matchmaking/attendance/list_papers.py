"""The attendance list on paper: its words and its rows, for one file or for the pack."""

from __future__ import annotations

from datetime import date

from matchmaking.attendance.queries.attendance_list import Wanted, attendance_rows
from matchmaking.documents.agenda import Paper, Words
from matchmaking.documents.attendance_list import Attendee, ListWords
from matchmaking.events.models import Event
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date
from matchmaking.registration.labels import SIDES_LABELS, choices
from matchmaking.scheduling.papers import FONTS, event_head

#: Empty numbered rows at the end of the paper, for people nobody expected.
SPARE_ROWS = 10


def attendees(event_id: int, day: date, wanted: Wanted | None = None) -> list[Attendee]:
    """Return who is expected on a day, in the order of the list."""
    return [Attendee(row.name, row.office, row.organization) for row in attendance_rows(event_id, day, wanted)]


def list_words(event: Event, day: date, side: str = "") -> ListWords:
    """Return what stands around the rows: event, day and place, the side when only one is listed."""
    named = dict(choices(SIDES_LABELS)).get(side)
    place = ", ".join(part for part in (show_date(day, weekday=True), event.venue) if part)
    return ListWords(
        _("Attendance list"),
        tuple(str(line) for line in (event.name, place, named) if line),
        (_("No."), _("Name and office"), _("Organisation"), _("Signature")),
        _("Nobody is expected on this day."),
        _("page %(page)s", page="%(page)s"),
    )


def list_paper(event: Event) -> Paper:
    """Return letterhead and fonts."""
    head = event_head(event.id, None)
    return Paper(Words("", "", ""), FONTS, head.letterhead, event.name)
