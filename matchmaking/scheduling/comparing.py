"""Two versions side by side: their figures, who gains, who loses, what moves; in the words that people are told with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask_babel import format_decimal

from matchmaking.i18n import gettext as _
from matchmaking.scheduling.obstacles import Obstacle
from matchmaking.scheduling.queries.board import Board, UnmetRow
from matchmaking.scheduling.queries.changes import Change, by_team
from matchmaking.scheduling.queries.spread import Figures, SideRow
from matchmaking.scheduling.telling import Places, Reasons, change_sentences, comparison_sentences
from matchmaking.scheduling.wording import obstacle_sentences

KINDS = {"gains": ("added",), "losses": ("removed",), "moves": ("moved", "retabled")}


@dataclass(frozen=True)
class FigureRow:
    """One figure of both versions. ``kind``: ``better``, ``worse`` or empty; ``difference`` is signed, empty where equal."""

    label: str
    old: str
    new: str
    difference: str
    kind: str


@dataclass(frozen=True)
class Party:
    """Somebody whose agenda gains or loses: how many meetings in the old and in the new version, and which are concerned."""

    name: str
    side: str
    before: int
    after: int
    changes: tuple[Change, ...]
    team_id: int


@dataclass(frozen=True)
class Comparison:
    """What differs between two boards of one event; ``exhibitor`` and ``buyer`` (participations) leave only theirs over."""

    old: Board
    new: Board
    changes: tuple[Change, ...]
    unmet: tuple[UnmetRow, ...]  # of the new version
    exhibitor: int | None = None
    buyer: int | None = None

    @cached_property
    def shown(self) -> dict[str, list[Change]]:
        """The changes that the choice leaves over, by kind of list."""
        chosen = [change for change in self.changes if self._is_chosen(change)]
        return {name: [c for c in chosen if c.kind in kinds] for name, kinds in KINDS.items()}

    def _is_chosen(self, change: Change) -> bool:
        wanted = ((self.exhibitor, change.exhibitor_team_id), (self.buyer, change.buyer_team_id))
        return all(not id or self._entry(team_id) == id for id, team_id in wanted)

    def _entry(self, team_id: int) -> int:
        team = self.new.hall.teams.get(team_id)
        return team.participation_id if team else 0

    def parties(self, kind: str) -> list[Party]:
        """Return who gains or loses, exhibitors first, by name."""
        before, after = _meetings(self.old), _meetings(self.new)
        changed = by_team(self.shown[kind])
        exhibitors = {change.exhibitor_team_id for change in self.changes}
        found = [
            Party(
                self.new.names.get(id, ""),
                "exhibitor" if id in exhibitors else "buyer",
                before[id],
                after[id],
                tuple(changes),
                id,
            )
            for id, changes in changed.items()
        ]
        return sorted(found, key=lambda party: (party.side != "exhibitor", party.name.casefold(), party.team_id))

    def moves(self) -> list[Change]:
        """Return what moves, other times before other tables, each in the order of its new time and table."""
        slots = {slot.id: slot.number for slot in self.new.hall.slots}
        tables = {table.id: table.number for table in self.new.hall.tables}

        def order(change: Change) -> tuple[bool, int, int]:
            spot = change.after
            return (
                change.kind != "moved",
                slots.get(spot.slot_id, 0) if spot else 0,
                tables.get(spot.table_id, 0) if spot else 0,
            )

        return sorted(self.shown["moves"], key=order)

    def party_sentences(self, party: Party, places: Places) -> list[str]:
        """Return what a party gains or loses, as it would be told, with the reason where one is known."""
        return change_sentences(party.changes, party.team_id, self.new.names, places, self.reasons(party.changes))

    def move_sentences(self, changes: Sequence[Change], places: Places) -> list[str]:
        """Return each move in a sentence."""
        return comparison_sentences(changes, self.new.names, places, {})

    def reasons(self, changes: Iterable[Change]) -> Reasons:
        """Return why the new version does not hold what was lost."""
        return reasons_of(self.new, changes, self.unmet)


def reasons_of(board: Board, changes: Iterable[Change], unmet: Iterable[UnmetRow]) -> dict[tuple[int, int], str]:
    """Return, by pair of teams, why a board does not hold a meeting: what the solver said, or that somebody left."""
    why = {(row.exhibitor_id, row.buyer_id): row.text for row in unmet}
    found = {}
    for change in changes:
        pair = (change.exhibitor_team_id, change.buyer_team_id)
        teams = [board.hall.teams.get(id) for id in pair]
        left = [Obstacle("left", id) for id, team in zip(pair, teams, strict=True) if team is None]
        entries = tuple(team.participation_id if team else 0 for team in teams)
        found[pair] = " ".join(obstacle_sentences(left, board.names)) or why.get((entries[0], entries[1]), "")
    return found


def _meetings(board: Board) -> Counter[int]:
    return Counter(team_id for seat in board.rules.seats for team_id in seat.teams)


def figure_rows(old: Figures, new: Figures) -> list[FigureRow]:
    """Return the figures of two versions in rows; "better" is what helps people: more met, less waiting and walking."""
    rows = [
        _row(_("Meetings"), old.meetings, new.meetings, more=True),
        _row(_("Requests met"), old.wishes_held, new.wishes_held, more=True),
        _row(_("Requests not met"), old.wished - old.wishes_held, new.wished - new.wishes_held),
        _row(_("Weight of the requests met"), old.weight, new.weight, more=True),
        _row(_("Idle slots between meetings"), old.breaks, new.breaks),
        _row(_("Table changes"), old.table_changes, new.table_changes),
        _row(_("Meetings lacking to the minimum"), old.lacking, new.lacking),
        _row(_("Not possible as things stand now"), old.impossible, new.impossible),
    ]
    for side, fewest, spread in (
        ("exhibitor", _("Exhibitors: fewest meetings of one"), _("Exhibitors: least – middle – most")),
        ("buyer", _("Buyers: fewest meetings of one"), _("Buyers: least – middle – most")),
    ):
        one, other = (next((row for row in of.sides if row.side == side), None) for of in (old, new))
        if one and other:
            rows += [_row(fewest, one.meetings.least, other.meetings.least, more=True), _spread_row(spread, one, other)]
    return rows


def _row(label: str, old: int, new: int, *, more: bool = False) -> FigureRow:
    gap = new - old
    kind = "" if not gap else "better" if (gap > 0) == more else "worse"
    return FigureRow(label, str(old), str(new), _signed(gap), kind)


def _spread_row(label: str, old: SideRow, new: SideRow) -> FigureRow:
    gap = (new.meetings.most - new.meetings.least) - (old.meetings.most - old.meetings.least)
    kind = "" if not gap else "worse" if gap > 0 else "better"
    return FigureRow(label, _range(old), _range(new), _signed(gap), kind)


def _range(side: SideRow) -> str:
    of = side.meetings
    return f"{of.least} – {format_decimal(of.middle)} – {of.most}"


def _signed(gap: int) -> str:
    return f"{gap:+d}".replace("-", "−") if gap else ""
