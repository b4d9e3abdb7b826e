"""What a commitment is made from: the parties of an event, their products, needs and people, and their meeting."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased, joinedload

from matchmaking import clock
from matchmaking.catalogue.labels import CERTIFICATE_KINDS
from matchmaking.catalogue.models import Certificate, Need, Product
from matchmaking.catalogue.queries.needs import needs_of
from matchmaking.catalogue.queries.products import products_of, views
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.registration.models import Delegate, Organization, Participation, ParticipationState, Side, Team
from matchmaking.scheduling.models import Meeting

#: The language of the record itself, whoever makes it.
PAPER_LOCALE = "id"
_NOTE_LENGTH = 300


@dataclass(frozen=True)
class Pair:
    """A buyer and an exhibitor of one event."""

    buyer: Participation
    exhibitor: Participation
    meeting: Meeting | None = None


def meeting_pair(event_id: int, meeting_code: str) -> Pair | None:
    """Return the meeting of the event with its two parties."""
    exhibitor, buyer = aliased(Team), aliased(Team)
    row = db.session.execute(
        sa.select(Meeting, exhibitor.participation_id, buyer.participation_id)
        .join(exhibitor, exhibitor.id == Meeting.exhibitor_team_id)
        .join(buyer, buyer.id == Meeting.buyer_team_id)
        .where(Meeting.event_id == event_id, Meeting.code == meeting_code)
    ).first()
    if row is None:
        return None
    meeting, exhibitor_id, buyer_id = row
    pair = pair_of(event_id, buyer_id, exhibitor_id)
    return Pair(pair.buyer, pair.exhibitor, meeting) if pair else None


def pair_of(event_id: int, buyer_id: int, exhibitor_id: int) -> Pair | None:
    """Return the two participations when they are a buyer and an exhibitor of this event."""
    rows = db.session.scalars(
        sa.select(Participation)
        .where(Participation.event_id == event_id, Participation.id.in_([buyer_id, exhibitor_id]))
        .options(joinedload(Participation.organization))
    ).all()
    by_side = {row.side: row for row in rows}
    buyer, exhibitor = by_side.get(Side.BUYER), by_side.get(Side.EXHIBITOR)
    if buyer is None or exhibitor is None or (buyer.id, exhibitor.id) != (buyer_id, exhibitor_id):
        return None
    return Pair(buyer, exhibitor)


def approved_of(event_id: int, side: Side) -> list[tuple[int, str, str]]:
    """Return (id, code, name) of the approved participants of one side, by name."""
    rows = db.session.execute(
        sa.select(Participation.id, Participation.code, Organization.legal_name)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(
            Participation.event_id == event_id,
            Participation.side == side,
            Participation.state == ParticipationState.APPROVED,
        )
        .order_by(Organization.name_key, Participation.id)
    )
    return [(row.id, row.code, row.legal_name) for row in rows]


def offered_products(organization_id: int) -> list[Product]:
    """Return what the IKM offers now."""
    return products_of(organization_id)


def matching_needs(buyer_id: int, products: Sequence[Product]) -> list[Need]:
    """Return the buyer's needs, those of the maker's categories first."""
    categories = {product.category_id for product in products}
    return sorted(needs_of(buyer_id), key=lambda need: need.category_id not in categories)


def planned_method(rup_code: str) -> str:
    """Return the method by which the package of a RUP code is planned, as it was entered last in any event; else nothing."""
    if not rup_code:
        return ""
    wanted = sa.select(Need.procurement_method).where(
        Need.rup_code == rup_code, Need.retired_at.is_(None), Need.procurement_method != ""
    )
    return db.session.scalar(wanted.order_by(Need.updated_at.desc(), Need.id.desc()).limit(1)) or ""


def people_of(participation_id: int) -> list[Delegate]:
    """Return the people who come for an entry, the contact first."""
    statement = sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.erased_at.is_(None))
    return list(db.session.scalars(statement.order_by(Delegate.is_contact.desc(), Delegate.id)))


def content_notes(products: Sequence[Product], on: date | None = None) -> dict[int, str]:
    """Return, by product, its TKDN, BMP and certificates as they count today, in the paper's language."""
    today = on or clock.today()
    with force_locale(PAPER_LOCALE):
        return {view.product.id: _note(view.product, view.certificates, view.total, today) for view in views(products)}


def _note(product: Product, certificates: Sequence[Certificate], total: object, today: date) -> str:
    parts = []
    if total is not None:
        parts.append(_local_content(product))
    parts += [
        f"{CERTIFICATE_KINDS[row.kind]} {row.number}"
        for row in certificates
        if row.number and (row.expires_on is None or row.expires_on >= today)
    ]
    return "; ".join(parts)[:_NOTE_LENGTH]


def _local_content(product: Product) -> str:
    text = f"TKDN {_percent(product.local_content_percent)}"
    if product.company_benefit_percent is not None:
        text += f" + BMP {_percent(product.company_benefit_percent)}"
    return f"{text} ({product.local_content_number})" if product.local_content_number else text


def _percent(value: object) -> str:
    return f"{value:f}".rstrip("0").rstrip(".").replace(".", ",") + "%" if "." in f"{value:f}" else f"{value:f}%"
