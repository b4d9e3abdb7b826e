"""The form of a draft: its fields, and its rows of products as people fill them in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from matchmaking.catalogue.labels import FUNDS, METHODS
from matchmaking.commitments import labels
from matchmaking.commitments.commands import DraftDetails, LineDetails, SignatoryDetails
from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.services.reading import Choices, is_given, role_of
from matchmaking.commitments.views import CommitmentView, PartyView
from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.money import format_rupiah
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.registration.models import Delegate
from matchmaking.web.forms import FlaskForm

LINE_FIELDS = ("product", "name", "specification", "quantity", "unit", "unit_price")
LINE_LABELS: dict[str, Any] = {
    "product": _l("Product"),
    "name": _l("Product name"),
    "specification": _l("Specification"),
    "quantity": _l("Quantity"),
    "unit": _l("Unit"),
    "unit_price": _l("Unit price (estimate)"),
}
#: Empty rows at the end, for browsers without scripts.
SPARE_ROWS = 3
_ROW = re.compile(r"lines-([0-9]{1,4})-(\w+)")


@dataclass
class Row:
    """A row of the form: what was typed, and what is wrong with it by field."""

    number: int
    values: LineDetails
    errors: dict[str, str] = field(default_factory=dict)


def _choice(labels_of: Mapping[Any, Any], empty: Any) -> list[SelectChoice]:
    return [SelectChoice("", empty), *(SelectChoice(str(value), label) for value, label in labels_of.items())]


class DraftForm(FlaskForm):
    """Everything of a draft but its rows; the service reads and checks the values."""

    record_id = HiddenField()
    seen_version = HiddenField()
    paper_number = StringField(_l("Number printed on the paper"))
    paper_on = StringField(_l("Signed on"))
    tax_mode = SelectField(
        _l("PPN"), choices=[SelectChoice(str(k), v) for k, v in labels.TAX_LABELS.items()], validate_choice=False
    )
    tax_rate = StringField(_l("PPN rate"))
    need = SelectField(_l("Package or need of the buyer"), validate_choice=False)
    procurement_method = SelectField(_l("Method"), choices=_choice(METHODS, _l("Not known yet")), validate_choice=False)
    month = SelectField(_l("Planned month"), choices=_choice(labels.MONTHS, _l("Not known yet")), validate_choice=False)
    fiscal_year = SelectField(_l("Fiscal year"), validate_choice=False)
    rup_code = StringField(_l("RUP code"))
    rup_name = StringField(_l("Name of the package"))
    work_unit = StringField(_l("Work unit (satker)"))
    funding_source = SelectField(_l("Fund"), choices=_choice(FUNDS, _l("Not known yet")), validate_choice=False)
    listing_by = StringField(_l("Listed in the e-Katalog by"))
    note = TextAreaField(_l("Note"))
    buyer_delegate = SelectField(_l("Person of the delegation"), validate_choice=False)
    buyer_name = StringField(_l("Or another name"))
    buyer_office = StringField(_l("Office or position"))
    buyer_role = SelectField(_l("Role"), validate_choice=False)
    buyer_employee_number = StringField(_l("NIP"))
    buyer_authority_limit = StringField(_l("May sign up to"))
    exhibitor_delegate = SelectField(_l("Person of the delegation"), validate_choice=False)
    exhibitor_name = StringField(_l("Or another name"))
    exhibitor_office = StringField(_l("Office or position"))
    exhibitor_role = SelectField(_l("Role"), validate_choice=False)
    exhibitor_authority_limit = StringField(_l("May sign up to"))

    def offer(self, choices: Choices) -> None:
        """Put in what the two parties bring."""
        self.fiscal_year.choices = _years(choices, self.fiscal_year.data)
        self.need.choices = [
            SelectChoice("", _("None of these")),
            *(SelectChoice(code, need.name + _ceiling(need.budget_ceiling)) for code, need in choices.needs.items()),
        ]
        for kind in PartyKind:
            people = choices.people[kind]
            self[f"{kind.value}_delegate"].choices = [
                SelectChoice("", _("Nobody of these")),
                *(
                    SelectChoice(code, _with_office(person), render_kw=_known_of(person))
                    for code, person in people.items()
                ),
            ]
            roles = {role: labels.ROLE_LABELS[role] for role in labels.ROLES_OF[kind]}
            self[f"{kind.value}_role"].choices = _choice(roles, _("Please choose"))


def _years(choices: Choices, given: str | None) -> list[SelectChoice]:
    """Return the year of the agreement and the two after it; in October to December none is chosen beforehand."""
    this_year = choices.as_of.year
    years = {str(year) for year in (this_year, this_year + 1, this_year + 2, choices.fiscal_year) if year}
    years |= {given} if given else set()
    words = {year: _("%(year)s (menunggu DPA)", year=year) if year > str(this_year) else year for year in sorted(years)}
    first = [SelectChoice("", _("Please choose"))] if choices.fiscal_year is None else []
    return [*first, *(SelectChoice(year, word) for year, word in words.items())]


def _ceiling(amount: int | None) -> str:
    return f" · pagu {format_rupiah(amount)}" if amount else ""


def _known_of(person: Delegate) -> dict[str, str]:
    """What the script fills in when somebody is chosen."""
    return {"data-office": person.office, "data-role": role_of(person).value}


def _with_office(person: Delegate) -> str:
    return f"{person.name} · {person.office}" if person.office else person.name


class MandateForm(Form):
    """A mandate or power of attorney."""

    event_key = HiddenField()
    file = UploadField(_l("Mandate or power of attorney"))
    number = StringField(_l("Number and date of the letter"))
    limit = StringField(_l("Valid up to an amount of"))


def new_key() -> str:
    """Return a fresh key for a form that may be sent only once."""
    return str(uuid.uuid4())


# Reading


def read_rows(sent: MultiDict[str, str], most: int = 400) -> list[Row]:
    """Return the rows as sent, by their number; more than ``most`` are left to be refused by their count."""
    found: dict[int, dict[str, str]] = {}
    for name, value in sent.items():
        match = _ROW.fullmatch(name)
        if match and match[2] in LINE_FIELDS and isinstance(value, str):
            found.setdefault(int(match[1]), {})[match[2]] = value
    rows = [LineDetails(**found[number]) for number in sorted(found)][:most]
    while rows and not is_given(rows[-1]):
        rows.pop()
    return [Row(number, values) for number, values in enumerate(rows)]


def details_of(form: DraftForm, rows: Iterable[Row]) -> DraftDetails:
    """Return what was typed as the service takes it."""
    names = ("tax_mode", "tax_rate", "need", "rup_code", "rup_name", "work_unit", "funding_source", "month",
             "fiscal_year", "listing_by", "note")  # fmt: skip
    return DraftDetails(
        method=form.procurement_method.data or "",
        lines=tuple(row.values for row in rows),
        buyer_signatory=_signatory(form, PartyKind.BUYER),
        exhibitor_signatory=_signatory(form, PartyKind.EXHIBITOR),
        **{name: form[name].data or "" for name in names},
    )


def _signatory(form: DraftForm, kind: PartyKind) -> SignatoryDetails:
    names = ("delegate", "name", "office", "role", "employee_number", "authority_limit")
    given = {name: form[f"{kind.value}_{name}"].data or "" for name in names if f"{kind.value}_{name}" in form}
    return SignatoryDetails(**given)


# Showing


def with_spare(rows: list[Row]) -> list[Row]:
    """Return the rows with empty ones after them."""
    return [*rows, *(Row(len(rows) + n, LineDetails()) for n in range(SPARE_ROWS))]


def values_of(view: CommitmentView) -> dict[str, str]:
    """Return the form's values of a stored draft."""
    source = view.source
    return {
        "record_id": view.record_id,
        "seen_version": str(view.row_version),
        "tax_mode": view.tax_mode.value,
        "tax_rate": _percent(view.tax_rate_hundredths),
        "need": source.need_code,
        "rup_code": source.rup_code,
        "rup_name": source.rup_name,
        "work_unit": source.work_unit,
        "funding_source": source.funding_source,
        "procurement_method": source.method,
        "month": str(source.month or ""),
        "fiscal_year": str(view.fiscal_year),
        "listing_by": view.listing_by.isoformat() if view.listing_by else "",
        "note": view.note,
        **_signatory_values(view.buyer),
        **_signatory_values(view.exhibitor),
    }


def _signatory_values(party: PartyView) -> dict[str, str]:
    at = f"{party.kind.value}_"
    return {
        f"{at}delegate": party.delegate_code,
        f"{at}name": "" if party.delegate_code else party.signatory_name,
        f"{at}office": party.signatory_office,
        f"{at}role": party.signatory_role.value if party.signatory_role else "",
        f"{at}employee_number": party.employee_number,
        f"{at}authority_limit": _plain_amount(party.authority_limit),
    }


def _plain_amount(amount: int | None) -> str:
    return format_rupiah(amount).removeprefix("Rp") if amount else ""


def _percent(hundredths: int) -> str:
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)


def rows_of(view: CommitmentView) -> list[Row]:
    """Return the rows of a stored draft."""
    return [
        Row(
            number,
            LineDetails(
                product=line.product_code,
                name=line.product,
                specification=line.specification,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=_plain_amount(line.unit_price),
            ),
        )
        for number, line in enumerate(view.lines)
    ]


def place_problems(form: Form, rows: list[Row], refusal: DomainError) -> None:
    """Put each sentence at its field or at its field of its row; the summary leads there."""
    for given, sentence in refusal.fields.items():
        name = "procurement_method" if given == "method" else given  # a field "method" would hide the form's own
        match = _ROW.fullmatch(name)
        if match and int(match[1]) < len(rows):
            rows[int(match[1])].errors[match[2]] = str(sentence)
            words = _("Product %(number)s, %(field)s: %(sentence)s", number=int(match[1]) + 1,
                      field=str(LINE_LABELS[match[2]]), sentence=str(sentence))  # fmt: skip
            form.form_errors.append(Markup('<a href="#{}">{}</a>').format(name, words))
        elif name in form and name != "lines":
            form[name].errors = [*form[name].errors, str(sentence)]
        else:
            form.form_errors.append(str(sentence))
    if not refusal.fields:
        form.form_errors.append(str(refusal))
