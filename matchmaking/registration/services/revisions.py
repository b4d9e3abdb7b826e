"""The trace of changes of an entry: what it was, what it is, who changed it, and whether staff have seen it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.commands import OrganizationDetails
from matchmaking.registration.models import EntryRevision, Participation, Side
from matchmaking.registration.queries.entries import pending_revision
from matchmaking.registration.services.details import Sentences, read_organization
from matchmaking.registration.services.organizations import Change, apply_values


def add_revision(
    actor: Actor, participation_id: int, by_kind: str, changes: list[Change], *, state: str = "applied"
) -> EntryRevision:
    """Note changes; what staff did themselves counts as seen."""
    now = clock.now()
    revision = EntryRevision(
        participation_id=participation_id,
        at=now,
        by_user_id=actor.user_id,
        by_kind=by_kind,
        state=state,
        changes=changes,
        seen_at=now if by_kind == "staff" else None,
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def mark_seen(actor: Actor, participation_id: int) -> int:
    """Staff have looked at the changes: the count starts again. Values that wait for a decision keep counting."""
    seen = db.session.execute(
        sa.update(EntryRevision)
        .where(
            EntryRevision.participation_id == participation_id,
            EntryRevision.seen_at.is_(None),
            EntryRevision.state != "pending",
        )
        .values(seen_at=clock.now())
    ).rowcount  # type: ignore[attr-defined]
    if seen:
        audit.record(actor, "registration.see_changes", ("participation", participation_id), data={"count": seen})
    return int(seen)


def decide_pending(actor: Actor, participation_id: int, accepted: set[str]) -> list[str]:
    """Write the accepted ones of the values a returning organisation gave; decline the rest. Return what was written.

    Raises:
        NotFound: nothing waits any more (somebody else decided).
        InvalidInput: a value cannot be written, such as a NIB another organisation has.
    """
    participation = db.session.get_one(Participation, participation_id)
    revision = pending_revision(participation_id)
    if revision is None:
        raise NotFound(_("Nothing waits here any more: somebody has decided about these values."))
    wanted = {change["field"]: change["new"] for change in revision.changes if change["field"] in accepted}
    apply_values(participation.organization, typed_values(participation.side, wanted))
    revision.state = "accepted" if wanted else "declined"
    revision.seen_at = clock.now()
    revision.changes = [{**change, "accepted": change["field"] in wanted} for change in revision.changes]
    audit.record(
        actor, "registration.accept_values", participation, data={"fields": sorted(wanted), "state": revision.state}
    )
    db.session.flush()
    return sorted(wanted)


def typed_values(side: Side, stored: dict[str, Any]) -> dict[str, Any]:
    """Return values kept as JSON in their own types again, by the rules they were read with."""
    text = {name: _as_text(value) for name, value in stored.items()}
    values = read_organization(side, OrganizationDetails(**{"legal_name": "-", **text}), Sentences())
    return {name: values[name] for name in stored}


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def touch(participation: Participation) -> None:
    """Raise the entry's version: who decides on an older view of it is told so."""
    flag_modified(participation, "state")
    db.session.flush()


class ChangedMeanwhile(Conflict):
    """The entry is not the one the person looked at."""

    code = "registration.changed"
