"""The hall: the codes that lead tablets to this computer, on the organiser's screen and on the projector."""

from __future__ import annotations

from pathlib import Path

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.events.models import Event
from matchmaking.events.routes.people import people_tabs
from matchmaking.extensions import db
from matchmaking.operations.routes import operations
from matchmaking.operations.venue.doors import doors_of, findings_of
from matchmaking.operations.venue.serving import Venue, read_venue
from matchmaking.permissions import requires
from matchmaking.web.access import current_event


@operations.get("/manage/<event_code>/venue")
@requires("device.manage")
def venue() -> str:
    """Show how tablets come in, the fingerprint they compare, and what is missing."""
    found = present_venue()
    event = db.session.get_one(Event, current_event().id)
    return render_template(
        "operations/venue.html",
        tabs_of_people=people_tabs(),
        venue=found,
        doors=doors_of(found),
        findings=findings_of(found, event.ends_on),
    )


@operations.get("/manage/<event_code>/venue/projector")
@requires("device.manage")
def venue_projector() -> str | Response:
    """Show one address's codes on the whole screen, to be scanned across the room."""
    found = present_venue()
    doors = doors_of(found)
    wanted = [door for door in doors if door.host == request.args.get("address")] or doors
    if not wanted:
        return redirect(url_for("operations.venue"), code=303)
    return render_template("operations/venue_projector.html", door=wanted[0], venue=found)


def present_venue() -> Venue:
    """Return how this installation is served at this moment."""
    return read_venue(Path(current_app.instance_path), current_app.config)
