"""What the pages of participants and of staff share: the list of wishes and the form of presence."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from matchmaking import clock
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date
from matchmaking.matching.models import WishStrength
from matchmaking.matching.queries.availability import SlotView, absences_of, live_slots, missed_slots, teams_of
from matchmaking.matching.queries.wishes import Filter
from matchmaking.matching.services import SetPresence
from matchmaking.typed import read_row_number


@dataclass(frozen=True)
class DayForm:
    """The slots of one day, and which of them the team attends."""

    title: str
    slots: tuple[tuple[SlotView, bool], ...]


@dataclass(frozen=True)
class TeamForm:
    """One team's presence."""

    id: int
    position: int
    title: str
    days: tuple[DayForm, ...]
    note: str
    number_missed: int


def wanted_filter() -> Filter:
    """Read the filter of the list from the address."""
    return Filter(
        text=request.args.get("q", "").strip()[:100],
        category=request.args.get("category", "")[:40],
        only=request.args.get("only", "")[:10],
    )


def wanted_strength() -> WishStrength | None:
    """Read the word that was tapped; empty takes it back."""
    value = request.form.get("wish", "")
    try:
        return WishStrength(value) if value else None
    except ValueError as error:
        raise InvalidInput(_("Please choose one of the three words.")) from error


def presence_forms(participation_id: int, event_id: int, zone: str) -> list[TeamForm]:
    """Return each team's presence in the event's slots."""
    slots, teams = live_slots(event_id), teams_of(participation_id)
    away = absences_of(team.id for team in teams)
    forms = []
    for team in teams:
        mine = away.get(team.id, [])
        missed = missed_slots(mine, slots)
        title = team.name or (_("Team %(number)s", number=team.position) if len(teams) > 1 else "")
        note = mine[0].note if mine else ""
        forms.append(TeamForm(team.id, team.position, title, _days(slots, missed, zone), note, len(missed)))
    return forms


def _days(slots: list[SlotView], missed: frozenset[int], zone: str) -> tuple[DayForm, ...]:
    days: dict[str, list[tuple[SlotView, bool]]] = {}
    for slot in slots:
        title = show_date(clock.in_zone(slot.starts_at, zone).date(), weekday=True)
        days.setdefault(title, []).append((slot, slot.id not in missed))
    return tuple(DayForm(title, tuple(rows)) for title, rows in days.items())


def wanted_presence(participation_id: int) -> SetPresence:
    """Read the form of one team; the team is chosen among the participation's own by its position."""
    position = read_row_number(request.form.get("team"))
    team = next((team for team in teams_of(participation_id) if team.position == position), None)
    if team is None:
        raise InvalidInput(_("This team does not exist any more. Please reload the page."))
    slots = frozenset(number for text in request.form.getlist("slot") if (number := read_row_number(text)))
    return SetPresence(team.id, slots, request.form.get("note", "").strip())
