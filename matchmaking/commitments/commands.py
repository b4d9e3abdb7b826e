"""What the services of commitments are asked to do: plain data, everything typed still text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from matchmaking.commitments.models import EventKind


@dataclass(frozen=True)
class RecordEvent:
    """One thing that happened. ``event_key`` is made by who reports it: the same key again is the same event."""

    kind: EventKind
    event_key: str
    party: str | None = None
    amount: int | None = None
    reason: str = ""
    device_time: datetime | None = None
    content_hash: str | None = None  # the commitment's own where none is given
    reference: str = ""  # the serial of a meterai
    details: Mapping[str, str] = field(default_factory=dict)
    as_of: date | None = None  # the day it is judged by, where that is not today


@dataclass(frozen=True)
class LineDetails:
    """One product as typed. ``product``: the code of a product of the exhibitor, empty for free text."""

    product: str = ""
    name: str = ""
    specification: str = ""
    quantity: str = ""
    unit: str = ""
    unit_price: str = ""


@dataclass(frozen=True)
class SignatoryDetails:
    """Who signs for a party: ``delegate`` is the code of a person of the entry, empty when typed."""

    delegate: str = ""
    name: str = ""
    office: str = ""
    role: str = ""
    employee_number: str = ""
    phone: str = ""
    authority_limit: str = ""  # up to which total this person may sign by office


@dataclass(frozen=True)
class DraftDetails:
    """The content of a draft as typed. ``need`` is the code of a need of the buyer."""

    lines: tuple[LineDetails, ...] = ()
    tax_mode: str = "included"
    tax_rate: str = "11"
    need: str = ""
    rup_code: str = ""
    rup_name: str = ""
    work_unit: str = ""
    funding_source: str = ""
    method: str = ""
    month: str = ""
    fiscal_year: str = ""
    listing_by: str = ""
    note: str = ""
    buyer_signatory: SignatoryDetails = field(default_factory=SignatoryDetails)
    exhibitor_signatory: SignatoryDetails = field(default_factory=SignatoryDetails)


@dataclass(frozen=True)
class BeginCommitment:
    """A new commitment. ``record_id`` is a UUID made by the form or device: sent again, it is the same commitment."""

    event_id: int
    record_id: str
    buyer_id: int  # participation
    exhibitor_id: int  # participation
    details: DraftDetails
    meeting_code: str | None = None
    origin: str = "staff"  # staff, buyer, exhibitor, paper
    paper_number: str = ""  # as it is printed on the paper that is typed in
    paper_on: str = ""  # when that was signed


@dataclass(frozen=True)
class EditDraft:
    """Change a draft that the page showed as ``seen_version``."""

    event_id: int
    code: str
    details: DraftDetails
    seen_version: int


@dataclass(frozen=True)
class ProposeCommitment:
    """Freeze a draft. ``accepted``: the warnings that were shown and accepted."""

    event_id: int
    code: str
    event_key: str
    seen_version: int
    accepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class BeginSuccessor:
    """Replace or take back a signed record together. ``record_id`` as for any new record; ``party``: who begins it."""

    event_id: int
    code: str
    record_id: str
    reason: str
    party: str | None = None


@dataclass(frozen=True)
class EndOrReopen:
    """Reopen or withdraw a commitment. ``party``: set when a party acts for itself, ``None`` for staff."""

    event_id: int
    code: str
    event_key: str
    party: str | None = None
    reason: str = ""
