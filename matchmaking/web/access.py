"""The one place where a request is let in: who acts, in which event, and may they."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from flask_login import current_user
from werkzeug.wrappers import Response

from matchmaking.actor import ANONYMOUS, Actor, ActorKind, Role
from matchmaking.errors import NotAllowed, NotFound
from matchmaking.extensions import login_manager
from matchmaking.i18n import gettext as _
from matchmaking.permissions import DEVICE_PERMISSIONS, PERMISSIONS, is_allowed, permission_of


@dataclass(frozen=True)
class EventContext:
    """The event of the address, as plain values; ``g.event`` in routes and ``event`` in templates."""

    id: int
    code: str
    name: str
    timezone: str
    state: str
    is_demo: bool


#: Set by the events feature: (event code) -> EventContext or None; (user id, event id) -> roles.
_find_event: list[Callable[[str], EventContext | None]] = []
_find_roles: list[Callable[[int, int], frozenset[Role]]] = []
#: Set by the events feature: (secret of the cookie) -> (device id, event id) of a device that is in use.
_find_device: list[Callable[[str], tuple[int, int] | None]] = []
#: The cookie by which an enrolled tablet or scanner is known.
DEVICE_COOKIE = "device"


def set_event_resolver(
    find_event: Callable[[str], EventContext | None], find_roles: Callable[[int, int], frozenset[Role]]
) -> None:
    """Tell the leaf how to look an event and a person's roles up."""
    _find_event[:], _find_roles[:] = [find_event], [find_roles]


def set_device_resolver(find_device: Callable[[str], tuple[int, int] | None]) -> None:
    """Tell the leaf how to look an enrolled device up."""
    _find_device[:] = [find_device]


def current_actor() -> Actor:
    """Return the actor of this request."""
    return g.get("actor", ANONYMOUS)


def current_event() -> EventContext:
    """Return the event of this request's address; only for endpoints with ``<event_code>``."""
    return g.event


#: Answered the same for everybody, without looking at who asks.
_ANONYMOUS_ENDPOINTS = ("static", "web.public_file", "health.alive", "health.ready")


def init_access(app: Flask) -> None:
    """Check every request against its endpoint's declared permission."""
    app.before_request(_identify)
    app.before_request(_let_in)


def _identify() -> None:
    if request.endpoint in _ANONYMOUS_ENDPOINTS:
        return
    code = (request.view_args or {}).pop("event_code", None)
    g.event = _find_event[0](code) if code and _find_event else None
    if code and g.event is None:
        raise NotFound(_("There is no event at this address. Please check the link."))
    if not current_user.is_authenticated:
        _identify_device()
        return
    g.preferred_locale = current_user.locale
    roles = _find_roles[0](current_user.id, g.event.id) if g.event and _find_roles else frozenset()
    g.actor = Actor(
        ActorKind.USER,
        current_user.id,
        g.event.id if g.event else None,
        roles,
        bool(current_user.is_administrator),
    )


def _identify_device() -> None:
    """Let an enrolled device act, in its own event only; whoever is logged in on it acts as that person."""
    secret = request.cookies.get(DEVICE_COOKIE)
    found = _find_device[0](secret) if secret and _find_device else None
    if found and (g.event is None or g.event.id == found[1]):
        g.actor = Actor(ActorKind.DEVICE, found[0], found[1])


def _let_in() -> Response | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    permission = permission_of(current_app.view_functions[request.endpoint])
    if permission is None:
        raise RuntimeError(f"endpoint {request.endpoint} declares neither a permission nor @public")
    actor = current_actor()
    if is_allowed(actor, permission):
        return None
    is_shut_out = permission in DEVICE_PERMISSIONS and actor.user_id is None and DEVICE_COOKIE in request.cookies
    if permission not in PERMISSIONS or is_shut_out:
        raise NotAllowed(
            _("This page is for enrolled tablets and scanners. This device is not enrolled, or not any more.")
        )
    if actor.user_id is None:
        return login_manager.unauthorized()
    if not actor.roles and not actor.is_administrator and g.event:
        raise NotFound(_("There is no event at this address. Please check the link."))
    raise NotAllowed(_("Your account may not open this page. Ask the organiser if you need it."))


def url_values(endpoint: str, values: dict[str, Any]) -> None:
    """Fill ``event_code`` into ``url_for`` from the current event, so templates need not repeat it."""
    if (
        "event_code" not in values
        and g.get("event")
        and current_app.url_map.is_endpoint_expecting(endpoint, "event_code")
    ):
        values["event_code"] = g.event.code
