"""The rail and the bottom bar: features register their entries and what waits behind them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, request, url_for

from matchmaking.actor import Actor, Role
from matchmaking.permissions import is_allowed

#: Rails in use: the organiser's, and the bottom bars of exhibitor and buyer.
RAILS = ("organizer", "exhibitor", "buyer")


@dataclass(frozen=True)
class Entry:
    """One place to go. ``count(event_id)`` says how many things wait there; ``also`` lists endpoints it lights up for."""

    rail: str
    position: int
    label: Any
    icon: str
    endpoint: str
    permission: str
    count: Callable[[int], int] | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Item:
    """An entry as a template needs it."""

    label: str
    icon: str
    url: str
    count: int
    is_active: bool


_entries: list[Entry] = []


def add_entry(entry: Entry) -> None:
    """Register an entry once."""
    if entry.rail not in RAILS:
        raise LookupError(entry.rail)
    if all((known.rail, known.endpoint) != (entry.rail, entry.endpoint) for known in _entries):
        _entries.append(entry)


def rail_of(actor: Actor) -> str | None:
    """Return which rail this person sees in the current event."""
    if actor.has_any(Role.ORGANIZER, Role.DESK, Role.LEADER):
        return "organizer"
    if actor.has_any(Role.EXHIBITOR):
        return "exhibitor"
    return "buyer" if actor.has_any(Role.BUYER) else None


def items(actor: Actor, event_id: int) -> list[Item]:
    """Return the entries this person may use, in order, with their counts."""
    rail = rail_of(actor)
    mine = [e for e in _entries if e.rail == rail and is_allowed(actor, e.permission)]
    return [
        Item(
            label=str(entry.label),
            icon=entry.icon,
            url=url_for(entry.endpoint),
            count=entry.count(event_id) if entry.count else 0,
            is_active=request.endpoint == entry.endpoint or request.endpoint in entry.also,
        )
        for entry in sorted(mine, key=lambda entry: entry.position)
    ]


def optional_url(endpoint: str, **values: Any) -> str | None:
    """Return the address of an endpoint of a feature, ``None`` where that feature has not registered it."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None
