"""Reading what was typed for a commitment: every value checked, every refusal at its field and row."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from matchmaking import identity, typed
from matchmaking.catalogue.labels import FUNDS, METHODS
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.canonical import line_total, parse_quantity
from matchmaking.commitments.checks import is_closed
from matchmaking.commitments.commands import DraftDetails, LineDetails, SignatoryDetails
from matchmaking.commitments.kinds import kind_of
from matchmaking.commitments.models import COMPETITIVE, CommitmentKind, PartyKind, SignatoryRole, TaxMode
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.money import MAX_RUPIAH, in_words
from matchmaking.registration.models import Delegate, OfficeRole
from matchmaking.registration.services.details import Sentences

#: More is no agreement of one table but a price list.
MAX_LINES = 200
_ROLE_OF = {
    OfficeRole.BUDGET_USER: SignatoryRole.BUDGET_USER,
    OfficeRole.COMMITMENT_OFFICER: SignatoryRole.COMMITMENT_OFFICER,
    OfficeRole.ACTIVITY_OFFICER: SignatoryRole.ACTIVITY_OFFICER,
    OfficeRole.PROCUREMENT_OFFICER: SignatoryRole.PROCUREMENT_OFFICER,
    OfficeRole.OWNER: SignatoryRole.OWNER,
    OfficeRole.OTHER: SignatoryRole.OTHER,
}


@dataclass(frozen=True)
class Choices:
    """What the two parties bring: products of the IKM, needs of the buyer, people of each, by their codes."""

    products: dict[str, Product]
    needs: dict[str, Need]
    people: dict[PartyKind, dict[str, Delegate]]
    content_notes: dict[int, str]
    fiscal_year: int | None  # where none is typed; in October to December it is asked
    as_of: date  # the day it is agreed on: today, or when the paper was signed


@dataclass(frozen=True)
class LineValues:
    """A line as it is stored."""

    product_id: int | None
    category_id: str | None
    product_name: str
    specification: str
    quantity_thousandths: int
    unit: str
    unit_price: int
    content_note: str

    @property
    def line_total(self) -> int:
        """Quantity × unit price, rounded half up."""
        return line_total(self.quantity_thousandths, self.unit_price)


@dataclass(frozen=True)
class SignatoryValues:
    """A party's signatory as it is stored."""

    delegate_id: int | None = None
    signatory_name: str = ""
    signatory_office: str = ""
    signatory_role: SignatoryRole | None = None
    employee_number: str = ""
    signatory_phone: str | None = None
    authority_limit: int | None = None


@dataclass(frozen=True)
class DraftValues:
    """A whole draft as it is stored; two are equal when their content is the same."""

    fields: tuple[tuple[str, Any], ...]  # columns of Commitment
    lines: tuple[LineValues, ...]
    buyer: SignatoryValues
    exhibitor: SignatoryValues

    @property
    def kind(self) -> CommitmentKind:
        """What the record is by its method."""
        return kind_of(dict(self.fields)["procurement_method"])

    @property
    def total(self) -> int:
        """The sum of the line totals."""
        return sum(line.line_total for line in self.lines)


def read_draft(details: DraftDetails, choices: Choices) -> DraftValues:
    """Return the values to store.

    Raises:
        InvalidInput: a sentence for each field that breaks a rule; rows are named ``lines-<n>-<field>``.
    """
    sentences = Sentences()
    fields = _read_fields(details, choices, sentences)
    is_priced = fields["procurement_method"] not in COMPETITIVE
    lines = _read_lines(details.lines, choices, sentences, is_priced=is_priced)
    buyer = _read_signatory(PartyKind.BUYER, details.buyer_signatory, choices, sentences)
    exhibitor = _read_signatory(PartyKind.EXHIBITOR, details.exhibitor_signatory, choices, sentences)
    sentences.raise_if_any()
    values = DraftValues(tuple(sorted(fields.items())), lines, buyer, exhibitor)
    if values.total > MAX_RUPIAH:
        sentence = _("The total is larger than the application can hold. Please check the quantities and prices.")
        raise InvalidInput(sentence, fields={"lines": sentence})
    return values


# The fields of the whole


def _line(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = typed.one_line(text)
        if len(plain) > limit:
            raise InvalidInput(_("At most %(count)s characters, please.", count=limit))
        return plain

    return read


def _prose(limit: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        plain = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(plain) > limit:
            raise InvalidInput(_("At most %(count)s characters, please.", count=limit))
        return plain

    return read


def _one_of(words: Any) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.strip() not in {str(word) for word in words}:
            raise InvalidInput(_("Please choose one of the answers."))
        return text.strip()

    return read


def _future_year(text: str, as_of: date) -> int:
    plain = text.strip()
    year = int(plain) if re.fullmatch(r"[0-9]{4}", plain) else 0
    if not 2000 <= year <= 2100:
        raise InvalidInput(_("Please write a year in four digits."))
    if year < as_of.year:
        raise InvalidInput(_("The fiscal year is over. Choose a later one."))
    return year


def _coming_date(text: str, as_of: date) -> date:
    day = typed.read_date(text)
    if day < as_of:
        raise InvalidInput(_("This date has passed. Choose a later one."))
    return day


_FIELDS: dict[str, tuple[str, Callable[[str], Any], Any]] = {
    # form's name -> column, reader, what empty is stored as
    "rup_code": ("rup_code", identity.read_rup_code, ""),
    "rup_name": ("rup_name", _line(300), ""),
    "work_unit": ("work_unit", _line(200), ""),
    "funding_source": ("funding_source", _one_of(FUNDS), ""),
    "method": ("procurement_method", _one_of(METHODS), ""),
    "month": ("planned_month", typed.read_month, None),
    "note": ("note", _prose(2000), ""),
}


def _read_fields(details: DraftDetails, choices: Choices, sentences: Sentences) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, (column, reader, empty) in _FIELDS.items():
        text = str(getattr(details, name)).strip()
        found[column] = sentences.read(name, reader, text) if text else empty
    for name, dated in (("fiscal_year", _future_year), ("listing_by", _coming_date)):
        text = str(getattr(details, name)).strip()
        found[name] = sentences.read(name, partial(dated, as_of=choices.as_of), text) if text else None
    found["need_id"] = None
    if details.need.strip():
        _take_need(found, choices.needs.get(details.need.strip()), choices.as_of, sentences)
    found["fiscal_year"] = found["fiscal_year"] or choices.fiscal_year
    if found["fiscal_year"] is None and not sentences.fields.get("fiscal_year"):
        sentences.note("fiscal_year", _("The year is nearly over. Choose the fiscal year whose budget is meant."))
    found["tax_mode"] = mode = sentences.read(
        "tax_mode", lambda t: TaxMode(_one_of(list(TaxMode))(t)), details.tax_mode
    )
    found["tax_rate_hundredths"] = 0
    if mode is not TaxMode.NONE:
        rate = sentences.read("tax_rate", typed.read_percent, details.tax_rate)
        found["tax_rate_hundredths"] = int((rate or Decimal(0)) * 100)
    return found


def _take_need(found: dict[str, Any], need: Need | None, as_of: date, sentences: Sentences) -> None:
    """Take over from the buyer's package what was not typed, as it is today."""
    if need is None:
        sentences.note("need", _("There is no such need here any more."))
        return
    found["need_id"] = need.id
    found["rup_code"] = found["rup_code"] or need.rup_code
    found["rup_name"] = found["rup_name"] or need.name
    found["work_unit"] = found["work_unit"] or need.work_unit
    found["funding_source"] = found["funding_source"] or need.funding_source
    method = found["procurement_method"]
    if method and is_closed(need.procurement_method, method, COMPETITIVE):
        sentences.note("method", competitive_refusal(need.procurement_method))
    found["procurement_method"] = found["procurement_method"] or need.procurement_method
    found["planned_month"] = found["planned_month"] or need.planned_month
    if need.fiscal_year and need.fiscal_year >= as_of.year:
        found["fiscal_year"] = found["fiscal_year"] or need.fiscal_year


def competitive_refusal(method: str) -> str:
    """Return why another method cannot be chosen for a package for which makers compete."""
    return _(
        "The package is planned by %(method)s, where makers compete: no winner is named in advance. Choose that method; "
        "the record then becomes an invitation to take part. If the plan has changed, correct the package first.",
        method=str(METHODS[method]),
    )


# Lines


def _read_lines(
    rows: tuple[LineDetails, ...], choices: Choices, sentences: Sentences, *, is_priced: bool
) -> tuple[LineValues, ...]:
    if len(rows) > MAX_LINES:
        sentences.note("lines", _("At most %(count)s products in one commitment, please.", count=MAX_LINES))
        return ()
    read = (
        _read_line(number, row, choices, sentences, is_priced=is_priced)
        for number, row in enumerate(rows)
        if is_given(row)
    )
    return tuple(line for line in read if line)


def is_given(row: LineDetails) -> bool:
    """Say whether anything was entered in a row; a unit alone is what the form began with."""
    return any(text.strip() for text in (row.product, row.name, row.specification, row.quantity, row.unit_price))


def _read_line(
    number: int, row: LineDetails, choices: Choices, sentences: Sentences, *, is_priced: bool
) -> LineValues | None:
    at = f"lines-{number}-"
    product = choices.products.get(row.product.strip())
    if row.product.strip() and product is None:
        sentences.note(f"{at}product", _("This product is not offered (any more). Choose another, or type it in."))
    name = sentences.read(f"{at}name", _line(200), row.name) or (product.name if product else "")
    if not name and not row.product.strip():
        sentences.note(f"{at}name", _("Please write what the product is called."))
    unit = sentences.read(f"{at}unit", _line(30), row.unit) or (product.unit if product else "")
    if not unit:
        sentences.note(f"{at}unit", _("Please write the unit, such as piece or set."))
    quantity = sentences.read(f"{at}quantity", _quantity, row.quantity)
    price = sentences.read(f"{at}unit_price", _price, row.unit_price) if is_priced else 0
    specification = sentences.read(f"{at}specification", _prose(1000), row.specification) or ""
    if quantity and price and not 0 < line_total(quantity, price) <= MAX_RUPIAH:
        sentences.note(f"{at}quantity", _("Quantity × price must be between Rp1 and Rp1,000 trillion."))
    if not (name and unit and quantity and price is not None):
        return None
    return LineValues(
        product_id=product.id if product else None,
        category_id=product.category_id if product else None,
        product_name=name,
        specification=specification,
        quantity_thousandths=quantity,
        unit=unit,
        unit_price=price,
        content_note=choices.content_notes.get(product.id, "") if product else "",
    )


def _quantity(text: str) -> int:
    if not text.strip():
        raise InvalidInput(_("Please write how many."))
    try:
        return parse_quantity(text)
    except ValueError as error:
        raise InvalidInput(
            _("Please write a quantity above 0 with at most three decimals, such as 25 or 1,5.")
        ) from error


def _price(text: str) -> int:
    if not text.strip():
        raise InvalidInput(_("Please write the price of one unit."))
    if re.match(r"(?i)\s*(rp\.?)?\s*[-−–]", text):
        raise InvalidInput(_("The amount must be more than Rp0."))
    return typed.read_price(text)


# Signatories


def _read_signatory(
    kind: PartyKind, given: SignatoryDetails, choices: Choices, sentences: Sentences
) -> SignatoryValues:
    at = f"{kind.value}_"
    person = choices.people[kind].get(given.delegate.strip())
    if given.delegate.strip() and person is None:
        sentences.note(f"{at}delegate", _("This person is not in the delegation (any more). Type the name instead."))
    name = sentences.read(f"{at}name", _line(160), given.name) or ""
    if person and name and name.casefold() != person.name.casefold():
        sentences.note(f"{at}name", _("Choose a person of the list or type a name, not both."))
    phone = given.phone.strip()
    role = given.role.strip()
    return SignatoryValues(
        delegate_id=person.id if person else None,
        signatory_name=person.name if person else name,
        signatory_office=sentences.read(f"{at}office", _line(160), given.office) or (person.office if person else ""),
        signatory_role=_role(role, f"{at}role", sentences) if role else (role_of(person) if person else None),
        employee_number=sentences.read(f"{at}employee_number", _line(30), given.employee_number) or "",
        signatory_phone=sentences.read(f"{at}phone", identity.read_phone, phone)
        if phone
        else (person.phone if person else None),
        authority_limit=sentences.read(f"{at}authority_limit", typed.read_price, given.authority_limit)
        if given.authority_limit.strip()
        else None,
    )


def role_of(person: Delegate) -> SignatoryRole:
    """Return what a delegate is as a signatory."""
    return _ROLE_OF[person.office_role]


def _role(text: str, name: str, sentences: Sentences) -> SignatoryRole | None:
    return sentences.read(name, lambda word: SignatoryRole(_one_of(list(SignatoryRole))(word)), text)


@dataclass(frozen=True)
class RowsTotal:
    """The total of rows while they are typed: ``unread`` of them cannot be read yet."""

    amount: int
    given: int
    unread: int

    @property
    def words(self) -> str:
        """The total in Indonesian words."""
        return f"{in_words(self.amount)} rupiah"


def total_of_rows(rows: list[LineDetails]) -> RowsTotal:
    """Add up what can be read; nothing is refused here."""
    given = [row for row in rows if is_given(row)]
    amounts = [_row_total(row) for row in given]
    total = sum(amount for amount in amounts if amount)
    return RowsTotal(total if total <= MAX_RUPIAH else 0, len(given), sum(amount is None for amount in amounts))


def _row_total(row: LineDetails) -> int | None:
    try:
        return line_total(_quantity(row.quantity), _price(row.unit_price))
    except InvalidInput:
        return None
