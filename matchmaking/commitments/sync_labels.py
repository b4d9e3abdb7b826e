"""The words for what stands in the way of a record that a tablet signed, and for what is wrong with one that cannot be read."""

from __future__ import annotations

from typing import Any

from matchmaking.commitments.queries.tablets import Standing
from matchmaking.commitments.sync_models import ReceivedOutcome, ReceivedVia
from matchmaking.i18n import lazy_gettext as _l

#: Why a well-formed record is kept aside; the organiser decides.
PROBLEMS: dict[str, Any] = {
    "other_content": _l("A commitment of this record is stored already, with another content. Both are kept."),
    "number_taken": _l("Another commitment has this number already. Both are kept."),
    "number_not_given": _l("The number was not handed out to this tablet."),
    "shut_out": _l("The tablet was shut out before this record arrived."),
    "other_tablet": _l("The record comes from another tablet than the one that made it."),
    "other_event": _l("The record was made for another event."),
    "other_format": _l("Nothing of this kind is known here, and a tablet does not make it by itself."),
    "not_competitive": _l("It is an invitation to take part, but by this method makers do not compete."),
    "unknown_party": _l("The buyer or the IKM of this record is not a participant of this event (any more)."),
    "other_signature": _l("A signature of this key is stored already, with another drawing."),
    "event_archived": _l("The event is in the archive."),
    "clause_missing": _l("The clause that it is no contract is missing from the text."),
    "not_storable": _l("The tables do not take this record: a rule of the database stands in the way."),
}
#: What is wrong with a record that is no record; nothing of it is kept here.
REJECTIONS: dict[str, Any] = {
    "format": _l("This is no signed record of a form that is known here. Update the tablet, or export its queue."),
    "not_text": _l("The record holds something else than texts. Update the tablet, or export its queue."),
    "too_large": _l("The record is too large."),
    "record_hash": _l("The record did not arrive as the tablet hashed it. It is sent again by itself."),
    "record_id": _l("The record's id is none, or not that of its content."),
    "content_hash": _l("The content is not what was hashed when it was signed."),
    "not_canonical": _l("The content is not written in the canonical form (sums, numbers or letters)."),
    "content": _l("A value of the content is missing, too long or out of range."),
    "signatures": _l("A signature is incomplete, or was given to another content."),
    "strokes": _l("A drawing is empty, too short or cannot be read as a signature."),
    "witness": _l("The witness's name or drawing is missing or cannot be read."),
    "events": _l("What happened on the tablet cannot be read."),
    "file": _l(
        "The mandate is neither a PDF nor a photo, is too large, or is not what was hashed. Add it to the record here instead."
    ),
    "times": _l("A time of the tablet cannot be read."),
    "not_sealed": _l("This entry of the file was not sealed for this event, or has been changed since."),
}
OUTCOMES: dict[ReceivedOutcome, Any] = {
    ReceivedOutcome.STORED: _l("Stored"),
    ReceivedOutcome.NEEDS_REVIEW: _l("To be reviewed"),
    ReceivedOutcome.KEPT: _l("Kept as a commitment"),
    ReceivedOutcome.SET_ASIDE: _l("Set aside"),
}
#: What a tablet or an import is told; ``duplicate`` and ``rejected`` leave no row.
ANSWERS: dict[str, tuple[str, Any]] = {
    "stored": ("held", _l("Stored")),
    "duplicate": ("neutral", _l("Stored already")),
    "needs_review": ("warning", _l("To be reviewed")),
    "rejected": ("refused", _l("Cannot be read")),
}
VIA: dict[ReceivedVia, Any] = {
    ReceivedVia.SYNC: _l("sent by the tablet"),
    ReceivedVia.FILE: _l("from an imported file"),
}
STANDINGS: dict[Standing, tuple[str, Any]] = {
    Standing.ACTIVE: ("held", _l("In use")),
    Standing.SHUT_OUT: ("refused", _l("Has been shut out")),
}


def problem_sentence(code: str, message: str) -> str:
    """Return why a record is kept aside: in our own words, else in those of the rule that refused it."""
    return str(PROBLEMS[code]) if code in PROBLEMS else message
