"""Where features to the right take part when a schedule is announced."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matchmaking.actor import Actor
from matchmaking.hooks import Hook

#: (actor, event id): a version was published in this transaction.
schedule_published: Hook[[Actor, int], None] = Hook("schedule_published")

#: (event id): what was recorded of meetings, by meeting: has it begun (or was missed), or was it only called off?
recorded_meetings: Hook[[int], Mapping[int, bool]] = Hook("recorded_meetings")

#: (event id): the meetings that were missed or called off: they hold nobody and count for nobody any more.
freed_meetings: Hook[[int], Collection[int]] = Hook("freed_meetings")
