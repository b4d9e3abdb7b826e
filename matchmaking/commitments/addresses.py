"""The address that stands on a commitment's paper: it outlives the hall's network, so it must be one the world can open."""

from __future__ import annotations

from matchmaking.events.models import Event
from matchmaking.web.addresses import printed_address


def printed_base(event: Event) -> str:
    """Return the address printed links and QR codes of this event begin with, without a slash at its end.

    Raises:
        Conflict: nobody has set one that can be opened outside the hall, and the event is no demonstration or trial.
    """
    return printed_address(event.public_address, may_be_local=event.is_demo or event.is_test)


def check_address(event: Event, code: str) -> str:
    """Return the printed address of a commitment's check page.

    Raises:
        Conflict: see :func:`printed_base`.
    """
    return f"{printed_base(event)}/check/{code}"
