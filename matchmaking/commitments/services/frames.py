"""What stands around a commitment's text on paper: taken from the event when the content is frozen, and kept as it was."""

from __future__ import annotations

import io
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from PIL import Image

from matchmaking import clock
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.paper_models import PaperFrame
from matchmaking.commitments.services.settings import Settings, settings_of
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, keep_file, path_of
from matchmaking.transactions import insert_new

FORMAT = "temu-bisnis-paper/1"
LOGO = "paper_logo"
#: The logo is printed 20 mm high: more points only make every paper heavier (a stamped PDF may have 800 kB).
LOGO_SIDE = 360


@dataclass(frozen=True)
class Frame:
    """Letterhead, event, zone and witness of a paper; ``logo`` is the code of a stored file."""

    event_name: str
    zone: str
    host_name: str = ""
    host_parent: str = ""
    host_address: str = ""
    logo: str = ""
    witness_name: str = ""
    witness_office: str = ""


def live_frame(event: Event, settings: Settings) -> Frame:
    """Return what a paper of the event would carry today."""
    return Frame(
        event_name=event.name,
        zone=event.timezone,
        host_name=event.host_name,
        host_parent=event.host_parent,
        host_address=event.host_address,
        logo=_code_of(event.logo_file_id),
        witness_name=settings.witness_name,
        witness_office=settings.witness_office,
    )


def _code_of(file_id: int | None) -> str:
    stored = db.session.get(StoredFile, file_id) if file_id else None
    return stored.code if stored else ""


def frame_of(commitment_id: int, content_hash: str) -> Frame | None:
    """Return the frame that was kept with a frozen content; ``None`` for a record older than frames."""
    row = db.session.scalar(
        sa.select(PaperFrame.frame).where(
            PaperFrame.commitment_id == commitment_id, PaperFrame.content_hash == content_hash
        )
    )
    return Frame(**{key: value for key, value in row.items() if key != "format"}) if row else None


def keep_frame(commitment: Commitment) -> None:
    """Keep today's frame with a frozen content; what is kept already stays."""
    if commitment.content_hash is None or frame_of(commitment.id, commitment.content_hash) is not None:
        return
    event = db.session.get_one(Event, commitment.event_id)
    found = live_frame(event, settings_of(event.id))
    values: dict[str, Any] = {"format": FORMAT, **asdict(found), "logo": _keep_logo(event)}
    insert_new(
        PaperFrame,
        {
            "commitment_id": commitment.id, "content_hash": commitment.content_hash, "frame": values, "made_at": clock.now(),
        },
    )  # fmt: skip


def _keep_logo(event: Event) -> str:
    """Keep a copy of the event's logo that no later change touches, once for all its papers; return its code."""
    source = db.session.get(StoredFile, event.logo_file_id) if event.logo_file_id else None
    if source is None or not path_of(source.code).exists():
        return ""
    kept = db.session.scalar(
        sa.select(StoredFile.code).where(
            StoredFile.event_id == event.id, StoredFile.purpose == LOGO, StoredFile.original_name == source.sha256
        )
    )
    if kept:
        return kept
    content, media_type = small_logo(path_of(source.code).read_bytes())
    return keep_file(content, source.sha256, media_type, Owner(LOGO, event.id, "event", event.id)).code


def small_logo(content: bytes) -> tuple[bytes, str]:
    """Return a logo as large as paper needs it, and its media type."""
    image, out = Image.open(io.BytesIO(content)), io.BytesIO()
    image.thumbnail((LOGO_SIDE, LOGO_SIDE))
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        image.convert("RGBA").save(out, "PNG", optimize=True)
        return out.getvalue(), "image/png"
    image.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue(), "image/jpeg"
