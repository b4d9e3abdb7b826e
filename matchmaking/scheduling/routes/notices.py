"""Who was told of the published schedule, and the texts that staff hand over."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import NotFound
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import event_head
from matchmaking.scheduling.queries.notices import Addressee, addressees, announcement_of
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.files import nothing_published
from matchmaking.scheduling.services.notices import hand_over_notice
from matchmaking.scheduling.telling import changed_of, whatsapp_text
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@scheduling.get("/manage/<event_code>/schedule/told")
@requires("schedule.publish")
def told() -> str:
    """List those whose agenda changed with the last publication, and how they are told."""
    version = published_version(current_event().id)
    people = addressees(version.id) if version else []
    return render_template(
        "scheduling/told.html",
        version=version,
        by_mail=[person for person in people if person.channel == "email"],
        by_hand=[person for person in people if person.channel != "email"],
    )


@scheduling.get("/manage/<event_code>/schedule/told/<delegate_code>")
@requires("schedule.publish")
def told_text(delegate_code: str) -> str:
    """Show the text to hand over to one person."""
    version, person = _addressee(delegate_code)
    with force_locale(person.locale):
        news = announcement_of(version, person.locale)
        head = event_head(version.event_id, version.published_at)
        agendas = [news.agendas[id] for id in person.team_ids if id in news.agendas]
        text = whatsapp_text(person.name, head, agendas, changed_of(news, person.team_ids, head.zone))
    return render_template("scheduling/told_text.html", version=version, person=person, text=text)


def _addressee(delegate_code: str) -> tuple[ScheduleVersion, Addressee]:
    version = published_version(current_event().id)
    if version is None:
        raise nothing_published()
    person = next((p for p in addressees(version.id) if p.delegate_code == delegate_code), None)
    if person is None:
        raise NotFound(_("This person is not on the list (any more)."))
    return version, person


@scheduling.post("/manage/<event_code>/schedule/told/<delegate_code>")
@requires("schedule.publish")
def mark_told(delegate_code: str) -> Response:
    """Mark that the agenda was handed over."""
    version, _person = _addressee(delegate_code)
    version_id = version.id
    with transaction():
        hand_over_notice(current_actor(), version_id, delegate_code)
    flash(_("Marked as handed over."), "held")
    return redirect(url_for("scheduling.told"), code=303)
