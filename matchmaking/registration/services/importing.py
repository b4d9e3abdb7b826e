"""Taking a spreadsheet in: kept, mapped, previewed, stored all or nothing; the same file again changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, DomainError, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.imports.columns import Sheet, find_headings, guess, normal
from matchmaking.registration.imports.plan import KINDS, ImportKind, ImportPlan, Outcome, StoreOptions, read_rows
from matchmaking.registration.imports.reading import read_table
from matchmaking.registration.imports.template import SHEET
from matchmaking.registration.models import ImportBatch
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_file, open_file
from matchmaking.transactions import lock_row

#: Above it, storing is a job with progress.
ROWS_AT_ONCE = 200
UPLOADED, CHECKED, STORED, CANCELLED = "uploaded", "checked", "stored", "cancelled"


class ImportRefused(InvalidInput):
    """Storing was refused at one row; nothing was stored."""

    code = "import.refused"


def kind_of(name: str) -> ImportKind:
    """Return a kind of import.

    Raises:
        NotFound: there is none of this name.
    """
    if name not in KINDS:
        raise NotFound(_("There is no such import."))
    return KINDS[name]


def keep_import(actor: Actor, event_id: int, kind_name: str, content: bytes, file_name: str) -> ImportBatch:
    """Read the file, guess its columns and keep it for the next steps.

    Raises:
        UnreadableFile: it cannot be taken in; nothing is kept.
    """
    kind = kind_of(kind_name)
    sheet = find_headings(read_table(content, SHEET), kind.fields())
    mapping = guess(sheet.headings, kind.fields(), _remembered(kind_name))
    batch = ImportBatch(
        code=new_code(12),
        event_id=event_id,
        kind=kind_name,
        file_sha256=hashlib.sha256(content).hexdigest(),
        mapping={str(index): name for index, name in mapping.items()},
        state=UPLOADED,
        summary={"file": file_name[:120], "rows": len(sheet.rows)},
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db.session.add(batch)
    db.session.flush()
    owner = Owner("import", event_id, "import_batch", batch.id)
    batch.file_id = keep_file(content, file_name, "application/octet-stream", owner).id
    audit.record(actor, "registration.import_upload", batch, event_id=event_id, data={"kind": kind_name})
    return batch


def _remembered(kind_name: str) -> dict[str, str]:
    """What people chose for headings before, the latest choice first."""
    earlier = db.session.scalars(
        sa.select(ImportBatch)
        .where(ImportBatch.kind == kind_name, ImportBatch.state.in_((CHECKED, STORED)))
        .order_by(ImportBatch.id.desc())
        .limit(10)
    )
    found: dict[str, str] = {}
    for batch in earlier:
        for heading, name in batch.summary.get("headings", {}).items():
            found.setdefault(heading, name)
    return found


def batch_of(event_id: int, code: str) -> ImportBatch:
    """Return an import of this event.

    Raises:
        NotFound: it belongs to another event, or to none.
    """
    found = db.session.scalar(sa.select(ImportBatch).where(ImportBatch.event_id == event_id, ImportBatch.code == code))
    if found is None:
        raise NotFound(_("There is no such import in this event."))
    return found


def sheet_of(batch: ImportBatch) -> Sheet:
    """Read the kept file again."""
    stored = db.session.get(StoredFile, batch.file_id) if batch.file_id else None
    if stored is None:
        raise NotFound(_("The file of this import has been deleted. Please upload it again."))
    with open_file(stored) as file:
        return find_headings(read_table(file.read(), SHEET), kind_of(batch.kind).fields())


def set_mapping(actor: Actor, batch_id: int, mapping: Mapping[int, str]) -> None:
    """Keep which column is which field, and remember it for the next file.

    Raises:
        InvalidInput: a field twice, or a needed one without a column.
    """
    batch = _open_batch(batch_id)
    fields = {one.name: one for one in kind_of(batch.kind).fields()}
    chosen = {index: name for index, name in mapping.items() if name}
    for index, name in chosen.items():
        if name not in fields:
            raise InvalidInput(
                _("Please choose one of the answers."),
                fields={f"column-{index}": _("Please choose one of the answers.")},
            )
        if list(chosen.values()).count(name) > 1:
            sentence = _("“%(field)s” is chosen for two columns. Choose one of them.", field=fields[name].label)
            raise InvalidInput(sentence, fields={f"column-{index}": sentence})
    absent = [str(one.label) for one in fields.values() if one.is_required and one.name not in chosen.values()]
    if absent:
        raise InvalidInput(_("No column is chosen for: %(fields)s.", fields=", ".join(absent)))
    headings = {normal(h.text): chosen.get(h.index, "") for h in sheet_of(batch).headings if normal(h.text)}
    batch.mapping = {str(index): name for index, name in chosen.items()}
    batch.state = CHECKED
    batch.summary = {**batch.summary, "headings": {word: name for word, name in headings.items() if name}}
    audit.record(actor, "registration.import_map", batch, event_id=batch.event_id, data={"columns": len(chosen)})


def plan_of(batch: ImportBatch, *, report: Callable[[str], None] = lambda step: None) -> ImportPlan:
    """Return what the import would do now; changes nothing."""
    kind = kind_of(batch.kind)
    report("reading")
    sheet = sheet_of(batch)
    mapping = {int(index): name for index, name in batch.mapping.items()}
    rows = read_rows(sheet, mapping, kind.fields())
    report("checking")
    unused = tuple(h.text or h.letter for h in sheet.headings if h.index not in mapping)
    return ImportPlan(tuple(kind.plan(batch.event_id, rows)), sheet.remarks, unused)


def store_import(
    actor: Actor, batch_id: int, options: StoreOptions, *, report: Callable[[str], None] = lambda step: None
) -> dict[str, int]:
    """Store all rows or none, planned again under the event's lock; an import that is stored already answers alike.

    Raises:
        ImportRefused: a row is faulty, or a service refuses it; nothing is stored.
    """
    event_id = db.session.get_one(ImportBatch, batch_id).event_id
    lock_row(Event, event_id)
    batch = lock_row(ImportBatch, batch_id)
    if batch is None or batch.state == CANCELLED:
        raise Conflict(_("This import was cancelled. Please upload the file again."))
    if batch.state == STORED:
        return dict(batch.summary.get("counts", {}))
    plan = plan_of(batch, report=report)
    if plan.faults:
        raise ImportRefused(_first_fault(plan))
    kind, wanted = kind_of(batch.kind), {Outcome.NEW, Outcome.UPDATE}
    if options.are_doubtful_added:
        wanted.add(Outcome.DOUBTFUL)
    report("storing")
    for row in plan.rows:
        if row.outcome in wanted:
            _store_row(kind, actor, event_id, row, options)
    counts = plan.counts | ({} if options.are_doubtful_added else {"left_out": plan.counts["doubtful"]})
    batch.state, batch.stored_at = STORED, clock.now()
    batch.summary = {**batch.summary, "counts": counts}
    audit.record(actor, "registration.import_store", batch, event_id=event_id, data={"kind": batch.kind, **counts})
    return counts


def _store_row(kind: ImportKind, actor: Actor, event_id: int, row: Any, options: StoreOptions) -> None:
    try:
        kind.store(actor, event_id, row, options)
    except DomainError as refusal:
        said = " ".join(str(sentence) for sentence in refusal.fields.values()) or str(refusal)
        raise ImportRefused(
            _(
                "Row %(row)s (%(title)s): %(sentence)s Nothing was stored.",
                row=row.number,
                title=row.title,
                sentence=said,
            )
        ) from refusal


def _first_fault(plan: ImportPlan) -> str:
    fault = plan.faults[0]
    return _("Row %(row)s: %(sentence)s Nothing was stored.", row=fault.row, sentence=fault.sentence)


def note_job(batch_id: int, job_code: str) -> None:
    """Remember which job stores the import."""
    batch = _open_batch(batch_id)
    batch.summary = {**batch.summary, "job": job_code}


def cancel_import(actor: Actor, batch_id: int) -> None:
    """Give an import up and delete its file; one that is stored stays as it is."""
    batch = lock_row(ImportBatch, batch_id)
    if batch is None or batch.state in (STORED, CANCELLED):
        return
    batch.state = CANCELLED
    stored = db.session.get(StoredFile, batch.file_id) if batch.file_id else None
    batch.file_id = None
    db.session.flush()
    if stored:
        delete_file(stored)
    audit.record(actor, "registration.import_cancel", batch, event_id=batch.event_id)


def _open_batch(batch_id: int) -> ImportBatch:
    batch = lock_row(ImportBatch, batch_id)
    if batch is None or batch.state in (STORED, CANCELLED):
        raise Conflict(_("This import has ended. Please upload the file again."))
    return batch


def recent_imports(event_id: int) -> list[ImportBatch]:
    """Return the event's latest imports."""
    statement = sa.select(ImportBatch).where(ImportBatch.event_id == event_id, ImportBatch.state != CANCELLED)
    return list(db.session.scalars(statement.order_by(ImportBatch.id.desc()).limit(20)))
