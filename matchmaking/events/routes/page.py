"""What the settings pages share: their steps, conflicts that keep entries, asking once."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for

from matchmaking.errors import DomainError
from matchmaking.events import queries
from matchmaking.events.hooks import Consequence, settings_pages
from matchmaking.events.services.guards import SetupOutdated
from matchmaking.i18n import gettext as _
from matchmaking.web.access import current_event
from matchmaking.web.forms import FlaskForm


def settings_page(template: str, **values: Any) -> str:
    """Render a settings page with the list of steps beside it."""
    event_id = current_event().id
    return render_template(
        template, row=queries.event_row(event_id), steps=queries.setup_steps(event_id), pages=pages(), **values
    )


def pages() -> list[dict[str, Any]]:
    """Return the settings pages in the order of the work."""
    entries = [
        ("events.basics", _("Event")),
        ("events.programme", _("Sessions and breaks")),
        ("events.tables", _("Tables")),
        ("events.rules", _("Rules")),
        ("events.registration_window", _("Registration")),
        ("events.day_settings", _("The day")),
        ("events.letterhead", _("Letterhead")),
        *(entry for entries in settings_pages() for entry in entries),
        ("events.mail", _("E-mail")),
        ("events.lifecycle", _("Copy, archive, delete")),
    ]
    return [
        {"label": label, "url": url_for(endpoint), "is_active": request.endpoint == endpoint, "count": 0}
        for endpoint, label in entries
    ]


def show_refusal(form: FlaskForm, error: DomainError) -> None:
    """Put a service's refusal at the fields it names and into the summary; the entries stay in the form."""
    for name, sentence in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, str(sentence)]
    form.form_errors.append(str(error))
    if isinstance(error, SetupOutdated):
        # The person has now been told; sending the same entries again is a decision, not an accident.
        form.setup_version.data = str(queries.event_row(current_event().id).setup_version)


def seen_version(form: FlaskForm) -> int:
    """Return the set-up version the form was made from; nonsense counts as outdated."""
    try:
        return int(form.setup_version.data or 0)
    except ValueError:
        return 0


def ask_once(title: str, consequences: list[Consequence], action_label: str, cancel_endpoint: str) -> str:
    """Render the page that asks once, with everything sent kept in hidden fields."""
    sent = [name for name in request.form if name not in {"csrf_token", "confirmed"}]
    fields = {name: request.form.getlist(name) for name in sent}
    return render_template(
        "web/confirm.html",
        title=title,
        text=_("Nothing has been changed yet. This is what would happen:"),
        consequences=[item.sentence for item in consequences],
        action_label=action_label,
        action_url=request.full_path.rstrip("?"),
        cancel_url=url_for(cancel_endpoint),
        fields={**fields, "confirmed": "yes"},
        danger=True,
    )


def is_confirmed() -> bool:
    """Say whether the person has seen what would happen and confirmed it."""
    return request.form.get("confirmed") == "yes"
