"""The transaction commitment (*komitmen transaksi*): what two parties mean to buy and supply, who signed it, what became of it.

Once it is proposed its content is frozen (number, canonical form, hash); what comes after is appended, never edited.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from matchmaking.extensions import Model, enum_column
from matchmaking.money import MAX_RUPIAH
from matchmaking.registration.models import Participation

#: Methods in which makers compete: who wins is not named in advance (Perpres 16/2018, as changed by 12/2021 and 46/2025).
COMPETITIVE = ("tender", "quick_tender", "selection", "contest", "mini_competition")


def _quoted(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


#: Of one record there is one that replaces it or takes it back, from its proposal on.
_IS_SUCCESSOR = sa.text("amends_id IS NOT NULL AND state NOT IN ('draft', 'withdrawn')")


class CommitmentState(StrEnum):
    """Where a commitment stands; derived from its events. Only ``signed`` and what follows count as commitment."""

    DRAFT = "draft"
    PROPOSED = "proposed"  # waits for the other party
    AGREED = "agreed"  # both agree, somebody authorised has still to sign
    SIGNED = "signed"
    PARTLY_REALIZED = "partly_realized"
    REALIZED = "realized"
    AMENDED = "amended"  # another commitment of the same two, signed by both, stands in its place
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class CommitmentKind(StrEnum):
    """What a record is. Only a ``commitment`` names a price and counts."""

    COMMITMENT = "commitment"
    INVITATION = "invitation"  # to take part in a tender or the like: no price, no winner in advance
    WITHDRAWAL = "withdrawal"  # both take a signed record back


class PartyKind(StrEnum):
    """First party: the buyer; second party: the exhibitor."""

    BUYER = "buyer"
    EXHIBITOR = "exhibitor"


class SignatoryRole(StrEnum):
    """What somebody who signs is in the organisation."""

    BUDGET_USER = "budget_user"  # PA/KPA
    COMMITMENT_OFFICER = "commitment_officer"  # PPK
    ACTIVITY_OFFICER = "activity_officer"  # PPTK
    PROCUREMENT_OFFICER = "procurement_officer"
    OWNER = "owner"
    DIRECTOR = "director"
    COOPERATIVE_CHAIR = "cooperative_chair"
    ATTORNEY = "attorney"
    OTHER = "other"


class SigningMethod(StrEnum):
    """Three equal ways to sign the same record."""

    TABLET = "tablet"
    LINK = "link"
    INK = "ink"


class IdentifiedHow(StrEnum):
    """How it was made sure who signs; the document that was seen is not kept, nor its number."""

    BADGE = "badge"  # the event's own badge was scanned or read
    ID_CARD = "id_card"  # an identity card (KTP) was seen
    APPOINTMENT = "appointment"  # the letter of appointment (SK) was seen
    KNOWN = "known"  # staff know the person
    ACCOUNT = "account"  # logged in with the own account
    LINK = "link"  # by the own link and the last digits of the phone number


class TaxMode(StrEnum):
    """Whether the prices hold PPN."""

    INCLUDED = "included"
    EXCLUDED = "excluded"
    NONE = "none"


class CommitmentSettings(Model):
    """An event's number pattern and texts. ``next_serial`` only goes up; a number is never given twice."""

    __tablename__ = "commitment_settings"
    __table_args__ = (
        sa.CheckConstraint("next_serial > 0", name="next_serial"),
        sa.CheckConstraint("wipe_after_hours BETWEEN 1 AND 720", name="wipe_after_hours"),
    )

    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    number_pattern: Mapped[str] = mapped_column(sa.String(80))
    next_serial: Mapped[int] = mapped_column(default=1)
    texts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # clause -> text, where it differs from the standard
    witness_name: Mapped[str] = mapped_column(sa.String(160), default="")
    witness_office: Mapped[str] = mapped_column(sa.String(160), default="")
    has_screen_witness: Mapped[bool] = mapped_column(
        default=False
    )  # the seal waits for the witness, who signs on a screen
    report_days: Mapped[list[Any]] = mapped_column(default=list)  # ISO dates on which both report the realisation
    #: {"amount", "name", "source"} each, where the event says something else than ``thresholds.STANDARD``.
    thresholds: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    wipe_after_hours: Mapped[int] = mapped_column(default=72)  # a tablet without contact for so long forgets its data
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declaration


class Commitment(Model):
    """One commitment of a buyer and an exhibitor.

    ``record_id`` is made by the device that begins it (a UUID): the same record sent again is the same commitment. ``code`` is
    the secret of the public check page. ``total``: sum of the line totals in whole rupiah, prices as ``tax_mode`` says.
    ``canonical``: the frozen content as it was hashed; ``content_hash``: SHA-256 in hex.

    ``kind`` follows from the method: who wins a tender, selection, contest or mini competition is not named in advance, so such a
    record is an invitation without a price. ``amends_id``: the record that this one, once both have signed it, replaces (a
    commitment) or takes back (a withdrawal). ``awaits_budget``: made for a later fiscal year whose budget (DPA) is not there yet.
    """

    __tablename__ = "commitment"
    __table_args__ = (
        sa.UniqueConstraint("event_id", "number"),
        sa.UniqueConstraint("event_id", "serial"),
        sa.UniqueConstraint("id", "kind"),  # what lines refer to
        sa.CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR"
            " (number IS NOT NULL AND canonical IS NOT NULL AND content_hash IS NOT NULL AND frozen_at IS NOT NULL)",
            name="frozen",
        ),
        sa.CheckConstraint(f"total BETWEEN 0 AND {MAX_RUPIAH}", name="total"),
        sa.CheckConstraint(
            "kind <> 'commitment' OR state = 'draft' OR state = 'withdrawn' OR total > 0", name="total_given"
        ),
        sa.CheckConstraint("kind = 'commitment' OR total = 0", name="price_free"),
        sa.CheckConstraint(
            f"(kind = 'invitation') = (procurement_method IN ({_quoted(COMPETITIVE)}))", name="no_winner_in_advance"
        ),
        sa.CheckConstraint(
            "kind = 'commitment' OR (kind = 'withdrawal') = (amends_id IS NOT NULL)", name="amends_what"
        ),
        sa.CheckConstraint("(amends_id IS NULL) = (amend_reason = '')", name="amend_reason"),
        sa.CheckConstraint("amends_id IS NULL OR amends_id <> id", name="amends_another"),
        sa.CheckConstraint(
            "kind = 'commitment' OR state NOT IN ('partly_realized', 'realized', 'amended')",
            name="only_commitments_live",
        ),
        sa.CheckConstraint("(origin = 'paper') = (paper_on IS NOT NULL)", name="paper_dated"),
        sa.CheckConstraint("origin <> 'paper' OR number IS NOT NULL", name="paper_numbered"),
        sa.Index(
            "uq_commitment_successor",
            "amends_id",
            unique=True,
            sqlite_where=_IS_SUCCESSOR,
            postgresql_where=_IS_SUCCESSOR,
        ),
        sa.Index("ix_commitment_rup_code", "rup_code"),
        sa.CheckConstraint("tax_rate_hundredths BETWEEN 0 AND 10000", name="tax_rate"),
        sa.CheckConstraint("planned_month IS NULL OR planned_month BETWEEN 1 AND 12", name="planned_month"),
        sa.CheckConstraint("fiscal_year BETWEEN 2000 AND 2100", name="fiscal_year"),
        sa.Index("ix_commitment_event_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(24), unique=True)
    record_id: Mapped[str] = mapped_column(sa.String(36), unique=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("event.id", ondelete="CASCADE"))
    meeting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting.id", ondelete="SET NULL"), index=True)
    buyer_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    exhibitor_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    state: Mapped[CommitmentState] = mapped_column(enum_column(CommitmentState), default=CommitmentState.DRAFT)
    kind: Mapped[CommitmentKind] = mapped_column(enum_column(CommitmentKind), default=CommitmentKind.COMMITMENT)
    amends_id: Mapped[int | None] = mapped_column(sa.ForeignKey("commitment.id"))
    amend_reason: Mapped[str] = mapped_column(sa.String(300), default="")
    number: Mapped[str | None] = mapped_column(sa.String(80))
    serial: Mapped[int | None]
    fiscal_year: Mapped[int]
    awaits_budget: Mapped[bool] = mapped_column(default=False)  # menunggu DPA
    procurement_method: Mapped[str] = mapped_column(sa.String(30), default="")
    planned_month: Mapped[int | None]
    need_id: Mapped[int | None] = mapped_column(sa.ForeignKey("need.id", ondelete="SET NULL"))
    rup_code: Mapped[str] = mapped_column(sa.String(20), default="")  # as it was when the commitment was made
    rup_name: Mapped[str] = mapped_column(sa.String(300), default="")
    work_unit: Mapped[str] = mapped_column(sa.String(200), default="")
    funding_source: Mapped[str] = mapped_column(sa.String(20), default="")
    tax_mode: Mapped[TaxMode] = mapped_column(enum_column(TaxMode), default=TaxMode.INCLUDED)
    tax_rate_hundredths: Mapped[int] = mapped_column(default=1100)  # 1100 = 11 %
    total: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    listing_by: Mapped[date | None]  # until when the exhibitor lists the products on the e-catalogue
    note: Mapped[str] = mapped_column(sa.Text, default="")
    warnings: Mapped[list[Any]] = mapped_column(default=list)  # codes that were shown and accepted when it was proposed
    canonical: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))
    valid_until: Mapped[date | None]
    frozen_at: Mapped[datetime | None]
    origin: Mapped[str] = mapped_column(sa.String(20), default="staff")  # staff, buyer, exhibitor, paper
    paper_on: Mapped[date | None]  # when the paper was signed that was typed in later
    created_at: Mapped[datetime]
    created_by: Mapped[int | None]
    row_version: Mapped[int] = mapped_column(default=1)
    buyer: Mapped[Participation] = relationship(foreign_keys=[buyer_id])
    exhibitor: Mapped[Participation] = relationship(foreign_keys=[exhibitor_id])

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012 - SQLAlchemy's declaration


class CommitmentLine(Model):
    """One product of a commitment. ``quantity_thousandths``: 1500 is 1.5 units; ``line_total`` is rounded half up.

    ``commitment_kind`` follows the commitment's: an invitation names no price.
    """

    __tablename__ = "commitment_line"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["commitment_id", "commitment_kind"], ["commitment.id", "commitment.kind"],
            name="fk_commitment_line_commitment", ondelete="CASCADE", onupdate="CASCADE",
        ),
        sa.UniqueConstraint("commitment_id", "position"),
        sa.CheckConstraint("quantity_thousandths > 0", name="quantity"),
        sa.CheckConstraint("(unit_price > 0) = (commitment_kind = 'commitment') AND unit_price >= 0", name="unit_price"),
        sa.CheckConstraint("(line_total > 0) = (commitment_kind = 'commitment') AND line_total >= 0", name="line_total"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int]
    commitment_kind: Mapped[CommitmentKind] = mapped_column(
        enum_column(CommitmentKind), default=CommitmentKind.COMMITMENT
    )
    position: Mapped[int]
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("product.id", ondelete="SET NULL"))
    category_id: Mapped[str | None] = mapped_column(sa.ForeignKey("category.id"))
    product_name: Mapped[str] = mapped_column(sa.String(200))
    specification: Mapped[str] = mapped_column(sa.Text, default="")
    quantity_thousandths: Mapped[int] = mapped_column(sa.BigInteger)
    unit: Mapped[str] = mapped_column(sa.String(30))
    unit_price: Mapped[int] = mapped_column(sa.BigInteger)
    line_total: Mapped[int] = mapped_column(sa.BigInteger)
    content_note: Mapped[str] = mapped_column(sa.String(300), default="")  # TKDN, BMP and certificates as they were


class CommitmentParty(Model):
    """A party as it stands on the paper, and who signs for it. The subject of a ``sign`` link."""

    __tablename__ = "commitment_party"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "kind"),
        sa.CheckConstraint("mandate_limit IS NULL OR mandate_limit > 0", name="mandate_limit"),
        sa.CheckConstraint("authority_limit IS NULL OR authority_limit > 0", name="authority_limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"))
    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    participation_id: Mapped[int] = mapped_column(sa.ForeignKey("participation.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    detail: Mapped[str] = mapped_column(sa.String(200), default="")  # type of agency, or NIB
    address: Mapped[str] = mapped_column(sa.Text, default="")
    regency: Mapped[str] = mapped_column(sa.String(80), default="")
    delegate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("delegate.id", ondelete="SET NULL"))
    signatory_name: Mapped[str] = mapped_column(sa.String(160), default="")
    signatory_office: Mapped[str] = mapped_column(sa.String(160), default="")
    signatory_role: Mapped[SignatoryRole | None] = mapped_column(enum_column(SignatoryRole))
    employee_number: Mapped[str] = mapped_column(sa.String(30), default="")  # NIP
    signatory_phone: Mapped[str | None] = mapped_column(sa.String(20))
    mandate_file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id", ondelete="SET NULL"))
    mandate_number: Mapped[str] = mapped_column(sa.String(120), default="")
    mandate_limit: Mapped[int | None] = mapped_column(sa.BigInteger)  # whole rupiah
    #: Up to which total the named signatory may sign by office, where there is a limit; whole rupiah.
    authority_limit: Mapped[int | None] = mapped_column(sa.BigInteger)


class Signature(Model):
    """A party's signature (authorised) or agreement (not authorised) on one frozen content; append-only.

    ``strokes``: a list of strokes, each a list of ``[x, y, milliseconds, pressure]`` in units of a 1000-wide field. Ink keeps
    the photo of the paper instead.
    """

    __tablename__ = "signature"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "kind", "is_authorised"),
        sa.CheckConstraint("(method = 'ink') = (file_id IS NOT NULL)", name="ink_has_photo"),
        sa.CheckConstraint("(authority <> '') = is_authorised", name="authority_given"),
        sa.CheckConstraint("identified_note = '' OR identified_how IS NOT NULL", name="identified"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"))
    kind: Mapped[PartyKind] = mapped_column(enum_column(PartyKind))
    signature_key: Mapped[str] = mapped_column(
        sa.String(40), unique=True
    )  # made by the device: sent twice, stored once
    method: Mapped[SigningMethod] = mapped_column(enum_column(SigningMethod))
    signatory_name: Mapped[str] = mapped_column(sa.String(160))
    signatory_office: Mapped[str] = mapped_column(sa.String(160), default="")
    signatory_role: Mapped[SignatoryRole] = mapped_column(enum_column(SignatoryRole))
    is_authorised: Mapped[bool]
    authority: Mapped[str] = mapped_column(sa.String(30), default="")  # role, mandate, power_of_attorney
    #: Nothing where it was not asked: before this was, and of a person whom only the paper names.
    identified_how: Mapped[IdentifiedHow | None] = mapped_column(enum_column(IdentifiedHow))
    identified_note: Mapped[str] = mapped_column(
        sa.String(300), default=""
    )  # such as the letter's number; no identity numbers
    strokes: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    file_id: Mapped[int | None] = mapped_column(sa.ForeignKey("stored_file.id"))
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    signed_at: Mapped[datetime]
    device_time: Mapped[datetime | None]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    link_id: Mapped[int | None]


class EventKind(StrEnum):
    """What can happen to a commitment."""

    CREATED = "created"
    PROPOSED = "proposed"
    REOPENED = "reopened"  # back to the draft, before anybody signed; the number stays
    AGREED = "agreed"  # one party, by somebody who may not sign for it
    SIGNED = "signed"  # one party, by somebody who may
    INK_PRINTED = "ink_printed"
    LINK_SENT = "link_sent"
    MANDATE_ADDED = "mandate_added"
    WITHDRAWN = "withdrawn"
    REALIZED = "realized"  # with an amount
    REALIZATION_VOIDED = "realization_voided"  # an entry was wrong or the order was cancelled; with its amount
    AMENDED = "amended"  # both have signed what replaces it
    BUDGET_CONFIRMED = "budget_confirmed"  # the DPA of its fiscal year is there; with its number
    REMINDED = "reminded"  # whom it waits for was reminded
    DUTY_STAMPED = "duty_stamped"  # a meterai was affixed; with its serial
    WITNESSED = "witnessed"  # a witness signed under what both have signed
    CERTIFIED = "certified"  # signed once more with a certified electronic signature (BSrE, Privy …)
    PAPER_KEPT = "paper_kept"  # a paper came that the record does not take any more: kept beside it with its own hash


class CommitmentEvent(Model):
    """One thing that happened, appended and never changed; the state is derived from these in their order."""

    __tablename__ = "commitment_event"
    __table_args__ = (
        sa.UniqueConstraint("commitment_id", "event_key"),
        sa.CheckConstraint(
            "(kind IN ('realized', 'realization_voided')) = (amount IS NOT NULL)", name="realized_amount"
        ),
        sa.CheckConstraint("amount IS NULL OR amount > 0", name="amount"),
        sa.CheckConstraint("(kind = 'duty_stamped') = (reference <> '')", name="stamp_has_serial"),
        sa.Index(
            "uq_commitment_event_stamp", "reference", unique=True,
            sqlite_where=sa.text("kind = 'duty_stamped'"), postgresql_where=sa.text("kind = 'duty_stamped'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    commitment_id: Mapped[int] = mapped_column(sa.ForeignKey("commitment.id", ondelete="CASCADE"), index=True)
    event_key: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[EventKind] = mapped_column(enum_column(EventKind))
    party: Mapped[str | None] = mapped_column(sa.String(20))
    amount: Mapped[int | None] = mapped_column(sa.BigInteger)
    reason: Mapped[str] = mapped_column(sa.String(300), default="")
    reference: Mapped[str] = mapped_column(sa.String(60), default="")  # the serial of a meterai: one is used once
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)  # texts: who affixed it, which letter, which record
    content_hash: Mapped[str | None] = mapped_column(sa.String(64))
    at: Mapped[datetime]
    device_time: Mapped[datetime | None]
    user_id: Mapped[int | None]
    device_id: Mapped[int | None]
    link_id: Mapped[int | None]
