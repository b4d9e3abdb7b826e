"""The forms of products, certificates, needs and categories; services say what is wrong."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, Form, SelectField, SelectMultipleField, StringField, TextAreaField, widgets

from matchmaking.catalogue import labels
from matchmaking.catalogue.commands import CertificateDetails, NeedDetails, ProductDetails
from matchmaking.catalogue.models import Product
from matchmaking.catalogue.queries.categories import category_choices
from matchmaking.catalogue.services.categories import CategoryDetails
from matchmaking.catalogue.services.reading import as_text
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.forms.entries import Needed, offered
from matchmaking.registration.forms.uploads import UploadField

CHOOSE = _l("Please choose")
MONTHS = tuple(
    (str(n), name)
    for n, name in enumerate(
        (
            _l("January"), _l("February"), _l("March"), _l("April"), _l("May"), _l("June"), _l("July"), _l("August"),
            _l("September"), _l("October"), _l("November"), _l("December"),
        ),
        start=1,
    )
)  # fmt: skip


def _select(label: Any, options: list[tuple[str, Any]], *, needed: bool = False) -> SelectField:
    return SelectField(label, [Needed()] if needed else [], choices=offered(options), validate_choice=False, default="")


class _WithCategory(Form):
    """The categories are data: their choices are read when the form is made."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        if "category_id" in self:
            self["category_id"].choices = offered([("", CHOOSE), *category_choices()])


class ProductForm(_WithCategory):
    """A product with everything that can be said about it."""

    name = StringField(_l("Product name"), [Needed()])
    category_id = _select(_l("Category"), [], needed=True)
    price = StringField(_l("Price from"), [Needed()])
    unit = StringField(_l("Unit"))
    is_tax_included = _select(_l("Does the price include PPN?"), labels.choices(labels.TAX_ANSWERS, CHOOSE))
    photo = UploadField(_l("Photo"))
    is_photo_removed = BooleanField(_l("Remove the photo"))
    description = TextAreaField(_l("Description"))
    min_order = StringField(_l("Smallest order"))
    monthly_capacity = StringField(_l("Capacity each month"))
    lead_time_days = StringField(_l("Days to make an order"))
    shelf_life_days = StringField(_l("How long does it keep?"))
    is_pure_packing = _select(_l("Is it only packed here, not made?"), labels.choices(labels.YES_NO, CHOOSE))
    catalog_listing_status = _select(_l("e-Katalog"), labels.choices(labels.LISTING_LABELS))
    catalog_version = _select(_l("e-Katalog version"), labels.choices(labels.CATALOG_VERSIONS, CHOOSE))
    catalog_reference = StringField(_l("Address or number in the e-Katalog"))
    catalog_checked_on = StringField(_l("Looked up on"))
    local_content_status = _select(_l("TKDN certificate"), labels.choices(labels.LOCAL_CONTENT_LABELS))
    local_content_percent = StringField(_l("TKDN value"))
    company_benefit_percent = StringField(_l("BMP value, if it is on the certificate"))
    local_content_kind = _select(_l("Kind of certificate"), labels.choices(labels.LOCAL_CONTENT_KINDS, CHOOSE))
    local_content_number = StringField(_l("Certificate number"))
    local_content_issued_on = StringField(_l("Issued on"))
    local_content_expires_on = StringField(_l("Valid until"))


def product_values(product: Product) -> dict[str, str]:
    """Return a stored product as its form shows it."""
    return {name: as_text(getattr(product, name)) for name in ProductDetails.__dataclass_fields__}


def product_details(form: Form) -> ProductDetails:
    """Return the product as typed."""
    names = ProductDetails.__dataclass_fields__
    return ProductDetails(**{name: form[name].data or "" for name in names if name in form})


class CertificateForm(Form):
    """A certificate: its number, or a photo to type it in from."""

    kind = _select(_l("Which certificate?"), labels.choices(labels.CERTIFICATE_KINDS, CHOOSE), needed=True)
    product = _select(_l("For which product?"), [])
    number = StringField(_l("Number"))
    file = UploadField(_l("Photo or PDF of the certificate"))
    issued_on = StringField(_l("Issued on"))
    expires_on = StringField(_l("Valid until, if it ends"))

    def offer_products(self, products: list[Product]) -> None:
        """Let a product be chosen, or the whole business."""
        self.product.choices = offered([("", _l("For the whole business")), *((p.code, p.name) for p in products)])


def certificate_details(form: Form) -> CertificateDetails:
    """Return the certificate as typed."""
    names = CertificateDetails.__dataclass_fields__
    return CertificateDetails(**{name: form[name].data or "" for name in names})


class NeedForm(_WithCategory):
    """A need with everything that can be said about it."""

    name = StringField(_l("What is to be bought?"), [Needed()])
    item_text = TextAreaField(_l("Items, if there are several"))
    quantity_text = StringField(_l("How many?"))
    budget_ceiling = StringField(_l("Budget ceiling (pagu)"))
    category_id = _select(_l("Category"), [])
    planned_month = _select(_l("Planned month"), [("", CHOOSE), *MONTHS])
    fiscal_year = StringField(_l("Fiscal year"))
    procurement_method = _select(_l("Method"), labels.choices(labels.METHODS, CHOOSE))
    procurement_type = _select(_l("Type"), labels.choices(labels.TYPES, CHOOSE))
    funding_source = _select(_l("Fund"), labels.choices(labels.FUNDS, CHOOSE))
    rup_code = StringField(_l("RUP code"))
    account_code = StringField(_l("Account code"))
    work_unit = StringField(_l("Work unit (satker)"))


def need_details(form: Form) -> NeedDetails:
    """Return the need as typed."""
    return NeedDetails(**{name: form[name].data or "" for name in NeedDetails.__dataclass_fields__})


class CategoriesForm(Form):
    """Which categories a buyer looks for."""

    categories = SelectMultipleField(
        _l("Which categories do you look for?"), validate_choice=False, option_widget=widgets.CheckboxInput()
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.categories.choices = offered(category_choices())


class CategoryForm(Form):
    """A category of the scheme."""

    name_id = StringField(_l("Indonesian name"), [Needed()])
    name_en = StringField(_l("English name"))
    keywords = TextAreaField(_l("Words that speak for it"))
    negative_keywords = TextAreaField(_l("Words that speak against it"))
    account_codes = TextAreaField(_l("Account codes"))
    industry_codes = TextAreaField(_l("KBLI codes"))


def category_details(form: Form) -> CategoryDetails:
    """Return the category as typed."""
    return CategoryDetails(**{name: form[name].data or "" for name in CategoryDetails.__dataclass_fields__})
