"""What goes into the pack: every paper of a published schedule in words, read from the database at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from matchmaking import clock
from matchmaking.attendance.list_papers import SPARE_ROWS, attendees, list_words
from matchmaking.attendance.queries.attendance_list import list_days
from matchmaking.commitments.blank_papers import blank_forms_of
from matchmaking.documents.pack import AttendanceDay, Pack, PackWords
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import agenda_paper, event_head, hall_pages, person_sheet, table_sheets
from matchmaking.scheduling.queries.agendas import table_agendas
from matchmaking.scheduling.queries.hand_outs import hall_days, person_agendas


def pack_of_version(version: ScheduleVersion, locale: str, form_numbers: Sequence[str] = ()) -> Pack:
    """Return the pack of a version, sorted as it is handed out; plain values, so that the layout holds no database."""
    event = db.session.get_one(Event, version.event_id)
    head = event_head(event.id, version.published_at)
    people = person_agendas(version, locale)
    days = list_days(event, clock.today(event.timezone))
    return Pack(
        words=_words(version, event),
        paper=agenda_paper(head),
        agendas=tuple(
            (name, tuple(person_sheet(person, head) for person in group))
            for name, group in groupby(people, key=lambda person: person.organization)
        ),
        tables=tuple(table_sheets([a for a in table_agendas(version) if a.meetings], head)),
        attendance=tuple(
            AttendanceDay(tuple(attendees(event.id, day)), list_words(event, day), SPARE_ROWS) for day in days
        ),
        forms=blank_forms_of(event.id, form_numbers) if form_numbers else None,
        grid=tuple(hall_pages(hall_days(version), event.timezone)),
    )


def _words(version: ScheduleVersion, event: Event) -> PackWords:
    made = _(
        "Schedule %(number)s, made on %(time)s. The grid is the last part, on A3: choose “actual size” where the printer takes A3.",
        number=version.number,
        time=show_moment(clock.now(), event.timezone),
    )
    return PackWords(
        heading=_("Pack of papers"),
        lines=(event.name, made),
        columns=(_("What"), _("Papers"), _("Pages"), _("Handed over to")),
        agendas=_("Agendas, by organisation and person"),
        tables=_("Table cards"),
        attendance=_("Attendance list"),
        forms=_("Blank numbered forms"),
        grid=_("The whole hall, on A3"),
        corner=_("Table"),
        pages="%(first)s–%(last)s",
        page=_("page %(page)s of %(pages)s", page="%(page)s", pages="%(pages)s"),
    )
