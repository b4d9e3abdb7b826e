"""The feature's blueprint and the tabs its staff pages share."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, current_app, request

from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import is_allowed, permission_of
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.navigation import optional_url

attendance = Blueprint("attendance", __name__)


@dataclass(frozen=True)
class Tab:
    """One tab as the macro ``tabs`` takes it."""

    label: str
    url: str
    is_active: bool
    count: int = 0


def day_tabs() -> list[Tab]:
    """Return the pages of the day that this person may open and this event uses, in the order of the work."""
    entries = (
        ("attendance.day", _("Now and next")),
        ("attendance.call_list", _("Call list")),
        ("attendance.check_in", _("Check-in")),
        ("attendance.walk_in", _("Walk-in")),
        ("attendance.badges", _("Badges")),
        ("attendance.attendance_list", _("Attendance list")),
    )
    tabs = []
    for endpoint, label in entries:
        url = optional_url(endpoint)
        permission = permission_of(current_app.view_functions.get(endpoint)) or ""
        if url and is_allowed(current_actor(), permission) and not _is_switched_off(endpoint):
            tabs.append(Tab(label, url, request.endpoint == endpoint))
    return tabs


def _is_switched_off(endpoint: str) -> bool:
    """Say whether this event does it on paper."""
    event = db.session.get_one(Event, current_event().id)
    is_used = {"attendance.check_in": event.has_check_in, "attendance.badges": event.has_badges}
    return not is_used.get(endpoint, True)
