"""Fewest and most meetings, and who may not meet whom."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from matchmaking.errors import DomainError
from matchmaking.events import forms, hooks, queries
from matchmaking.events.routes import events
from matchmaking.events.routes.basics import limits_of
from matchmaking.events.routes.page import seen_version, settings_page, show_refusal
from matchmaking.events.services import basics
from matchmaking.events.services import rules as services
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

Answer = str | Response | tuple[str, int]


@events.route("/manage/<event_code>/settings/rules", methods=["GET", "POST"])
@requires("event.edit")
def rules() -> Answer:
    """Fewest and most meetings of each side; the pair rules below."""
    row = queries.event_row(current_event().id)
    form = forms.LimitsForm(data={**limits_of(row), "setup_version": str(row.setup_version)})
    if form.validate_on_submit():
        limits = basics.MeetingLimits(
            form.exhibitor_min_meetings.data,
            form.exhibitor_max_meetings.data,
            form.buyer_min_meetings.data,
            form.buyer_max_meetings.data,
        )
        try:
            with transaction():
                basics.update_event(current_actor(), row.id, limits, seen_version(form))
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("Saved."), "held")
            return redirect(url_for("events.rules"), 303)
    return _page(form, _pair_form()), 422 if form.errors else 200


@events.post("/manage/<event_code>/settings/rules/pairs")
@requires("event.edit")
def add_pair_rule() -> Answer:
    """Forbid a pair."""
    form = _pair_form()
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_pair_rule(
                    current_actor(), current_event().id, form.buyer_type.data or "", form.category_id.data or ""
                )
        except DomainError as error:
            show_refusal(form, error)
        else:
            flash(_("Saved."), "held")
            return redirect(url_for("events.rules"), 303)
    row = queries.event_row(current_event().id)
    limits = forms.LimitsForm(formdata=None, data={**limits_of(row), "setup_version": str(row.setup_version)})
    return _page(limits, form), 422


@events.post("/manage/<event_code>/settings/rules/pairs/<int:rule_id>/remove")
@requires("event.edit")
def remove_pair_rule(rule_id: int) -> Response:
    """Allow a pair again."""
    try:
        with transaction():
            services.remove_pair_rule(current_actor(), current_event().id, rule_id)
    except DomainError as error:
        flash(str(error), "refused")
    return redirect(url_for("events.rules"), 303)


def _page(form: forms.LimitsForm, pair_form: forms.PairRuleForm) -> str:
    event_id = current_event().id
    row = queries.event_row(event_id)
    room = services.Room(
        slots=len(queries.slots_of(event_id)),
        tables=len(queries.tables_of(event_id)),
        exhibitors=sum(hooks.exhibitor_count(event_id)),
        minimum=row.exhibitor_min_meetings,
    )
    return settings_page(
        "events/rules.html",
        form=form,
        pair_form=pair_form,
        pairs=queries.pair_rules_of(event_id),
        types=dict(_choices(hooks.buyer_type_choices())),
        categories=dict(_choices(hooks.category_choices())),
        room=room,
    )


def _pair_form() -> forms.PairRuleForm:
    form = forms.PairRuleForm()
    types, categories = _choices(hooks.buyer_type_choices()), _choices(hooks.category_choices())
    form.buyer_type.choices = [SelectChoice(*choice) for choice in (("", _("Every buyer")), *types)]
    form.category_id.choices = [SelectChoice(*choice) for choice in (("", _("Every category")), *categories)]
    return form


def _choices(parts: list[list[tuple[str, str]]]) -> list[tuple[str, str]]:
    return [choice for part in parts for choice in part]
