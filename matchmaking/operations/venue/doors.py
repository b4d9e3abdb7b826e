"""What the organiser shows tablets: the codes to scan for each address of this computer, and what is missing before they can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from matchmaking import clock
from matchmaking.documents.qr import QrCode, qr_code
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date
from matchmaking.operations.venue.serving import Venue, http_address, https_address


@dataclass(frozen=True)
class Code:
    """An address and its QR code."""

    address: str
    qr: QrCode


@dataclass(frozen=True)
class Door:
    """One name or number of this computer. ``trust`` is ``None`` where the certificate is a public one."""

    host: str
    trust: Code | None
    app: Code


@dataclass(frozen=True)
class Finding:
    """Something that stands in the way (``refused``) or should be looked at (``warning``)."""

    kind: str
    text: str


def doors_of(venue: Venue) -> list[Door]:
    """Return the ways in, the main one first: addresses that the certificate names and this computer still has."""
    if venue.served is None:
        return []
    hosts = [name for name in venue.served.names if not venue.is_own or name in venue.addresses]
    return [
        Door(
            host,
            _code(http_address(host, venue.trust_port)) if venue.is_own else None,
            _code(https_address(host, venue.https_port)),
        )
        for host in hosts
        if host != "localhost"
    ]


def findings_of(venue: Venue, last_day: date) -> list[Finding]:
    """Return what keeps tablets out, or will before the event's last day is over."""
    if venue.served is None:
        return [
            Finding(
                "refused",
                _(
                    "The application is open to this computer only. End it in its window with Ctrl-C and start it with: "
                    "./dev run --venue"
                ),
            )
        ]
    found = []
    if venue.addresses == ("127.0.0.1",):
        found.append(Finding("refused", _("This computer is in no network. Connect it to the hall’s Wi-Fi first.")))
    if venue.unnamed:
        text = _(
            "This computer has got another address (%(addresses)s) since the application was started. Start it again: "
            "tablets that trust it go on trusting it.",
            addresses=", ".join(venue.unnamed),
        )
        found.append(Finding("refused", text))
    if venue.served.ends_at.date() <= last_day or venue.served.ends_at <= clock.now():
        day = show_date(venue.served.ends_at.date())
        found.append(Finding("refused", _("The certificate ends on %(day)s. Get a new one before the event.", day=day)))
    return found


def _code(address: str) -> Code:
    return Code(address, qr_code(f"{address}/"))
