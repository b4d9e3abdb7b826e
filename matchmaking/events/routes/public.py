"""The public page of an event and its calendar file."""

from __future__ import annotations

from datetime import datetime

from flask import Response as FlaskResponse
from flask import render_template, url_for
from flask_babel import format_timedelta
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.documents.event_calendar import EventDays, event_calendar
from matchmaking.errors import NotFound
from matchmaking.events import queries
from matchmaking.events.models import Event, EventState
from matchmaking.events.programme import BreakPlan, SessionPlan
from matchmaking.events.routes import events
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_time
from matchmaking.permissions import public
from matchmaking.storage.models import StoredFile
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.addresses import public_address


@events.get("/events/<event_code>")
@public
def public_page() -> str:
    """Place, programme, contact, and what one can do now."""
    row, now = _visible_event(), clock.now()
    logo = db.session.get(StoredFile, row.logo_file_id) if row.logo_file_id else None
    logo_url = url_for("web.public_file", code=logo.code) if logo else None
    return render_template(
        "events/public.html",
        row=row,
        parts=_parts(row.id),
        zone_name=clock.zone_name(now, row.timezone),
        registration=queries.registration_state(row, now),
        full=queries.full_sides(row),
        opens_in=_until(row.registration_opens_at, now),
        closes_in=_until(row.registration_closes_at, now),
        page_url=_absolute(row, url_for("events.public_page")),
        logo_url=logo_url,
        logo_address=_absolute(row, logo_url) if logo_url else None,
    )


@events.get("/events/<event_code>/calendar.ics")
@public
def public_calendar() -> Response:
    """The event's days as a calendar file."""
    row = _visible_event()
    zone_name = clock.zone_name(clock.now(), row.timezone)
    lines = [f"{show_time(p.starts_at)}–{show_time(p.ends_at)} {zone_name} {p.name}" for p in _parts(row.id)]
    days = EventDays(
        uid=f"event-{row.id}@temu-bisnis",  # not the address, which an organiser may change
        title=row.name,
        first=row.starts_on,
        last=row.ends_on,
        place=", ".join(part for part in (row.venue, row.address) if part),
        description="\n".join(lines) if row.starts_on == row.ends_on else "",
        url=_absolute(row, url_for("events.public_page")),
        sequence=row.setup_version,
    )
    headers = {"Content-Disposition": f'attachment; filename="{row.code}.ics"'}
    content = event_calendar(days, clock.now())
    return FlaskResponse(content, mimetype="text/calendar; charset=utf-8", headers=headers)


def _parts(event_id: int) -> list[SessionPlan | BreakPlan]:
    programme = queries.programme_of(event_id)
    plans: list[SessionPlan | BreakPlan] = [*programme.sessions, *programme.breaks]
    return sorted(plans, key=lambda part: (part.day, part.starts_at))


def _until(moment: datetime | None, now: datetime) -> str:
    """Return the time left in words (``dalam 3 hari``), empty when it has come."""
    if moment is None or moment <= now:
        return ""
    return format_timedelta(moment - now, granularity="minute", threshold=1, add_direction=True)


def _absolute(row: Event, path: str) -> str:
    """Return the whole address, which previews in WhatsApp and calendars need."""
    return public_address(row.public_address, may_guess=True) + path


def _visible_event() -> Event:
    """Return the event if this visitor may see it: a draft or hidden page is for its staff only."""
    row = queries.event_row(current_event().id)
    is_open_to_all = row.state is not EventState.DRAFT and row.is_public_page_on
    if is_open_to_all or current_actor().roles or current_actor().is_administrator:
        return row
    raise NotFound(_("There is no event at this address. Please check the link."))
