"""What is done with this application on the day, and what a small office does on paper."""

from __future__ import annotations

from werkzeug.wrappers import Response

from matchmaking.events import forms
from matchmaking.events.routes import events
from matchmaking.events.routes.basics import edit_group
from matchmaking.events.services.basics import DaySettings
from matchmaking.permissions import requires


@events.route("/manage/<event_code>/settings/day", methods=["GET", "POST"])
@requires("event.edit")
def day_settings() -> str | Response:
    """Badges, check-in, signing on screens: each on or off."""
    return edit_group(forms.DaySettingsForm, DaySettings, "events/day_settings.html", "events.day_settings")
