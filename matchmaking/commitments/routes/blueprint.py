"""The feature's blueprint, and the words its templates use."""

from __future__ import annotations

from flask import Blueprint

from matchmaking.commitments.texts import percent

commitments = Blueprint("commitments", __name__)


@commitments.context_processor
def _shared() -> dict[str, object]:
    return {"percent_text": percent}
