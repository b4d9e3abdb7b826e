"""What the form, staff and the spreadsheet import ask of registration: raw text as people gave it; services read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from matchmaking.registration.models import Side


@dataclass(frozen=True)
class OrganizationDetails:
    """An organisation as typed; every value is text, empty for "not given"."""

    legal_name: str
    regency: str = ""  # a code or a name
    phone: str = ""
    email: str = ""
    address: str = ""
    website: str = ""
    # exhibitor
    brand: str = ""
    owner_name: str = ""
    business_form: str = ""
    business_scale: str = ""
    scale_basis: str = ""  # capital, sales or stated
    business_id_number: str = ""
    business_id_pending: str = ""
    tax_number: str = ""
    industry_codes: str = ""
    has_siinas_account: str = ""  # yes or no
    catalog_seller: str = ""  # yes, no or in_process
    # buyer
    buyer_type: str = ""
    klpd_code: str = ""
    work_unit_codes: str = ""


@dataclass(frozen=True)
class DelegateDetails:
    """A person who comes, as typed. ``team`` counts from 1."""

    name: str
    phone: str = ""
    email: str = ""
    office: str = ""
    office_role: str = ""
    team: int = 1


@dataclass(frozen=True)
class ConsentGiven:
    """Which consents were ticked, in which language the texts were read."""

    purposes: tuple[str, ...]
    locale: str = "id"


@dataclass(frozen=True)
class RegisterParticipant:
    """One registration. The first delegate is the contact; ``steps`` maps a step's key to its form data."""

    event_id: int
    side: Side
    organization: OrganizationDetails
    delegates: tuple[DelegateDetails, ...]
    origin: str = "form"  # form, staff, import, copy
    submission_key: str | None = None
    consent: ConsentGiven | None = None
    team_names: tuple[str, ...] = ()
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    uploads: tuple[str, ...] = ()  # codes of kept uploads: NIB, certificates
    staff_note: str = ""
    organization_id: int | None = None  # staff and imports: the known organisation this surely is


@dataclass(frozen=True)
class Registered:
    """The outcome; ``is_repeat``: this submission had been stored before."""

    participation_id: int
    code: str
    state: str
    is_repeat: bool = False
