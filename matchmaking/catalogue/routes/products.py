"""The products of one entry, behind each door."""

from __future__ import annotations

from functools import partial

from flask import render_template, request
from wtforms import Form

from matchmaking.catalogue.forms.entries import ProductForm, product_details, product_values
from matchmaking.catalogue.models import Product
from matchmaking.catalogue.queries import products as product_queries
from matchmaking.catalogue.routes.doors import Answer, Page, Place, act_on_entry, chosen_file, open_doors, save_entry
from matchmaking.catalogue.services import products
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.models import Side
from matchmaking.registration.queries.entries import holds_back
from matchmaking.registration.routes.blueprint import sent
from matchmaking.web.access import current_actor, current_event


def products_page(place: Place) -> Answer:
    """Show the entry's products and the short list of what is missing."""
    pending_for = place.entry.id if holds_back(place.entry) else None
    mine = product_queries.products_of(place.organization_id, pending_for=pending_for)
    held = [] if pending_for else product_queries.certificates_of(place.organization_id)
    return render_template(
        "catalogue/products.html",
        place=place,
        views=product_queries.views(mine),
        retired=[] if pending_for else product_queries.retired_products_of(place.organization_id),
        certificates=held,
        products_by_id={product.id: product for product in mine},
        layout=place.layout,
    )


def new_product_page(place: Place) -> Answer:
    """Add a product."""
    form = ProductForm(sent() if request.method == "POST" else None)
    entry_id = place.entry.id
    if request.method == "POST":
        return save_entry(
            place,
            form,
            lambda: products.create_product(
                current_actor(),
                entry_id,
                product_details(form),
                photo_code=chosen_file(form, "photo"),
                origin=place.door,
            ),
            _l("The product is added."),
            "products",
            partial(_product_form, place, form),
        )
    return _product_form(place, form)


def product_page(place: Place, product: str) -> Answer:
    """Change a product."""
    row = _own_product(place, product)
    form = ProductForm(sent() if request.method == "POST" else None, data=product_values(row))
    row_id = row.id
    if request.method == "POST":
        return save_entry(
            place,
            form,
            lambda: products.edit_product(
                current_actor(),
                row_id,
                product_details(form),
                event_id=current_event().id,
                photo_code=chosen_file(form, "photo"),
                is_photo_removed=bool(form.is_photo_removed.data),
            ),
            _l("The product is saved."),
            "products",
            partial(_product_form, place, form, product),
        )
    return _product_form(place, form, product)


def _product_form(place: Place, form: Form, code: str = "") -> str:
    row = products.product_of(place.organization_id, code) if code else None
    return render_template(
        "catalogue/product_form.html",
        place=place,
        form=form,
        product=row,
        view=product_queries.views([row])[0] if row else None,
        layout=place.layout,
    )


def retire_product_page(place: Place, product: str) -> Answer:
    """Take a product out of the catalogue; the page offers to undo it."""
    row_id, name = _own_product(place, product).id, _own_product(place, product).name
    act = partial(products.retire_product, current_actor(), row_id, event_id=current_event().id)
    sentence = _("“%(name)s” is taken out. You find it below, to bring it back.", name=name)
    return act_on_entry(place, act, sentence, "products")


def restore_product_page(place: Place, product: str) -> Answer:
    """Bring a product back."""
    row_id = _own_product(place, product).id
    act = partial(products.restore_product, current_actor(), row_id, event_id=current_event().id)
    return act_on_entry(place, act, _l("The product is back in the catalogue."), "products")


def _own_product(place: Place, code: str) -> Product:
    row = products.product_of(place.organization_id, code)
    if place.is_owner and holds_back(place.entry) and row.pending_participation_id != place.entry.id:
        raise NotFound(_("There is no such product here any more."))
    return row


open_doors(
    Page("products", "/products", ["GET"], products_page, Side.EXHIBITOR),
    Page("new_product", "/products/new", ["GET", "POST"], new_product_page, Side.EXHIBITOR),
    Page("product", "/products/<product>", ["GET", "POST"], product_page, Side.EXHIBITOR),
    Page("retire_product", "/products/<product>/retire", ["POST"], retire_product_page, Side.EXHIBITOR),
    Page("restore_product", "/products/<product>/restore", ["POST"], restore_product_page, Side.EXHIBITOR),
)
