"""The words of the signing pages: the feature's labels as these pages ask for them, and the frozen text's day and total."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from matchmaking.commitments.canonical import INVITATION_1, WITHDRAWAL_1
from matchmaking.commitments.kinds import title_of
from matchmaking.commitments.labels import (
    KIND_LABELS,
    METHOD_LABELS,
    PARTY_LABELS,
    ROLE_LABELS,
    ROLES_OF,
    STATE_LABELS,
    STATE_SIGNALS,
)
from matchmaking.commitments.models import CommitmentKind, PartyKind, SignatoryRole
from matchmaking.i18n import gettext as _
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


def is_priced(form: Mapping[str, Any]) -> bool:
    """Say whether a frozen text names prices."""
    return form.get("format") not in (INVITATION_1, WITHDRAWAL_1)


def kind_of_form(form: Mapping[str, Any]) -> Any:
    """Return what a frozen text is, in words."""
    kinds = {INVITATION_1: CommitmentKind.INVITATION, WITHDRAWAL_1: CommitmentKind.WITHDRAWAL}
    return KIND_LABELS[kinds.get(str(form.get("format")), CommitmentKind.COMMITMENT)]


def heading(form: Mapping[str, Any]) -> str:
    """Return the heading of a page on which a frozen text is signed."""
    if form.get("format") == INVITATION_1:
        return _("Invitation %(number)s", number=form["number"])
    if form.get("format") == WITHDRAWAL_1:
        return _("Withdrawal %(number)s", number=form["number"])
    if "amends" in form:
        return _("Addendum %(number)s", number=form["number"])
    return _("Commitment %(number)s", number=form["number"])


__all__ = [
    "METHODS",
    "PARTIES",
    "ROLES",
    "STATES",
    "heading",
    "is_priced",
    "kind_of_form",
    "show_day",
    "title_of",
    "words_of",
]
