"""What a tablet has to know of other records, so that its warnings are the server's: amounts, packages, thresholds; no names of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased, load_only

from matchmaking.catalogue.models import Need
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.queries.packages import gross, stands, thresholds_of
from matchmaking.extensions import db
from matchmaking.registration.models import Participation

#: What is told of each record: its frozen content is not read for that.
_SHOWN = (
    Commitment.record_id, Commitment.work_unit, Commitment.fiscal_year, Commitment.rup_code, Commitment.total, Commitment.tax_mode,
    Commitment.tax_rate_hundredths,
)  # fmt: skip


def beside_data(event_id: int, entries: Iterable[Participation], today: date) -> dict[str, Any]:
    """Return the records that stand and touch these participants, the packages of their RUP codes, and the thresholds.

    Records of other events count too: ``buyer`` and ``exhibitor`` are the codes that the same organisations have here, ``""`` where
    they are not here. Amounts in whole rupiah with PPN.
    """
    codes = {entry.organization_id: entry.code for entry in entries}
    planned = _rup_codes(event_id)
    buyer, maker = aliased(Participation), aliased(Participation)
    rows = db.session.execute(
        sa.select(Commitment, buyer.organization_id.label("buyer"), maker.organization_id.label("maker"))
        .join(buyer, buyer.id == Commitment.buyer_id)
        .join(maker, maker.id == Commitment.exhibitor_id)
        .options(load_only(*_SHOWN))
        .where(stands(today), sa.or_(Commitment.rup_code.in_(planned), buyer.organization_id.in_(list(codes))))
        .order_by(Commitment.record_id)
    ).all()
    records = [_record(row.Commitment, codes.get(row.buyer, ""), codes.get(row.maker, "")) for row in rows]
    known = planned | {record["rup_code"] for record in records if record["rup_code"]}
    return {
        "records": records,
        "packages": _packages(known),
        "thresholds": [{"amount": str(row.amount)} for row in thresholds_of(event_id)],
    }


def _record(row: Commitment, buyer: str, exhibitor: str) -> dict[str, str]:
    return {
        "record_id": row.record_id,
        "buyer": buyer,
        "exhibitor": exhibitor,
        "work_unit": row.work_unit,
        "fiscal_year": str(row.fiscal_year),
        "rup_code": row.rup_code,
        "amount": str(gross(row)),
    }


def _rup_codes(event_id: int) -> set[str]:
    of_event = sa.select(Participation.id).where(Participation.event_id == event_id)
    found = sa.select(Need.rup_code).where(Need.participation_id.in_(of_event), Need.rup_code != "")
    return set(db.session.scalars(found.where(Need.retired_at.is_(None))))


def _packages(rup_codes: set[str]) -> list[dict[str, str]]:
    """Return ceiling and method of each code, each as it was entered last in any event."""
    rows = db.session.scalars(
        sa.select(Need)
        .where(Need.rup_code.in_(rup_codes), Need.retired_at.is_(None))
        .order_by(Need.updated_at, Need.id)
    )
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        package = found.setdefault(row.rup_code, {"rup_code": row.rup_code, "ceiling": "", "method": ""})
        if row.budget_ceiling is not None:
            package["ceiling"] = str(row.budget_ceiling)
        package["method"] = row.procurement_method or package["method"]
    return [found[code] for code in sorted(found)]
