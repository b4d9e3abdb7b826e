"""The board as rows of cells: what stands where, and what is said of each place for the meeting that is held."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import url_for

from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, show_time
from matchmaking.scheduling.obstacles import Seat
from matchmaking.scheduling.queries.board import Board, judge_of
from matchmaking.scheduling.queries.halls import TableView, TeamView
from matchmaking.scheduling.routes.filtering import Filter, categories_of
from matchmaking.scheduling.verdicts import ASK, FREE, NO, Verdict
from matchmaking.scheduling.wording import note_sentences, obstacle_sentences

STATE_OF = {FREE: "possible", ASK: "ask", NO: "impossible"}


@dataclass(frozen=True)
class Cell:
    """Arguments of the ``cell`` macro; ``id`` is the table cell's own."""

    id: str
    state: str
    title: str = ""
    detail: str = ""
    url: str = ""
    reason: str = ""
    attributes: Mapping[str, Any] | None = None
    category: str = ""


@dataclass(frozen=True)
class GridRow:
    """One table or one team."""

    id: int
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Choice:
    """A place that is possible for the held meeting, for the list that works without the grid."""

    value: str
    label: str


@dataclass(frozen=True)
class Held:
    """The meeting in hand: one of the board, or two teams that wait for a place."""

    seat: Seat
    is_new: bool = False


@dataclass(frozen=True)
class Page:
    """How the board is shown: the version's code, the event's time zone, ``tables`` or ``participants``, may it be changed, what of it."""

    code: str
    zone: str
    view: str = "tables"
    is_editable: bool = False
    filter: Filter = field(default_factory=Filter)


class Grid:
    """Draws one board; ``held`` turns every cell into a place that is free, asks, or says why not."""

    def __init__(self, board: Board, page: Page, held: Held | None = None) -> None:
        self.board, self.page, self.held = board, page, held
        self.conflicts = board.rules.conflicts()
        self.judge = judge_of(board)
        self._at = {(seat.slot_id, seat.table_id): seat for seat in board.rules.seats}
        self._of_team = {(seat.slot_id, team_id): seat for seat in board.rules.seats for team_id in seat.teams}
        self._tables = {table.id: table.name for table in board.hall.tables}
        self._judged: dict[tuple[int, int | None], Verdict] = {}
        self._slot_names: dict[tuple[int, int], str] = {}
        self._said: dict[tuple[tuple[str, int | None], ...], str] = {}

    def slots(self) -> list[dict[str, Any]]:
        """Return the heads of the columns: when the slots begin with the delays of the day, and how much later that is."""
        return [
            {
                "start": show_time(self.board.times.start(slot.id), self.page.zone),
                "label": " · ".join(filter(None, [slot.session, self._late(slot.id)])),
                "is_break": False,
            }
            for slot in self.board.hall.slots
        ]

    def rows(self) -> list[GridRow]:
        """Return one row for each table, or for each team with exhibitors first."""
        slots = self.board.hall.slots
        if self.page.view == "participants":
            return [
                GridRow(team.id, team.name, tuple(self.team_cell(slot.id, team.id) for slot in slots))
                for team in self.teams()
            ]
        return [
            GridRow(table.id, table.name, tuple(self.table_cell(slot.id, table.id) for slot in slots))
            for table in self.board.hall.tables
            if self.page.filter.zone in (None, table.zone_id)
        ]

    def seats(self) -> list[Seat]:
        """Return the meetings that the filter leaves over."""
        return [seat for seat in self.board.rules.seats if self.page.filter.shows(self.board, seat)]

    def teams(self) -> list[TeamView]:
        """Return the teams in the order of their rows; with a filter those it is about, and whom they meet."""
        teams = list(self.board.hall.teams.values())
        if self.page.filter.arguments:
            met = {team_id for seat in self.seats() for team_id in seat.teams}
            chosen = (self.page.filter.exhibitor, self.page.filter.buyer)
            teams = [team for team in teams if team.id in met or team.participation_id in chosen]
        return sorted(teams, key=lambda t: (t.side != "exhibitor", t.name.casefold()))

    def cells_of(self, places: Iterable[tuple[int, int]], spots: Iterable[tuple[int, int]]) -> list[Cell]:
        """Return some cells: by (slot, table) in the view of tables, by (slot, team) in that of participants."""
        if self.page.view == "participants":
            return [self.team_cell(slot, team) for slot, team in spots if team in self.board.hall.teams]
        return [self.table_cell(slot, table) for slot, table in places]

    def table_cell(self, slot_id: int, table_id: int) -> Cell:
        """Draw one cell of a table's row."""
        seat, id = self._at.get((slot_id, table_id)), f"c-{slot_id}-{table_id}"
        return self._meeting_cell(id, seat) if seat else self._empty_cell(id, slot_id, table_id)

    def team_cell(self, slot_id: int, team_id: int) -> Cell:
        """Draw one cell of a team's row."""
        seat, id = self._of_team.get((slot_id, team_id)), f"p-{slot_id}-{team_id}"
        if seat is None:
            if self.held is not None and team_id in self.held.seat.teams:
                return self._empty_cell(id, slot_id, None)
            is_away = slot_id in self.board.hall.teams[team_id].away
            return Cell(id, "impossible", reason=_("not there")) if is_away else Cell(id, "free")
        other = seat.buyer_team_id if team_id == seat.exhibitor_team_id else seat.exhibitor_team_id
        table = _("table %(name)s", name=self._tables.get(seat.table_id, "–"))
        return replace(self._meeting_cell(id, seat), title=self.board.names[other], detail=table)

    def choices(self) -> list[Choice]:
        """Return the possible places of the held meeting, other than where it sits; what is asked stands beside them."""
        if self.held is None:
            return []
        now = (self.held.seat.slot_id, self.held.seat.table_id)
        return [
            Choice(f"{slot.id}-{table.id}", self._choice_label(slot.id, table, verdict))
            for slot in self.board.hall.slots
            for table in self.board.hall.tables
            if (slot.id, table.id) != now and (verdict := self._verdict(slot.id, table.id)).kind != NO
        ]

    def judged(self) -> Iterator[tuple[str, Verdict]]:
        """Yield every place of the view but where the held meeting sits, with its verdict."""
        if self.held is None:
            return
        now = self.held.seat
        for slot in self.board.hall.slots:
            if self.page.view == "participants":
                if slot.id != now.slot_id:
                    for team_id in now.teams:
                        yield f"p-{slot.id}-{team_id}", self._verdict(slot.id, None)
                continue
            for table in self.board.hall.tables:
                if (slot.id, table.id) != (now.slot_id, now.table_id):
                    yield f"c-{slot.id}-{table.id}", self._verdict(slot.id, table.id)

    def why(self, verdict: Verdict) -> str:
        """Return what is asked, or why not, in words; a board says few different things of its hundreds of places."""
        names = self.board.names
        if verdict.kind != NO:
            return " ".join(note_sentences(verdict.notes, names, self.board.rules.seats))
        said = tuple((note.code, note.team_id) for note in verdict.notes)
        if said not in self._said:
            self._said[said] = " ".join(obstacle_sentences(verdict.notes, names))
        return self._said[said]

    def place_name(self, slot_id: int, table_id: int) -> str:
        """Return ``09.20–09.40 WIB · meja 3``."""
        time = self._slot_name(slot_id, table_id) if slot_id in self.board.times.slots else "–"
        return f"{time} · {_('table %(name)s', name=self._tables.get(table_id, '–'))}"

    def _choice_label(self, slot_id: int, table: TableView, verdict: Verdict) -> str:
        label = f"{self._slot_name(slot_id, table.id)} · {_('table %(name)s', name=table.name)}"
        return f"{label} · {self.why(verdict)}" if verdict.kind == ASK else label

    def _slot_name(self, slot_id: int, table_id: int) -> str:
        """Return when a slot runs at a table, with the delays of the day; the same words for all tables that run alike."""
        times = self.board.times
        late = (slot_id, times.late_minutes(slot_id, table_id) if times.delays else 0)
        if late not in self._slot_names:
            start, end = times.start(slot_id, table_id), times.end(slot_id, table_id)
            zone = self.page.zone
            self._slot_names[late] = f"{show_time(start, zone)}–{show_time(end, zone, with_zone=True)}"
        return self._slot_names[late]

    def _late(self, slot_id: int) -> str:
        minutes = self.board.times.late_minutes(slot_id)
        return ngettext("%(num)s minute later", "%(num)s minutes later", minutes) if minutes else ""

    def _own_time(self, slot_id: int, table_id: int) -> str:
        """Say when a meeting begins whose table is later than the others."""
        times = self.board.times
        if not times.delays or slot_id not in times.slots or times.start(slot_id) == times.start(slot_id, table_id):
            return ""
        return _("begins %(time)s", time=show_time(times.start(slot_id, table_id), self.page.zone, with_zone=True))

    def _meeting_cell(self, id: str, seat: Seat) -> Cell:
        names = self.board.names
        reasons = obstacle_sentences(self.conflicts.get(seat.meeting_id, []), names)
        is_held = self.held is not None and self.held.seat.meeting_id == seat.meeting_id
        state = "selected" if is_held else "conflict" if reasons else "pinned" if seat.is_pinned else "meeting"
        view = self.page.view if self.page.view != "tables" else None
        return Cell(
            id,
            state,
            names[seat.exhibitor_team_id],
            names[seat.buyer_team_id],
            self._address(view, seat.meeting_code),
            reasons[0] if reasons else self._own_time(seat.slot_id, seat.table_id),
            self._marks(seat),
            self.category_of(seat),
        )

    def _marks(self, seat: Seat) -> dict[str, str]:
        """Return what the script knows a meeting by; what the filter leaves out is dimmed, for it takes its place."""
        marks = {"data-meeting": seat.meeting_code, "data-teams": f"{seat.exhibitor_team_id} {seat.buyer_team_id}"}
        return marks if self.page.filter.shows(self.board, seat) else {**marks, "data-dim": ""}

    def category_of(self, seat: Seat) -> str:
        """Return the category by whose colour a meeting is known: the first that both deal in, else the exhibitor's first."""
        exhibitor, buyer = (self.board.hall.teams.get(id) for id in seat.teams)
        offered = set(categories_of(self.board, exhibitor.participation_id)) if exhibitor else set()
        both = offered & set(categories_of(self.board, buyer.participation_id)) if buyer else set()
        return min(both or offered, default="")

    def categories(self) -> list[str]:
        """Return the categories that have a colour on this board."""
        return sorted({code for seat in self.board.rules.seats if (code := self.category_of(seat))})

    def _address(self, view: str | None, meeting: str) -> str:
        chosen: dict[str, Any] = {**self.page.filter.arguments, "view": view, "meeting": meeting, "_anchor": "held"}
        return url_for("scheduling.board", code=self.page.code, **chosen)

    def _empty_cell(self, id: str, slot_id: int, table_id: int | None) -> Cell:
        if self.held is None or not self.page.is_editable:
            return Cell(id, "free")
        verdict = self._verdict(slot_id, table_id)
        state = STATE_OF[verdict.kind]
        if verdict.kind == NO:
            return Cell(id, state, reason=self.why(verdict))
        place = {"name": "place", "value": f"{verdict.slot_id}-{verdict.table_id}"}
        return Cell(id, state, reason=self.why(verdict) or _("free"), attributes=place)

    def _verdict(self, slot_id: int, table_id: int | None) -> Verdict:
        """Judge a place once, whoever asks: the grid, the list of places, the script."""
        place = (slot_id, table_id)
        if place not in self._judged:
            held = self.held.seat if self.held else Seat(0, "", 0, 0, 0, 0)
            self._judged[place] = (
                self.judge.best_in_slot(held, slot_id, self._tables)
                if table_id is None
                else self.judge.verdict(held, slot_id, table_id)
            )
        return self._judged[place]
