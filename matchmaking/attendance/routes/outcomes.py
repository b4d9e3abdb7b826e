"""One meeting for staff: where it stands, how it went, and what each side says."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking.attendance.forms.outcomes import OutcomeForm, fill_outcome, read_outcome
from matchmaking.attendance.meeting_words import RESULTS, SOURCES, state_words
from matchmaking.attendance.models import MeetingState, OutcomeSource
from matchmaking.attendance.queries.day import DayMeeting, one_meeting
from matchmaking.attendance.queries.recorded import recorded_steps
from matchmaking.attendance.routes.blueprint import attendance, day_tabs
from matchmaking.attendance.routes.day import words_for_rows
from matchmaking.attendance.services.meetings import ChangeMeeting, change_meeting
from matchmaking.attendance.services.outcomes import OutcomeChanged, SaidOutcome, record_outcome, said_of
from matchmaking.codes import new_code
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.navigation import optional_url

STAFF = OutcomeSource.STAFF


def wanted_meeting(code: str) -> DayMeeting:
    """Return a meeting of the event that was published or recorded, or answer 404."""
    event = current_event()
    row = one_meeting(event.id, published_version(event.id), code, event.timezone)
    if row is None:
        raise NotFound(_("This meeting is not in the published schedule."))
    return row


@attendance.get("/manage/<event_code>/day/meetings/<meeting_code>")
@requires("meeting.read")
def outcome(meeting_code: str) -> str:
    """Show one meeting with the form for how it went."""
    row, form = wanted_meeting(meeting_code), OutcomeForm()
    known = row.outcomes.get(STAFF)
    fill_outcome(form, said_of(known) if known else None)
    return _page(row, form)


@attendance.post("/manage/<event_code>/day/meetings/<meeting_code>")
@requires("meeting.record")
def save_outcome(meeting_code: str) -> Response | tuple[str, int]:
    """Store staff's word; a meeting that had not been marked is marked as held with it."""
    row, form = wanted_meeting(meeting_code), OutcomeForm()
    try:
        command = read_outcome(form, current_event().id, row, STAFF)
        with transaction():
            record_outcome(current_actor(), command)
            if form.mark_held.data and row.state in (MeetingState.SCHEDULED, MeetingState.RUNNING):
                _mark_held(row)
    except OutcomeChanged as refusal:
        show_problems(form, refusal)
        form.row_version.data = str(refusal.said.row_version)
        return _page(wanted_meeting(meeting_code), form, refusal.said), refusal.status
    except DomainError as refusal:
        show_problems(form, refusal)
        return _page(wanted_meeting(meeting_code), form), refusal.status
    flash(_("The outcome is saved."), "held")
    return redirect(url_for("attendance.outcome", meeting_code=meeting_code), code=303)


def _mark_held(row: DayMeeting) -> None:
    wanted = ChangeMeeting(
        current_event().id, row.code, MeetingState.HELD, f"{new_code(16)}-held", seen_version=row.row_version
    )
    change_meeting(current_actor(), wanted)


def _page(row: DayMeeting, form: OutcomeForm, theirs: SaidOutcome | None = None) -> str:
    words = words_for_rows()
    if theirs:
        form.row_version.raw_data = None
    return render_template(
        "attendance/outcome.html",
        row=row,
        form=form,
        theirs=theirs,
        results=RESULTS,
        said=[(source, label, row.outcomes.get(source)) for source, label in SOURCES.items()],
        steps=recorded_steps(row.id),
        state_words=state_words,
        day_tab_list=day_tabs(),
        commitment_url=optional_url("commitments.new", meeting=row.code),
        **words,
    )
