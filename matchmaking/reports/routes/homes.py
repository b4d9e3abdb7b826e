"""The homes of the people: where the event stands for organiser and leader, what comes next for a participant."""

from __future__ import annotations

from flask import render_template

from matchmaking import clock
from matchmaking.extensions import db
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.availability import teams_of
from matchmaking.matching.queries.wishes import asker_count, wish_counts, wishes_are_open
from matchmaking.matching.routes.entry import own_speaker
from matchmaking.permissions import is_allowed, requires
from matchmaking.registration.models import Participation
from matchmaking.registration.queries.entries import missing_of
from matchmaking.reports import figures, presentation
from matchmaking.reports.queries.day import day_facts
from matchmaking.reports.queries.facts import event_facts
from matchmaking.reports.queries.life import stages
from matchmaking.reports.queries.own import own_day
from matchmaking.reports.queries.waiting import waiting_now
from matchmaking.reports.routes import reports
from matchmaking.scheduling.agenda_view import next_meeting
from matchmaking.scheduling.queries.agendas import team_agendas
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.navigation import optional_url


@reports.get("/manage/<event_code>/")
@requires("event.read")
def overview() -> str:
    """Show the event's life as a checklist, what waits, and the figures with time stamp and how they were counted."""
    event, today = current_event(), clock.today(current_event().timezone)
    facts, day = event_facts(event.id), day_facts(event.id, today)
    may_act = is_allowed(current_actor(), "event.edit")
    waiting = waiting_now(event.id, facts, day, event.timezone) if may_act else []
    return render_template(
        "reports/overview.html",
        facts=facts,
        day=day,
        is_day=facts.published_number is not None and facts.starts_on <= today <= facts.ends_on,
        has_begun=facts.published_number is not None and facts.starts_on <= today,
        steps=presentation.checklist(stages(facts, today), facts, day, today, may_act=may_act),
        chores=presentation.chore_lines(waiting),
        figures={figure.key: figure for figure in figures.event_figures(facts, day)},
        breakdowns=figures.breakdowns(event.id, day),
        may_act=may_act,
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
    own = own_day(entry, clock.now())
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
        own=own,
        badge_url=optional_url("attendance.my_badge", **speaker.address) if own.has_badges else None,
        meetings_url=optional_url("attendance.my_meetings", **speaker.address) if version else None,
        commitments_url=optional_url("commitments.my_commitments", **speaker.address) if version else None,
    )
