"""A participant's own meetings on the phone: what is next, and how those went that have begun."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.attendance.day_view import outcome_words, place_words, state_of
from matchmaking.attendance.forms.outcomes import OutcomeForm, fill_outcome, read_outcome
from matchmaking.attendance.meeting_words import RESULTS
from matchmaking.attendance.models import MeetingState, OutcomeSource
from matchmaking.attendance.queries.day import DayMeeting, meetings_of_teams, teams_of_person
from matchmaking.attendance.routes.blueprint import attendance
from matchmaking.attendance.routes.live import own_now
from matchmaking.attendance.services.outcomes import OutcomeChanged, SaidOutcome, record_outcome, said_of
from matchmaking.errors import Conflict, DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.permissions import requires
from matchmaking.registration.models import Side
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url

MET = frozenset({MeetingState.RUNNING, MeetingState.HELD})


def _own_rows() -> list[tuple[DayMeeting, Side]]:
    """Return the meetings of the teams of this person's entries, with the side they sit on."""
    event = current_event()
    teams = teams_of_person(current_actor().user_id, event.id)
    rows = meetings_of_teams(event.id, published_version(event.id), list(teams), event.timezone)
    return [(row, side) for row in rows if (side := row.side_of(teams))]


def _own_row(code: str) -> tuple[DayMeeting, Side]:
    found = next(((row, side) for row, side in _own_rows() if row.code == code), None)
    if found is None:
        raise NotFound(_("This meeting is not one of yours. Please look at your agenda."))
    return found


def has_begun(row: DayMeeting) -> bool:
    """Say whether the sides may speak of it: it was seen to begin, or its time has come."""
    return row.state in MET or (row.slot is not None and row.slot.starts_at <= clock.now())


@attendance.get("/my/<event_code>/meetings")
@requires("meeting.own")
def my_meetings() -> str:
    """List my meetings: with whom, when and where, and what I said of each."""
    rows = [(row, row.partner_of(side), row.outcomes.get(OutcomeSource(side.value))) for row, side in _own_rows()]
    return render_template(
        "attendance/my_meetings.html",
        rows=rows,
        has_begun=has_begun,
        outcome_words=outcome_words,
        **own_now(),
        **_words(),
    )


@attendance.get("/my/<event_code>/meetings/<meeting_code>")
@requires("meeting.own")
def my_meeting(meeting_code: str) -> str:
    """Show one meeting of mine with the form for how it went."""
    row, side = _own_row(meeting_code)
    form, known = OutcomeForm(), row.outcomes.get(OutcomeSource(side.value))
    fill_outcome(form, said_of(known) if known else None)
    return _page(row, side, form)


@attendance.post("/my/<event_code>/meetings/<meeting_code>")
@requires("meeting.own")
def save_my_meeting(meeting_code: str) -> Response | tuple[str, int]:
    """Store my side's word."""
    row, side = _own_row(meeting_code)
    form = OutcomeForm()
    try:
        if not has_begun(row):
            raise Conflict(_("This meeting has not begun yet. You can say how it went once it has."))
        command = read_outcome(form, current_event().id, row, OutcomeSource(side.value))
        with transaction():
            record_outcome(current_actor(), command)
    except OutcomeChanged as refusal:
        show_problems(form, refusal)
        form.row_version.data = str(refusal.said.row_version)
        return _page(row, side, form, refusal.said), refusal.status
    except DomainError as refusal:
        show_problems(form, refusal)
        return _page(row, side, form), refusal.status
    flash(_("Saved. Thank you!"), "held")
    return redirect(url_for("attendance.my_meetings"), code=303)


def _page(row: DayMeeting, side: Side, form: OutcomeForm, theirs: SaidOutcome | None = None) -> str:
    starts = show_moment(row.slot.starts_at, current_event().timezone) if row.slot else ""
    return render_template(
        "attendance/my_meeting.html",
        row=row,
        partner=row.partner_of(side),
        form=form,
        theirs=theirs,
        results=RESULTS,
        may_write=has_begun(row) and row.state not in (MeetingState.NO_SHOW, MeetingState.CANCELLED),
        has_begun=has_begun(row),
        starts=starts,
        is_saved=OutcomeSource(side.value) in row.outcomes,
        commitment_url=optional_url("commitments.new_own", meeting=row.code),
        **_words(),
    )


def _words() -> dict[str, object]:
    zone = current_event().timezone
    return {"state_of": lambda row: state_of(row, zone), "place_of": lambda row: place_words(row, zone)}
