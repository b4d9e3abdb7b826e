"""The public address: what printed links and QR codes point to, and whether the world can open it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, has_request_context, request

from matchmaking.errors import Conflict
from matchmaking.i18n import gettext as _


class NoPublicAddress(Conflict):
    """Paper would carry a link that nobody can open outside the hall."""

    code = "web.no_public_address"


#: Stands on trial papers made outside a request (the worker, the command line) while nobody has set an address.
LOCAL_ADDRESS = "http://127.0.0.1:8000"


def is_reachable_address(address: str) -> bool:
    """Say whether an address can outlive the hall's network: http(s), and no loopback, private or nameless host."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme not in {"http", "https"} or not host:
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".lan", ".internal", ".localhost", ".home.arpa"))


def public_address(event_address: str = "", *, may_guess: bool = False) -> str:
    """Return the address links are written with, without a slash at its end; empty when nobody has set one.

    Args:
        event_address: the event's own, which wins over the installation's ``PUBLIC_ADDRESS``.
        may_guess: fall back to the address of this request. Only where a logged-in person makes the link: a stranger
            can put any host into a request.
    """
    address = event_address or str(current_app.config["PUBLIC_ADDRESS"])
    if not address and may_guess:
        address = request.url_root
    return address.rstrip("/")


def printed_address(event_address: str = "", *, may_be_local: bool = False) -> str:
    """Return the address for links and QR codes on paper that outlives the hall, without a slash at its end.

    Args:
        event_address: the event's own, which wins over the installation's.
        may_be_local: a demonstration or trial: the address of this request or this machine will do.

    Raises:
        NoPublicAddress: there is none, or only the hall's network can open it.
    """
    address = public_address(event_address)
    if is_reachable_address(address):
        return address
    if may_be_local:
        return address or (request.url_root.rstrip("/") if has_request_context() else LOCAL_ADDRESS)
    raise NoPublicAddress(
        _(
            "This paper carries a link that must still open after the event, and no public address is set that works outside "
            "the hall. Set it first in Settings → Letterhead → Public address of this application."
        )
    )
