"""The registration forms: the shape of what people enter; the services read it and say what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import (
    BooleanField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice

from matchmaking.errors import DomainError
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.regions import regency_choices
from matchmaking.registration import consents, hooks, labels
from matchmaking.registration.commands import ConsentGiven, DelegateDetails, OrganizationDetails
from matchmaking.registration.forms.uploads import UploadField, leaf_fields
from matchmaking.registration.models import Side
from matchmaking.registration.services.attachments import MAX_ATTACHMENTS
from matchmaking.registration.services.registering import MAX_DELEGATES
from matchmaking.typed import read_row_number

CHOOSE = _l("Please choose")


class Needed:
    """Marks a field as one that must be filled in; the service says so in a sentence."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms reads it from the class

    def __call__(self, form: Form, field: Field) -> None:
        """Check nothing here: the same rule holds for imports, so it stands in the service."""


def offered(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Return (value, words) as a select field takes them."""
    return [SelectChoice(value, label) for value, label in pairs]


def _select(label: Any, options: list[tuple[str, Any]], *, needed: bool = False) -> SelectField:
    return SelectField(label, [Needed()] if needed else [], choices=offered(options), validate_choice=False, default="")


class DelegateForm(Form):
    """A person who comes."""

    name = StringField(_l("Name"), [Needed()])
    phone = StringField(_l("Phone (WhatsApp)"))
    email = StringField(_l("E-mail, if there is one"))
    office = StringField(_l("Office or position"))
    office_role = _select(_l("Role"), [])
    team = _select(_l("Team"), [(str(n), str(n)) for n in range(1, 5)])


class ExhibitorDelegateForm(DelegateForm):
    """A person of an IKM."""

    office_role = _select(_l("Role"), labels.choices(labels.EXHIBITOR_ROLES, CHOOSE))


class BuyerDelegateForm(DelegateForm):
    """A person of a buyer."""

    office_role = _select(_l("Role in procurement"), labels.choices(labels.OFFICE_ROLES, CHOOSE))


class _OrganizationForm(Form):
    legal_name = StringField(_l("Name"), [Needed()])
    regency = SelectField(_l("Regency or city"), validate_choice=False, default="")
    phone = StringField(_l("Phone of the office"))
    email = StringField(_l("E-mail of the office"))
    address = TextAreaField(_l("Address"))
    website = StringField(_l("Website or social media"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.regency.choices = offered([("", CHOOSE), *regency_choices()])


class ExhibitorDetailsForm(_OrganizationForm):
    """A business (IKM)."""

    legal_name = StringField(_l("Name of the business"), [Needed()])
    regency = SelectField(_l("Regency or city"), [Needed()], validate_choice=False, default="")
    phone = StringField(_l("Phone of the business, if it is another one"))
    email = StringField(_l("E-mail of the business"))
    brand = StringField(_l("Brand"))
    owner_name = StringField(_l("Name of the owner"))
    business_form = _select(_l("Legal form"), labels.choices(labels.BUSINESS_FORMS, CHOOSE))
    business_scale = _select(_l("Business scale"), labels.choices(labels.BUSINESS_SCALES, CHOOSE))
    scale_basis = _select(_l("Scale known from"), labels.choices(labels.SCALE_BASES, CHOOSE))
    business_id_number = StringField(_l("NIB (13 digits)"))
    business_id_pending = StringField(_l("No NIB yet? Write why, such as “applied for in March”"))
    tax_number = StringField(_l("NPWP"))
    industry_codes = StringField(_l("KBLI codes"))
    has_siinas_account = _select(_l("Does the business have a SIINas account?"), labels.choices(labels.YES_NO, CHOOSE))
    catalog_seller = _select(_l("Does it sell in the e-Katalog?"), labels.choices(labels.CATALOG_ANSWERS, CHOOSE))


class BuyerDetailsForm(_OrganizationForm):
    """A buyer agency."""

    legal_name = StringField(_l("Name of the agency or company"), [Needed()])
    buyer_type = _select(_l("Kind of buyer"), labels.choices(labels.BUYER_TYPES, CHOOSE), needed=True)
    klpd_code = StringField(_l("KLPD code"))
    work_unit_codes = StringField(_l("Work-unit codes (satker)"))


class _Sending(Form):
    """What goes with a public form besides the entry."""

    submission_key = HiddenField()
    #: Left empty by people, who do not see it; filled in by programs that fill in everything.
    nickname = StringField(_l("Leave this field empty"))
    consent_registration = BooleanField(labels.CONSENTS["registration"], [Needed()])
    consent_publish_contact = BooleanField(labels.CONSENTS["publish_contact"])
    consent_publish_photo = BooleanField(labels.CONSENTS["publish_photo"])


class _Documents(Form):
    documents = UploadField(_l("Photos or PDF of NIB and certificates"), most=MAX_ATTACHMENTS)


def details_form(side: Side) -> type[Form]:
    """Return the form of the organisation's own values."""
    return ExhibitorDetailsForm if side is Side.EXHIBITOR else BuyerDetailsForm


def delegate_form(side: Side) -> type[Form]:
    """Return the form of one person."""
    return ExhibitorDelegateForm if side is Side.EXHIBITOR else BuyerDelegateForm


def registration_form(side: Side) -> type[Form]:
    """Return the whole form of a side: its own fields and, enclosed, the steps of other features."""
    parts: dict[str, Any] = {step.key: FormField(step.form_class, label=step.title) for step in hooks.steps_of(side)}
    parts["delegates"] = FieldList(FormField(delegate_form(side)), min_entries=1, max_entries=MAX_DELEGATES + 1)
    bases = (details_form(side), *([_Documents] if side is Side.EXHIBITOR else []), _Sending)
    return type(f"{side.value.title()}RegistrationForm", bases, parts)


def organization_details(form: Form) -> OrganizationDetails:
    """Return the organisation as typed."""
    names = OrganizationDetails.__dataclass_fields__
    return OrganizationDetails(**{name: form[name].data or "" for name in names if name in form})


def delegate_details(form: Form) -> DelegateDetails:
    """Return a person as typed."""
    return DelegateDetails(
        name=form["name"].data or "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        office=form.office.data or "",
        office_role=form.office_role.data or "",
        team=read_row_number(form.team.data) or 1,
    )


def delegates_of_form(form: Form) -> tuple[DelegateDetails, ...]:
    """Return the people as typed; rows after the first that were left empty are passed over."""
    rows = [delegate_details(entry.form) for entry in form.delegates]
    return tuple(row for n, row in enumerate(rows) if n == 0 or row.name or row.phone or row.email)


def consent_of(form: Form, locale: str) -> ConsentGiven:
    """Return which consents were ticked."""
    ticked = [text.purpose for text in consents.ALL if form[f"consent_{text.purpose}"].data]
    return ConsentGiven(tuple(ticked), locale)


def steps_data(form: Form, side: Side) -> dict[str, Mapping[str, Any]]:
    """Return what was entered in each feature's step."""
    return {step.key: form[step.key].data for step in hooks.steps_of(side)}


def place_errors(form: Form, refusal: DomainError) -> None:
    """Put each sentence of a refusal at its field, the rest above the form."""
    by_name = {field.name: field for field in leaf_fields(form)}
    by_name |= {"consent": form["consent_registration"]} if "consent_registration" in form else {}
    for name, sentence in refusal.fields.items():
        field = by_name.get(name)
        if field is None:
            form.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]
    if not refusal.fields:
        form.form_errors.append(refusal.message)
