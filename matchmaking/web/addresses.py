"""The public address: what printed links and QR codes point to, and whether the world can open it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


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
