"""The template of an event's commitments: numbers, clauses, witness; with a preview on paper."""

from __future__ import annotations

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.commitments import texts
from matchmaking.commitments.forms.settings import TemplateForm, shown
from matchmaking.commitments.numbers import InvalidPattern, render_number
from matchmaking.commitments.papers import sample_pdf
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.settings import (
    SettingsOutdated,
    change_settings,
    check_settings,
    own_texts,
    settings_of,
)
from matchmaking.errors import DomainError
from matchmaking.events.routes.page import settings_page
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.routes.files import file_answer
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems


@commitments.get("/manage/<event_code>/settings/commitments")
@requires("commitment.configure")
def template() -> str:
    """Show the template."""
    return _page(TemplateForm(data=shown(settings_of(current_event().id))))


@commitments.post("/manage/<event_code>/settings/commitments")
@requires("commitment.configure")
def save_template() -> str | Response | tuple[str, int]:
    """Store the template; a refusal keeps the entries."""
    form, event = TemplateForm(), current_event()
    if form.validate_on_submit():
        try:
            with transaction():
                change_settings(current_actor(), event.id, form.change(), form.seen_version)
        except DomainError as error:
            _refuse(form, error)
        else:
            flash(_("Saved. Commitments that already have a number stay as they are."), "held")
            return redirect(url_for("commitments.template"), 303)
    return _page(form), 422


@commitments.post("/manage/<event_code>/settings/commitments/preview.pdf")
@requires("commitment.configure")
def template_preview() -> Response | tuple[str, int]:
    """Show the entries on paper, with invented parties; nothing is stored."""
    form, event = TemplateForm(), current_event()
    if form.validate_on_submit():
        change = form.change()
        try:
            check_settings(change, event.code)
        except DomainError as error:
            _refuse(form, error)
        else:
            own = own_texts(change.texts)
            content = sample_pdf(event.id, change, own)
            return file_answer(content, "application/pdf", "contoh-komitmen.pdf")
    return _page(form), 422


def _refuse(form: TemplateForm, error: DomainError) -> None:
    show_problems(form, error)
    if isinstance(error, SettingsOutdated):
        # The person has now been told; sending the same entries again is a decision, not an accident.
        form.version.data = str(settings_of(current_event().id).version)


def _page(form: TemplateForm) -> str:
    event = current_event()
    settings = settings_of(event.id)
    return settings_page(
        "commitments/template.html",
        form=form,
        example=_example(form, settings.next_serial),
        locked=texts.LOCKED_TEXT,
        placeholders=_placeholders(),
    )


def _example(form: TemplateForm, serial: int) -> str:
    event = current_event()
    try:
        return render_number(form.number_pattern.data or "", serial, clock.today(event.timezone), event.code)
    except InvalidPattern:
        return ""


def _placeholders() -> list[tuple[str, str]]:
    meanings = {
        "nilai": _("the total in figures"),
        "terbilang": _("the total in words"),
        "ppn": _("whether the prices include PPN"),
        "sumber": _("RUP package, work unit, funds, method, month"),
        "tayang": _("the sentence on listing in the e-catalogue, when a date is given"),
        "penyelenggara": _("the office on the letterhead"),
        "tanggal_lapor": _("the dates of reporting"),
        "berlaku_sampai": _("the last day it is valid"),
        "tahun": _("the fiscal year"),
    }
    return [(f"{{{name}}}", meanings[name]) for name in texts.PLACEHOLDERS]
