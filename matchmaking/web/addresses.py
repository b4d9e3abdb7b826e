"""The public address: what printed links and QR codes point to, and whether the world can open it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from flask import current_app, request


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
