"""Who was told of the published schedule, who was not reached, the texts that staff hand over, and what a draft would tell."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.messages import agenda_message, agenda_text, news_of
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.notices import Addressee, addressees
from matchmaking.scheduling.queries.previews import would_be_told
from matchmaking.scheduling.queries.versions import newest_draft, published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.files import nothing_published
from matchmaking.scheduling.routes.found import wanted_version
from matchmaking.scheduling.services.notices import hand_over_notice, mail_again, note_returned
from matchmaking.scheduling.wording import mail_trouble
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event


@scheduling.get("/manage/<event_code>/schedule/told")
@requires("schedule.publish")
def told() -> str:
    """List those whose agenda changed with the last publication: who was not reached first, with what to do."""
    event_id = current_event().id
    version = published_version(event_id)
    people = addressees(version.id) if version else []
    return render_template(
        "scheduling/told.html",
        version=version,
        draft=newest_draft(event_id),
        unreached=[person for person in people if person.is_unreached],
        by_mail=[person for person in people if person.channel == "email" and not person.is_unreached],
        by_hand=[person for person in people if person.channel != "email" and not person.is_unreached],
        mail_trouble=mail_trouble,
    )


@scheduling.get("/manage/<event_code>/schedule/versions/<code>/messages")
@requires("schedule.publish")
def preview_messages(code: str) -> str:
    """Show whom publishing a draft would tell, and word for word what one of them would read. Nothing is sent."""
    version = wanted_version(code)
    if version.state is not VersionState.DRAFT:
        raise NotFound(_("This version is no draft any more. Who was told stands on its own page."))
    people = would_be_told(version)
    person = next((p for p in people if p.delegate_code == request.args.get("to")), people[0] if people else None)
    return render_template(
        "scheduling/preview_messages.html",
        version=version,
        people=people,
        person=person,
        **(_texts(version, person) if person else {}),
    )


def _texts(version: ScheduleVersion, person: Addressee) -> dict[str, object]:
    """Return mail and text as they are sent, made by what sends them."""
    news = news_of(version, person.locale, clock.now())
    return {"text": agenda_text(news, person), "mail": agenda_message(news, person)}


@scheduling.get("/manage/<event_code>/schedule/told/<delegate_code>")
@requires("schedule.publish")
def told_text(delegate_code: str) -> str:
    """Show the text to hand over to one person, and the mail beside it."""
    version, person = _addressee(delegate_code)
    return render_template(
        "scheduling/told_text.html",
        version=version,
        person=person,
        trouble=mail_trouble(person.mail_error) if person.mail_error else "",
        **_texts(version, person),
    )


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


@scheduling.post("/manage/<event_code>/schedule/told/<delegate_code>/mail")
@requires("schedule.publish")
def mail_told(delegate_code: str) -> Response:
    """Mail an agenda that did not reach its reader."""
    version_id = _addressee(delegate_code)[0].id
    with transaction():
        goes = mail_again(current_actor(), version_id, delegate_code)
    if goes:
        flash(_("The e-mail is being sent."), "held")
    else:
        flash(_("This e-mail is under way already or was sent. It is not sent twice."), "neutral")
    return redirect(url_for("scheduling.told"), code=303)


@scheduling.post("/manage/<event_code>/schedule/told/<delegate_code>/returned")
@requires("schedule.publish")
def mail_returned(delegate_code: str) -> Response:
    """Note that the mail came back."""
    version_id = _addressee(delegate_code)[0].id
    with transaction():
        note_returned(current_actor(), version_id, delegate_code)
    flash(_("Noted. The person is on the list of those who were not reached."), "held")
    return redirect(url_for("scheduling.told"), code=303)
