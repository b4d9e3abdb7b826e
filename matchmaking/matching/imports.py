"""Importing wishes: one row for each word of one participant about another, known by their names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.identity import fold_name
from matchmaking.matching.models import Wish, WishStrength
from matchmaking.matching.queries.parties import bans, parties
from matchmaking.matching.services.wishes import MakeWish, make_wish
from matchmaking.matching.suggestions import Ban, Party, may_meet
from matchmaking.matching.wording import strength_word
from matchmaking.registration.imports.columns import ImportField
from matchmaking.registration.imports.plan import Change, Outcome, PlannedRow, ReadRow, StoreOptions, faults_of


@dataclass(frozen=True)
class _Known:
    """The event's approved participants by name, and what they said so far."""

    people: dict[int, Party]
    by_name: dict[str, list[Party]]
    words: dict[tuple[int, int], WishStrength]
    rules: tuple[Ban, ...]


class WishesKind:
    """Wishes of either side, as a list of who wants to meet whom."""

    name = "wishes"
    label = _l("Wishes")
    about = _l("One row for each wish: who, whom, how strongly. Both are known by name and must be approved.")
    has_state = False

    def fields(self) -> Sequence[ImportField]:
        """Return the fields a column can be."""
        words: dict[str, tuple[Any, ...]] = {
            "must": (_l("Want very much"), "sangat ingin", "wajib", "must"),
            "want": (_l("Want"), "ingin", "ya", "want"),
            "no": (_l("No"), "tidak", "no"),
        }
        return (
            ImportField("wisher", _l("Who wishes"), ("peserta", "dari", "yang meminta", "pemohon", "wisher"),
                        is_required=True, example="Dinas Contoh"),
            ImportField("target", _l("Whom to meet"), ("ingin bertemu", "kepada", "tujuan", "mitra", "target"),
                        is_required=True, example="Tapis Contoh Sejati"),
            ImportField("strength", _l("How strongly"), ("minat", "keinginan", "prioritas", "strength"), kind="choice",
                        is_required=True, choices=words, example="Sangat ingin"),
            ImportField("note", _l("Note"), ("catatan", "keterangan"), example=""),
        )  # fmt: skip

    def plan(self, event_id: int, rows: Sequence[ReadRow]) -> list[PlannedRow]:
        """Say what would become of each row."""
        known, seen = _known(event_id), dict[tuple[int, int], int]()
        return [_plan_row(row, known, seen) for row in rows]

    def store(self, actor: Actor, event_id: int, row: PlannedRow, options: StoreOptions) -> None:
        """Store one word through the service of the pages."""
        known = _known(event_id)
        wisher, _said = _find(row.values.get("wisher", ""), known)
        target, _said = _find(row.values.get("target", ""), known)
        if wisher is None or target is None or row.outcome not in (Outcome.NEW, Outcome.UPDATE):
            return
        strength = WishStrength(row.values["strength"])
        note = row.values.get("note", "")[:300] or None
        make_wish(actor, MakeWish(wisher.id, target.id, strength, note=note, origin="import"))


def _known(event_id: int) -> _Known:
    people = parties(event_id)
    by_name: defaultdict[str, list[Party]] = defaultdict(list)
    for party in people.values():
        by_name[fold_name(party.name)].append(party)
    rows = db.session.execute(sa.select(Wish.wisher_id, Wish.target_id, Wish.strength).where(Wish.event_id == event_id))
    words = {(wisher_id, target_id): strength for wisher_id, target_id, strength in rows}
    return _Known(people, dict(by_name), words, bans(event_id))


def _find(name: str, known: _Known) -> tuple[Party | None, str]:
    found = known.by_name.get(fold_name(name), []) if name else []
    if len(found) == 1:
        return found[0], ""
    if found:
        return None, _("Several participants have this name. Enter these wishes on the Wishes page.")
    return None, _("No approved participant of this name is in this event. Check the spelling, or approve it first.")


def _plan_row(row: ReadRow, known: _Known, seen: dict[tuple[int, int], int]) -> PlannedRow:
    said: dict[str, Any] = {}
    wisher, target = _party(row, "wisher", known, said), _party(row, "target", known, said)
    if not row.get("strength"):
        said["strength"] = _("Please write Sangat ingin, Ingin or Tidak.")
    if wisher and target:
        _check_pair(row, (wisher, target), known, seen, said)
    title = f"{row.get('wisher')} → {row.get('target')}"
    faults = (*row.faults, *faults_of(row, said))
    if faults or wisher is None or target is None:
        return PlannedRow(row.number, title, Outcome.FAULTY, row.values, faults=faults)
    old, new = known.words.get((wisher.id, target.id)), WishStrength(row.get("strength"))
    if old is None:
        return PlannedRow(row.number, title, Outcome.NEW, row.values)
    if old is new:
        return PlannedRow(row.number, title, Outcome.SAME, row.values)
    change = Change(_l("How strongly"), strength_word(old), strength_word(new))
    return PlannedRow(row.number, title, Outcome.UPDATE, row.values, changes=(change,))


def _party(row: ReadRow, name: str, known: _Known, said: dict[str, Any]) -> Party | None:
    party, sentence = _find(row.get(name), known)
    if sentence:
        said[name] = sentence
    return party


def _check_pair(
    row: ReadRow, pair: tuple[Party, Party], known: _Known, seen: dict[tuple[int, int], int], said: dict[str, Any]
) -> None:
    wisher, target = pair
    key = (wisher.id, target.id)
    if wisher.side == target.side:
        said["target"] = _("Exhibitors meet buyers: choose a participant of the other side.")
    elif row.get("strength") != "no":
        makers_first = pair if wisher.side == "exhibitor" else pair[::-1]
        if not may_meet(*makers_first, known.rules):
            said["target"] = _("By the rules of this event these two do not meet.")
    if key in seen:
        said["target"] = _("The same pair stands in row %(row)s already.", row=seen[key])
    seen.setdefault(key, row.number)


WISHES = WishesKind()
