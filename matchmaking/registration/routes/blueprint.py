"""The feature's blueprint and what its pages share."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Blueprint, render_template, request
from markupsafe import Markup
from werkzeug.datastructures import CombinedMultiDict
from wtforms import Form

from matchmaking import identity
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.regions import regency_name
from matchmaking.registration import hooks, labels
from matchmaking.registration.forms.uploads import KeptFile, UploadField, upload_fields
from matchmaking.registration.services.details import FIELD_LABELS
from matchmaking.registration.services.uploads import MAX_FILES, keep_upload, waiting_upload
from matchmaking.storage.services import StorageFull
from matchmaking.transactions import transaction
from matchmaking.web.access import current_event

bp = Blueprint("registration", __name__)


@bp.context_processor
def _shared() -> dict[str, object]:
    """Words and masks that this feature's templates use."""
    return {
        "labels": labels,
        "regency_name": regency_name,
        "identity": identity,
        "field_labels": FIELD_LABELS,
        "consent_labels": labels.CONSENTS,
    }


def draw_panels(participation_id: int, audience: str) -> list[Markup]:
    """Return the parts of an entry's page that other features draw, in order."""
    panels = hooks.panels_of(participation_id, audience)
    return [Markup(render_template(panel.template, **panel.context)) for panel in panels]  # noqa: S704 - our own templates


def event_row() -> Event:
    """Return the event of the address."""
    return db.session.get_one(Event, current_event().id)


def sent() -> CombinedMultiDict[str, object]:
    """Return the form and its files in one."""
    return CombinedMultiDict([request.files, request.form])  # type: ignore[list-item]


def keep_files(form: Form) -> bool:
    """Keep the files that came with a form, each at once; say whether all could be kept.

    What was kept is listed at its field, whatever else is wrong with the form, so no file is chosen twice.
    """
    kept = [_keep(field) for field in upload_fields(form)]  # every field, also after one that failed
    return all(kept)


def _keep(field: UploadField) -> bool:
    event_id, before = current_event().id, len(field.errors)
    kept = [stored for code in field.data if (stored := waiting_upload(event_id, code))]
    files = [KeptFile(stored.code, stored.original_name) for stored in kept]
    if len(field.data) > len(kept):
        field.refuse(_("A file that was sent earlier is gone. Please choose it again."))
    room = min(field.most, MAX_FILES) if field.most > 1 else 1
    for upload in field.incoming:
        if field.most > 1 and len(files) >= room:
            field.refuse(_("At most %(count)s files at once, please. The others were not kept.", count=room))
            break
        try:
            with transaction():
                stored = keep_upload(event_id, cast(BinaryIO, upload.stream), upload.filename or "")
                file = KeptFile(stored.code, stored.original_name)
        except InvalidInput as refusal:
            field.refuse(f"{upload.filename}: {refusal}")
        except StorageFull as refusal:  # no fault of the file; what was typed stays on the page
            field.refuse(str(refusal))
            break
        else:
            files = [*files, file] if field.most > 1 else [file]
    for upload in field.incoming:
        upload.close()
    field.kept, field.data = files, tuple(file.code for file in files)
    return len(field.errors) == before
