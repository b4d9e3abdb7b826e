"""Background work: workbooks that are too long to be made while somebody waits."""

from __future__ import annotations

from typing import Any

from matchmaking import clock
from matchmaking.actor import SYSTEM, Actor, ActorKind
from matchmaking.documents.pack import render_pack
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.jobs.services import JobStopped
from matchmaking.reports.lists import workbook
from matchmaking.reports.pack_papers import pack_of_version
from matchmaking.reports.queries.print_desk import open_forms
from matchmaking.reports.services.exports import WORKBOOK
from matchmaking.reports.services.print_desk import PACK, MadeFrom, store_pack
from matchmaking.scheduling.queries.times import delay_revision
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.sheets import XLSX_TYPE
from matchmaking.storage.services import Owner, keep_file
from matchmaking.transactions import end_read, transaction

#: How often the progress is told.
PAGES_A_STEP = 10


@job_handler(WORKBOOK)
def make_workbook(handle: JobHandle) -> dict[str, Any]:
    """Lay the lists out as one workbook and keep it for the person who asked."""
    event_id, keys = handle.event_id or 0, handle.args["lists"]
    with force_locale(handle.args["locale"]):
        code = db.session.get_one(Event, event_id).code
        content = workbook(event_id, keys, with_contacts=handle.args["with_contacts"])
    end_read()
    name = f"{code}-{keys[0] if len(keys) == 1 else 'all'}-{clock.today():%Y%m%d}.xlsx"
    with transaction():
        stored = keep_file(content, name, XLSX_TYPE, Owner("workbook", event_id=event_id))
        return {"file_id": stored.id}


@job_handler(PACK)
def make_pack(handle: JobHandle) -> dict[str, Any]:
    """Lay the pack out and keep it, unless the schedule was replaced by a newer one whose pack is there already."""
    event_id, locale = handle.event_id or 0, handle.args["locale"]
    version = published_version(event_id)
    if version is None:
        return {}
    source = MadeFrom(event_id, version.id, delay_revision(event_id))
    with force_locale(locale):
        pack = pack_of_version(version, locale, open_forms(event_id))
        name = f"berkas-{db.session.get_one(Event, event_id).code}-{version.number}.pdf"
    end_read()

    def report(page: int) -> None:
        if page % PAGES_A_STEP == 0 and handle.report(done=page):
            raise JobStopped

    made = render_pack(pack, report)
    actor = Actor(ActorKind.USER, handle.requested_by) if handle.requested_by else SYSTEM
    with transaction():
        return {"is_kept": store_pack(actor, source, made, name), "pages": made.pages}
