"""Words and addresses for the overview: the event's life, its one next step, and what needs the organiser now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.i18n import ngettext
from matchmaking.reports.queries.day import DayFacts
from matchmaking.reports.queries.facts import EventFacts
from matchmaking.reports.queries.life import Stage, StageKey, StageState
from matchmaking.reports.queries.waiting import Chore, Waiting
from matchmaking.web.navigation import optional_url


@dataclass(frozen=True)
class Step:
    """A line of the checklist as its macro takes it."""

    title: str
    text: str
    state: str
    url: str | None
    action: str


_TITLES: dict[StageKey, Any] = {
    StageKey.SET_UP: _l("Set up"),
    StageKey.INVITE: _l("Invite and register"),
    StageKey.APPROVE: _l("Approve"),
    StageKey.WISHES: _l("Collect wishes"),
    StageKey.SCHEDULE: _l("Make the schedule"),
    StageKey.PUBLISH: _l("Publish"),
    StageKey.DAY: _l("The day"),
    StageKey.FOLLOW_UP: _l("Follow up"),
}
#: The one next step of each stage: what the button says, and where it leads (the first that there is).
_ACTIONS: dict[StageKey, tuple[Any, tuple[str, ...]]] = {
    StageKey.SET_UP: (_l("Set sessions and tables"), ("events.settings",)),
    StageKey.INVITE: (_l("Register participants"), ("registration.participants_list",)),
    StageKey.APPROVE: (_l("Look at what waits"), ("registration.participants_list",)),
    StageKey.WISHES: (_l("See the wishes"), ("matching.wishes",)),
    StageKey.SCHEDULE: (_l("Make the schedule"), ("scheduling.schedule",)),
    StageKey.PUBLISH: (_l("Look at the draft"), ("scheduling.schedule",)),
    StageKey.DAY: (_l("Open the day"), ("attendance.day", "scheduling.schedule")),
    StageKey.FOLLOW_UP: (_l("See the commitments"), ("commitments.commitments", "scheduling.schedule")),
}
_MARKS = {StageState.DONE: "done", StageState.CURRENT: "current", StageState.LATER: "later"}


def checklist(stages: list[Stage], facts: EventFacts, day: DayFacts, today: date, *, may_act: bool) -> list[Step]:
    """Return the event's life in words; a reader who may not act gets no buttons."""
    return [_step(stage, facts, day, today, may_act=may_act) for stage in stages]


def _step(stage: Stage, facts: EventFacts, day: DayFacts, today: date, *, may_act: bool) -> Step:
    action, endpoints = _ACTIONS[stage.key]
    if stage.key is StageKey.DAY and _badges_come_first(facts, day, today):
        action, endpoints = _l("Print the badges"), ("attendance.badges", *endpoints)
    return Step(
        title=str(_TITLES[stage.key]),
        text=_detail(stage.key, facts, day),
        state=_MARKS[stage.state],
        url=_first_url(endpoints) if may_act else None,
        action=str(action),
    )


def _badges_come_first(facts: EventFacts, day: DayFacts, today: date) -> bool:
    return facts.has_badges and today < facts.starts_on and day.people.printed < day.people.expected


def _first_url(endpoints: tuple[str, ...]) -> str | None:
    return next((url for url in map(optional_url, endpoints) if url), None)


def _detail(key: StageKey, facts: EventFacts, day: DayFacts) -> str:
    if key is StageKey.SET_UP:
        return _("%(slots)s slots, %(tables)s tables", slots=facts.slots, tables=facts.tables)
    if key is StageKey.INVITE:
        return _("%(exhibitors)s exhibitors and %(buyers)s buyers registered", **_sides(facts.registered))
    if key is StageKey.APPROVE:
        waiting = ngettext("%(num)s waits for you", "%(num)s wait for you", facts.waiting)
        return (
            waiting
            if facts.waiting
            else _("%(exhibitors)s exhibitors and %(buyers)s buyers approved", **_sides(facts.approved))
        )
    if key is StageKey.WISHES:
        return _("%(wishes)s wishes from %(wishers)s participants", wishes=facts.wishes, wishers=facts.wishers)
    if key is StageKey.SCHEDULE:
        return _("a draft is ready") if facts.has_draft else _("one button; wishes are optional")
    if key is StageKey.PUBLISH:
        number, meetings = facts.published_number, facts.meetings
        return _("version %(number)s: %(meetings)s meetings", number=number, meetings=meetings) if number else ""
    return _day_detail(facts, day) if key is StageKey.DAY else _follow_up_detail(facts, day)


def _day_detail(facts: EventFacts, day: DayFacts) -> str:
    if not facts.published_number:
        return ""
    people, meetings = day.people, day.meetings
    parts = []
    if facts.has_badges:
        parts.append(_("badges printed: %(done)s of %(all)s", done=people.printed, all=people.expected))
    if facts.has_check_in or day.has_arrivals:
        parts.append(_("people who came: %(done)s of %(all)s", done=people.came, all=people.expected))
    parts.append(_("meetings held: %(done)s of %(all)s", done=meetings.held, all=meetings.planned))
    return " · ".join(parts)


def _follow_up_detail(facts: EventFacts, day: DayFacts) -> str:
    found = day.commitments
    if not (day.has_commitments or day.steps_due):
        return ""
    return " · ".join((
        _("signed: %(number)s", number=found.signed.count),
        _("waiting for an authorised signatory: %(number)s", number=found.agreed.count),
        _("waiting for the other party: %(number)s", number=found.proposed.count),
        _("next steps due: %(number)s", number=day.steps_due),
    ))  # fmt: skip


def _sides(numbers: dict[Any, int]) -> dict[str, int]:
    return {f"{side.value}s": number for side, number in numbers.items()}


@dataclass(frozen=True)
class ChoreLine:
    """One thing that waits: how many, in words, how pressing, and where it is done."""

    count: int
    text: str
    signal: str
    url: str | None


#: Chore -> (words, signal, endpoint, arguments of the address).
_CHORES: dict[Chore, tuple[Any, str, str, dict[str, str]]] = {
    Chore.PEOPLE_MISSING: (_l("teams are not here and meet within minutes"), "refused", "attendance.day", {}),
    Chore.MEETINGS_OPEN: (_l("meetings are over and nobody has said whether they were held"), "warning", "attendance.day", {}),
    Chore.REGISTRATIONS: (
        _l("registrations wait for your decision"), "warning", "registration.participants_list", {"state": "submitted"},
    ),
    Chore.WISHES: (_l("approved participants have not wished yet"), "waiting", "matching.wishes", {"only": "silent"}),
    Chore.BADGES: (_l("people have no printed badge yet"), "waiting", "attendance.badges", {}),
    Chore.OUTCOMES: (_l("held meetings have no result yet"), "waiting", "attendance.day", {}),
    Chore.SIGNATORIES: (_l("commitments are agreed and wait for an authorised signatory"), "warning", "commitments.commitments", {"state": "agreed"}),
    Chore.OTHER_PARTY: (_l("commitments wait for the other party"), "waiting", "commitments.commitments", {"state": "proposed"}),
    Chore.SEALS: (_l("signed commitments have no sealed document"), "warning", "commitments.seals", {}),
    Chore.WITNESS: (_l("signed commitments wait for the witness"), "waiting", "commitments.witness", {}),
    Chore.NEXT_STEPS: (_l("next steps from meetings have come due"), "waiting", "attendance.day", {}),
    Chore.JOBS: (_l("background jobs failed"), "refused", "operations.jobs", {}),
}  # fmt: skip


def chore_lines(waiting: list[Waiting]) -> list[ChoreLine]:
    """Return what needs the organiser now, in words and with where it is done."""
    lines = []
    for item in waiting:
        words, signal, endpoint, address = _CHORES[item.chore]
        lines.append(ChoreLine(item.count, str(words), signal, optional_url(endpoint, **address)))
    return lines
