"""Two versions side by side before one is taken."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template, request

from matchmaking.i18n import select_locale
from matchmaking.permissions import is_allowed, requires
from matchmaking.scheduling.comparing import KINDS, Comparison, figure_rows
from matchmaking.scheduling.models import ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import boards_of, unmet_rows
from matchmaking.scheduling.queries.changes import changes_between
from matchmaking.scheduling.queries.notices import times_and_table_names
from matchmaking.scheduling.queries.people import choices_of
from matchmaking.scheduling.queries.previews import would_be_told
from matchmaking.scheduling.queries.spread import figures_of
from matchmaking.scheduling.queries.versions import (
    newest_draft,
    published_version,
    version_beside,
    version_by_code,
    versions_of,
)
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.filtering import chosen_filter
from matchmaking.scheduling.telling import Places
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import cut, page_number

PAGE = 25


@scheduling.get("/manage/<event_code>/schedule/compare")
@requires("schedule.read")
def compare() -> str:
    """Show what differs between two versions: figures, who gains, who loses, what moves."""
    event = current_event()
    versions, chosen = versions_of(event.id), _chosen(event.id)
    if chosen is None:
        return render_template("scheduling/compare.html", versions=versions, old=None, new=None)
    old, new = chosen
    before, after = boards_of(chosen)
    wanted, locale = chosen_filter(), select_locale()
    comparison = Comparison(
        before,
        after,
        tuple(changes_between(old.id, new.id)),
        tuple(unmet_rows(new.id, locale)),
        wanted.exhibitor,
        wanted.buyer,
    )
    places = Places(*times_and_table_names(event.id), event.timezone)
    kind = _kind(comparison)
    return render_template(
        "scheduling/compare.html",
        versions=versions,
        old=old,
        new=new,
        figures=figure_rows(figures_of(before), figures_of(after)),
        counts={"gains": len(comparison.parties("gains")), "losses": len(comparison.parties("losses")),
                "moves": len(comparison.shown["moves"])},
        kind=kind,
        **_listed(comparison, kind, places),
        filter=wanted,
        choices=choices_of(after, locale),
        draft=newest_draft(event.id),
        told=_told(new),
    )  # fmt: skip


def _kind(comparison: Comparison) -> str:
    """Return which list is shown: the one that is asked for, else the first that holds something."""
    asked = request.args.get("kind")
    return asked if asked in KINDS else next((kind for kind in KINDS if comparison.shown[kind]), "gains")


def _chosen(event_id: int) -> tuple[ScheduleVersion, ScheduleVersion] | None:
    """Return the two that the address names; what it leaves open is the newest draft, beside what is announced."""
    asked = {name: version_by_code(event_id, request.args.get(name, "")) for name in ("old", "new")}
    found = {name: row for name, row in asked.items() if row and row.state is not VersionState.DISCARDED}
    new = found.get("new") or newest_draft(event_id) or published_version(event_id)
    old = found.get("old") or (version_beside(new) if new else None)
    return (old, new) if old and new else None


@dataclass(frozen=True)
class _Line:
    """Somebody who gains or loses, with sentences."""

    name: str
    side: str
    before: int
    after: int
    sentences: list[str]


def _listed(comparison: Comparison, kind: str, places: Places) -> dict[str, object]:
    """Return one page of a list; sentences are made for what it shows alone."""
    if kind == "moves":
        moves = cut(comparison.moves(), page_number(), PAGE)
        return {"page": moves, "sentences": comparison.move_sentences(moves.items, places), "lines": []}
    page = cut(comparison.parties(kind), page_number(), PAGE)
    lines = [
        _Line(each.name, each.side, each.before, each.after, comparison.party_sentences(each, places))
        for each in page.items
    ]
    return {"page": page, "lines": lines, "sentences": []}


def _told(new: ScheduleVersion) -> int | None:
    """Return how many people publishing the draft would tell; ``None`` where the reader cannot publish it."""
    if new.state is not VersionState.DRAFT or not is_allowed(current_actor(), "schedule.publish"):
        return None
    return len(would_be_told(new))
