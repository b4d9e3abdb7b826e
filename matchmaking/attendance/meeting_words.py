"""What people read for a meeting's state, whose no-show it was, and how it went."""

from __future__ import annotations

from typing import Any

from matchmaking.attendance.models import Absent, MeetingResult, MeetingState, OutcomeSource
from matchmaking.i18n import lazy_gettext as _l

MEETING_STATES: dict[MeetingState, Any] = {
    MeetingState.SCHEDULED: _l("Scheduled"),
    MeetingState.RUNNING: _l("Under way"),
    MeetingState.HELD: _l("Held"),
    MeetingState.NO_SHOW: _l("No-show"),
    MeetingState.CANCELLED: _l("Cancelled"),
}
MEETING_SIGNALS = {
    MeetingState.SCHEDULED: "neutral",
    MeetingState.RUNNING: "waiting",
    MeetingState.HELD: "held",
    MeetingState.NO_SHOW: "refused",
    MeetingState.CANCELLED: "warning",
}
NO_SHOWS: dict[Absent, Any] = {
    Absent.EXHIBITOR: _l("No-show: IKM"),
    Absent.BUYER: _l("No-show: buyer"),
    Absent.BOTH: _l("No-show: both"),
}
RESULTS: dict[MeetingResult, Any] = {
    MeetingResult.NOT_INTERESTED: _l("Not interested"),
    MeetingResult.OFFER_ASKED: _l("Sample or offer asked for"),
    MeetingResult.POTENTIAL: _l("Potential"),
    MeetingResult.COMMITMENT: _l("Commitment"),
}
SOURCES: dict[OutcomeSource, Any] = {
    OutcomeSource.STAFF: _l("Staff"),
    OutcomeSource.EXHIBITOR: _l("IKM"),
    OutcomeSource.BUYER: _l("Buyer"),
}


def state_words(state: MeetingState, absent: Absent | None) -> str:
    """Return the state in words; a no-show says whose."""
    return str(NO_SHOWS[absent] if absent else MEETING_STATES[state])
