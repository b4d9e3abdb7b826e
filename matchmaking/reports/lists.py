"""The lists that can be taken out: their names, columns and words; one workbook is made of one, some or all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matchmaking import clock
from matchmaking.attendance.meeting_words import RESULTS, SOURCES, state_words
from matchmaking.attendance.models import MeetingState
from matchmaking.catalogue.labels import FUNDS, LISTING_LABELS, LOCAL_CONTENT_LABELS, METHODS
from matchmaking.catalogue.models import Need, Product
from matchmaking.catalogue.queries.categories import category_name
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.i18n import show_moment
from matchmaking.matching.wording import strength_word
from matchmaking.regions import regency_name
from matchmaking.registration.labels import (
    BUSINESS_FORMS,
    BUSINESS_SCALES,
    BUYER_TYPES,
    OFFICE_ROLES,
    ORIGINS,
    SIDE_LABELS,
    STATE_LABELS,
)
from matchmaking.registration.models import OfficeRole
from matchmaking.reports.queries import commitments as commitment_queries
from matchmaking.reports.queries import lists as queries
from matchmaking.reports.queries.commitments import CommitmentLineRow
from matchmaking.reports.queries.lists import MeetingLine, ParticipantLine, PersonLine
from matchmaking.sheets import Column, Sheet, Value, to_xlsx

Line = Sequence[Value]


@dataclass(frozen=True)
class ListKind:
    """One list: who may read it, how long it is, and how it is laid out. ``has_contacts``: it can hold phone and e-mail."""

    key: str
    title: Any
    about: Any
    permission: str
    count: Callable[[int], int]
    columns: Callable[[bool], list[Column]]
    rows: Callable[[int, bool], Iterable[Line]]
    has_contacts: bool = False


def workbook(event_id: int, keys: Sequence[str], *, with_contacts: bool = False) -> bytes:
    """Return the lists with these keys as one workbook, each sheet with the event's name and when it was made."""
    event = db.session.get_one(Event, event_id)
    made = _("%(event)s · as of %(time)s", event=event.name, time=show_moment(clock.now(), event.timezone))
    kinds = [kind for kind in LISTS if kind.key in keys]
    return to_xlsx([_sheet(kind, event_id, made, with_contacts=with_contacts) for kind in kinds], zone=event.timezone)


def _sheet(kind: ListKind, event_id: int, made: str, *, with_contacts: bool) -> Sheet:
    contacts = with_contacts and kind.has_contacts
    return Sheet(
        str(kind.title),
        kind.columns(contacts),
        kind.rows(event_id, contacts),
        (f"{kind.title} · {made}", str(kind.about)),
    )


def _word(labels: dict[Any, Any], value: Any) -> str:
    return str(labels.get(value, value)) if value else ""


# Participants and their people


def _participant_columns(with_contacts: bool) -> list[Column]:
    columns = [
        Column(_("Code"), width=14), Column(_("Side"), width=10), Column(_("Name"), width=36), Column(_("Brand")),
        Column(_("State"), width=20), Column(_("Regency or city")), Column(_("Business form")), Column(_("Business scale"), width=12),
        Column(_("NIB"), width=16), Column(_("Type of buyer")), Column(_("KLPD code"), width=12), Column(_("People"), "whole"),
        Column(_("Registered at"), "moment"), Column(_("Registered by")),
    ]  # fmt: skip
    if with_contacts:
        columns += [
            Column(_("Contact")),
            Column(_("Phone"), width=18),
            Column(_("E-mail"), width=30),
            Column(_("Address"), width=40),
        ]
    return columns


def _participant_rows(event_id: int, with_contacts: bool) -> Iterable[Line]:
    for line in queries.participant_lines(event_id):
        yield [*_participant(line), *(_participant_contact(line) if with_contacts else ())]


def _participant(line: ParticipantLine) -> Line:
    entry, body = line.participation, line.participation.organization
    return [
        entry.code, str(SIDE_LABELS[entry.side]), body.legal_name, body.brand, str(STATE_LABELS[entry.state]),
        regency_name(body.regency), _word(BUSINESS_FORMS, body.business_form), _word(BUSINESS_SCALES, body.business_scale),
        body.business_id_number or "", _word(BUYER_TYPES, body.buyer_type), body.klpd_code, line.people,
        entry.submitted_at, _word(ORIGINS, entry.origin),
    ]  # fmt: skip


def _participant_contact(line: ParticipantLine) -> Line:
    contact, body = line.contact, line.participation.organization
    phone = (contact.phone if contact else None) or body.phone or ""
    email = (contact.email if contact else None) or body.email or ""
    return [contact.name if contact else "", phone, email, body.address]


def _person_columns(with_contacts: bool) -> list[Column]:
    columns = [
        Column(_("Organisation"), width=36), Column(_("Side"), width=10), Column(_("Name"), width=28), Column(_("Office"), width=28),
        Column(_("Role")), Column(_("State"), width=20), Column(_("Badge printed at"), "moment"), Column(_("Came at"), "moment"),
    ]  # fmt: skip
    return columns + ([Column(_("Phone"), width=18), Column(_("E-mail"), width=30)] if with_contacts else [])


def _person_rows(event_id: int, with_contacts: bool) -> Iterable[Line]:
    for line in queries.person_lines(event_id):
        contacts = (line.delegate.phone or "", line.delegate.email or "") if with_contacts else ()
        yield [*_person(line), *contacts]


def _person(line: PersonLine) -> Line:
    person, entry = line.delegate, line.delegate.participation
    role = "" if person.office_role is OfficeRole.OTHER else _word(OFFICE_ROLES, person.office_role)
    return [
        entry.organization.legal_name, str(SIDE_LABELS[entry.side]), person.name, person.office, role,
        str(STATE_LABELS[entry.state]), line.printed_at, line.came_at,
    ]  # fmt: skip


# Products and needs


def _product_columns(_with_contacts: bool) -> list[Column]:
    return [
        Column(_("Organisation"), width=36), Column(_("Regency or city")), Column(_("Product"), width=36), Column(_("Category")),
        Column(_("Price from"), "money"), Column(_("Unit"), width=10), Column(_("Smallest order"), "whole"),
        Column(_("Capacity each month"), "whole"), Column(_("Days to make it"), "whole"), Column(_("e-Katalog"), width=22),
        Column(_("TKDN"), width=22), Column(_("TKDN value"), "percent"), Column(_("BMP value"), "percent"),
        Column(_("TKDN valid until"), "date"), Column(_("Description"), width=50),
    ]  # fmt: skip


def _product_rows(event_id: int, _with_contacts: bool) -> Iterable[Line]:
    return [_product(row) for row in queries.product_lines(event_id)]


def _product(row: Product) -> Line:
    maker = row.organization
    return [
        maker.legal_name, regency_name(maker.regency), row.name, category_name(row.category), row.price, row.unit,
        row.min_order, row.monthly_capacity, row.lead_time_days, _word(LISTING_LABELS, row.catalog_listing_status),
        _word(LOCAL_CONTENT_LABELS, row.local_content_status), row.local_content_percent, row.company_benefit_percent,
        row.local_content_expires_on, row.description,
    ]  # fmt: skip


def _need_columns(_with_contacts: bool) -> list[Column]:
    return [
        Column(_("Organisation"), width=36), Column(_("Type of buyer")), Column(_("What is to be bought"), width=40),
        Column(_("Category")), Column(_("Items"), width=40), Column(_("Quantity"), width=16), Column(_("Budget ceiling (pagu)"), "money"),
        Column(_("RUP code"), width=14), Column(_("Work unit (satker)")), Column(_("Method"), width=18), Column(_("Fund"), width=10),
        Column(_("Planned month"), "whole"), Column(_("Fiscal year"), width=12),
    ]  # fmt: skip


def _need_rows(event_id: int, _with_contacts: bool) -> Iterable[Line]:
    return [_need(row) for row in queries.need_lines(event_id)]


def _need(row: Need) -> Line:
    buyer = row.participation.organization
    return [
        buyer.legal_name, _word(BUYER_TYPES, buyer.buyer_type), row.name, category_name(row.category) if row.category else "",
        row.item_text, row.quantity_text, row.budget_ceiling, row.rup_code, row.work_unit,
        _word(METHODS, row.procurement_method), _word(FUNDS, row.funding_source), row.planned_month,
        str(row.fiscal_year or ""),
    ]  # fmt: skip


# Wishes, meetings, commitments


def _wish_columns(_with_contacts: bool) -> list[Column]:
    return [
        Column(_("Who wishes"), width=36), Column(_("Side"), width=10), Column(_("Whom"), width=36), Column(_("Wish"), width=16),
        Column(_("Note"), width=40), Column(_("Changed at"), "moment"),
    ]  # fmt: skip


def _wish_rows(event_id: int, _with_contacts: bool) -> Iterable[Line]:
    return [
        [
            row.wisher.organization.legal_name, str(SIDE_LABELS[row.wisher.side]), row.target.organization.legal_name,
            strength_word(row.strength), row.note, row.updated_at,
        ]
        for row in queries.wish_lines(event_id)
    ]  # fmt: skip


def _meeting_columns(_with_contacts: bool) -> list[Column]:
    return [
        Column(_("Code"), width=14), Column(_("From"), "moment"), Column(_("Until"), "moment"), Column(_("Table"), width=10),
        Column(_("IKM"), width=36), Column(_("Buyer"), width=36), Column(_("State"), width=18), Column(_("Began at"), "moment"),
        Column(_("Ended at"), "moment"), Column(_("Result"), width=22), Column(_("Potential value"), "money"),
        Column(_("Next step"), width=36), Column(_("Next step on"), "date"), Column(_("Said by"), width=12),
    ]  # fmt: skip


def _meeting_rows(event_id: int, _with_contacts: bool) -> Iterable[Line]:
    return [_meeting(line) for line in queries.meeting_lines(event_id)]


def _meeting(line: MeetingLine) -> Line:
    record, said = line.record, line.outcome
    state = state_words(record.state, record.absent) if record else state_words(MeetingState.SCHEDULED, None)
    return [
        line.meeting.code, line.starts_at, line.ends_at,
        line.table.name if line.table else "", line.exhibitor, line.buyer, state, record.started_at if record else None,
        record.ended_at if record else None, _word(RESULTS, said.result) if said else "",
        said.potential_value if said else None, said.next_step if said else "", said.next_step_on if said else None,
        _word(SOURCES, said.source) if said else "",
    ]  # fmt: skip


def _commitment_columns(_with_contacts: bool) -> list[Column]:
    return [
        Column(_("Number"), width=28), Column(_("State"), width=26), Column(_("Buyer"), width=36),
        Column(_("Type of buyer")),
        Column(_("IKM"), width=36), Column(_("Regency or city")), Column(_("Value"), "money"), Column(_("RUP code"), width=14),
        Column(_("Method"), width=18), Column(_("Planned month"), "whole"), Column(_("Fiscal year"), width=12),
        Column(_("Made at"), "moment"), Column(_("Valid until"), "date"), Column(_("Kind of record"), width=26),
    ]  # fmt: skip


def _commitment_rows(event_id: int, _with_contacts: bool) -> Iterable[Line]:
    return [_commitment(row) for row in commitment_queries.commitment_lines(event_id)]


def _commitment(row: CommitmentLineRow) -> Line:
    made, buyer, maker = row.commitment, row.buyer, row.exhibitor
    return [
        made.number or "", row.state_word, buyer.legal_name, _word(BUYER_TYPES, buyer.buyer_type), maker.legal_name,
        regency_name(maker.regency), made.total, made.rup_code, _word(METHODS, made.procurement_method), made.planned_month,
        str(made.fiscal_year), made.created_at, made.valid_until, row.kind_word,
    ]  # fmt: skip


LISTS: tuple[ListKind, ...] = (
    ListKind(
        "participants", _l("Participants"), _l("Every registration in every state; organisations joined with another are left out."),
        "registration.read", lambda event_id: queries.count_of(queries.participations(event_id)),
        _participant_columns, _participant_rows, has_contacts=True,
    ),
    ListKind(
        "people", _l("People"), _l("Everybody named in a registration, with when they first came; erased people are left out."),
        "registration.read", lambda event_id: queries.count_of(queries.people(event_id)),
        _person_columns, _person_rows, has_contacts=True,
    ),
    ListKind(
        "products", _l("Products"), _l("Products of exhibitors whose registration waits or is approved."),
        "catalogue.review", lambda event_id: queries.count_of(queries.products(event_id)), _product_columns, _product_rows,
    ),
    ListKind(
        "needs", _l("Needs"), _l("Needs of buyers whose registration waits or is approved; a ceiling may cover other goods too."),
        "catalogue.review", lambda event_id: queries.count_of(queries.needs(event_id)), _need_columns, _need_rows,
    ),
    ListKind(
        "wishes", _l("Wishes"), _l("Both sides’ wishes. A “no” is never shown to the other side: keep this list to yourselves."),
        "wish.manage", lambda event_id: queries.count_of(queries.wishes(event_id)), _wish_columns, _wish_rows,
    ),
    ListKind(
        "meetings", _l("Meetings"), _l("The published meetings with where each stands and the word that counts: staff’s, else the buyer’s, else the exhibitor’s."),
        "meeting.read", queries.count_meetings, _meeting_columns, _meeting_rows,
    ),
    ListKind(
        "commitments", _l("Commitments"), _l("Every commitment in every state; only signed ones and what follows count as committed value."),
        "commitment.read", commitment_queries.count_commitments, _commitment_columns, _commitment_rows,
    ),
)  # fmt: skip
