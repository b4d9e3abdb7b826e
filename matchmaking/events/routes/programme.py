"""Sessions, breaks and the slots that follow from them."""

from __future__ import annotations

from typing import TypeVar

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError, NotFound
from matchmaking.events import forms, queries
from matchmaking.events.programme import BreakPlan, Caution, Programme, SessionPlan, cautions, usual_day
from matchmaking.events.routes import events
from matchmaking.events.routes.page import ask_once, is_confirmed, seen_version, settings_page, show_refusal
from matchmaking.events.services import programme as services
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event

Plan = TypeVar("Plan", SessionPlan, BreakPlan)
Answer = str | Response | tuple[str, int]


@events.get("/manage/<event_code>/settings/programme")
@requires("event.edit")
def programme() -> str:
    """Show sessions, breaks, slots and what to look at."""
    row = queries.event_row(current_event().id)
    stored = queries.programme_of(row.id)
    return settings_page(
        "events/programme.html",
        programme=stored,
        slots=queries.slots_of(row.id),
        cautions=[caution_sentence(c) for c in cautions(stored, row.starts_on, row.ends_on)],
    )


@events.route("/manage/<event_code>/settings/programme/session", methods=["GET", "POST"])
@requires("event.edit")
def session() -> Answer:
    """Add or change a session (``?id=``)."""
    row = queries.event_row(current_event().id)
    plan = _known(queries.programme_of(row.id).sessions)
    data = vars(plan) if plan else {"day": row.starts_on, "slot_minutes": 20, "changeover_minutes": 0}
    form = forms.SessionForm(data={**data, "setup_version": str(row.setup_version)})
    if form.validate_on_submit():
        wanted = SessionPlan(
            form.day.data, form.starts_at.data, form.ends_at.data, form.slot_minutes.data,
            form.changeover_minutes.data, form.name.data.strip(), plan.id if plan else 0,
        )  # fmt: skip
        answer = _change(form, services.with_session(row.id, wanted))
        if answer:
            return answer
    return settings_page("events/session.html", form=form, plan=plan), 422 if form.errors else 200


@events.route("/manage/<event_code>/settings/programme/break", methods=["GET", "POST"])
@requires("event.edit")
def pause() -> Answer:
    """Add or change a break (``?id=``)."""
    row = queries.event_row(current_event().id)
    plan = _known(queries.programme_of(row.id).breaks)
    data = vars(plan) if plan else {"day": row.starts_on}
    form = forms.BreakForm(data={**data, "setup_version": str(row.setup_version)})
    if form.validate_on_submit():
        wanted = BreakPlan(
            form.day.data, form.starts_at.data, form.ends_at.data, form.name.data.strip(), form.kind.data,
            plan.id if plan else 0,
        )  # fmt: skip
        answer = _change(form, services.with_break(row.id, wanted))
        if answer:
            return answer
    return settings_page("events/break.html", form=form, plan=plan), 422 if form.errors else 200


@events.post("/manage/<event_code>/settings/programme/remove")
@requires("event.edit")
def remove_from_programme() -> Answer:
    """Take a session or a break out of the programme."""
    event_id = current_event().id
    form = forms.SetupForm()
    wanted = services.without(
        event_id,
        session_id=read_row_number(request.form.get("session_id")) or 0,
        break_id=read_row_number(request.form.get("break_id")) or 0,
    )
    return _change(form, wanted) or _back(form)


@events.post("/manage/<event_code>/settings/programme/usual")
@requires("event.edit")
def usual_programme() -> Answer:
    """Fill an empty first day with the usual programme (a Friday leaves more room for prayer)."""
    row = queries.event_row(current_event().id)
    stored = queries.programme_of(row.id)
    form = forms.SetupForm()
    usual = usual_day(row.starts_on)
    others = Programme(
        tuple(s for s in stored.sessions if s.day != row.starts_on),
        tuple(b for b in stored.breaks if b.day != row.starts_on),
    )
    wanted = Programme((*usual.sessions, *others.sessions), (*usual.breaks, *others.breaks))
    return _change(form, wanted) or _back(form)


def _change(form: forms.SetupForm, wanted: Programme) -> Response | str | None:
    """Preview, ask once when meetings are touched, store; ``None`` when refused (the form then says why)."""
    event_id = current_event().id
    try:
        preview = services.preview_programme(event_id, wanted)
        if preview.needs_confirmation and not is_confirmed():
            return ask_once(
                _("This change touches meetings"), preview.consequences, _("Change the programme"), "events.programme"
            )
        with transaction():
            services.change_programme(current_actor(), event_id, wanted, seen_version(form))
    except DomainError as error:
        show_refusal(form, error)
        return None
    flash(_("The programme has been changed."), "held")
    return redirect(url_for("events.programme"), 303)


def _back(form: forms.SetupForm) -> Response:
    for sentence in form.form_errors:
        flash(sentence, "refused")
    return redirect(url_for("events.programme"), 303)


def _known(plans: tuple[Plan, ...]) -> Plan | None:
    wanted = read_row_number(request.args.get("id")) or 0
    if not wanted:
        return None
    found = next((plan for plan in plans if plan.id == wanted), None)
    if found is None:
        raise NotFound(_("This part of the programme does not exist any more."))
    return found


def caution_sentence(caution: Caution) -> str:
    """Return a caution as a sentence."""
    day = show_date(caution.day, weekday=True)
    if caution.code == "friday_prayer":
        return _("%(day)s: meetings lie in the time of Friday prayer (11.30–13.00).", day=day)
    if caution.code == "noon_prayer":
        return _("%(day)s: meetings lie in the time of Zuhur prayer (about 12.00–12.45).", day=day)
    if caution.code == "overlap":
        return _("%(day)s: %(name)s overlap.", day=day, name=caution.name)
    if caution.code == "outside_event":
        return _("%(day)s: “%(name)s” lies outside the days of the event.", day=day, name=caution.name)
    if caution.code == "no_slots":
        return _("%(day)s: “%(name)s” is too short for a single slot.", day=day, name=caution.name)
    return _(
        "%(day)s: %(minutes)s minutes at the end of “%(name)s” stay unused.",
        day=day,
        name=caution.name,
        minutes=caution.minutes,
    )
