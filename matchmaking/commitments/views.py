"""What a page or paper shows of one commitment: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from matchmaking import money
from matchmaking.commitments.canonical import tax_amount
from matchmaking.commitments.life import COUNTED
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


@dataclass(frozen=True)
class LineView:
    """One product."""

    position: int
    product: str
    specification: str
    quantity_thousandths: int
    unit: str
    unit_price: int
    total: int
    content_note: str
    product_code: str = ""  # in the catalogue, while a draft

    @property
    def quantity(self) -> str:
        """The quantity as Indonesians write it: ``1.250,5``."""
        return quantity_text(self.quantity_thousandths)


@dataclass(frozen=True)
class PartyView:
    """A party: its words on the paper, who signs for it, and how far it is."""

    id: int
    kind: PartyKind
    participation_id: int
    participation_code: str
    name: str
    detail: str
    address: str
    regency: str
    signatory_name: str
    signatory_office: str
    signatory_role: SignatoryRole | None
    employee_number: str
    signatory_phone: str | None
    delegate_code: str
    has_mandate: bool
    mandate_file_code: str
    mandate_number: str
    mandate_limit: int | None
    authority_limit: int | None
    authority: str  # why the signatory may sign: role, mandate, power_of_attorney; '' when only agree
    standing: str  # '', agreed, signed


@dataclass(frozen=True)
class SignatureView:
    """A signature or agreement as it was given."""

    id: int
    kind: PartyKind
    method: SigningMethod
    signatory_name: str
    signatory_office: str
    signatory_role: SignatoryRole
    is_authorised: bool
    authority: str
    strokes: list[Any] | None
    file_code: str
    content_hash: str
    signed_at: datetime
    device_time: datetime | None
    identified_how: IdentifiedHow | None = None
    identified_note: str = ""
    key: str = ""


@dataclass(frozen=True)
class EventView:
    """One line of the trail."""

    kind: EventKind
    party: PartyKind | None
    at: datetime
    reason: str
    amount: int | None
    reference: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    key: str = ""
    device_time: datetime | None = None


@dataclass(frozen=True)
class SourceView:
    """Where the money is planned."""

    rup_code: str
    rup_name: str
    work_unit: str
    funding_source: str
    method: str
    month: int | None
    need_code: str = ""


@dataclass(frozen=True)
class RelatedView:
    """A record that this one replaces or takes back, or that does so to it."""

    code: str
    number: str
    kind: CommitmentKind
    state: CommitmentState
    reason: str
    origin: str
    is_frozen: bool


@dataclass(frozen=True)
class CommitmentView:
    """Everything a page or a paper shows of one commitment; what is frozen comes from the canonical form."""

    id: int
    event_id: int
    code: str
    record_id: str
    kind: CommitmentKind
    amends: RelatedView | None
    amend_reason: str
    successors: tuple[RelatedView, ...]
    awaits_budget: bool
    paper_on: date | None
    state: CommitmentState  # as it is today, expiry included
    stored_state: CommitmentState
    row_version: int
    origin: str
    meeting_code: str
    number: str
    serial: int | None
    fiscal_year: int
    made_on: date | None
    place: str
    valid_until: date | None
    frozen_at: datetime | None
    created_at: datetime
    buyer: PartyView
    exhibitor: PartyView
    lines: tuple[LineView, ...]
    total: int
    tax_mode: TaxMode
    tax_rate_hundredths: int
    source: SourceView
    listing_by: date | None
    note: str
    clauses: tuple[str, ...]
    warnings: tuple[str, ...]
    canonical: Mapping[str, Any] | None
    content_hash: str
    signatures: tuple[SignatureView, ...]
    events: tuple[EventView, ...]

    @property
    def is_frozen(self) -> bool:
        """Say whether the content is fixed."""
        return self.canonical is not None

    @property
    def is_committed(self) -> bool:
        """Say whether its value counts as commitment."""
        return self.kind is CommitmentKind.COMMITMENT and self.is_signed and not self.awaits_budget

    @property
    def is_signed(self) -> bool:
        """Say whether both have signed and it is in force, whatever kind of record it is."""
        return self.stored_state in COUNTED

    @property
    def is_priced(self) -> bool:
        """Say whether it names prices."""
        return self.kind is CommitmentKind.COMMITMENT

    @property
    def tax(self) -> int:
        """PPN on top, in whole rupiah; 0 when the prices include it or there is none."""
        return tax_amount(self.total, self.tax_rate_hundredths) if self.tax_mode is TaxMode.EXCLUDED else 0

    @property
    def grand_total(self) -> int:
        """The total with PPN on top."""
        return self.total + self.tax

    @property
    def total_words(self) -> str:
        """The total in Indonesian words."""
        return f"{money.in_words(self.total)} rupiah"

    @property
    def parties(self) -> tuple[PartyView, PartyView]:
        """First and second party."""
        return self.buyer, self.exhibitor

    def party(self, kind: PartyKind) -> PartyView:
        """Return one of the two."""
        return self.buyer if kind is PartyKind.BUYER else self.exhibitor

    @property
    def waits_for(self) -> tuple[PartyView, ...]:
        """The parties for which somebody authorised has still to sign."""
        return tuple(party for party in self.parties if party.standing != "signed")

    @property
    def can_be_reopened(self) -> bool:
        """Say whether nobody has agreed or signed yet."""
        if self.kind is CommitmentKind.WITHDRAWAL:
            return False
        return self.stored_state is CommitmentState.PROPOSED and not any(party.standing for party in self.parties)


def quantity_text(thousandths: int) -> str:
    """Return ``1.250,5`` for 1250500."""
    whole, rest = divmod(thousandths, 1000)
    grouped = f"{whole:,}".replace(",", ".")
    return f"{grouped},{rest:03d}".rstrip("0") if rest else grouped
