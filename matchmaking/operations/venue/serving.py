"""How this installation is served in the hall, as ``./dev run --venue`` left word of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from matchmaking.operations.venue.network import local_addresses

FOLDER = "tls"  # in the instance folder; tools/certificate.py writes it


@dataclass(frozen=True)
class Served:
    """What a certificate in use says. ``names``: the addresses or public names in it; ``fingerprint``: SHA-256, of the authority where it is ours."""

    names: tuple[str, ...]
    fingerprint: str
    ends_at: datetime


@dataclass(frozen=True)
class Venue:
    """How tablets reach this computer now.

    Attributes:
        https_port: where the application answers; 0 when it was not started with ``--venue``.
        trust_port: where the trust page answers; 0 when the certificate comes from a public authority.
        served: the certificate in use, ``None`` without ``--venue``.
        addresses: of this computer at this moment.
    """

    https_port: int
    trust_port: int
    served: Served | None
    addresses: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        """Say whether tablets can reach the application over HTTPS."""
        return self.served is not None

    @property
    def is_own(self) -> bool:
        """Say whether the authority is our own, so that each tablet must be told to trust it."""
        return bool(self.trust_port)

    @property
    def unnamed(self) -> tuple[str, ...]:
        """Return addresses of this computer that came after the start: the certificate does not know them."""
        return tuple(a for a in self.addresses if self.served and self.is_own and a not in self.served.names)


def read_served(instance: Path) -> Served | None:
    """Return what the certificate says; ``None`` while there is none, or only one of an earlier version."""
    path = instance / FOLDER / "certificate.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    if "ends_at" not in found:
        return None
    return Served(tuple(found["addresses"]), found["fingerprint"], datetime.fromisoformat(found["ends_at"]))


def read_venue(instance: Path, settings: Mapping[str, Any]) -> Venue:
    """Return how the hall reaches this computer; ``settings``: ``HTTPS_PORT`` and ``TRUST_PORT``, which ``./dev run`` sets."""
    https_port, trust_port = int(settings["HTTPS_PORT"]), int(settings["TRUST_PORT"])
    served = read_served(instance) if https_port else None
    return Venue(https_port, trust_port if served else 0, served, tuple(local_addresses()))


def https_address(host: str, port: int) -> str:
    """Return the address of the application, without the port where that goes without saying."""
    return f"https://{host}" if port == 443 else f"https://{host}:{port}"


def http_address(host: str, port: int) -> str:
    """Return the address of the trust page."""
    return f"http://{host}" if port == 80 else f"http://{host}:{port}"
