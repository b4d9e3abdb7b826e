"""What the front door and the handed-over links learn from events: whose events, which are public, what they are called."""

from __future__ import annotations

from flask import url_for

from matchmaking.accounts import hooks
from matchmaking.actor import Actor, Role
from matchmaking.events.models import Event
from matchmaking.events.people_queries import device_by_token
from matchmaking.events.queries import events_for, public_events
from matchmaking.events.services.memberships import reasons_to_keep
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.access import set_device_resolver
from matchmaking.web.navigation import Entry, add_entry, optional_url

STAFF = frozenset({Role.ORGANIZER, Role.DESK, Role.LEADER})


def register_hooks() -> None:
    """Tell accounts about events."""
    hooks.public_events.register(public_cards)
    hooks.events_of_person.register(own_cards)
    hooks.event_facts.register(facts_of)
    hooks.account_needed.register(reasons_to_keep)
    set_device_resolver(known_device)


def register_entry() -> None:
    """Give people, devices and data their place in the organiser's rail."""
    also = ("events.devices", "events.invite", "operations.privacy", "operations.audit", "operations.jobs")
    add_entry(Entry("organizer", 85, _l("Staff and data"), "shield-check", "events.people", "people.manage", also=also))


def known_device(secret: str) -> tuple[int, int] | None:
    """Return device and event of a cookie's secret while the device is in use."""
    device = device_by_token(secret)
    return (device.id, device.event_id) if device else None


def public_cards() -> list[hooks.EventCard]:
    """Return the events anybody may see, as cards that lead to their public pages."""
    return [_card(event, url_for("events.public_page", event_code=event.code)) for event in public_events()]


def own_cards(actor: Actor) -> list[hooks.EventCard]:
    """Return the events of a person, as cards that lead to the page where they work."""
    return [_card(event, start_page(event.code, roles, actor), roles) for event, roles in events_for(actor)]


def facts_of(event_id: int) -> hooks.EventFacts | None:
    """Return what a link says about its event."""
    event = db.session.get(Event, event_id)
    if event is None:
        return None
    is_trial = event.is_demo or event.is_test
    return hooks.EventFacts(event.id, event.code, event.name, event.timezone, event.public_address, is_trial)


def start_page(event_code: str, roles: frozenset[Role], actor: Actor) -> str:
    """Return where a person with these roles begins in the event."""
    wanted = ["reports.overview", "events.settings"] if Role.ORGANIZER in roles else ["reports.overview"]
    if not roles & STAFF:
        wanted = ["reports.my_home"] if roles else wanted
    urls = (optional_url(endpoint, event_code=event_code) for endpoint in [*wanted, "events.public_page"])
    return next((url for url in urls if url), "")


def _card(event: Event, url: str, roles: frozenset[Role] = frozenset()) -> hooks.EventCard:
    note = ", ".join(role_label(role) for role in Role if role in roles)
    return hooks.EventCard(event.code, event.name, event.venue, event.starts_on, event.ends_on, url, note)


def role_label(role: Role) -> str:
    """Return what people call a role."""
    return {
        Role.ORGANIZER: _("Organiser"),
        Role.DESK: _("Desk staff"),
        Role.LEADER: _("Leader (reads)"),
        Role.EXHIBITOR: _("IKM"),
        Role.BUYER: _("Buyer"),
    }[role]
