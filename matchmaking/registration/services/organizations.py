"""Finding an organisation that is known already, making a new one, and changing its values with a trace."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.codes import new_code
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.identity import fold_name
from matchmaking.registration.models import Organization, Side

Change = dict[str, Any]


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def find_known(side: Side, values: dict[str, Any]) -> Organization | None:
    """Return the organisation these values surely name: same NIB, else same NPWP, else same name, regency and phone.

    A name alone never attaches anybody to an organisation: that pair is shown to staff as a possible duplicate.
    """
    tests: list[list[sa.ColumnElement[bool]]] = []
    if values.get("business_id_number"):
        tests.append([Organization.business_id_number == values["business_id_number"]])
    if values.get("tax_number"):
        tests.append([Organization.tax_number == values["tax_number"]])
    if values.get("regency") and values.get("phone"):
        tests.append(
            [
                Organization.name_key == fold_name(values["legal_name"]),
                Organization.regency == values["regency"],
                Organization.phone == values["phone"],
            ]
        )
    for test in tests:
        statement = sa.select(Organization).where(
            Organization.side == side, Organization.merged_into_id.is_(None), *test
        )
        if found := db.session.scalar(statement.order_by(Organization.id).limit(1)):
            return found
    return None


def make_organization(side: Side, values: dict[str, Any]) -> Organization:
    """Store a new organisation."""
    require_free_number(values.get("business_id_number"), None)
    now = clock.now()
    organization = Organization(
        code=new_code(12),
        side=side,
        name_key=fold_name(values["legal_name"]),
        created_at=now,
        updated_at=now,
        **values,
    )
    db.session.add(organization)
    db.session.flush()
    return organization


def differences(organization: Organization, values: dict[str, Any]) -> list[Change]:
    """Return what these values would change: ``[{"field", "old", "new"}]`` in JSON's terms."""
    found = []
    for name, new in values.items():
        old = getattr(organization, name)
        if plain(old) != plain(new) and not (old in (None, "", []) and new in (None, "", [])):
            found.append({"field": name, "old": plain(old), "new": plain(new)})
    return found


def apply_values(organization: Organization, values: dict[str, Any]) -> None:
    """Write values into the organisation; its name's key follows."""
    require_free_number(values.get("business_id_number"), organization.id)
    for name, value in values.items():
        setattr(organization, name, value)
    organization.name_key = fold_name(organization.legal_name)
    organization.updated_at = clock.now()
    db.session.flush()


def require_free_number(number: str | None, own_id: int | None) -> None:
    """Refuse a NIB that another organisation has.

    Raises:
        InvalidInput: at the field of the NIB.
    """
    if not number:
        return
    owner = db.session.scalar(sa.select(Organization.id).where(Organization.business_id_number == number))
    if owner is not None and owner != own_id:
        sentence = _("Another entry has this NIB already. Please compare the number; the organiser can join the two.")
        raise InvalidInput(sentence, fields={"business_id_number": sentence})
