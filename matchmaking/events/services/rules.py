"""Who may not meet whom, and whether the minimum can be kept at all."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.events import hooks
from matchmaking.events.models import PairRule
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _


def add_pair_rule(actor: Actor, event_id: int, buyer_type: str, category_id: str) -> PairRule:
    """Forbid meetings of a buyer type with a category; either may be empty (any), not both."""
    event = editable_event(event_id)
    if not buyer_type and not category_id:
        raise InvalidInput(_("Choose a kind of buyer, a category, or both."), fields={"buyer_type": _("choose one")})
    if category_id and category_id not in {key for part in hooks.category_choices() for key, _label in part}:
        raise InvalidInput(_("Choose a category of the list."), fields={"category_id": _("unknown")})
    known = db.session.scalar(
        sa.select(PairRule).where(
            PairRule.event_id == event_id, PairRule.buyer_type == buyer_type, PairRule.category_id == category_id
        )
    )
    if known:
        return known
    rule = PairRule(event_id=event_id, buyer_type=buyer_type, category_id=category_id)
    db.session.add(rule)
    event.setup_version += 1
    db.session.flush()
    audit.record(actor, "events.add_pair_rule", rule, event_id=event_id)
    return rule


def remove_pair_rule(actor: Actor, event_id: int, rule_id: int) -> None:
    """Allow the pair again."""
    event = editable_event(event_id)
    rule = db.session.get(PairRule, rule_id)
    if rule is None or rule.event_id != event_id:
        raise NotFound(_("This rule does not exist any more."))
    db.session.delete(rule)
    event.setup_version += 1
    audit.record(actor, "events.remove_pair_rule", ("pair_rule", rule_id), event_id=event_id)


@dataclass(frozen=True)
class Room:
    """How many meetings fit, and how many the minimum asks for."""

    slots: int
    tables: int
    exhibitors: int
    minimum: int

    @property
    def capacity(self) -> int:
        """Most meetings the hall can hold."""
        return self.slots * self.tables

    @property
    def asked(self) -> int:
        """Meetings needed for every exhibitor's minimum."""
        return self.exhibitors * self.minimum

    @property
    def is_enough(self) -> bool:
        """Say whether the minimum fits into the hall and into one exhibitor's day."""
        return self.asked <= self.capacity and self.minimum <= self.slots
