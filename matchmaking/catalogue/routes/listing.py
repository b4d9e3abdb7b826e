"""The organiser's page "Catalogue & needs": what is offered, what is looked for, what waits to be typed in."""

from __future__ import annotations

from flask import render_template, request

from matchmaking.catalogue import labels
from matchmaking.catalogue.queries import listing
from matchmaking.catalogue.queries.categories import category_choices
from matchmaking.catalogue.queries.needs import need_views
from matchmaking.catalogue.queries.products import views
from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.permissions import requires
from matchmaking.regions import regency_choices
from matchmaking.web.access import current_event
from matchmaking.web.paging import page_number, paginate

CARDS_A_PAGE = 24


@bp.get("/manage/<event_code>/catalogue")
@requires("catalogue.review")
def products() -> str:
    """Show the products of the event's exhibitors."""
    event_id = current_event().id
    wanted = listing.ProductFilter(
        text=request.args.get("q", "")[:100].strip(),
        category_id=request.args.get("category", ""),
        regency=request.args.get("regency", ""),
        listing=request.args.get("listing", ""),
        local_content=request.args.get("tkdn", ""),
    )
    page = paginate(listing.products_in(event_id, wanted), page_number(), CARDS_A_PAGE)
    shown = views(page.items)
    return render_template(
        "catalogue/list_products.html",
        page=page,
        views=shown,
        wanted=wanted,
        entry_codes=listing.entry_codes(event_id, {view.product.organization_id for view in shown}),
        to_type=listing.count_to_type(event_id),
        categories=category_choices(),
        regencies=regency_choices(),
        listings=labels.choices(labels.LISTING_LABELS),
        local_contents=labels.choices(labels.LOCAL_CONTENT_LABELS),
    )


@bp.get("/manage/<event_code>/catalogue/needs")
@requires("catalogue.review")
def needs() -> str:
    """Show the needs of the event's buyers."""
    wanted = listing.NeedFilter(
        text=request.args.get("q", "")[:100].strip(),
        category_id=request.args.get("category", ""),
        method=request.args.get("method", ""),
    )
    page = paginate(listing.needs_in(current_event().id, wanted), page_number())
    return render_template(
        "catalogue/list_needs.html",
        page=page,
        views=need_views(page.items),
        wanted=wanted,
        to_type=listing.count_to_type(current_event().id),
        categories=category_choices(),
        methods=labels.choices(labels.METHODS),
    )


@bp.get("/manage/<event_code>/catalogue/to-type")
@requires("catalogue.manage")
def to_type() -> str:
    """Show the certificates whose photos wait to be typed in."""
    waiting = listing.certificates_to_type(current_event().id)
    return render_template("catalogue/list_to_type.html", waiting=waiting, to_type=len(waiting))
