"""The words people read for states, sides and answers, in the order they are offered."""

from __future__ import annotations

from typing import Any

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.models import (
    BusinessForm,
    BusinessScale,
    BuyerType,
    OfficeRole,
    ParticipationState,
    Side,
)

STATE_LABELS: dict[ParticipationState, Any] = {
    ParticipationState.SUBMITTED: _l("Waiting for a decision"),
    ParticipationState.WAITLISTED: _l("On the waiting list"),
    ParticipationState.APPROVED: _l("Approved"),
    ParticipationState.REFUSED: _l("Refused"),
    ParticipationState.WITHDRAWN: _l("Withdrawn"),
}
#: Which of the four signals of the design each state wears.
STATE_SIGNALS = {
    ParticipationState.SUBMITTED: "waiting",
    ParticipationState.WAITLISTED: "warning",
    ParticipationState.APPROVED: "held",
    ParticipationState.REFUSED: "refused",
    ParticipationState.WITHDRAWN: "neutral",
}
SIDE_LABELS: dict[Side, Any] = {Side.EXHIBITOR: _l("IKM"), Side.BUYER: _l("Buyer")}
SIDES_LABELS: dict[Side, Any] = {Side.EXHIBITOR: _l("IKM (exhibitors)"), Side.BUYER: _l("Buyers")}

BUSINESS_FORMS: dict[str, Any] = {
    BusinessForm.SOLE_PROPRIETOR: _l("Sole proprietor"),
    BusinessForm.CV: _l("CV"),
    BusinessForm.PT: _l("PT"),
    BusinessForm.PT_SINGLE: _l("PT of one person"),
    BusinessForm.COOPERATIVE: _l("Cooperative"),
}
BUSINESS_SCALES: dict[str, Any] = {
    BusinessScale.MICRO: _l("Micro"),
    BusinessScale.SMALL: _l("Small"),
    BusinessScale.MEDIUM: _l("Medium"),
}
SCALE_BASES: dict[str, Any] = {
    "sales": _l("Yearly sales"),
    "capital": _l("Capital without land and buildings"),
    "stated": _l("As stated by the business"),
}
YES_NO: dict[str, Any] = {"yes": _l("Yes"), "no": _l("No")}
CATALOG_ANSWERS: dict[str, Any] = {"yes": _l("Yes"), "in_process": _l("In process"), "no": _l("Not yet")}
BUYER_TYPES: dict[str, Any] = {
    BuyerType.REGIONAL_AGENCY: _l("Regional agency of the province (OPD)"),
    BuyerType.LOCAL_GOVERNMENT: _l("Regency or city government"),
    BuyerType.VERTICAL_AGENCY: _l("Regional office of a ministry"),
    BuyerType.STATE_OWNED_COMPANY: _l("State-owned company (BUMN)"),
    BuyerType.REGIONAL_OWNED_COMPANY: _l("Region-owned company (BUMD)"),
    BuyerType.PRIVATE_COMPANY: _l("Private company"),
}
OFFICE_ROLES: dict[str, Any] = {
    OfficeRole.COMMITMENT_OFFICER: _l("PPK (commitment-making officer)"),
    OfficeRole.BUDGET_USER: _l("PA/KPA (budget user)"),
    OfficeRole.ACTIVITY_OFFICER: _l("PPTK (activity technical officer)"),
    OfficeRole.PROCUREMENT_OFFICER: _l("Procurement officer"),
    OfficeRole.OTHER: _l("Other"),
}
EXHIBITOR_ROLES: dict[str, Any] = {OfficeRole.OWNER: _l("Owner"), OfficeRole.OTHER: _l("Staff or family")}
ORIGINS: dict[str, Any] = {
    "form": _l("Registration form"),
    "staff": _l("Entered by staff"),
    "import": _l("Spreadsheet"),
    "copy": _l("Taken over from an earlier event"),
    "walk_in": _l("Walk-in"),
}
REVISION_KINDS: dict[str, Any] = {
    "owner": _l("Changed by the participant"),
    "staff": _l("Changed by staff"),
    "import": _l("Changed by a spreadsheet"),
    "merge": _l("Joined with another entry"),
    "claim": _l("Given with the new registration"),
}

CONSENTS: dict[str, Any] = {
    "registration": _l("Use of the data for this event"),
    "publish_contact": _l("Show phone and e-mail to partners"),
    "publish_photo": _l("Show photos publicly"),
}

#: Words behind the stored values of a field, for showing changes.
VALUE_LABELS: dict[str, dict[str, Any]] = {
    "business_form": BUSINESS_FORMS,
    "business_scale": BUSINESS_SCALES,
    "scale_basis": SCALE_BASES,
    "catalog_seller": CATALOG_ANSWERS,
    "buyer_type": BUYER_TYPES,
    "office_role": {**OFFICE_ROLES, **EXHIBITOR_ROLES, OfficeRole.OTHER: _l("Other")},
}


def choices(labels: dict[Any, Any], empty: Any = None) -> list[tuple[str, Any]]:
    """Return (value, words) for a form; ``empty`` adds a first choice of nothing."""
    start = [("", empty)] if empty is not None else []
    return start + [(str(getattr(value, "value", value)), label) for value, label in labels.items()]
