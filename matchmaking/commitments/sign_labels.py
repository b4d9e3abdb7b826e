"""The words of the signing pages: the feature's labels as these pages ask for them, and the frozen text's day and total."""

from __future__ import annotations

from datetime import date
from typing import Any

from matchmaking.commitments.labels import (
    METHOD_LABELS,
    PARTY_LABELS,
    ROLE_LABELS,
    ROLES_OF,
    STATE_LABELS,
    STATE_SIGNALS,
)
from matchmaking.commitments.models import PartyKind, SignatoryRole
from matchmaking.i18n import show_date
from matchmaking.money import in_words

METHODS = METHOD_LABELS
PARTIES = PARTY_LABELS
ROLES: dict[PartyKind, dict[SignatoryRole, Any]] = {
    kind: {role: ROLE_LABELS[role] for role in roles} for kind, roles in ROLES_OF.items()
}
STATES = {state: (STATE_SIGNALS[state], label) for state, label in STATE_LABELS.items()}


def show_day(iso: str) -> str:
    """Return a day of a frozen text as people read it; empty when there is none."""
    return show_date(date.fromisoformat(iso)) if iso else ""


def words_of(total: str) -> str:
    """Return a frozen total in words."""
    return in_words(int(total))
