"""The certificates of one entry's products, behind each door."""

from __future__ import annotations

from functools import partial

from flask import render_template, request
from wtforms import Form

from matchmaking.catalogue.forms.entries import CertificateForm, certificate_details
from matchmaking.catalogue.models import Certificate
from matchmaking.catalogue.queries import products as product_queries
from matchmaking.catalogue.routes.doors import Answer, Page, Place, act_on_entry, chosen_file, open_doors, save_entry
from matchmaking.catalogue.services import certificates, products
from matchmaking.catalogue.services.reading import as_text
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.models import Side
from matchmaking.registration.queries.entries import holds_back
from matchmaking.registration.routes.blueprint import sent
from matchmaking.storage.models import StoredFile
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored


def new_certificate_page(place: Place) -> Answer:
    """Add a certificate by its number or a photo of it."""
    _require_confirmed(place)
    form = _certificate_form(place)
    organization_id = place.organization_id
    if request.method != "POST":
        form.product.data = request.args.get("product", "")
        return _certificate_page(place, form)

    def store() -> object:
        chosen = products.product_of(organization_id, form.product.data).id if form.product.data else None
        return certificates.add_certificate(
            current_actor(),
            organization_id,
            certificate_details(form),
            event_id=current_event().id,
            product_id=chosen,
            file_code=chosen_file(form, "file"),
        )

    return save_entry(
        place, form, store, _l("The certificate is added."), "products", partial(_certificate_page, place, form)
    )


def certificate_page(place: Place, certificate: int) -> Answer:
    """Correct a certificate, or type it in from its photo."""
    row = _own_certificate(place, certificate)
    form = _certificate_form(place, row)
    if request.method != "POST":
        return _certificate_page(place, form, row)

    def store() -> object:
        return certificates.edit_certificate(
            current_actor(), certificate, certificate_details(form), event_id=current_event().id
        )

    return save_entry(
        place,
        form,
        store,
        _l("The certificate is saved."),
        "products",
        lambda: _certificate_page(place, form, _own_certificate(place, certificate)),
    )


def remove_certificate_page(place: Place, certificate: int) -> Answer:
    """Remove a certificate."""
    row_id = _own_certificate(place, certificate).id
    act = partial(certificates.remove_certificate, current_actor(), row_id, event_id=current_event().id)
    return act_on_entry(place, act, _l("The certificate is removed."), "products")


def certificate_file_page(place: Place, certificate: int) -> Answer:
    """Show the photo of a certificate; private, also to who is logged in elsewhere."""
    row = _own_certificate(place, certificate)
    stored = db.session.get(StoredFile, row.file_id) if row.file_id else None
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


def _own_certificate(place: Place, certificate: int) -> Certificate:
    _require_confirmed(place)
    return certificates.certificate_of(place.organization_id, certificate)


def _require_confirmed(place: Place) -> None:
    """The organisation's certificates are not theirs to see or add to yet: staff have not said it is they."""
    if place.is_owner and holds_back(place.entry):
        raise NotFound(_("There is no such certificate here any more."))


def _certificate_form(place: Place, row: Certificate | None = None) -> CertificateForm:
    names = ("kind", "number", "issued_on", "expires_on")
    stored = {name: as_text(getattr(row, name)) for name in names} if row else {}
    form = CertificateForm(sent() if request.method == "POST" else None, data=stored)
    form.offer_products(product_queries.products_of(place.organization_id))
    return form


def _certificate_page(place: Place, form: Form, row: Certificate | None = None) -> str:
    if not isinstance(form, CertificateForm):
        raise TypeError("a certificate's page needs a certificate's form")
    form.offer_products(product_queries.products_of(place.organization_id))
    layout = place.layout
    return render_template("catalogue/certificate_form.html", place=place, form=form, certificate=row, layout=layout)


open_doors(
    Page("new_certificate", "/certificates/new", ["GET", "POST"], new_certificate_page, Side.EXHIBITOR),
    Page("certificate", "/certificates/<int:certificate>", ["GET", "POST"], certificate_page, Side.EXHIBITOR),
    Page(
        "remove_certificate",
        "/certificates/<int:certificate>/remove",
        ["POST"],
        remove_certificate_page,
        Side.EXHIBITOR,
    ),
    Page(
        "certificate_file",
        "/certificates/<int:certificate>/file",
        ["GET"],
        certificate_file_page,
        Side.EXHIBITOR,
        is_file=True,
    ),
)
