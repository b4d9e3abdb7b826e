"""A participant's own agenda: page, PDF and calendar file of what was published."""

from __future__ import annotations

from flask import render_template
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.availability import teams_of
from matchmaking.matching.routes.entry import Speaker, own_speaker
from matchmaking.permissions import requires
from matchmaking.scheduling.agenda_view import agenda_days, next_meeting
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.queries.agendas import Agenda, team_agendas
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.routes import scheduling
from matchmaking.scheduling.routes.files import calendar_answer, nothing_published, pdf_answer
from matchmaking.web.access import current_event
from matchmaking.web.navigation import optional_url


@scheduling.get("/my/<event_code>/agenda")
@requires("agenda.own")
def my_agenda() -> str:
    """Show whom I meet when and where; the next meeting first."""
    event, speaker = current_event(), own_speaker()
    version = published_version(event.id)
    agendas = _agendas(speaker, version) if version else []
    now = clock.now()
    return render_template(
        "scheduling/my_agenda.html",
        speaker=speaker,
        version=version,
        agendas=[(agenda, agenda_days(agenda, event.timezone, now)) for agenda in agendas],
        upcoming=next_meeting(agendas, event.timezone, now),
        meetings_url=optional_url("attendance.my_meetings"),
        now_url=optional_url("attendance.my_now"),
    )


def _agendas(speaker: Speaker, version: ScheduleVersion) -> list[Agenda]:
    teams = [team.id for team in teams_of(speaker.entry.id)]
    return team_agendas(version, teams, select_locale())


@scheduling.get("/my/<event_code>/agenda.pdf")
@requires("agenda.own")
def my_agenda_pdf() -> Response:
    """Hand out my agenda as PDF."""
    version = published_version(current_event().id)
    speaker = own_speaker()
    if version is None:
        raise nothing_published()
    return pdf_answer(_agendas(speaker, version), version)


@scheduling.get("/my/<event_code>/agenda.ics")
@requires("agenda.own")
def my_agenda_calendar() -> Response:
    """Hand out my agenda as a calendar file."""
    version = published_version(current_event().id)
    speaker = own_speaker()
    if version is None:
        raise nothing_published()
    return calendar_answer(_agendas(speaker, version), version)
