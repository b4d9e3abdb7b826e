"""Giving and taking back the optional consents; taking back works at any time, also after the window (UU PDP 27/2022)."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.registration import consents
from matchmaking.registration.models import Consent, Participation
from matchmaking.registration.queries.entries import live_consents
from matchmaking.transactions import lock_row

#: Purposes a participant may agree to or not; taking part does not hang on them.
OPTIONAL = tuple(text.purpose for text in consents.ALL if not text.is_required)


def choose_consents(actor: Actor, participation_id: int, wanted: Iterable[str], locale: str) -> list[str]:
    """Give the optional consents that are wanted and take the others back; return those that changed."""
    lock_row(Participation, participation_id)
    chosen = set(wanted) & set(OPTIONAL)
    given = live_consents([participation_id]).get(participation_id, set()) & set(OPTIONAL)
    now = clock.now()
    for purpose in sorted(chosen - given):
        db.session.add(
            Consent(
                participation_id=participation_id,
                purpose=purpose,
                text_version=consents.TEXT_VERSION,
                locale=locale[:5],
                given_by="form",
                given_at=now,
            )
        )
    db.session.execute(
        sa.update(Consent)
        .where(
            Consent.participation_id == participation_id,
            Consent.purpose.in_(given - chosen),
            Consent.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=now)
    )
    changed = sorted(chosen ^ given)
    if changed:
        audit.record(
            actor, "registration.choose_consents", ("participation", participation_id), data={"purposes": changed}
        )
    db.session.flush()
    return changed
