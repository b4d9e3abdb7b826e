"""Personal data: finding a person, taking their data out, forgetting them; and who looked at what."""

from __future__ import annotations

import io

from flask import flash, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.hooks import PersonRef
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events.routes.people import people_tabs
from matchmaking.i18n import gettext as _
from matchmaking.operations.queries.people import accesses, find_people, person_of
from matchmaking.operations.queries.trail import names_of
from matchmaking.operations.routes import operations
from matchmaking.operations.services.privacy import erase_person, export_person
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number, paginate


@operations.get("/manage/<event_code>/privacy")
@requires("person.export")
def privacy() -> str:
    """Find a person of the event, and see who looked at whose data."""
    search = request.args.get("q", "")[:100]
    page = paginate(accesses(current_event().id), page_number())
    return render_template(
        "operations/privacy.html",
        tabs_of_people=people_tabs(),
        search=search,
        found=find_people(current_event().id, search),
        page=page,
        names=names_of({row.actor_user_id for row in page.items if row.actor_user_id}),
    )


@operations.get("/manage/<event_code>/privacy/<kind>/<person_code>")
@requires("person.export")
def person(kind: str, person_code: str) -> str:
    """Show what can be done for one person."""
    _ref, name = _person(kind, person_code)
    return render_template("operations/privacy_person.html", name=name, kind=kind, person_code=person_code)


@operations.post("/manage/<event_code>/privacy/<kind>/<person_code>/export")
@requires("person.export")
def export(kind: str, person_code: str) -> Response:
    """Hand out everything that is kept of the person."""
    with transaction():
        made = export_person(current_actor(), _person(kind, person_code)[0])
    response = send_file(
        io.BytesIO(made.content),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"data-pribadi-{person_code.lower()}.zip",
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@operations.post("/manage/<event_code>/privacy/<kind>/<person_code>/erase")
@requires("person.erase")
def erase(kind: str, person_code: str) -> Response:
    """Forget the person, after the organiser has typed that they mean it."""
    if request.form.get("confirmed") != "yes":
        raise InvalidInput(_("Please tick that the person asked for it. Nothing has been erased."))
    with transaction():
        erase_person(current_actor(), _person(kind, person_code)[0])
    flash(_("The person’s data has been erased. Schedule and counts are unchanged."), "held")
    return redirect(url_for("operations.privacy"), code=303)


def _person(kind: str, code: str) -> tuple[PersonRef, str]:
    found = person_of(current_event().id, kind, code)
    if found is None:
        raise NotFound(_("This person is not in this event, or has been erased."))
    return found
