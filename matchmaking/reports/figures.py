"""The figures in words, each with how it is counted: the overview, the recap page and its PDF all show these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from matchmaking.attendance.models import Absent
from matchmaking.catalogue.queries.categories import category_names
from matchmaking.commitments.queries.commitments import Figures
from matchmaking.i18n import gettext as _
from matchmaking.money import format_rupiah
from matchmaking.regions import regency_name
from matchmaking.registration.labels import BUYER_TYPES
from matchmaking.registration.models import Side
from matchmaking.reports.queries import shares
from matchmaking.reports.queries.day import DayFacts
from matchmaking.reports.queries.facts import EventFacts
from matchmaking.reports.queries.shares import Share


@dataclass(frozen=True)
class Figure:
    """One figure. ``number`` None: it stands on paper only. ``of``: out of how many. ``value``: whole rupiah."""

    key: str
    label: str
    number: int | None
    counted: str
    of: int | None = None
    value: int | None = None
    note: str = ""


def event_figures(facts: EventFacts, day: DayFacts) -> list[Figure]:
    """Return the figures in the order of the event; potential and committed value are never added up."""
    return [*_registered(facts), *_attendance(facts, day), *_meetings(day), *_values(day)]


def _registered(facts: EventFacts) -> list[Figure]:
    return [
        Figure("exhibitors", _("IKM"), facts.approved[Side.EXHIBITOR], _("Exhibitors whose registration was approved.")),
        Figure("buyers", _("Buyers"), facts.approved[Side.BUYER], _("Buyers whose registration was approved.")),
    ]  # fmt: skip


def _attendance(facts: EventFacts, day: DayFacts) -> list[Figure]:
    people, sides = day.people, day.organizations_came
    is_on_paper = not day.has_arrivals
    on_paper = _("see the attendance list on paper") if is_on_paper and not facts.has_check_in else ""
    counted = _(
        "People let in or ticked at the door on any day: people, not scans. Expected are the people of approved registrations; a substitute counts instead of who stayed away."
    )
    number = None if is_on_paper else people.came
    return [
        Figure("people", _("People who came"), number, counted, of=people.expected, note=on_paper),
        Figure(
            "exhibitors_came", _("IKM who came"), None if is_on_paper else sides[Side.EXHIBITOR],
            _("Exhibitors of whom at least one person came."), of=facts.approved[Side.EXHIBITOR],
        ),
        Figure(
            "buyers_came", _("Buyers who came"), None if is_on_paper else sides[Side.BUYER],
            _("Buyers of whom at least one person came."), of=facts.approved[Side.BUYER],
        ),
    ]  # fmt: skip


def _meetings(day: DayFacts) -> list[Figure]:
    facts = day.meetings
    is_on_paper = not day.has_records
    missed = facts.no_show
    whose = _(
        "IKM %(exhibitor)s · buyer %(buyer)s · both %(both)s",
        exhibitor=missed[Absent.EXHIBITOR], buyer=missed[Absent.BUYER], both=missed[Absent.BOTH],
    )  # fmt: skip
    without = facts.waiting + facts.running
    return [
        Figure(
            "planned", _("Meetings planned"), facts.planned,
            _("Meetings of the published schedule, and those recorded that a later version dropped."),
        ),
        Figure("held", _("Meetings held"), None if is_on_paper else facts.held, _("Marked as held by staff."), of=facts.planned),
        Figure(
            "no_show", _("No-shows"), None if is_on_paper else facts.missed,
            _("Meetings to which one or both sides did not come."), of=facts.planned, note=whose if facts.missed else "",
        ),
        Figure(
            "other_meetings", _("Cancelled or not recorded"), None if is_on_paper else facts.cancelled + without,
            _("Meetings that were cancelled, are under way, or of which nobody said what became of them."), of=facts.planned,
            note=_("cancelled %(cancelled)s · not recorded %(without)s", cancelled=facts.cancelled, without=without),
        ),
    ]  # fmt: skip


def _parts(found: Figures) -> str:
    """Return the domestic part and that of small businesses, as far as entries say them."""
    parts = (("PDN", found.realized_domestic), ("UMK", found.realized_small))
    return " · ".join(f"{name} {format_rupiah(amount.value)}" for name, amount in parts if amount.count)


def _values(day: DayFacts) -> list[Figure]:
    facts, found = day.meetings, day.commitments
    return [
        Figure(
            "potential", _("Potential from the meetings"), facts.potential_count,
            _(
                "The value named after a meeting as potential; per meeting one word counts: staff’s, else the buyer’s, else the exhibitor’s. Not a promise, and never added to commitments."
            ),
            value=facts.potential_value,
        ),
        Figure(
            "committed", _("Commitments signed"), found.signed.count,
            _(
                "Commitments signed for both parties by somebody authorised (PA/KPA, PPK or a mandate; owner, director, chair or a power of attorney), those realised since included. Prices as estimated before negotiation, with PPN as the document says."
            ),
            value=found.signed.value,
        ),
        Figure(
            "realized", _("Bought (realised)"), found.realized.count,
            _("Commitments on which an order, contract or receipt was entered, and what these come to. Entries that were taken back are left out; PDN and UMK as far as the entries say them."),
            value=found.realized.value,
            note=_parts(found),
        ),
        Figure(
            "next_year", _("Signed for next year, menunggu DPA"), found.next_year.count,
            _("Signed by both, but for a later fiscal year whose budget (DPA) is not confirmed yet. Not part of the signed value."),
            value=found.next_year.value,
        ),
        Figure(
            "agreed", _("Agreed, waiting for the signatory"), found.agreed.count,
            _("Both parties agreed, but somebody authorised has still to sign. Not part of the signed value."),
            value=found.agreed.value,
        ),
        Figure(
            "proposed", _("Waiting for the other party"), found.proposed.count,
            _("Proposed, and one party has not agreed yet. Not part of the signed value."), value=found.proposed.value,
        ),
        Figure(
            "invited", _("Invited to take part"), found.invited.count,
            _("Notes for packages in which makers compete (tender, selection, contest, mini competition): no price and no winner in advance, so no value."),
        ),
    ]  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """One line of a breakdown: its word, its numbers, and its length in percent of the longest."""

    label: str
    number: int
    percent: int
    came: int
    committed_count: int
    committed_value: int


@dataclass(frozen=True)
class Breakdown:
    """A small table: what ``number`` and ``came`` count, and how. ``is_came_of``: both count the same kind of thing."""

    title: str
    unit: str
    came_unit: str
    counted: str
    bars: list[Bar]
    is_came_of: bool = True


def breakdowns(event_id: int, day: DayFacts) -> list[Breakdown]:
    """Return products by category, exhibitors by regency and buyers by type, each with who came and what was committed."""
    names, found = category_names(), day.commitments
    return [
        Breakdown(
            _("By category"), _("Products"), _("IKM who came"),
            _(
                "Products of approved exhibitors; IKM with such a product who came (one may stand in several categories); the committed value of the lines in this category."
            ),
            _bars(shares.products_by_category(event_id, found.by_category), lambda key: names.get(key, _("typed freely"))),
            is_came_of=False,
        ),
        Breakdown(
            _("IKM by regency"), _("Approved"), _("Came"), _("Approved exhibitors, those who came, and the signed value of their commitments."),
            _bars(shares.exhibitors_by_regency(event_id, found.by_regency), _regency),
        ),
        Breakdown(
            _("Buyers by type"), _("Approved"), _("Came"), _("Approved buyers, those who came, and the signed value of their commitments."),
            _bars(shares.buyers_by_type(event_id, found.by_buyer_type), _buyer_type),
        ),
    ]  # fmt: skip


def _bars(found: list[Share], label: Callable[[str], str]) -> list[Bar]:
    longest = max((share.number for share in found), default=1) or 1
    return [
        Bar(
            label(share.key), share.number, round(100 * share.number / longest), share.came,
            share.committed.count, share.committed.value,
        )
        for share in found
    ]  # fmt: skip


def _regency(code: str) -> str:
    return regency_name(code).replace("Kabupaten ", "Kab. ") if code else _("not given")


def _buyer_type(key: str) -> str:
    return str(BUYER_TYPES.get(key, key or _("not given")))
