"""Adding, changing and retiring a buyer's needs."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.catalogue.commands import NeedDetails
from matchmaking.catalogue.models import Need
from matchmaking.catalogue.services.categories_kept import add_need_categories
from matchmaking.catalogue.services.changes import note_for_staff
from matchmaking.catalogue.services.reading import read_need
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.services.details import Sentences
from matchmaking.transactions import lock_row

#: Typed by hand; whole procurement plans come by import.
MAX_TYPED_NEEDS = 200


def create_need(actor: Actor, participation_id: int, details: NeedDetails, *, origin: str = "form") -> Need:
    """Add a need to a buyer's entry; the very same again changes nothing.

    Raises:
        InvalidInput: with a sentence for each field; Conflict: too many.
    """
    participation = lock_row(Participation, participation_id)
    if participation is None or participation.side is not Side.BUYER:
        raise NotFound(_("There is no such entry in this event."))
    values = _read(details)
    if known := _same(participation_id, values):
        return known
    _require_free_code(participation_id, values["rup_code"], None)
    count = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Need)
        .where(Need.participation_id == participation_id, Need.retired_at.is_(None), Need.origin != "rup")
    )
    if (count or 0) >= MAX_TYPED_NEEDS:
        raise Conflict(_("At most %(count)s needs can be typed in, please.", count=MAX_TYPED_NEEDS))
    now = clock.now()
    need = Need(
        code=new_code(12), participation_id=participation_id, origin=origin, created_at=now, updated_at=now, **values
    )
    db.session.add(need)
    db.session.flush()
    add_need_categories(participation_id)
    data = {"category": need.category_id, "origin": origin}
    audit.record(actor, "catalogue.need_add", need, event_id=participation.event_id, data=data)
    return need


def edit_need(actor: Actor, need_id: int, details: NeedDetails, *, event_id: int) -> list[str]:
    """Change a need; return the names of the fields that changed."""
    need = _locked(need_id)
    values = _read(details)
    _require_free_code(need.participation_id, values["rup_code"], need.id)
    changed = sorted(name for name, value in values.items() if getattr(need, name) != value)
    note_for_staff(actor, need.participation_id, need.name, {name: getattr(need, name) for name in changed}, values)
    for name in changed:
        setattr(need, name, values[name])
    if changed:
        need.updated_at = clock.now()
        add_need_categories(need.participation_id)
        audit.record(actor, "catalogue.need_edit", need, event_id=event_id, data={"fields": changed})
    return changed


def retire_need(actor: Actor, need_id: int, *, event_id: int) -> None:
    """Take a need back; it is kept, for what was agreed on it. Twice is harmless."""
    need = _locked(need_id)
    if need.retired_at is None:
        need.retired_at = clock.now()
        audit.record(actor, "catalogue.need_retire", need, event_id=event_id)


def restore_need(actor: Actor, need_id: int, *, event_id: int) -> None:
    """Undo a retirement."""
    need = _locked(need_id)
    if need.retired_at is not None:
        _require_free_code(need.participation_id, need.rup_code, need.id)
        need.retired_at = None
        audit.record(actor, "catalogue.need_restore", need, event_id=event_id)


def need_of(participation_id: int, code: str) -> Need:
    """Return a need of this entry by its code, retired ones too.

    Raises:
        NotFound: it belongs to another entry, or to none.
    """
    found = db.session.scalar(sa.select(Need).where(Need.code == code, Need.participation_id == participation_id))
    if found is None:
        raise NotFound(_("There is no such need here any more."))
    return found


def move_needs(_actor: Actor, kept_id: int, gone_id: int) -> None:
    """Two entries became one: needs move; of two with one RUP code the kept entry's stays."""
    codes = set(_live_codes(kept_id))
    for need in db.session.scalars(sa.select(Need).where(Need.participation_id == gone_id)).all():
        if need.retired_at is None and need.rup_code in codes:
            need.retired_at = clock.now()
        need.participation_id = kept_id
    add_need_categories(kept_id)


def _same(participation_id: int, values: dict[str, Any]) -> Need | None:
    is_alike = [getattr(Need, name) == value for name, value in values.items()]
    return db.session.scalars(
        sa.select(Need)
        .where(Need.participation_id == participation_id, Need.retired_at.is_(None), *is_alike)
        .order_by(Need.id)
        .limit(1)
    ).first()


def _live_codes(participation_id: int) -> list[str]:
    found = db.session.scalars(
        sa.select(Need.rup_code).where(Need.participation_id == participation_id, Need.retired_at.is_(None))
    )
    return [code for code in found if code]


def _read(details: NeedDetails) -> dict[str, Any]:
    sentences = Sentences()
    values = read_need(details, sentences)
    sentences.raise_if_any()
    return values


def _locked(need_id: int) -> Need:
    need = lock_row(Need, need_id)
    if need is None:
        raise NotFound(_("There is no such need here any more."))
    return need


def _require_free_code(participation_id: int, rup_code: str, but: int | None) -> None:
    if not rup_code:
        return
    known = db.session.scalar(
        sa.select(Need.id).where(
            Need.participation_id == participation_id,
            Need.rup_code == rup_code,
            Need.retired_at.is_(None),
            Need.id != (but or 0),
        )
    )
    if known:
        sentence = _("You have a need with this RUP code already. Change that one.")
        raise InvalidInput(sentence, fields={"rup_code": sentence})
