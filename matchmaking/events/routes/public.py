"""The public page of an event and its calendar file."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.documents.event_calendar import event_calendar
from matchmaking.errors import NotFound
from matchmaking.events import queries
from matchmaking.events.models import Event, EventState
from matchmaking.events.programme import BreakPlan, SessionPlan
from matchmaking.events.routes import events
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.storage.models import StoredFile
from matchmaking.web.access import current_actor, current_event


@events.get("/events/<event_code>")
@public
def public_page() -> str:
    """Place, programme, contact, and what one can do now."""
    row = _visible_event()
    programme = queries.programme_of(row.id)
    logo = db.session.get(StoredFile, row.logo_file_id) if row.logo_file_id else None
    plans: list[SessionPlan | BreakPlan] = [*programme.sessions, *programme.breaks]
    parts = sorted(plans, key=lambda part: (part.day, part.starts_at))
    return render_template(
        "events/public.html",
        row=row,
        parts=parts,
        zone_name=clock.zone_name(clock.now(), row.timezone),
        registration=queries.registration_state(row, clock.now()),
        logo_url=url_for("web.public_file", code=logo.code) if logo else None,
    )


@events.get("/events/<event_code>/calendar.ics")
@public
def public_calendar() -> Response:
    """The event's days as a calendar file."""
    row = _visible_event()
    content = event_calendar(
        uid=f"event-{row.code}@temu-bisnis",
        title=row.name,
        place=", ".join(part for part in (row.venue, row.address) if part),
        first=row.starts_on,
        last=row.ends_on,
        made_at=row.created_at,
    )
    headers = {"Content-Disposition": f'attachment; filename="{row.code}.ics"'}
    return FlaskResponse(content, mimetype="text/calendar; charset=utf-8", headers=headers)


def _visible_event() -> Event:
    """Return the event if this visitor may see it: a draft or hidden page is for its staff only."""
    row = queries.event_row(current_event().id)
    is_open_to_all = row.state is not EventState.DRAFT and row.is_public_page_on
    if is_open_to_all or current_actor().roles or current_actor().is_administrator:
        return row
    raise NotFound(_("There is no event at this address. Please check the link."))
