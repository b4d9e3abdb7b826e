"""Badges as pages show them: the QR as a path, the short code as it is read aloud, the words for what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaking.attendance.badge_codes import show_short_code
from matchmaking.attendance.models import Badge, BadgeEnd
from matchmaking.attendance.queries.badges import OwnBadge, PrintState
from matchmaking.attendance.services.badges import WhyAgain
from matchmaking.documents.qr import QrCode, qr_code
from matchmaking.i18n import lazy_gettext as _l

WHY_LABELS: dict[WhyAgain, Any] = {
    WhyAgain.LOST: _l("The badge was lost"),
    WhyAgain.DAMAGED: _l("The badge is damaged or was misprinted"),
    WhyAgain.NAME_CORRECTED: _l("The name or office was corrected"),
    WhyAgain.OTHER: _l("Something else"),
}
END_LABELS: dict[BadgeEnd, Any] = {
    BadgeEnd.REPRINTED: _l("Replaced by a new one"),
    BadgeEnd.SUBSTITUTED: _l("Somebody else came"),
    BadgeEnd.LEFT: _l("Does not take part any more"),
    BadgeEnd.ERASED: _l("Personal data erased"),
    BadgeEnd.REVOKED: _l("Revoked"),
}
STATE_LABELS: dict[PrintState, Any] = {
    PrintState.UNPRINTED: _l("Not printed yet"),
    PrintState.PRINTED: _l("Printed"),
    PrintState.ENDED: _l("No longer valid"),
}


@dataclass(frozen=True)
class ShownBadge:
    """One person's badge on a screen; without ``qr`` there is none (yet)."""

    person: str
    name: str
    office: str
    is_me: bool
    is_replaced: bool
    short_code: str = ""
    qr: QrCode | None = None


def shown_badge(row: OwnBadge) -> ShownBadge:
    """Return a person's badge with its QR drawn."""
    if row.badge is None:
        return ShownBadge(row.person, row.name, row.office, row.is_me, row.is_replaced)
    code, short = row.badge.code, show_short_code(row.badge.short_code)
    return ShownBadge(row.person, row.name, row.office, row.is_me, row.is_replaced, short, qr_code(code))


def end_sentence(badge: Badge) -> str:
    """Return why a badge is no longer valid, with what staff wrote."""
    if badge.end_reason is None:
        return ""
    why, _colon, words = badge.end_note.partition(": ")
    parts = [str(END_LABELS[badge.end_reason])]
    if why in set(WhyAgain) and badge.end_reason is BadgeEnd.REPRINTED:
        parts.append(words if why == WhyAgain.OTHER else str(WHY_LABELS[WhyAgain(why)]))
        parts.append("" if why == WhyAgain.OTHER else words)
    else:
        parts.append(badge.end_note)
    return " · ".join(part for part in parts if part)
