"""The words people read for states, roles, warnings and what happened, in the order they are offered."""

from __future__ import annotations

from typing import Any

from matchmaking.commitments.models import (
    CommitmentKind,
    CommitmentState,
    EventKind,
    IdentifiedHow,
    PartyKind,
    SignatoryRole,
    SigningMethod,
    TaxMode,
)
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l

STATE_LABELS: dict[CommitmentState, Any] = {
    CommitmentState.DRAFT: _l("Being drafted"),
    CommitmentState.PROPOSED: _l("Waiting for the other party"),
    CommitmentState.AGREED: _l("Waiting for the signatory"),
    CommitmentState.SIGNED: _l("Signed"),
    CommitmentState.PARTLY_REALIZED: _l("Partly realised"),
    CommitmentState.REALIZED: _l("Realised"),
    CommitmentState.AMENDED: _l("Replaced by an addendum"),
    CommitmentState.WITHDRAWN: _l("Called off"),
    CommitmentState.EXPIRED: _l("Expired"),
}
STATE_SIGNALS: dict[CommitmentState, str] = {
    CommitmentState.DRAFT: "neutral",
    CommitmentState.PROPOSED: "waiting",
    CommitmentState.AGREED: "warning",
    CommitmentState.SIGNED: "held",
    CommitmentState.PARTLY_REALIZED: "held",
    CommitmentState.REALIZED: "held",
    CommitmentState.AMENDED: "neutral",
    CommitmentState.WITHDRAWN: "refused",
    CommitmentState.EXPIRED: "refused",
}
KIND_LABELS: dict[CommitmentKind, Any] = {
    CommitmentKind.COMMITMENT: _l("Commitment"),
    CommitmentKind.INVITATION: _l("Invitation to take part"),
    CommitmentKind.WITHDRAWAL: _l("Withdrawal"),
}
IDENTIFIED_LABELS: dict[IdentifiedHow, Any] = {
    IdentifiedHow.BADGE: _l("Badge of the event scanned"),
    IdentifiedHow.ID_CARD: _l("Identity card (KTP) seen"),
    IdentifiedHow.APPOINTMENT: _l("Letter of appointment (SK) seen"),
    IdentifiedHow.KNOWN: _l("Known to the staff"),
    IdentifiedHow.ACCOUNT: _l("Logged in with the own account"),
    IdentifiedHow.LINK: _l("Own link and digits of the phone number"),
}
#: What staff can choose; a link or account is known by itself.
IDENTIFIED_CHOICES = (IdentifiedHow.BADGE, IdentifiedHow.ID_CARD, IdentifiedHow.APPOINTMENT, IdentifiedHow.KNOWN)
#: The way of a commitment as the stepper shows it.
STEPS: tuple[tuple[CommitmentState, Any], ...] = (
    (CommitmentState.DRAFT, _l("Being drafted")),
    (CommitmentState.PROPOSED, _l("Proposed")),
    (CommitmentState.AGREED, _l("Agreed")),
    (CommitmentState.SIGNED, _l("Signed")),
)
PARTY_LABELS: dict[PartyKind, Any] = {
    PartyKind.BUYER: _l("First party (buyer)"),
    PartyKind.EXHIBITOR: _l("Second party (IKM)"),
}
ROLE_LABELS: dict[SignatoryRole, Any] = {
    SignatoryRole.BUDGET_USER: _l("PA/KPA (budget user)"),
    SignatoryRole.COMMITMENT_OFFICER: _l("PPK (commitment-making officer)"),
    SignatoryRole.ACTIVITY_OFFICER: _l("PPTK (activity technical officer)"),
    SignatoryRole.PROCUREMENT_OFFICER: _l("Procurement officer"),
    SignatoryRole.OWNER: _l("Owner"),
    SignatoryRole.DIRECTOR: _l("Director"),
    SignatoryRole.COOPERATIVE_CHAIR: _l("Chair of the cooperative"),
    SignatoryRole.ATTORNEY: _l("Holder of a power of attorney"),
    SignatoryRole.OTHER: _l("Other"),
}
#: The roles a party's signatory may have, as the form offers them.
ROLES_OF: dict[PartyKind, tuple[SignatoryRole, ...]] = {
    PartyKind.BUYER: (
        SignatoryRole.COMMITMENT_OFFICER,
        SignatoryRole.BUDGET_USER,
        SignatoryRole.ACTIVITY_OFFICER,
        SignatoryRole.PROCUREMENT_OFFICER,
        SignatoryRole.DIRECTOR,
        SignatoryRole.ATTORNEY,
        SignatoryRole.OTHER,
    ),
    PartyKind.EXHIBITOR: (
        SignatoryRole.OWNER,
        SignatoryRole.DIRECTOR,
        SignatoryRole.COOPERATIVE_CHAIR,
        SignatoryRole.ATTORNEY,
        SignatoryRole.OTHER,
    ),
}
AUTHORITY_LABELS: dict[str, Any] = {
    "role": _l("May sign by office"),
    "mandate": _l("May sign by mandate"),
    "power_of_attorney": _l("May sign by power of attorney"),
    "": _l("May agree, not sign"),
}
METHOD_LABELS: dict[SigningMethod, Any] = {
    SigningMethod.TABLET: _l("on the tablet"),
    SigningMethod.LINK: _l("by own link"),
    SigningMethod.INK: _l("in ink"),
}
TAX_LABELS: dict[TaxMode, Any] = {
    TaxMode.INCLUDED: _l("Prices include PPN"),
    TaxMode.EXCLUDED: _l("PPN comes on top"),
    TaxMode.NONE: _l("No PPN (not a taxable business)"),
}
EVENT_LABELS: dict[EventKind, Any] = {
    EventKind.CREATED: _l("Draft made"),
    EventKind.PROPOSED: _l("Proposed: the content is fixed"),
    EventKind.REOPENED: _l("Opened again for changes"),
    EventKind.AGREED: _l("Agreed"),
    EventKind.SIGNED: _l("Signed"),
    EventKind.INK_PRINTED: _l("Printed for signing in ink"),
    EventKind.LINK_SENT: _l("Link to sign handed over"),
    EventKind.MANDATE_ADDED: _l("Mandate added"),
    EventKind.WITHDRAWN: _l("Called off"),
    EventKind.REALIZED: _l("Realisation reported"),
    EventKind.REALIZATION_VOIDED: _l("Realisation taken back"),
    EventKind.AMENDED: _l("Replaced by an addendum"),
    EventKind.BUDGET_CONFIRMED: _l("Budget (DPA) confirmed"),
    EventKind.REMINDED: _l("Reminded to sign"),
    EventKind.DUTY_STAMPED: _l("Meterai affixed"),
    EventKind.WITNESSED: _l("Signed by a witness"),
    EventKind.CERTIFIED: _l("Signed with a certified electronic signature"),
    EventKind.PAPER_KEPT: _l("Late paper kept beside the record"),
}
#: What stands in the way of proposing.
PROBLEM_LABELS: dict[str, Any] = {
    "buyer_not_approved": _l("The buyer is not an approved participant of this event (any more)."),
    "exhibitor_not_approved": _l("The IKM is not an approved participant of this event (any more)."),
    "no_lines": _l("Add at least one product with quantity and price."),
    "total_too_large": _l("The total is larger than the application can hold. Please check the quantities and prices."),
    "buyer_signatory": _l("Say who signs for the buyer, with office and role."),
    "exhibitor_signatory": _l("Say who signs for the IKM, with office and role."),
    "competitive": _l(
        "The package is planned by tender, selection, contest or mini competition: save the draft again with that method,"
        " so that it becomes an invitation to take part."
    ),
    "year_over": _l("The fiscal year is over. Choose a later one."),
}
#: What is shown before proposing and may be accepted; recorded, never a wall.
WARNING_LABELS: dict[str, Any] = {
    "above_ceiling": _l("The total is above the budget ceiling (pagu) of the linked package."),
    "above_capacity": _l("A quantity is above what the IKM can make until the planned month."),
    "not_listed": _l("A product is not yet listed (tayang) although the method is e-purchasing."),
    "other_method": _l("The planned method is not e-purchasing."),
    "no_method": _l("No method of procurement is chosen yet."),
    "above_ceiling_together": _l(
        "Together with the other records on this RUP code the total is above the budget ceiling (pagu)."
    ),
    "above_threshold": _l("Several records of this work unit and this IKM together pass a threshold of procurement."),
    "next_year": _l("The budget is next year's: it waits for the DPA (menunggu DPA) and is counted apart."),
}
ORIGIN_LABELS: dict[str, Any] = {
    "staff": _l("made by staff"),
    "buyer": _l("made by the buyer"),
    "exhibitor": _l("made by the IKM"),
    "paper": _l("typed in from paper"),
    "tablet": _l("made on a tablet without a network"),
}
MONTHS: dict[str, Any] = {
    "1": _l("January"),
    "2": _l("February"),
    "3": _l("March"),
    "4": _l("April"),
    "5": _l("May"),
    "6": _l("June"),
    "7": _l("July"),
    "8": _l("August"),
    "9": _l("September"),
    "10": _l("October"),
    "11": _l("November"),
    "12": _l("December"),
}


def kind_word(kind: CommitmentKind, *, awaits_budget: bool) -> str:
    """Return what a record is, in words."""
    if kind is CommitmentKind.COMMITMENT and awaits_budget:
        return _("Commitment, menunggu DPA")
    return str(KIND_LABELS[kind])
