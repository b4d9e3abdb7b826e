"""The front door: public events for visitors, one's own events for people, the first-run page for nobody yet."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking.accounts import hooks
from matchmaking.accounts.forms import FirstOrganizerForm
from matchmaking.accounts.queries import has_any_user
from matchmaking.accounts.routes.blueprint import accounts
from matchmaking.accounts.routes.entry import open_session
from matchmaking.accounts.services.passwords import hash_password
from matchmaking.accounts.services.users import AlreadySetUp, NewPerson, make_first_organizer
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.permissions import public
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor
from matchmaking.web.forms import show_problems


@accounts.get("/")
@public
def home() -> str | Response:
    """Lead everybody on: the installation's first organiser, people to their events, visitors to the public ones."""
    actor = current_actor()
    if actor.user_id is None:
        if not has_any_user():
            return render_template("accounts/setup.html", form=FirstOrganizerForm())
        return render_template("accounts/home.html", events=_flat(hooks.public_events()))
    events = _flat(hooks.events_of_person(actor))
    if len(events) == 1 and not actor.is_administrator and events[0].url:
        return redirect(events[0].url, code=303)
    return render_template("accounts/my_events.html", events=events)


@accounts.get("/setup")
@public
def setup() -> str:
    """Show the first-run page as long as nobody has an account; afterwards this page does not exist."""
    _require_empty()
    return render_template("accounts/setup.html", form=FirstOrganizerForm())


@accounts.post("/setup")
@public
def finish_setup() -> tuple[str, int] | Response:
    """Make the first organiser and log them in."""
    _require_empty()
    form = FirstOrganizerForm()
    if form.validate_on_submit():
        try:
            person = NewPerson(
                form.name.data or "",
                form.email.data or "",
                form.phone.data or "",
                hash_password(form.password.data or ""),
                select_locale(),
            )
            with transaction():
                user = make_first_organizer(person)
            open_session(user)
            flash(_("Welcome. You are the organiser of this installation now."), "held")
            return redirect(url_for("accounts.home"), code=303)
        except AlreadySetUp as error:
            flash(str(error), "warning")
            return redirect(url_for("accounts.log_in"), code=303)
        except InvalidInput as error:
            show_problems(form, error)
    return render_template("accounts/setup.html", form=form), 422


def _require_empty() -> None:
    if has_any_user():
        raise NotFound(_("This page does not exist. Please check the link or go back."))


def _flat(answers: list[list[hooks.EventCard]]) -> list[hooks.EventCard]:
    return [card for answer in answers for card in answer]
