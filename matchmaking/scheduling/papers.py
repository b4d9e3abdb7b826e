"""From agendas to documents: the words, the letterhead and the calendar entries that the pure renderers need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from flask import current_app

from matchmaking import clock
from matchmaking.config import ROOT
from matchmaking.documents.agenda import Day, Letterhead, Line, Paper, Sheet, Words, render_agendas
from matchmaking.documents.calendar import CalendarEntry, render_calendar
from matchmaking.documents.hall_grid import GridDay
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date, show_moment, show_time
from matchmaking.scheduling.queries.agendas import Agenda, AgendaItem
from matchmaking.scheduling.queries.hand_outs import HallCell, HallDay, PersonAgenda
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of

FONTS = ROOT / "static" / "dist" / "fonts"
#: Right part of every meeting's UID: it must never change, whatever address the installation has.
UID_DOMAIN = "temu-bisnis"


@dataclass(frozen=True)
class EventHead:
    """What papers and calendars say about the event; plain values, so that it crosses the end of a read."""

    name: str
    venue: str
    zone: str
    starts_on: str
    published: str
    published_at: datetime
    letterhead: Letterhead


def event_head(event_id: int, published_at: datetime | None) -> EventHead:
    """Return the head of an event's papers."""
    event = db.session.get_one(Event, event_id)
    logo = db.session.get(StoredFile, event.logo_file_id) if event.logo_file_id else None
    moment = published_at or clock.now()
    return EventHead(
        name=event.name,
        venue=event.venue,
        zone=event.timezone,
        starts_on=show_date(event.starts_on, weekday=True),
        published=show_moment(moment, event.timezone) if published_at else "",
        published_at=moment,
        letterhead=Letterhead(event.host_name, event.host_parent, event.host_address, _bytes(logo)),
    )


def _bytes(logo: StoredFile | None) -> bytes | None:
    path = path_of(logo.code) if logo else None
    return path.read_bytes() if path and path.exists() else None


def agenda_pdf(agendas: Iterable[Agenda], head: EventHead, on_sheet: Callable[[int], None] | None = None) -> bytes:
    """Return the agendas as one PDF."""
    sheets = (_sheet(agenda, head, _("Agenda"), _("No meetings are scheduled for this team.")) for agenda in agendas)
    return render_agendas(sheets, _paper(head, _("With whom")), on_sheet)


def table_pdf(agendas: Iterable[Agenda], head: EventHead, on_sheet: Callable[[int], None] | None = None) -> bytes:
    """Return one card for each table: who sits there when."""
    return render_agendas(table_sheets(agendas, head), _paper(head, _("Exhibitor and buyer")), on_sheet)


def person_sheet(person: PersonAgenda, head: EventHead) -> Sheet:
    """Return the sheet that is handed to one person."""
    sheet = _sheet(person.agenda, head, _("Agenda"), "")
    teams = ", ".join(team for team in person.teams if team != person.organization)
    where = " · ".join(part for part in (person.organization, teams) if part)
    return replace(sheet, heading=where, name=person.name)


def agenda_pdf_of(people: Iterable[PersonAgenda], head: EventHead) -> bytes:
    """Return these people's agendas as one PDF."""
    return render_agendas([person_sheet(person, head) for person in people], agenda_paper(head))


def table_sheets(agendas: Iterable[Agenda], head: EventHead) -> list[Sheet]:
    """Return one card for each table."""
    empty = _("No meetings are scheduled at this table.")
    return [_sheet(agenda, head, _("Table card"), empty, is_table=True) for agenda in agendas]


def hall_pages(days: Iterable[HallDay], zone: str) -> list[GridDay]:
    """Return the grid of the hall in words."""
    return [
        GridDay(
            show_date(day.day, weekday=True),
            tuple(show_time(at, zone) for at in day.slots),
            tuple((name, tuple(_cell(cell, zone) for cell in cells)) for name, cells in day.rows),
        )
        for day in days
    ]


def _cell(cell: HallCell | None, zone: str) -> str:
    if cell is None:
        return ""
    late = f"{show_time(cell.begins_at, zone)} " if cell.begins_at else ""
    return f"{late}{cell.exhibitor} – {cell.buyer}"


def agenda_paper(head: EventHead) -> Paper:
    """Return what agendas and table cards in one file share."""
    return _paper(head, _("With whom"))


def _paper(head: EventHead, partner: str) -> Paper:
    note = (
        _("As published on %(time)s. Later changes are told at the venue.", time=head.published)
        if head.published
        else ""
    )
    draft = "" if head.published else _("Draft: not published yet.")
    words = Words(_("Time"), _("Table"), partner, note or draft, _("page %(page)s", page="%(page)s"))
    return Paper(words, FONTS, head.letterhead, head.name)


def _sheet(agenda: Agenda, head: EventHead, heading: str, empty: str, *, is_table: bool = False) -> Sheet:
    name = _("Table %(name)s", name=agenda.name) if is_table else agenda.name
    subtitle = " · ".join(part for part in (head.name, head.venue) if part)
    return Sheet(heading, name, subtitle, tuple(_days(agenda.items, head.zone)), empty)


def _days(items: Sequence[AgendaItem], zone: str) -> Iterable[Day]:
    shown = [item for item in items if item.kind in {"meeting", "break"}]
    for day, group in groupby(shown, key=lambda item: clock.in_zone(item.starts_at, zone).date()):
        lines = [
            Line(
                time=time_span(item, zone),
                table=item.table,
                title=item.title,
                detail=item.detail,
                is_pause=item.kind == "break",
            )
            for item in group
        ]
        if any(not line.is_pause for line in lines):
            yield Day(show_date(day, weekday=True), tuple(lines))


def time_span(item: AgendaItem, zone: str) -> str:
    """Return ``09.00–09.20 WIB``."""
    return f"{show_time(item.starts_at, zone)}–{show_time(item.ends_at, zone, with_zone=True)}"


def agenda_calendar(agenda: Agenda, head: EventHead, cancelled: Sequence[AgendaItem] = ()) -> bytes:
    """Return a team's meetings as a calendar file, those that were cancelled with it."""
    return agendas_calendar([agenda], head, {agenda.id: cancelled})


def agendas_calendar(
    agendas: Sequence[Agenda], head: EventHead, cancelled: Mapping[int, Sequence[AgendaItem]]
) -> bytes:
    """Return the meetings of an organisation's teams as one calendar file."""
    entries = [
        calendar_entry(item, head) for agenda in agendas for item in (*agenda.meetings, *cancelled.get(agenda.id, ()))
    ]
    name = agendas[0].name if len(agendas) == 1 else ""
    return render_calendar(entries, " · ".join(part for part in (head.name, name) if part), head.published_at)


def calendar_entry(item: AgendaItem, head: EventHead) -> CalendarEntry:
    """Return one meeting as a calendar entry; its UID follows from the meeting alone."""
    place = ", ".join(part for part in (_("Table %(name)s", name=item.table) if item.table else "", head.venue) if part)
    title = _("Cancelled: %(name)s", name=item.title) if item.is_cancelled else _("Meeting: %(name)s", name=item.title)
    return CalendarEntry(
        uid=f"{item.meeting_code}@{UID_DOMAIN}",
        sequence=item.sequence,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        title=title,
        place=place,
        text="\n".join(part for part in (head.name, item.detail) if part),
        is_cancelled=item.is_cancelled,
    )


def agenda_address(event_id: int) -> str:
    """Return where participants read their agenda, empty while the installation's public address is not set."""
    event = db.session.get_one(Event, event_id)
    base = event.public_address or current_app.config["PUBLIC_ADDRESS"]
    return f"{base.rstrip('/')}/my/{event.code}/agenda" if base else ""
