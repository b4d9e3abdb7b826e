"""Products, certificates and needs of one entry, behind three doors.

Its owner logged in (``/my/…``), its owner by the status link after the four digits (``/events/…/entry``), and staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking.catalogue.forms.entries import (
    CategoriesForm,
    CertificateForm,
    NeedForm,
    ProductForm,
    certificate_details,
    need_details,
    product_details,
    product_values,
)
from matchmaking.catalogue.models import Certificate, Product
from matchmaking.catalogue.queries import needs as need_queries
from matchmaking.catalogue.queries import products as product_queries
from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.catalogue.services import certificates, needs, products
from matchmaking.catalogue.services.categories_kept import categories_of, choose_categories
from matchmaking.catalogue.services.reading import as_text
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.permissions import public, requires
from matchmaking.registration.forms.entries import place_errors
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.queries.entries import holds_back, own_participations, participation_of_event
from matchmaking.registration.routes.blueprint import event_row, keep_files, sent
from matchmaking.registration.routes.owner import Visit, visit_by_link
from matchmaking.registration.services.editing import can_edit
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Place:
    """An entry and the door through which it is seen."""

    entry: Participation
    door: str  # my, link or manage

    @property
    def is_owner(self) -> bool:
        """Say whether the owner looks."""
        return self.door != "manage"

    @property
    def layout(self) -> str:
        """The layout of the door's pages; behind a link there is no account and no bar."""
        return {"my": "base_person.html", "link": "base.html", "manage": "base_event.html"}[self.door]

    def url(self, action: str, **values: Any) -> str:
        """Return the address of an action behind the same door."""
        given: dict[str, Any] = {"entry": self.entry.code} if self.door == "manage" or request.args.get("entry") else {}
        if self.door == "link":
            given = {"code": self.entry.code}
        return url_for(f"catalogue.{self.door}_{action}", **given, **values)

    @property
    def back_url(self) -> str | None:
        """Where the lists lead back to; the logged-in owner has the bar."""
        if self.door == "my":
            return None
        if self.door == "link":
            return url_for("registration.link_entry", code=self.entry.code)
        return url_for("catalogue.products" if self.entry.side is Side.EXHIBITOR else "catalogue.needs")

    @property
    def organization_id(self) -> int:
        """The organisation behind the entry."""
        return self.entry.organization_id


def own_place(side: Side) -> Place:
    """Return the logged-in person's entry of this side, or answer 404."""
    wanted = request.args.get("entry")
    mine = own_participations(current_actor().user_id or 0, current_event().id)
    chosen = [entry for entry in mine if entry.side is side and wanted in (None, entry.code)]
    if not chosen:
        raise NotFound(_("You have no entry in this event. Ask the organiser if you should have one."))
    return Place(chosen[0], "my")


def linked_place(side: Side, code: str) -> Place | Response:
    """Return the entry whose status link this browser opened and proved; else lead to where the digits are asked."""
    visit = visit_by_link(code)
    if not isinstance(visit, Visit):
        return visit
    if visit.entry.side is not side:
        raise NotFound(_("There is no such entry in this event."))
    g.actor = visit.actor
    return Place(visit.entry, "link")


def managed_place(side: Side, entry: str) -> Place:
    """Return an entry of the event for staff, or answer 404."""
    found = participation_of_event(current_event().id, entry)
    if found.side is not side:
        raise NotFound(_("There is no such entry in this event."))
    return Place(found, "manage")


# Products


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
        return _save(
            place,
            form,
            lambda: products.create_product(
                current_actor(), entry_id, product_details(form), photo_code=_file(form, "photo"), origin=place.door
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
        return _save(
            place,
            form,
            lambda: products.edit_product(
                current_actor(),
                row_id,
                product_details(form),
                event_id=current_event().id,
                photo_code=_file(form, "photo"),
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
    return _act(place, act, sentence, "products")


def restore_product_page(place: Place, product: str) -> Answer:
    """Bring a product back."""
    row_id = _own_product(place, product).id
    act = partial(products.restore_product, current_actor(), row_id, event_id=current_event().id)
    return _act(place, act, _l("The product is back in the catalogue."), "products")


def _own_product(place: Place, code: str) -> Product:
    row = products.product_of(place.organization_id, code)
    if place.is_owner and holds_back(place.entry) and row.pending_participation_id != place.entry.id:
        raise NotFound(_("There is no such product here any more."))
    return row


# Certificates


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
            file_code=_file(form, "file"),
        )

    return _save(
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

    return _save(
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
    return _act(place, act, _l("The certificate is removed."), "products")


def certificate_file_page(place: Place, certificate: int) -> Answer:
    """Show the photo of a certificate; private, also to who is logged in elsewhere."""
    row = _own_certificate(place, certificate)
    from matchmaking.extensions import db

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


# Needs


def needs_page(place: Place) -> Answer:
    """Show the buyer's needs and the categories looked for."""
    return render_template(
        "catalogue/needs.html",
        place=place,
        views=need_queries.need_views(need_queries.needs_of(place.entry.id)),
        retired=need_queries.retired_needs_of(place.entry.id),
        form=CategoriesForm(data={"categories": sorted(categories_of(place.entry.id))}),
        layout=place.layout,
    )


def choose_categories_page(place: Place) -> Answer:
    """Keep the categories ticked."""
    ticked = CategoriesForm(request.form).categories.data or []
    act = partial(choose_categories, current_actor(), place.entry.id, ticked)
    return _act(place, act, _l("The categories are saved."), "needs")


def new_need_page(place: Place) -> Answer:
    """Add a need."""
    form = NeedForm(request.form if request.method == "POST" else None)
    entry_id = place.entry.id
    if request.method == "POST":
        return _save(
            place,
            form,
            lambda: needs.create_need(current_actor(), entry_id, need_details(form), origin=place.door),
            _l("The need is added."),
            "needs",
            partial(_need_form, place, form),
        )
    return _need_form(place, form)


def need_page(place: Place, need: str) -> Answer:
    """Change a need."""
    row = needs.need_of(place.entry.id, need)
    stored = {name: as_text(getattr(row, name)) for name in NeedForm().data}
    form = NeedForm(request.form if request.method == "POST" else None, data=stored)
    row_id = row.id
    if request.method == "POST":
        return _save(
            place,
            form,
            lambda: needs.edit_need(current_actor(), row_id, need_details(form), event_id=current_event().id),
            _l("The need is saved."),
            "needs",
            partial(_need_form, place, form, need),
        )
    return _need_form(place, form, need)


def _need_form(place: Place, form: Form, code: str = "") -> str:
    found = need_queries.suggestions_for(
        form["name"].data or "", form.item_text.data or "", form.account_code.data or ""
    )
    return render_template(
        "catalogue/need_form.html",
        place=place,
        form=form,
        need=needs.need_of(place.entry.id, code) if code else None,
        suggestions=found if not form.category_id.data else (),
        layout=place.layout,
    )


def settle_need_page(place: Place, need: str) -> Answer:
    """Take one of the proposed categories for a need."""
    row = needs.need_of(place.entry.id, need)
    stored = {name: as_text(getattr(row, name)) for name in NeedForm().data}
    form = NeedForm(data={**stored, "category_id": request.form.get("category_id", "")})
    act = partial(needs.edit_need, current_actor(), row.id, need_details(form), event_id=current_event().id)
    return _act(place, act, _l("The category is settled."), "needs")


def retire_need_page(place: Place, need: str) -> Answer:
    """Take a need back."""
    row_id = needs.need_of(place.entry.id, need).id
    act = partial(needs.retire_need, current_actor(), row_id, event_id=current_event().id)
    return _act(place, act, _l("The need is taken back. You find it below."), "needs")


def restore_need_page(place: Place, need: str) -> Answer:
    """Bring a need back."""
    row_id = needs.need_of(place.entry.id, need).id
    act = partial(needs.restore_need, current_actor(), row_id, event_id=current_event().id)
    return _act(place, act, _l("The need is in force again."), "needs")


# Saving


def _file(form: Form, name: str) -> str:
    return next(iter(form[name].data or ()), "")


def _save(
    place: Place, form: Form, store: Callable[[], object], done: Any, target: str, again: Callable[[], str]
) -> Answer:
    """Keep the files, store, and go on; or show the form again with what is wrong and everything that was entered."""
    address = place.url(target)
    if not keep_files(form):
        return again(), 422
    try:
        with transaction():
            _require_open(place)
            store()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        place_errors(form, refusal)
        return again(), refusal.status
    flash(done, "held")
    return redirect(address, code=303)


def _act(place: Place, act: Callable[[], object], done: Any, target: str) -> Response:
    address = place.url(target)
    try:
        with transaction():
            _require_open(place)
            act()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal), "warning")
    else:
        flash(done, "held")
    return redirect(address, code=303)


def _require_open(place: Place) -> None:
    if place.is_owner:
        products.require_open(place.entry)


def _require_window(place: Place) -> None:
    """Behind a link everything can be changed only while the registration's window is open."""
    if not can_edit(event_row(), place.entry):
        raise products.ProductsClosed(_("This entry can no longer be changed here. Please call the organiser."))


#: (action, address behind the door, methods, page, side)
_PAGES: tuple[tuple[str, str, list[str], Callable[..., Answer], Side], ...] = (
    ("products", "/products", ["GET"], products_page, Side.EXHIBITOR),
    ("new_product", "/products/new", ["GET", "POST"], new_product_page, Side.EXHIBITOR),
    ("product", "/products/<product>", ["GET", "POST"], product_page, Side.EXHIBITOR),
    ("retire_product", "/products/<product>/retire", ["POST"], retire_product_page, Side.EXHIBITOR),
    ("restore_product", "/products/<product>/restore", ["POST"], restore_product_page, Side.EXHIBITOR),
    ("new_certificate", "/certificates/new", ["GET", "POST"], new_certificate_page, Side.EXHIBITOR),
    ("certificate", "/certificates/<int:certificate>", ["GET", "POST"], certificate_page, Side.EXHIBITOR),
    ("remove_certificate", "/certificates/<int:certificate>/remove", ["POST"], remove_certificate_page, Side.EXHIBITOR),
    ("certificate_file", "/certificates/<int:certificate>/file", ["GET"], certificate_file_page, Side.EXHIBITOR),
    ("needs", "/needs", ["GET"], needs_page, Side.BUYER),
    ("choose_categories", "/needs/categories", ["POST"], choose_categories_page, Side.BUYER),
    ("new_need", "/needs/new", ["GET", "POST"], new_need_page, Side.BUYER),
    ("need", "/needs/<need>", ["GET", "POST"], need_page, Side.BUYER),
    ("settle_need", "/needs/<need>/category", ["POST"], settle_need_page, Side.BUYER),
    ("retire_need", "/needs/<need>/retire", ["POST"], retire_need_page, Side.BUYER),
    ("restore_need", "/needs/<need>/restore", ["POST"], restore_need_page, Side.BUYER),
)


def _own_view(page: Callable[..., Answer], side: Side) -> Callable[..., Answer]:
    def view(**values: Any) -> Answer:
        return page(own_place(side), **values)

    return view


def _staff_view(page: Callable[..., Answer], side: Side) -> Callable[..., Answer]:
    def view(entry: str, **values: Any) -> Answer:
        return page(managed_place(side, entry), **values)

    return view


def _link_view(page: Callable[..., Answer], side: Side) -> Callable[..., Answer]:
    def view(code: str, **values: Any) -> Answer:
        place = linked_place(side, code)
        if not isinstance(place, Place):
            return place
        if page is certificate_file_page:  # links are forwarded in groups: never a file
            raise NotFound(_("This file does not exist any more."))
        if request.method == "POST":
            _require_window(place)
        return page(place, **values)

    return view


def _open_doors() -> None:
    for action, tail, methods, page, side in _PAGES:
        own, staff, link = _own_view(page, side), _staff_view(page, side), _link_view(page, side)
        own.__doc__ = staff.__doc__ = link.__doc__ = page.__doc__
        bp.add_url_rule(f"/events/<event_code>/entry/<code>{tail}", f"link_{action}", public(link), methods=methods)
        bp.add_url_rule(f"/my/<event_code>{tail}", f"my_{action}", requires("entry.own")(own), methods=methods)
        address = f"/manage/<event_code>/entries/<entry>{tail}"
        bp.add_url_rule(address, f"manage_{action}", requires("catalogue.manage")(staff), methods=methods)


_open_doors()
