"""Where an event stands in its life: a rule over its figures, without a statement of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from matchmaking.reports.queries.facts import EventFacts


class StageKey(StrEnum):
    """The life of an event, in order."""

    SET_UP = "set_up"
    INVITE = "invite"
    APPROVE = "approve"
    WISHES = "wishes"
    SCHEDULE = "schedule"
    PUBLISH = "publish"
    DAY = "day"
    FOLLOW_UP = "follow_up"


class StageState(StrEnum):
    """Where a stage stands."""

    DONE = "done"
    CURRENT = "current"
    LATER = "later"


@dataclass(frozen=True)
class Stage:
    """One stage: ``waiting`` is how many things wait for the organiser there."""

    key: StageKey
    state: StageState
    waiting: int


def stages(facts: EventFacts, today: date) -> list[Stage]:
    """Return the event's life as a checklist; the first stage that is not done is the current one."""
    done = {
        StageKey.SET_UP: facts.slots > 0 and facts.tables > 0,
        StageKey.INVITE: all(facts.registered.values()),
        StageKey.APPROVE: all(facts.approved.values()) and facts.waiting == 0,
        StageKey.WISHES: facts.wishes > 0,
        StageKey.SCHEDULE: facts.has_draft or facts.published_number is not None,
        StageKey.PUBLISH: facts.published_number is not None,
        StageKey.DAY: facts.published_number is not None and today > facts.ends_on,
        StageKey.FOLLOW_UP: False,
    }
    current = next(key for key in StageKey if not done[key])
    return [Stage(key, _state(key, current, is_done=done[key]), _waiting(key, facts)) for key in StageKey]


def _state(key: StageKey, current: StageKey, *, is_done: bool) -> StageState:
    if is_done:
        return StageState.DONE
    return StageState.CURRENT if key is current else StageState.LATER


def _waiting(key: StageKey, facts: EventFacts) -> int:
    if key is StageKey.APPROVE:
        return facts.waiting
    if key is StageKey.WISHES:
        return facts.silent
    return 0
