"""Where features to the right take part when a schedule is announced."""

from __future__ import annotations

from matchmaking.actor import Actor
from matchmaking.hooks import Hook

#: (actor, event id): a version was published in this transaction.
schedule_published: Hook[[Actor, int], None] = Hook("schedule_published")
