"""Background work: workbooks that are too long to be made while somebody waits."""

from __future__ import annotations

from typing import Any

from matchmaking import clock
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.reports.lists import workbook
from matchmaking.reports.services.exports import WORKBOOK
from matchmaking.sheets import XLSX_TYPE
from matchmaking.storage.services import Owner, keep_file
from matchmaking.transactions import end_read, transaction


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
