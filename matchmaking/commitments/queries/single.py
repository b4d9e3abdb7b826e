"""One commitment with everything a page or paper shows: from the canonical form once its content is frozen."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.authority import authority_of
from matchmaking.commitments.canonical import CanonicalRecord, line_total, read_form
from matchmaking.commitments.life import state_on
from matchmaking.commitments.models import (
    Commitment,
    CommitmentEvent,
    CommitmentLine,
    CommitmentParty,
    EventKind,
    PartyKind,
    Signature,
    TaxMode,
)
from matchmaking.commitments.queries.signing import amount_signed, powers_of
from matchmaking.commitments.views import (
    CommitmentView,
    EventView,
    LineView,
    PartyView,
    RelatedView,
    SignatureView,
    SourceView,
)
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Delegate, Organization, Participation
from matchmaking.scheduling.models import Meeting
from matchmaking.storage.models import StoredFile


def commitment_view(event_id: int, code: str) -> CommitmentView:
    """Return one commitment of the event.

    Raises:
        NotFound: there is none with this code in this event.
    """
    wanted = (
        sa.select(Commitment, Meeting.code.label("meeting"), Need.code.label("need"))
        .outerjoin(Meeting, Meeting.id == Commitment.meeting_id)
        .outerjoin(Need, Need.id == Commitment.need_id)
        .where(Commitment.event_id == event_id, Commitment.code == code)
    )
    found = db.session.execute(wanted).first()
    if found is None:
        raise NotFound(_("There is no such commitment in this event."))
    row: Commitment = found.Commitment
    record = read_form(row.canonical) if row.canonical else None
    happened = _events(row.id)
    parties = _parties(row, record, happened)
    return CommitmentView(
        id=row.id,
        event_id=row.event_id,
        code=row.code,
        record_id=row.record_id,
        kind=row.kind,
        amends=next(iter(_related(Commitment.id == row.amends_id)), None) if row.amends_id else None,
        amend_reason=row.amend_reason,
        successors=tuple(_related(Commitment.amends_id == row.id)),
        awaits_budget=row.awaits_budget,
        paper_on=row.paper_on,
        state=state_on(row.state, row.valid_until, clock.today()),
        stored_state=row.state,
        row_version=row.row_version,
        origin=row.origin,
        meeting_code=found.meeting or "",
        number=row.number or "",
        serial=row.serial,
        made_on=date.fromisoformat(record.made_on) if record else None,
        place=record.place if record else "",
        valid_until=row.valid_until,
        frozen_at=row.frozen_at,
        created_at=row.created_at,
        buyer=parties[PartyKind.BUYER],
        exhibitor=parties[PartyKind.EXHIBITOR],
        clauses=record.clauses if record else (),
        warnings=tuple(str(code) for code in row.warnings),
        canonical=row.canonical,
        content_hash=row.content_hash or "",
        signatures=_signatures(row.id),
        events=happened,
        **(_frozen_content(record, found.need or "") if record else _draft_content(row, found.need or "")),
    )


def _related(condition: sa.ColumnElement[bool]) -> list[RelatedView]:
    """Return the records that meet the condition, the oldest first."""
    rows = db.session.scalars(sa.select(Commitment).where(condition).order_by(Commitment.id))
    return [
        RelatedView(
            code=row.code,
            number=row.number or "",
            kind=row.kind,
            state=state_on(row.state, row.valid_until, clock.today()),
            reason=row.amend_reason,
            origin=row.origin,
            is_frozen=row.frozen_at is not None,
        )
        for row in rows
    ]


def _frozen_content(record: CanonicalRecord, need_code: str) -> dict[str, Any]:
    lines = tuple(
        LineView(
            position=position,
            product=line.product,
            specification=line.specification,
            quantity_thousandths=line.quantity_thousandths,
            unit=line.unit,
            unit_price=line.unit_price,
            total=line_total(line.quantity_thousandths, line.unit_price),
            content_note=line.content_note,
        )
        for position, line in enumerate(record.lines, start=1)
    )
    source = record.source
    return {
        "lines": lines,
        "total": sum(line.total for line in lines),
        "fiscal_year": record.fiscal_year,
        "tax_mode": TaxMode(record.tax_mode),
        "tax_rate_hundredths": record.tax_rate_hundredths,
        "source": SourceView(
            source.rup_code, source.rup_name, source.work_unit, source.funding_source, source.method, source.month,
            need_code,
        ),
        "listing_by": date.fromisoformat(record.listing_by) if record.listing_by else None,
        "note": record.note,
    }  # fmt: skip


def _draft_content(row: Commitment, need_code: str) -> dict[str, Any]:
    rows = db.session.execute(
        sa.select(CommitmentLine, Product.code)
        .outerjoin(Product, Product.id == CommitmentLine.product_id)
        .where(CommitmentLine.commitment_id == row.id)
        .order_by(CommitmentLine.position)
    )
    lines = tuple(
        LineView(
            position=line.position,
            product=line.product_name,
            specification=line.specification,
            quantity_thousandths=line.quantity_thousandths,
            unit=line.unit,
            unit_price=line.unit_price,
            total=line.line_total,
            content_note=line.content_note,
            product_code=code or "",
        )
        for line, code in rows
    )
    return {
        "lines": lines,
        "total": row.total,
        "fiscal_year": row.fiscal_year,
        "tax_mode": row.tax_mode,
        "tax_rate_hundredths": row.tax_rate_hundredths,
        "source": SourceView(
            row.rup_code, row.rup_name, row.work_unit, row.funding_source, row.procurement_method, row.planned_month,
            need_code,
        ),
        "listing_by": row.listing_by,
        "note": row.note,
    }  # fmt: skip


def _parties(
    row: Commitment, record: CanonicalRecord | None, happened: Iterable[EventView]
) -> dict[PartyKind, PartyView]:
    standing = _standing(happened)
    found = db.session.execute(
        sa.select(
            CommitmentParty,
            Participation.code,
            Organization.buyer_type,
            StoredFile.code.label("file"),
            Delegate.code.label("delegate"),
        )
        .join(Participation, Participation.id == CommitmentParty.participation_id)
        .join(Organization, Organization.id == Participation.organization_id)
        .outerjoin(StoredFile, StoredFile.id == CommitmentParty.mandate_file_id)
        .outerjoin(Delegate, Delegate.id == CommitmentParty.delegate_id)
        .where(CommitmentParty.commitment_id == row.id)
    )
    views = {}
    for party, code, buyer_type, file, delegate in found:
        frozen = None if record is None else (record.buyer if party.kind is PartyKind.BUYER else record.exhibitor)
        words = frozen or party
        views[party.kind] = PartyView(
            id=party.id,
            kind=party.kind,
            participation_id=party.participation_id,
            participation_code=code,
            name=words.name,
            detail=words.detail,
            address=words.address,
            regency=words.regency,
            signatory_name=party.signatory_name,
            signatory_office=party.signatory_office,
            signatory_role=party.signatory_role,
            employee_number=party.employee_number,
            signatory_phone=party.signatory_phone,
            delegate_code=delegate or "",
            has_mandate=party.mandate_file_id is not None,
            mandate_file_code=file or "",
            mandate_number=party.mandate_number,
            mandate_limit=party.mandate_limit,
            authority_limit=party.authority_limit,
            authority=authority_of(party.kind, buyer_type, party.signatory_role, powers_of(party), amount_signed(row)),
            standing=standing.get(party.kind, ""),
        )
    return views


def _standing(happened: Iterable[EventView]) -> dict[PartyKind, str]:
    """A signature stands over an agreement; opening the draft again takes both away."""
    found: dict[PartyKind, str] = {}
    for event in happened:
        if event.kind is EventKind.REOPENED:
            found.clear()
        elif event.kind is EventKind.SIGNED and event.party:
            found[event.party] = "signed"
        elif event.kind is EventKind.AGREED and event.party:
            found.setdefault(event.party, "agreed")
    return found


def _signatures(commitment_id: int) -> tuple[SignatureView, ...]:
    rows = db.session.execute(
        sa.select(Signature, StoredFile.code)
        .outerjoin(StoredFile, StoredFile.id == Signature.file_id)
        .where(Signature.commitment_id == commitment_id)
        .order_by(Signature.id)
    )
    return tuple(
        SignatureView(
            id=row.id,
            kind=row.kind,
            method=row.method,
            signatory_name=row.signatory_name,
            signatory_office=row.signatory_office,
            signatory_role=row.signatory_role,
            is_authorised=row.is_authorised,
            authority=row.authority,
            strokes=row.strokes,
            file_code=code or "",
            content_hash=row.content_hash,
            signed_at=row.signed_at,
            device_time=row.device_time,
            identified_how=row.identified_how,
            identified_note=row.identified_note,
            key=row.signature_key,
        )
        for row, code in rows
    )


def _events(commitment_id: int) -> tuple[EventView, ...]:
    rows = db.session.scalars(
        sa.select(CommitmentEvent).where(CommitmentEvent.commitment_id == commitment_id).order_by(CommitmentEvent.id)
    )
    return tuple(
        EventView(
            row.kind, PartyKind(row.party) if row.party else None, row.at, row.reason, row.amount, row.reference, row.details,
            row.event_key, row.device_time,
        )
        for row in rows
    )  # fmt: skip
