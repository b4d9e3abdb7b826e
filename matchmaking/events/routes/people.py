"""The people of an event: who serves as what, inviting, links, closing an account."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts.handover import hand_over_url, send_by_mail
from matchmaking.accounts.models import User
from matchmaking.accounts.services.access_log import note_access
from matchmaking.accounts.services.links import IssuedLink
from matchmaking.accounts.services.users import NewPerson
from matchmaking.actor import Role
from matchmaking.errors import DomainError, NotFound
from matchmaking.events.people_forms import STAFF_CHOICES, ContactForm, InviteForm
from matchmaking.events.people_home import role_label
from matchmaking.events.people_queries import member_user, members
from matchmaking.events.routes import events
from matchmaking.events.services import memberships
from matchmaking.events.services.memberships import STAFF_ROLES, InvitePerson
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.phones import format_phone
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url
from matchmaking.web.paging import page_number

PARTICIPANT_ROLES = (Role.EXHIBITOR, Role.BUYER)


@events.get("/manage/<event_code>/people")
@requires("people.manage")
def people() -> str:
    """List who serves in the event, or its exhibitors and buyers with an account."""
    return _people_page(InviteForm(formdata=None))


@events.post("/manage/<event_code>/people/invite")
@requires("people.manage")
def invite() -> Response | tuple[str, int]:
    """Invite a colleague; the link goes by e-mail, or staff hand it over."""
    form = InviteForm()
    if form.validate_on_submit():
        command = InvitePerson(form.name.data or "", form.email.data or "", form.phone.data or "", Role(form.role.data))
        try:
            with transaction():
                invited = memberships.invite_person(current_actor(), current_event().id, command)
                sent = bool(invited.link) and send_by_mail(current_actor(), invited.link)  # type: ignore[arg-type]
            return _led_on(invited.link, sent=sent)
        except DomainError as error:
            show_problems(form, error)
    return _people_page(form), 422


@events.post("/manage/<event_code>/people/<user_code>/role")
@requires("people.manage")
def change_role(user_code: str) -> Response:
    """Change or end a staff role."""
    old, new = _role(request.form.get("old")), request.form.get("new", "")
    with transaction():
        user_id = _user(user_code).id
        if new:
            memberships.change_role(current_actor(), current_event().id, user_id, old, _role(new))
        else:
            memberships.remove_role(current_actor(), current_event().id, user_id, old)
    flash(_("The role has been changed.") if new else _("The role has ended. The account stays."), "held")
    return _back()


@events.post("/manage/<event_code>/people/<user_code>/link")
@requires("people.manage")
def renew_link(user_code: str) -> Response:
    """Make a new link; the one before ends."""
    with transaction():
        issued = memberships.renew_link(current_actor(), current_event().id, _user(user_code).id)
        sent = send_by_mail(current_actor(), issued)
    return _led_on(issued, sent=sent)


@events.post("/manage/<event_code>/people/<user_code>/log-out")
@requires("people.manage")
def end_sessions(user_code: str) -> Response:
    """Log the person out everywhere."""
    with transaction():
        memberships.end_sessions(current_actor(), current_event().id, _user(user_code).id)
    flash(_("The person is logged out on all devices."), "held")
    return _back()


@events.post("/manage/<event_code>/people/<user_code>/close")
@requires("people.manage")
def close_account(user_code: str) -> Response:
    """Close the account."""
    with transaction():
        memberships.close_account(current_actor(), current_event().id, _user(user_code).id)
    flash(_("The account is closed: no log-in until you open it again."), "held")
    return _back()


@events.post("/manage/<event_code>/people/<user_code>/open")
@requires("people.manage")
def open_account(user_code: str) -> Response:
    """Open the account again."""
    with transaction():
        memberships.open_account(current_actor(), current_event().id, _user(user_code).id)
    flash(_("The account is open again."), "held")
    return _back()


@events.post("/manage/<event_code>/people/<user_code>/contact")
@requires("people.manage")
def reveal_contact(user_code: str) -> str:
    """Show a person's contact details, and write down who saw them."""
    with transaction():
        user_id = _user(user_code).id
        note_access(current_actor(), "contact.revealed", ("user_account", user_id))
    name = "events/_contact.html" if "HX-Request" in request.headers else "events/contact.html"
    return render_template(name, person=_user(user_code))


@events.route("/manage/<event_code>/people/<user_code>/change", methods=["GET", "POST"])
@requires("people.manage")
def change_contact(user_code: str) -> Response | str | tuple[str, int]:
    """Correct a person's name, e-mail or phone; looking at them is written down."""
    person = _user(user_code)
    form = ContactForm(data={"name": person.name, "phone": format_phone(person.phone), "email": person.email or ""})
    if form.validate_on_submit():
        wanted = NewPerson(form.name.data or "", form.email.data or "", form.phone.data or "")
        try:
            with transaction():
                memberships.change_contact(current_actor(), current_event().id, _user(user_code).id, wanted)
        except DomainError as error:
            show_problems(form, error)
        else:
            flash(_("Saved. If the contact changed, the person logs in anew."), "held")
            return _back()
    elif request.method == "GET":
        with transaction():
            note_access(current_actor(), "contact.revealed", ("user_account", _user(user_code).id))
    return render_template(
        "events/change_contact.html", form=form, person=_user(user_code)
    ), 422 if form.errors else 200


def people_tabs() -> list[dict[str, Any]]:
    """Return the pages about people, devices and data; those of features that are there."""
    entries = [
        ("events.people", _("Staff and accounts")),
        ("events.devices", _("Tablets and scanners")),
        ("operations.venue", _("In the hall")),
        ("operations.rehearsal", _("Rehearsal")),
        ("operations.privacy", _("Personal data")),
        ("operations.audit", _("Trail")),
        ("operations.jobs", _("Background work")),
    ]
    return [
        {"label": label, "url": url, "is_active": request.endpoint == endpoint}
        for endpoint, label in entries
        if (url := optional_url(endpoint))
    ]


def _people_page(form: InviteForm) -> str:
    shows_participants = request.args.get("kind") == "participants"
    search = request.args.get("q", "")[:100]
    roles = PARTICIPANT_ROLES if shows_participants else STAFF_ROLES
    return render_template(
        "events/people.html",
        form=form,
        tabs_of_people=people_tabs(),
        page=members(current_event().id, roles, search, page_number()),
        search=search,
        kind="participants" if shows_participants else "staff",
        role_label=role_label,
        staff_choices=[(choice.value, choice.label) for choice in STAFF_CHOICES],
        my_id=current_actor().user_id,
    )


def _led_on(issued: IssuedLink | None, *, sent: bool) -> Response:
    if issued is None:
        flash(_("The person has a password already and sees this event after logging in."), "held")
        return _back()
    if sent:
        flash(_("The link is on its way by e-mail. You can hand it over by other means too."), "held")
    return redirect(hand_over_url(issued) + "?next=" + url_for("events.people"), code=303)


def _user(user_code: str) -> User:
    user = member_user(current_event().id, user_code)
    if user is None:
        raise NotFound(_("This person has no part in this event any more."))
    return user


def _role(text: str | None) -> Role:
    try:
        return Role(text or "")
    except ValueError:
        raise NotFound(_("There is no such role.")) from None


def _back() -> Response:
    return redirect(url_for("events.people"), code=303)
