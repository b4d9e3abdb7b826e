"""Words and addresses for the overview: which page a stage leads to, and what its one next step is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, url_for

from matchmaking.catalogue.queries.categories import category_names
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.i18n import ngettext
from matchmaking.regions import regency_name
from matchmaking.registration.labels import BUYER_TYPES
from matchmaking.reports import queries
from matchmaking.reports.queries import EventFacts, Stage, StageKey, StageState


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
_ACTIONS: dict[StageKey, Any] = {
    StageKey.SET_UP: _l("Set sessions and tables"),
    StageKey.INVITE: _l("Register participants"),
    StageKey.APPROVE: _l("Look at what waits"),
    StageKey.WISHES: _l("See the wishes"),
    StageKey.SCHEDULE: _l("Make the schedule"),
    StageKey.PUBLISH: _l("Look at the draft"),
    StageKey.DAY: _l("Open the schedule"),
    StageKey.FOLLOW_UP: _l("Open the schedule"),
}
_ENDPOINTS: dict[StageKey, str] = {
    StageKey.SET_UP: "events.settings",
    StageKey.INVITE: "registration.participants_list",
    StageKey.APPROVE: "registration.participants_list",
    StageKey.WISHES: "matching.wishes",
    StageKey.SCHEDULE: "scheduling.schedule",
    StageKey.PUBLISH: "scheduling.schedule",
    StageKey.DAY: "scheduling.schedule",
    StageKey.FOLLOW_UP: "scheduling.schedule",
}
_MARKS = {StageState.DONE: "done", StageState.CURRENT: "current", StageState.LATER: "later"}


def checklist(stages: list[Stage], facts: EventFacts, *, may_act: bool) -> list[Step]:
    """Return the event's life in words; a reader who may not act gets no buttons."""
    return [
        Step(
            title=str(_TITLES[stage.key]),
            text=_detail(stage.key, facts),
            state=_MARKS[stage.state],
            url=url_for(_ENDPOINTS[stage.key])
            if may_act and _ENDPOINTS[stage.key] in current_app.view_functions
            else None,
            action=str(_ACTIONS[stage.key]),
        )
        for stage in stages
    ]


def _detail(key: StageKey, facts: EventFacts) -> str:
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
    if key is StageKey.PUBLISH and facts.published_number:
        return _("version %(number)s: %(meetings)s meetings", number=facts.published_number, meetings=facts.meetings)
    if key is StageKey.DAY:
        return _("agendas on phones, as PDF and as calendar file")
    return ""


def _sides(numbers: dict[Any, int]) -> dict[str, int]:
    return {f"{side.value}s": number for side, number in numbers.items()}


@dataclass(frozen=True)
class Bar:
    """One bar of a breakdown: its word, its number, and its length in percent of the longest."""

    label: str
    number: int
    percent: int


@dataclass(frozen=True)
class Breakdown:
    """A small table with bars."""

    title: str
    bars: list[Bar]


def breakdowns(event_id: int) -> list[Breakdown]:
    """Return products by category, exhibitors by regency and buyers by type."""
    names = category_names()
    return [
        Breakdown(
            _("Products by category"), _bars(queries.products_by_category(event_id), lambda key: names.get(key, key))
        ),
        Breakdown(_("Exhibitors by regency"), _bars(queries.exhibitors_by_regency(event_id), _regency)),
        Breakdown(_("Buyers by type"), _bars(queries.buyers_by_type(event_id), _buyer_type)),
    ]


def _bars(shares: list[queries.Share], label: Callable[[str], str]) -> list[Bar]:
    longest = max((share.number for share in shares), default=1)
    return [Bar(label(share.key), share.number, round(100 * share.number / longest)) for share in shares]


def _regency(code: str) -> str:
    return regency_name(code) if code else _("not given")


def _buyer_type(key: str) -> str:
    return str(BUYER_TYPES.get(key, key))
