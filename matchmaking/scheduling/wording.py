"""Sentences about runs, versions and changes, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.mail.services import RETURNED
from matchmaking.scheduling.models import SolveMode
from matchmaking.scheduling.obstacles import Obstacle, Seat
from matchmaking.scheduling.queries.bases import Meanwhile


def changes_sentence(changes: Mapping[str, int]) -> str:
    """Return ``2 peserta, 5 minat`` for counts by kind (slot, table, team, participant, pair)."""
    words = {
        "slot": lambda n: ngettext("%(num)s slot", "%(num)s slots", n),
        "table": lambda n: ngettext("%(num)s table", "%(num)s tables", n),
        "team": lambda n: ngettext("%(num)s team (availability or table)", "%(num)s teams (availability or table)", n),
        "participant": lambda n: ngettext("%(num)s participant", "%(num)s participants", n),
        "told": lambda _n: _("another schedule was announced"),
        "pair": lambda n: ngettext("%(num)s wish or suggestion", "%(num)s wishes or suggestions", n),
    }
    return ", ".join(words[kind](number) for kind, number in changes.items())


def best_sentence(held: int, wished: int, *, is_proven: bool) -> str:
    """Return ``128 dari 131 permintaan terjadwal, terbaik yang mungkin``."""
    if not wished:
        return _("No wishes were given; the schedule was filled with suggestions.")
    base = _("%(held)s of %(wished)s requests scheduled", held=held, wished=wished)
    if held == wished:
        return _("%(base)s: all of them", base=base)
    return _("%(base)s, the best possible", base=base) if is_proven else base


def obstacle_sentences(found: Iterable[Obstacle], names: Mapping[int, str]) -> list[str]:
    """Return each obstacle once, as a sentence."""
    return list(dict.fromkeys(_obstacle_sentence(obstacle, names) for obstacle in found))


def conflict_sentences(
    seats: Iterable[Seat], conflicts: Mapping[int, Iterable[Obstacle]], names: Mapping[int, str]
) -> list[str]:
    """Return each meeting that is not possible any more, with what stands against it."""
    return [
        f"{' – '.join(names.get(id, '') for id in seat.teams)}: "
        + " ".join(obstacle_sentences(conflicts[seat.meeting_id], names))
        for seat in seats
        if seat.meeting_id in conflicts
    ]


def step_name(action: str, pairs: Iterable[str]) -> str:
    """Return what a step of a draft did, in a few words: ``Pindah: Tapis … – Dinas …``."""
    names = {
        "move_meeting": _("move"),
        "swap_meetings": _("change of places"),
        "place_meeting": _("placing"),
        "pin_meeting": _("pin"),
        "unpin_meeting": _("unpinning"),
        "remove_meeting": _("taking out"),
    }
    return f"{names.get(action, action)}: {', '.join(pairs)}"


def way_back_reasons(found: Iterable[Obstacle], names: Mapping[int, str]) -> list[str]:
    """Return why a meeting does not come back with an earlier version: the rules, or that its time has begun."""
    found = list(found)
    begun = [_("Its time has begun.")] if any(obstacle.code == "begun" for obstacle in found) else []
    return begun + obstacle_sentences((each for each in found if each.code != "begun"), names)


def note_sentences(notes: Iterable[Obstacle], names: Mapping[int, str], seats: Iterable[Seat]) -> list[str]:
    """Return what is asked before a meeting is put somewhere; ``seats``: who sits where now."""
    return [_note_sentence(note, names, seats) for note in notes]


def _note_sentence(note: Obstacle, names: Mapping[int, str], seats: Iterable[Seat]) -> str:
    if note.code == "swap":
        teams = next((seat.teams for seat in seats if seat.meeting_id == note.meeting_id), ())
        pair = " – ".join(names.get(id, "") for id in teams)
        return _("The two change places: %(pair)s goes where this meeting was.", pair=pair)
    if note.code == "gap":
        return _("%(name)s would wait idle between two meetings.", name=names.get(note.team_id or 0, ""))
    return _("This slot has begun.")


#: A board says hundreds of these at once: only the sentence that is needed is made.
_OBSTACLES: Mapping[str, Callable[[str], str]] = {
    "left": lambda name: _("%(name)s is not taking part any more.", name=name),
    "maximum": lambda name: _("%(name)s would have more meetings than allowed.", name=name),
    "apart": lambda _name: _("These two are not brought together."),
    "slot_gone": lambda _name: _("This slot is not part of the programme any more."),
    "table_gone": lambda _name: _("This table does not exist any more."),
    "away": lambda name: _("%(name)s is not there at that time.", name=name),
    "other_table": lambda name: _("%(name)s sits at another table or zone.", name=name),
    "table_taken": lambda _name: _("The table is taken."),
    "busy": lambda name: _("%(name)s has another meeting at that time.", name=name),
    "delegate_busy": lambda name: _("A delegate of %(name)s sits at another table at that time.", name=name),
}


def _obstacle_sentence(obstacle: Obstacle, names: Mapping[int, str]) -> str:
    return _OBSTACLES[obstacle.code](names.get(obstacle.team_id or 0, ""))


def origin_sentence(chosen: Mapping[str, Any]) -> str:
    """Return what a run makes of which draft, in a few words: ``Mengisi celah draf 4``."""
    number = chosen.get("base_number")
    mode = chosen.get("mode", SolveMode.ALL)
    if mode == SolveMode.FILL:
        return _("Fills the gaps of draft %(number)s", number=number)
    if mode == SolveMode.IMPROVE:
        return _("Improves draft %(number)s around its pins", number=number)
    if number is None:
        return _("All anew")
    if not chosen.get("keep_pins", True):
        return _("All anew, without the pins of draft %(number)s", number=number)
    return _("All anew, with the pins of draft %(number)s", number=number)


def meanwhile_sentences(
    news: Meanwhile, number: int | None, who: Mapping[int, str], *, is_active: bool
) -> Iterable[str]:
    """Return what others did while a run was (or is) under way, and what that means for its result."""
    if news.announced is not None:
        yield _before_announcement(news, who, is_active=is_active)
    if news.is_discarded:
        sentence = (
            _(
                "Draft %(number)s was discarded. The computation goes on from what it was; its result will be a new draft."
            )
            if is_active
            else _("Draft %(number)s was discarded while this was computed. The result comes from what it was.")
        )
        yield sentence % {"number": number}
    elif news.steps:
        sentence = (
            ngettext(
                "Draft %(number)s was changed %(num)s time since this began. Nothing is overwritten: the result will be a new draft, made from what it was.",
                "Draft %(number)s was changed %(num)s times since this began. Nothing is overwritten: the result will be a new draft, made from what it was.",
                news.steps,
                number=number,
            )
            if is_active
            else ngettext(
                "Draft %(number)s was changed %(num)s time while this was computed. It keeps that change; the result does not have it.",
                "Draft %(number)s was changed %(num)s times while this was computed. It keeps those changes; the result does not have them.",
                news.steps,
                number=number,
            )
        )
        yield sentence


def _before_announcement(news: Meanwhile, who: Mapping[int, str], *, is_active: bool) -> str:
    name = who.get(news.announced_by or 0, "")
    base = (
        _("%(who)s announced version %(number)s while this was computed.", who=name, number=news.announced)
        if name
        else _("Version %(number)s was announced while this was computed.", number=news.announced)
    )
    then = (
        _(
            "The computation goes on; its result will be a draft that starts from before the announcement, and nobody is told of it."
        )
        if is_active
        else _("The result starts from before the announcement: look at what it would change before you publish it.")
    )
    return f"{base} {then}"


def broke_off_sentence() -> str:
    """Say that the solver died or hung and that its last checked schedule was kept."""
    return _(
        "The computation broke off before its end. The draft is the best schedule found until then, and it keeps every rule; start again for a better one."
    )


def mail_trouble(error: str) -> str:
    """Return why a mail did not arrive and what to do, for the error that the outbox keeps."""
    if error == RETURNED:
        return _("It came back. Ask for the right address, write it into the entry, and send it again.")
    if error == "SMTPRecipientsRefused":
        return _("The mail server does not know this address. Correct it in the entry, and send it again.")
    return _("The mail server could not be reached or refused. Check the mail settings, then send it again.")
