"""A re-planning as its page shows it: what happened, how far it is, what it would change for whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matchmaking.attendance.forms.replans import CAUSES
from matchmaking.attendance.models import MeetingState
from matchmaking.attendance.queries.replanning import meetings_by_teams, plan_changes, states_of
from matchmaking.attendance.replan_models import Replan, ReplanCause, ReplanState
from matchmaking.events.models import MeetingTable
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, select_locale, show_time
from matchmaking.jobs.models import Job
from matchmaking.matching.queries.parties import team_names
from matchmaking.scheduling.queries.changes import Change
from matchmaking.scheduling.queries.notices import times_and_table_names
from matchmaking.scheduling.queries.times import times_of
from matchmaking.scheduling.telling import Places, comparison_sentences

_STATES = {
    ReplanState.QUEUED: "queued",
    ReplanState.RUNNING: "running",
    ReplanState.FAILED: "failed",
}


@dataclass(frozen=True)
class ReplanView:
    """``state`` is a word of the progress card; figures and sentences are there once it is computed."""

    code: str
    title: str
    state: str
    percent: int | None
    text: str
    started: str
    is_active: bool
    is_ready: bool
    outcome: str = ""  # applied, discarded or failed, in words
    kind: str = "neutral"
    figures: Sequence[tuple[int, str, str]] = ()  # number, word, signal
    sentences: Sequence[str] = ()
    people: int = 0  # organisations whose agenda changes


def replan_view(row: Replan, zone: str) -> ReplanView:
    """Return a re-planning as a page shows it."""
    job = db.session.get(Job, row.job_id) if row.job_id else None
    percent = job.progress.get("percent") if job else None
    changes = _shown_changes(row) if row.computed_at and row.state is not ReplanState.FAILED else []
    return ReplanView(
        code=row.code,
        title=what_happened(row, zone),
        state=_STATES.get(row.state, "done"),
        percent=percent,
        text=_("Looking for the plan that changes the least."),
        started=show_time(row.requested_at, zone, with_zone=True),
        is_active=row.state in (ReplanState.QUEUED, ReplanState.RUNNING),
        is_ready=row.state is ReplanState.READY,
        outcome=_outcome(row, zone),
        kind={ReplanState.APPLIED: "held", ReplanState.FAILED: "refused"}.get(row.state, "neutral"),
        figures=_figures(changes),
        sentences=_sentences(row, changes, zone),
        people=len({team for change in changes for team in (change.exhibitor_team_id, change.buyer_team_id)}),
    )


def what_happened(row: Replan, zone: str) -> str:
    """Return what happened in one line: ``Dinas … comes late: from 10.40 to 11.20``."""
    times = times_of(row.event_id)
    since = show_time(times.start(row.from_slot_id), zone, with_zone=True)
    if row.cause is ReplanCause.TABLE:
        name = db.session.get_one(MeetingTable, row.table_id).name
        return _("Table %(name)s cannot be used from %(time)s on", name=name, time=since)
    name = team_names(row.event_id).get(row.team_id or 0, "")
    if row.back_slot_id:
        back = show_time(times.start(row.back_slot_id), zone, with_zone=True)
        return _("%(name)s misses %(since)s to %(back)s", name=name, since=since, back=back)
    return f"{name}: {CAUSES[row.cause]} ({_('from %(time)s on', time=since)})"


def _shown_changes(row: Replan) -> list[Change]:
    """What changes for people; meetings that were called off before are no news."""
    states = states_of(row.event_id)
    found = plan_changes(row.base_version_id, set(row.past_slot_ids), row.plan, meetings_by_teams(row.event_id))
    return [c for c in found if c.after or states.get(c.meeting_id) is not MeetingState.CANCELLED]


def _figures(changes: Sequence[Change]) -> list[tuple[int, str, str]]:
    kinds = Counter(change.kind for change in changes)
    return [
        (kinds["removed"], ngettext("meeting is lost", "meetings are lost", kinds["removed"]), "refused"),
        (kinds["moved"], ngettext("meeting moves to another time", "meetings move to another time", kinds["moved"]), "warning"),
        (kinds["retabled"], ngettext("meeting changes table only", "meetings change table only", kinds["retabled"]), "neutral"),
        (kinds["added"], ngettext("wish that waited is met", "wishes that waited are met", kinds["added"]), "held"),
    ]  # fmt: skip


def _sentences(row: Replan, changes: Sequence[Change], zone: str) -> list[str]:
    names, locale = team_names(row.event_id), select_locale()
    places = Places(*times_and_table_names(row.event_id), zone)
    return comparison_sentences(changes, names, places, _reasons(row.reasons, locale))


def _reasons(stored: Mapping[str, Mapping[str, str]], locale: str) -> dict[tuple[int, int], str]:
    found = {}
    for key, text in stored.items():
        exhibitor, _dash, buyer = key.partition("-")
        found[int(exhibitor), int(buyer)] = text.get(locale, "")
    return found


def _outcome(row: Replan, zone: str) -> str:
    at = show_time(row.decided_at, zone, with_zone=True) if row.decided_at else ""
    if row.state is ReplanState.APPLIED:
        return _("Applied at %(time)s: it is announced, and those concerned are told.", time=at)
    if row.state is ReplanState.DISCARDED:
        return _("Discarded at %(time)s: the schedule stayed as it was.", time=at)
    return row.message
