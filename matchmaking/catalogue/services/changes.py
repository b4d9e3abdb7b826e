"""What an owner changed in products and needs, kept beside the entry so that staff see the difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matchmaking.actor import Actor, ActorKind
from matchmaking.catalogue.services.reading import as_text
from matchmaking.registration.services.revisions import add_revision


def note_for_staff(
    actor: Actor, participation_id: int | None, name: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    """Note old and new values under the product's or need's own name; what staff changed themselves needs no note."""
    if participation_id is None or actor.is_staff or actor.kind is ActorKind.SYSTEM:
        return
    changes = [{"field": name, "old": as_text(old[field]), "new": as_text(new[field])} for field in sorted(old)]
    if changes:
        add_revision(actor, participation_id, "owner", changes)
