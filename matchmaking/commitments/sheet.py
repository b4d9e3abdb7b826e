"""The spreadsheet of an event's commitments: a row for each product, and a sheet of totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.catalogue.labels import METHODS
from matchmaking.catalogue.queries.categories import category_names
from matchmaking.commitments import labels
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import Commitment, CommitmentLine
from matchmaking.commitments.queries.commitments import Figures, RowFilters, commitment_figures
from matchmaking.commitments.queries.counting import is_committed
from matchmaking.commitments.queries.rows import wanted_commitments
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.regions import regency_name
from matchmaking.registration.labels import BUYER_TYPES
from matchmaking.sheets import Column, Sheet, Value, to_xlsx


def commitment_sheet(event_id: int, filters: RowFilters, zone: str) -> bytes:
    """Return the workbook; names of businesses and agencies, never of people."""
    figures = commitment_figures(event_id)
    made = _("Counted on %(moment)s", moment=show_moment(figures.counted_at, zone))
    rule = _("Only what both parties have signed counts as commitment. Prices are estimates before negotiation.")
    lines = Sheet(_("Commitments"), _columns(), _rows(event_id, filters), (made, rule))
    totals = Sheet(
        _("Totals"), (Column(_("Figure"), width=44), Column(_("Commitments"), "whole"), Column(_("Value"), "money")),
        list(_totals(figures)), (made, rule),
    )  # fmt: skip
    return to_xlsx([lines, totals], zone=zone)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Number"), width=26), Column(_("State")), Column(_("Counts")), Column(_("Buyer"), width=36),
        Column(_("IKM"), width=30), Column(_("Product"), width=32), Column(_("Category")), Column(_("Quantity"), "decimal"),
        Column(_("Unit"), width=10), Column(_("Unit price (estimate)"), "money"), Column(_("Line total"), "money"),
        Column(_("PPN")), Column(_("RUP code")), Column(_("Method")), Column(_("Planned month"), "whole"),
        Column(_("Fiscal year"), "text", 10), Column(_("Made on"), "moment"), Column(_("Replaces or takes back"), width=26),
        Column(_("Made by"), width=22), Column(_("Kind of record"), width=24),
    )  # fmt: skip


def _rows(event_id: int, filters: RowFilters) -> Iterator[list[Value]]:
    """One statement for the commitments of the filter, one for all their lines."""
    heads = {row.id: row for row in db.session.execute(wanted_commitments(event_id, filters))}
    names, today = category_names(), clock.today()
    numbers = {row.id: row.number or "" for row in _of_event(event_id, sa.true())}
    counted = {row.id for row in _of_event(event_id, is_committed())}
    found = db.session.execute(
        sa.select(CommitmentLine, Commitment)
        .join(Commitment, Commitment.id == CommitmentLine.commitment_id)
        .where(CommitmentLine.commitment_id.in_(list(heads)))
        .order_by(Commitment.id, CommitmentLine.position)
    )
    for line, row in found:
        head = heads[row.id]
        state = state_on(row.state, row.valid_until, today)
        yield [
            row.number or "", str(labels.STATE_LABELS[state]), row.id in counted, head.buyer, head.exhibitor,
            line.product_name, names.get(line.category_id or "", ""), Decimal(line.quantity_thousandths) / 1000, line.unit,
            line.unit_price, line.line_total, str(labels.TAX_LABELS[row.tax_mode]), row.rup_code,
            str(METHODS.get(row.procurement_method, "")), row.planned_month, str(row.fiscal_year), row.created_at,
            numbers.get(row.amends_id or 0, ""), str(labels.ORIGIN_LABELS[row.origin]),
            labels.kind_word(row.kind, awaits_budget=row.awaits_budget),
        ]  # fmt: skip


def _of_event(event_id: int, condition: sa.ColumnElement[bool]) -> Sequence[Any]:
    wanted = sa.select(Commitment.id, Commitment.number).where(Commitment.event_id == event_id, condition)
    return db.session.execute(wanted).all()


def _totals(figures: Figures) -> Iterator[list[Value]]:
    for label, amount in (
        (_("Signed: counts as commitment"), figures.signed),
        (_("of these expired unrealised"), figures.signed_expired),
        (_("Signed for next year, menunggu DPA: counted apart"), figures.next_year),
        (_("Replaced by an addendum: not counted"), figures.amended),
        (_("Invited to take part: no value"), figures.invited),
        (_("Waiting for the signatory"), figures.agreed),
        (_("Waiting for the other party"), figures.proposed),
        (_("Being drafted"), figures.draft),
        (_("Called off"), figures.withdrawn),
        (_("Expired before signing"), figures.expired),
    ):
        yield [label, amount.count, amount.value]
    names = category_names()
    for title, cut, word in (
        (_("Signed, by kind of buyer"), figures.by_buyer_type, lambda key: BUYER_TYPES.get(key, "")),
        (_("Signed, by category (value of the lines)"), figures.by_category, lambda key: names.get(key, _("Typed freely"))),
        (_("Signed, by regency of the IKM"), figures.by_regency, _regency),
    ):  # fmt: skip
        yield [title, None, None]
        for key, amount in sorted(cut.items()):
            yield [f"   {word(key)}", amount.count, amount.value]


def _regency(key: str) -> Any:
    return regency_name(key) if key else _("Not known")
