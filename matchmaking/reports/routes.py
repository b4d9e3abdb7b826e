"""The homes of the people: where the event stands for organiser and leader, what comes next for a participant."""

from __future__ import annotations

from flask import Blueprint, render_template

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.availability import teams_of
from matchmaking.matching.queries.wishes import asker_count, wish_counts, wishes_are_open
from matchmaking.matching.routes.entry import own_speaker
from matchmaking.permissions import is_allowed, requires
from matchmaking.registration.models import Participation
from matchmaking.registration.queries.entries import missing_of
from matchmaking.reports import presentation, queries
from matchmaking.scheduling.agenda_view import next_meeting
from matchmaking.scheduling.queries.agendas import team_agendas
from matchmaking.scheduling.queries.versions import published_version
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


@reports.get("/my/<event_code>/")
@requires("agenda.own")
def my_home() -> str:
    """Show a participant the next meeting, what is missing, and who wants to meet them: everything within two taps."""
    event, speaker = current_event(), own_speaker()
    version = published_version(event.id)
    agendas = (
        team_agendas(version, [team.id for team in teams_of(speaker.entry.id)], select_locale()) if version else []
    )
    entry = db.session.get_one(Participation, speaker.entry.id)
    return render_template(
        "reports/my_home.html",
        speaker=speaker,
        entry_address=speaker.address,
        is_published=version is not None,
        upcoming=next_meeting(agendas, event.timezone, clock.now()),
        meetings=sum(len(agenda.meetings) for agenda in agendas),
        asked=asker_count(speaker.entry.id),
        counts=wish_counts(speaker.entry.id),
        is_open=wishes_are_open(event.id, clock.now()),
        missing=missing_of([entry])[entry.id],
    )
