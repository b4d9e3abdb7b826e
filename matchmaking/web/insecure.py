"""Pages that were opened without HTTPS from another device: said calmly on the page, with what will not work and what to do.

Browsers give camera, service worker and WebCrypto to "secure contexts" only: HTTPS, or the computer itself (W3C Secure Contexts, 3.1).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, current_app, has_request_context, request


@dataclass(frozen=True)
class Insecure:
    """What the line on the page says. ``is_log_in_lost``: cookies are sent over HTTPS alone; ``secure_url``: where to go, if known."""

    is_log_in_lost: bool
    secure_url: str | None


def opened_insecurely() -> Insecure | None:
    """Return what to say of this request, ``None`` when the page was opened over HTTPS or on the server itself."""
    if not has_request_context() or request.is_secure or is_this_computer(request.host):
        return None
    port = int(current_app.config["HTTPS_PORT"])
    host = urlsplit(f"//{request.host}").hostname
    return Insecure(bool(current_app.config["SESSION_COOKIE_SECURE"]), f"https://{host}:{port}/" if port else None)


def is_this_computer(host: str) -> bool:
    """Say whether a browser counts a host (with or without port) as the computer itself."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def init_insecure(app: Flask) -> None:
    """Offer ``opened_insecurely`` to the layouts."""
    app.add_template_global(opened_insecurely)
