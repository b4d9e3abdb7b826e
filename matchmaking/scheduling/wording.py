"""Sentences about runs, versions and changes, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.mail.services import RETURNED
from matchmaking.scheduling.obstacles import Obstacle, Seat


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
    pairs = {seat.meeting_id: " – ".join(names.get(id, "") for id in seat.teams) for seat in seats}
    found = []
    for note in notes:
        name = names.get(note.team_id or 0, "")
        sentences = {
            "swap": _(
                "The two change places: %(pair)s goes where this meeting was.", pair=pairs.get(note.meeting_id or 0, "")
            ),
            "gap": _("%(name)s would wait idle between two meetings.", name=name),
            "begun": _("This slot has begun."),
        }
        found.append(sentences[note.code])
    return found


def _obstacle_sentence(obstacle: Obstacle, names: Mapping[int, str]) -> str:
    name = names.get(obstacle.team_id or 0, "")
    sentences = {
        "left": _("%(name)s is not taking part any more.", name=name),
        "maximum": _("%(name)s would have more meetings than allowed.", name=name),
        "apart": _("These two are not brought together."),
        "slot_gone": _("This slot is not part of the programme any more."),
        "table_gone": _("This table does not exist any more."),
        "away": _("%(name)s is not there at that time.", name=name),
        "other_table": _("%(name)s sits at another table or zone.", name=name),
        "table_taken": _("The table is taken."),
        "busy": _("%(name)s has another meeting at that time.", name=name),
        "delegate_busy": _("A delegate of %(name)s sits at another table at that time.", name=name),
    }
    return sentences[obstacle.code]


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
