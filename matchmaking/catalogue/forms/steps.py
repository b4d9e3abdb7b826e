"""The catalogue's sections of the public registration forms: an IKM's first product, a buyer's needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import Form, SelectField, SelectMultipleField, StringField, TextAreaField, widgets

from matchmaking.actor import Actor
from matchmaking.catalogue.commands import NeedDetails, ProductDetails
from matchmaking.catalogue.forms.entries import CHOOSE
from matchmaking.catalogue.queries.categories import category_choices
from matchmaking.catalogue.queries.needs import needs_of
from matchmaking.catalogue.queries.products import products_of
from matchmaking.catalogue.services.categories_kept import categories_of, choose_categories
from matchmaking.catalogue.services.needs import create_need
from matchmaking.catalogue.services.products import offer_product
from matchmaking.catalogue.services.reading import as_text, read_product
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.forms.entries import offered
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.services.details import Sentences

MAX_LINES = 20


class FirstProductForm(Form):
    """The product a maker brings: what it is and what it costs."""

    name = StringField(_l("Product name"))
    category_id = SelectField(_l("Category"), validate_choice=False, default="")
    price = StringField(_l("Price from"))
    unit = StringField(_l("Unit"))
    photo = UploadField(_l("Photo of the product"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.category_id.choices = offered([("", CHOOSE), *category_choices()])


class FirstNeedsForm(Form):
    """What a buyer looks for: categories, and one line for each thing."""

    categories = SelectMultipleField(
        _l("Which categories do you look for?"), validate_choice=False, option_widget=widgets.CheckboxInput()
    )
    lines = TextAreaField(_l("What do you mean to buy? One line for each"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.categories.choices = offered(category_choices())


class ProductStep:
    """The exhibitor's section."""

    key = "product"
    position = 10
    title = _l("Your product")
    template = "catalogue/_product_step.html"
    form_class: type[Form] = FirstProductForm

    def is_given(self, data: Mapping[str, Any]) -> bool:
        """Say whether anything was entered."""
        return any(data.get(name) for name in ("name", "price", "unit", "photo", "category_id"))

    def check(self, event_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a sentence for each field that breaks a rule."""
        sentences = Sentences()
        read_product(_product(data), sentences)
        return sentences.fields

    def save(self, actor: Actor, participation_id: int, data: Mapping[str, Any]) -> None:
        """Store the product."""
        photo = next(iter(data.get("photo") or ()), "")
        offer_product(actor, participation_id, _product(data), photo_code=photo)

    def load(self, participation_id: int) -> dict[str, Any]:
        """Return the entry's first product."""
        organization_id = db.session.get_one(Participation, participation_id).organization_id
        first = next(iter(products_of(organization_id)), None)
        names = ("name", "category_id", "price", "unit")
        return {name: as_text(getattr(first, name)) for name in names} if first else {}


def _product(data: Mapping[str, Any]) -> ProductDetails:
    given = {name: data.get(name) or "" for name in ("name", "category_id", "price", "unit")}
    return ProductDetails(**given)


class NeedsStep:
    """The buyer's section."""

    key = "needs"
    position = 10
    title = _l("What you look for")
    template = "catalogue/_needs_step.html"
    form_class: type[Form] = FirstNeedsForm

    def is_given(self, data: Mapping[str, Any]) -> bool:
        """Say whether anything was entered."""
        return bool(data.get("categories") or (data.get("lines") or "").strip())

    def check(self, event_id: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a sentence for each field that breaks a rule."""
        found: dict[str, Any] = {}
        lines = _lines(data)
        if len(lines) > MAX_LINES:
            found["lines"] = _("At most %(count)s lines here; more can be added later.", count=MAX_LINES)
        elif any(len(line) > 300 for line in lines):
            found["lines"] = _("At most %(count)s characters, please.", count=300)
        if set(data.get("categories") or ()) - {code for code, _name in category_choices()}:
            found["categories"] = _("Please choose a category.")
        return found

    def save(self, actor: Actor, participation_id: int, data: Mapping[str, Any]) -> None:
        """Store the categories ticked and a need for each line."""
        for line in _lines(data):
            create_need(actor, participation_id, NeedDetails(name=line))
        choose_categories(actor, participation_id, data.get("categories") or ())

    def load(self, participation_id: int) -> dict[str, Any]:
        """Return the categories and the needs' names."""
        names = [need.name for need in needs_of(participation_id)]
        return {"categories": sorted(categories_of(participation_id)), "lines": "\n".join(names)}


def _lines(data: Mapping[str, Any]) -> list[str]:
    lines = (" ".join(line.split()) for line in (data.get("lines") or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


_STEPS: dict[Side, ProductStep | NeedsStep] = {Side.EXHIBITOR: ProductStep(), Side.BUYER: NeedsStep()}


def step_of(side: Side) -> ProductStep | NeedsStep:
    """Return the section of a side."""
    return _STEPS[side]
