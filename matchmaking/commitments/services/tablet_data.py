"""Everything a tablet needs to make and sign commitments by itself, as ``docs/tablet-sync.md``, section 2, specifies it.

Of people only names, offices and roles leave the server: no phone, no e-mail, no tax or citizen number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import get_locale
from sqlalchemy.orm import joinedload

from matchmaking import clock
from matchmaking.catalogue.models import ListingStatus, Need, Product
from matchmaking.catalogue.queries.products import live_products
from matchmaking.commitments import kinds, texts
from matchmaking.commitments.authority import roles_that_sign
from matchmaking.commitments.labels import ROLES_OF
from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.numbers import InvalidPattern, parse_pattern
from matchmaking.commitments.queries.signing import role_of
from matchmaking.commitments.queries.sources import content_notes
from matchmaking.commitments.queries.tablet_beside import beside_data
from matchmaking.commitments.queries.tablet_work import meetings_on, waiting_forms
from matchmaking.commitments.queries.tablets import TabletView, open_numbers
from matchmaking.commitments.services.drafting import snapshot_of
from matchmaking.commitments.services.receiving import MAX_BODY_BYTES, MAX_RECORDS
from matchmaking.commitments.services.sealing_keys import sealing_key_of
from matchmaking.commitments.services.settings import Settings, settings_of
from matchmaking.commitments.services.tablet_stamp import stamp_now
from matchmaking.commitments.signed_record import MAX_LINES
from matchmaking.commitments.sync_models import NumberBlock
from matchmaking.commitments.tablet_parts import digest_of, version_of, versions_of
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side
from matchmaking.transactions import in_transaction
from matchmaking.web.addresses import public_address

DATA_1 = "temu-bisnis-tablet-data/1"


@dataclass(frozen=True)
class Versions:
    """What a poll is answered with: a version for each part, and one for all; ``numbers_left``: what the tablet may still give."""

    parts: dict[str, str]
    whole: str
    numbers_left: int


@dataclass(frozen=True)
class _Kept:
    """An event's data as they were made once, and of what: stamp, days, language, address. Never changed."""

    of: tuple[str, ...]
    data: dict[str, Any]
    versions: dict[str, str]


#: Where an application keeps what it made: by event, the one asked for last at the end.
_STORE = "tablet_data"
_MOST_KEPT = 8


def tablet_data(tablet: TabletView) -> dict[str, Any]:
    """Return the data of a tablet's event; ``data_version`` changes when, and only when, something in it does.

    ``versions`` says which part of it did (:mod:`matchmaking.commitments.tablet_parts`), so that a tablet fetches only that.
    The event has its keys (:func:`sealing_key_of`).
    """
    kept = _event_data(tablet.event_id)
    blocks, left = open_numbers(tablet.id)
    versions = _versions(kept, blocks, left)
    own = {
        "number_blocks": [block_data(block) for block in blocks],
        "versions": versions.parts,
        "data_version": versions.whole,
    }
    return {**kept.data, **own, "made_at": clock.now().isoformat()}


def tablet_versions(tablet: TabletView) -> Versions:
    """Return the versions that :func:`tablet_data` would name; where nothing has changed, a stamp and the numbers are read."""
    kept = _event_data(tablet.event_id)
    return _versions(kept, *open_numbers(tablet.id))


def _versions(kept: _Kept, blocks: Sequence[NumberBlock], left: int) -> Versions:
    parts = {**kept.versions, "numbers": version_of([block_data(block) for block in blocks])}
    return Versions(parts, f'"{digest_of(parts)[:32]}"', left)


def _event_data(event_id: int) -> _Kept:
    """Return what all tablets of an event share, as it is now; made anew only after a change.

    Kept is only what was read whole under one stamp: all of it after the stamp, and neither stamp nor day has changed since; nothing of a transaction under way.
    """
    store: dict[int, _Kept] = current_app.extensions.setdefault(_STORE, {})
    stamp, kept = stamp_now(), store.get(event_id)
    if kept and kept.of == _made_of(stamp, event_id):
        return kept
    db.session.expire_all()  # what this request has read already may be older than the stamp
    of = _made_of(stamp, event_id)
    data = _make(db.session.get_one(Event, event_id))
    made = _Kept(of, data, versions_of(data))
    if not in_transaction() and _made_of(stamp_now(), event_id) == of:
        store.pop(event_id, None)
        store[event_id] = made
        for oldest in list(store)[:-_MOST_KEPT]:
            store.pop(oldest, None)
    return made


def _made_of(stamp: str, event_id: int) -> tuple[str, ...]:
    """Return what the data depend on: the database's state, and what does not stand in it."""
    event = db.session.get_one(Event, event_id)
    days = clock.today(event.timezone).isoformat(), clock.today().isoformat()
    return stamp, *days, str(get_locale()), public_address(event.public_address)


def _make(event: Event) -> dict[str, Any]:
    settings = settings_of(event.id)
    key = sealing_key_of(event.id)
    today = clock.today(event.timezone)
    entries = _entries(event.id)
    people, needs = _people([entry.id for entry in entries]), _needs([entry.id for entry in entries])
    products = _products([entry.organization_id for entry in entries if entry.side is Side.EXHIBITOR])
    return {
        "format": DATA_1,
        "today": today.isoformat(),
        "event": _event(event),
        "template": _template(settings),
        "number_pattern": _pattern(settings, event.code),
        "number_blocks": [],
        "sealing_key": {"kid": key.kid, "jwk": key.public_jwk},
        "limits": {"lines": MAX_LINES, "records_per_sync": MAX_RECORDS, "request_bytes": MAX_BODY_BYTES},
        "authority": {"roles": {kind.value: [role.value for role in ROLES_OF[kind]] for kind in PartyKind}},
        "parties": [_party(entry, people[entry.id], products, needs) for entry in entries],
        "beside": beside_data(event.id, entries, today),
        "meetings": meetings_on(event.id, today, event.timezone),
        "waiting": waiting_forms(event.id, today),
    }


def block_data(block: NumberBlock) -> dict[str, Any]:
    """Return a block as tablets know it."""
    return {"code": block.code, "first": block.first_serial, "last": block.last_serial}


def _event(event: Event) -> dict[str, Any]:
    base = public_address(event.public_address)
    return {
        "code": event.code,
        "name": event.name,
        "place": event.venue,
        "host": event.host_name,
        "timezone": event.timezone,
        "starts_on": event.starts_on.isoformat(),
        "ends_on": event.ends_on.isoformat(),
        "fiscal_year": str(max(event.starts_on.year, clock.today(event.timezone).year)),
        "is_demo": event.is_demo or event.is_test,
        "has_screen_signing": event.has_screen_signing,
        "check_address": f"{base}/check" if base else "",
    }


def _template(settings: Settings) -> dict[str, Any]:
    return {
        "version": str(settings.version),
        "title": texts.TITLE,
        "clauses": [_clause(key, standard, settings) for key, standard in texts.STANDARD.items()],
        "next_year": kinds.NEXT_YEAR,
        "invitation": [{"text": text} for text in kinds.INVITATION],
        "report_days": [day.isoformat() for day in settings.report_days],
        "witness": {"name": settings.witness_name, "office": settings.witness_office},
    }


def _clause(key: str, standard: str, settings: Settings) -> dict[str, Any]:
    if key == texts.LOCKED:
        return {"key": key, "text": texts.LOCKED_TEXT, "locked": True}
    return {"key": key, "text": settings.texts.get(key, "").strip() or standard}


def _pattern(settings: Settings, event_code: str) -> list[str | dict[str, Any]]:
    """Return the pattern taken apart; empty when it gives no number any more (the tablet then says so)."""
    try:
        pattern = parse_pattern(settings.number_pattern, event_code)
    except InvalidPattern:
        return []
    return [part if isinstance(part, str) else {"name": part.name, "width": part.width} for part in pattern.parts]


def _entries(event_id: int) -> Sequence[Participation]:
    return db.session.scalars(
        sa.select(Participation)
        .where(Participation.event_id == event_id, Participation.state == ParticipationState.APPROVED)
        .options(joinedload(Participation.organization))
        .order_by(Participation.side, Participation.code)
    ).all()


def _party(
    entry: Participation,
    people: list[dict[str, str]],
    products: dict[int, list[dict[str, Any]]],
    needs: dict[int, list[dict[str, str]]],
) -> dict[str, Any]:
    kind = PartyKind(entry.side.value)
    found = {
        "code": entry.code,
        "side": kind.value,
        **snapshot_of(entry),
        "signing_roles": sorted(role.value for role in roles_that_sign(kind, entry.organization.buyer_type)),
        "people": people,
    }
    if kind is PartyKind.EXHIBITOR:
        return {**found, "products": products[entry.organization_id]}
    return {**found, "needs": needs[entry.id]}


def _people(participation_ids: list[int]) -> dict[int, list[dict[str, str]]]:
    rows = db.session.scalars(
        sa.select(Delegate)
        .where(Delegate.participation_id.in_(participation_ids), Delegate.erased_at.is_(None))
        .order_by(Delegate.is_contact.desc(), Delegate.name, Delegate.id)
    )
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        role = role_of(row.office_role)
        person = {"code": row.code, "name": row.name, "office": row.office, "role": role.value if role else ""}
        found[row.participation_id].append(person)
    return found


def _products(organization_ids: list[int]) -> dict[int, list[dict[str, Any]]]:
    rows = db.session.scalars(live_products().where(Product.organization_id.in_(organization_ids))).all()
    notes = content_notes(rows)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row.organization_id].append(_product(row, notes.get(row.id, "")))
    return found


def _product(row: Product, note: str) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "category": row.category_id,
        "unit": row.unit,
        "price": str(row.price),
        "min_order": _number(row.min_order),
        "monthly_capacity": _number(row.monthly_capacity),
        "lead_time_days": _number(row.lead_time_days),
        "is_listed": row.catalog_listing_status is ListingStatus.LISTED,
        "content_note": note,
    }


def _needs(participation_ids: Sequence[int]) -> dict[int, list[dict[str, str]]]:
    rows = db.session.scalars(
        sa.select(Need)
        .where(Need.participation_id.in_(participation_ids), Need.retired_at.is_(None))
        .order_by(Need.participation_id, Need.id)
    )
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        found[row.participation_id].append(_need(row))
    return found


def _need(row: Need) -> dict[str, str]:
    return {
        "code": row.code,
        "name": row.name,
        "category": row.category_id or "",
        "budget_ceiling": _number(row.budget_ceiling),
        "rup_code": row.rup_code,
        "work_unit": row.work_unit,
        "funding_source": row.funding_source,
        "method": row.procurement_method,
        "month": _number(row.planned_month),
        "fiscal_year": _number(row.fiscal_year),
    }


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
