"""What the schedule gives to an entry's page: the agenda, also behind the secret status link."""

from __future__ import annotations

from matchmaking import clock
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.availability import teams_of
from matchmaking.registration.hooks import Panel
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.scheduling.agenda_view import agenda_days
from matchmaking.scheduling.queries.agendas import team_agendas
from matchmaking.scheduling.queries.versions import published_version


def entry_panel(participation_id: int, audience: str) -> Panel | None:
    """Return an approved entry's published agenda: organisations, times and tables, nobody's name or number."""
    entry = db.session.get_one(Participation, participation_id)
    version = published_version(entry.event_id)
    if version is None or entry.state is not ParticipationState.APPROVED:
        return None
    zone = db.session.get_one(Event, entry.event_id).timezone
    agendas = team_agendas(version, [team.id for team in teams_of(participation_id)], select_locale())
    days = [(agenda, agenda_days(agenda, zone, clock.now(), meetings_only=True)) for agenda in agendas]
    return Panel(10, "scheduling/_panel.html", {"entry": entry, "audience": audience, "agendas": days})
