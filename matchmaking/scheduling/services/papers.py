"""Asking for papers that take longer than a request may."""

from __future__ import annotations

from matchmaking import jobs
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.jobs.services import active_job
from matchmaking.scheduling.models import ScheduleVersion

PAPERS = "scheduling.papers"
KINDS = ("teams", "tables")


def request_papers(actor: Actor, version_id: int, kind: str, locale: str) -> Job:
    """Queue one PDF of every agenda or every table card of a version; what is being made already is not made twice."""
    if kind not in KINDS:
        raise InvalidInput(_("Please choose agendas or table cards."))
    version = db.session.get_one(ScheduleVersion, version_id)
    running = active_job(PAPERS, version.event_id)
    args = {"version_id": version_id, "kind": kind, "locale": locale}
    if running and running.args == args:
        return running
    return jobs.enqueue(actor, PAPERS, args, event_id=version.event_id, dedupe_key=f"papers:{new_code(16)}")
