"""Versions, runs and participants by their public codes, within the event of the address."""

from __future__ import annotations

import sqlalchemy as sa
from flask import request

from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.matching.queries.availability import teams_of
from matchmaking.registration.models import Participation
from matchmaking.scheduling.models import ScheduleRun, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.versions import run_by_code, version_by_code
from matchmaking.scheduling.services.placements import Edit
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_event


def wanted_version(code: str) -> ScheduleVersion:
    """Return a version of this event; what was discarded or belongs to another event does not exist."""
    version = version_by_code(current_event().id, code)
    if version is None or version.state is VersionState.DISCARDED:
        raise NotFound(_("This version does not exist (any more)."))
    return version


def wanted_run(code: str) -> ScheduleRun:
    """Return a run of this event."""
    run = run_by_code(current_event().id, code)
    if run is None:
        raise NotFound(_("This run does not exist."))
    return run


def wanted_edit(version: ScheduleVersion) -> Edit:
    """Return the version with the revision that the page showed."""
    revision = read_row_number(request.form.get("revision"))
    if revision is None:
        raise InvalidInput(_("The page was incomplete. Please reload it and try again."))
    return Edit(version.id, revision)


def participation_teams(code: str) -> tuple[Participation, list[int]]:
    """Return a participation of this event with the ids of its teams."""
    row = db.session.scalar(
        sa.select(Participation).where(Participation.event_id == current_event().id, Participation.code == code)
    )
    if row is None:
        raise NotFound(_("This participant does not exist in this event."))
    return row, [team.id for team in teams_of(row.id)]
