"""The feature's blueprint and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.sansio.blueprints import BlueprintSetupState

from matchmaking.catalogue import labels
from matchmaking.catalogue.models import LocalContentStatus
from matchmaking.catalogue.queries.products import ProductView
from matchmaking.catalogue.readiness import INFO, RED, WARNING
from matchmaking.i18n import gettext as _
from matchmaking.money import format_rupiah

bp = Blueprint("catalogue", __name__)

#: Which signal of the design each severity wears.
SIGNALS = {RED: "refused", WARNING: "warning", INFO: "neutral"}


@bp.record_once
def _offer(state: BlueprintSetupState) -> None:
    """Words and cards for templates; globals, because imported macros do not see a page's context."""
    state.app.jinja_env.globals.update(catalogue_labels=labels, flag_signals=SIGNALS, as_card=as_card, percent=percent)


def percent(value: Any) -> str:
    """Return ``40,5%`` as Indonesians write it."""
    return f"{value.normalize():f}".replace(".", ",") + "%"


def as_card(view: ProductView, *, with_maker: bool = True) -> dict[str, Any]:
    """Return what ``product_card`` draws."""
    product = view.product
    return {
        "name": product.name,
        "maker": (product.organization.brand or product.organization.legal_name) if with_maker else "",
        "category": product.category_id,
        "price": format_rupiah(product.price),
        "unit": product.unit,
        "photo_url": url_for("catalogue.photo", file=view.thumbnail_code) if view.thumbnail_code else None,
        "photo_alt": product.name,
        "marks": marks(view),
    }


def marks(view: ProductView) -> list[tuple[str, str]]:
    """Return the two things a buyer asks first: TKDN that counts, and whether the e-Katalog sells it."""
    found = []
    if view.total is not None:
        found.append(("held", _("TKDN+BMP %(value)s", value=percent(view.total))))
    elif view.product.local_content_status is LocalContentStatus.CERTIFIED:
        found.append(("warning", _("TKDN expired")))
    if view.product.catalog_listing_status.value == "listed":
        found.append(("held", _("In the e-Katalog")))
    return found
