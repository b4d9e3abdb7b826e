"""Builders of registrations for this feature's tests."""

from __future__ import annotations

from typing import Any

from matchmaking.actor import ANONYMOUS, Actor
from matchmaking.registration.commands import (
    ConsentGiven,
    DelegateDetails,
    OrganizationDetails,
    Registered,
    RegisterParticipant,
)
from matchmaking.registration.models import Side
from matchmaking.registration.services.registering import register_participant
from matchmaking.transactions import transaction

EXHIBITOR = {"legal_name": "Tapis Contoh Sirih", "regency": "18.71"}
BUYER = {"legal_name": "Dinas Contoh", "buyer_type": "regional_agency"}
CONTACT = {"name": "Peserta Contoh 07", "phone": "081234567890"}
#: What the form asks a maker for, in the catalogue's section.
PRODUCT = {"product": {"name": "Selendang tapis", "category_id": "tapis", "price": "450.000"}}
AGREED = ConsentGiven(("registration",))
#: What the catalogue's step of the exhibitor's form asks for.
PRODUCT = {"product": {"name": "Selendang tapis", "category_id": "tapis", "price": "450.000"}}


def command(event_id: int, side: Side = Side.EXHIBITOR, **values: Any) -> RegisterParticipant:
    """A complete registration; ``organization`` and ``contact`` add to the least that is needed."""
    least = EXHIBITOR if side is Side.EXHIBITOR else BUYER
    organization = OrganizationDetails(**{**least, **values.pop("organization", {})})
    contact = DelegateDetails(**{**CONTACT, **values.pop("contact", {})})
    others = values.pop("others", ())
    values.setdefault("steps", PRODUCT if side is Side.EXHIBITOR else {})
    return RegisterParticipant(
        event_id=event_id,
        side=side,
        organization=organization,
        delegates=(contact, *others),
        consent=values.pop("consent", AGREED),
        steps=values.pop("steps", PRODUCT if side is Side.EXHIBITOR else {}),
        **values,
    )


def register(event_id: int, side: Side = Side.EXHIBITOR, *, actor: Actor = ANONYMOUS, **values: Any) -> Registered:
    """Register in a transaction of its own, as the form's route does."""
    with transaction():
        return register_participant(actor, command(event_id, side, **values))
