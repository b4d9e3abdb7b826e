"""The organiser's and the leader's home: where the event stands, what needs me now, the figures."""

from __future__ import annotations

from flask import Blueprint, render_template

from matchmaking import clock
from matchmaking.permissions import is_allowed, requires
from matchmaking.reports import presentation, queries
from matchmaking.web.access import current_actor, current_event

reports = Blueprint("reports", __name__)


@reports.get("/manage/<event_code>/")
@requires("event.read")
def overview() -> str:
    """Show the event's life as a checklist, and its figures with time stamp and how they were counted."""
    event = current_event()
    facts = queries.event_facts(event.id)
    stages = queries.stages(facts, clock.today(event.timezone))
    may_act = is_allowed(current_actor(), "event.edit")
    return render_template(
        "reports/overview.html",
        facts=facts,
        steps=presentation.checklist(stages, facts, may_act=may_act),
        may_act=may_act,
        breakdowns=presentation.breakdowns(event.id),
    )
