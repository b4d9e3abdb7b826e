"""The public catalogue of an event: what approved exhibitors offer; no contact, photos only where agreed."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request

from matchmaking.catalogue.models import Product
from matchmaking.catalogue.queries import listing
from matchmaking.catalogue.queries.categories import category_names
from matchmaking.catalogue.queries.products import ProductView, views
from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.errors import NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.web.access import current_event
from matchmaking.web.paging import page_number, paginate

CARDS_A_PAGE = 12  # a first visit on a phone stays small


@bp.get("/events/<event_code>/catalogue")
@public
def public_catalogue() -> str:
    """Show what approved exhibitors offer, by category or searched."""
    event = _open_event()
    wanted = listing.ProductFilter(
        text=request.args.get("q", "")[:100].strip(), category_id=request.args.get("category", "")
    )
    page = paginate(listing.products_in(event.id, wanted, only_approved=True), page_number(), CARDS_A_PAGE)
    return render_template(
        "catalogue/public.html",
        row=event,
        page=page,
        views=_public_views(event.id, page.items),
        wanted=wanted,
        counts=listing.categories_in(event.id),
        names=category_names(),
    )


@bp.get("/events/<event_code>/catalogue/<product>")
@public
def public_product(product: str) -> str:
    """Show one product."""
    event = _open_event()
    statement = listing.products_in(event.id, listing.ProductFilter(), only_approved=True)
    row = db.session.scalar(statement.where(Product.code == product))
    if row is None:
        raise NotFound(_("There is no such product here any more."))
    return render_template("catalogue/public_product.html", row=event, view=_public_views(event.id, [row])[0])


def _open_event() -> Event:
    event = db.session.get_one(Event, current_event().id)
    if not event.is_catalogue_public or event.state is EventState.DRAFT:
        raise NotFound(_("The catalogue of this event is not open to the public."))
    return event


def _public_views(event_id: int, products: list[Product]) -> list[ProductView]:
    """Photos only of those who agreed."""
    agreed = listing.with_photo_consent(event_id, {product.organization_id for product in products})
    return [
        view if view.product.organization_id in agreed else replace(view, photo_code=None, thumbnail_code=None)
        for view in views(products)
    ]
