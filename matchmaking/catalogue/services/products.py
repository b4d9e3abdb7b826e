"""Adding, changing and retiring products; the categories of the organisation's entries follow."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.catalogue.commands import ProductDetails
from matchmaking.catalogue.models import Certificate, Product, name_key_of
from matchmaking.catalogue.services.categories_kept import keep_categories
from matchmaking.catalogue.services.changes import note_for_staff
from matchmaking.catalogue.services.reading import as_text, read_product
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Organization, Participation
from matchmaking.registration.queries.entries import holds_back
from matchmaking.registration.services.details import Sentences
from matchmaking.registration.services.editing import LIVE
from matchmaking.registration.services.uploads import claim_upload
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file, keep_thumbnail
from matchmaking.transactions import lock_row

#: An IKM with more offers lists them in the e-Katalog; here the choice stays readable.
MAX_PRODUCTS = 60
OWNER = "product"


class ProductsClosed(Conflict):
    """The owner may not change products of this entry any more."""

    code = "catalogue.closed"


def require_open(participation: Participation) -> None:
    """Refuse an owner's change when the entry has ended or the event is in the archive.

    Products stay open after the registration window: what is missing for matching is filled in then.
    """
    event = db.session.get_one(Event, participation.event_id)
    if participation.state not in LIVE or event.state is EventState.ARCHIVED:
        raise ProductsClosed(_("This entry can no longer be changed here. Please call the organiser."))


def create_product(
    actor: Actor, participation_id: int, details: ProductDetails, *, photo_code: str = "", origin: str = "form"
) -> Product:
    """Add a product to the organisation behind an entry.

    While staff have not yet confirmed that the entry is the known organisation's, the product stays out of sight.

    Raises:
        InvalidInput: with a sentence for each field; Conflict: too many.
    """
    participation = db.session.get_one(Participation, participation_id)
    lock_row(Organization, participation.organization_id)
    values = _read(details)
    is_held = holds_back(participation)
    if not is_held:
        _require_free_name(participation.organization_id, values["name"], None)
    position = _next_position(participation.organization_id)
    now = clock.now()
    product = Product(
        code=new_code(12),
        organization_id=participation.organization_id,
        name_key=name_key_of(values["name"]),
        position=position,
        created_at=now,
        updated_at=now,
        retired_at=now if is_held else None,
        pending_participation_id=participation_id if is_held else None,
        **values,
    )
    _store(product)
    if photo_code:
        _take_photo(product, participation.event_id, photo_code)
    keep_categories(product.organization_id)
    data = {"category": product.category_id, "origin": origin}
    audit.record(actor, "catalogue.product_add", product, event_id=participation.event_id, data=data)
    return product


def offer_product(
    actor: Actor, participation_id: int, details: ProductDetails, *, photo_code: str = "", origin: str = "form"
) -> Product:
    """Add a product, or take what is given over into the organisation's product of that name: a maker who comes back.

    Raises:
        InvalidInput: with a sentence for each field.
    """
    participation = db.session.get_one(Participation, participation_id)
    lock_row(Organization, participation.organization_id)
    known_id = _same_name(participation.organization_id, details.name, None)
    if known_id is None or holds_back(participation):
        return create_product(actor, participation_id, details, photo_code=photo_code, origin=origin)
    product = db.session.get_one(Product, known_id)
    edit_product(actor, known_id, with_stored(product, details), event_id=participation.event_id, photo_code=photo_code)
    return product


def with_stored(product: Product, details: ProductDetails) -> ProductDetails:
    """Return the details with what was left empty filled in from the stored product."""
    names = ProductDetails.__dataclass_fields__
    return ProductDetails(**{name: getattr(details, name).strip() or as_text(getattr(product, name)) for name in names})


def edit_product(
    actor: Actor,
    product_id: int,
    details: ProductDetails,
    *,
    event_id: int,
    photo_code: str = "",
    is_photo_removed: bool = False,
) -> list[str]:
    """Change a product; return the names of the fields that changed.

    Raises:
        InvalidInput, NotFound.
    """
    product = _locked(product_id)
    values = _read(details)
    if product.pending_participation_id is None:
        _require_free_name(product.organization_id, values["name"], product.id)
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    note_for_staff(
        actor, _entry_of(product, event_id), product.name, {name: getattr(product, name) for name in changed}, values
    )
    for name in changed:
        setattr(product, name, values[name])
    product.name_key = name_key_of(product.name)
    if photo_code and _take_photo(product, event_id, photo_code):
        changed.append("photo")
    elif is_photo_removed and product.photo_file_id:
        _drop_photo(product)
        changed.append("photo")
    if changed:
        product.updated_at = clock.now()
        _store(product)
        keep_categories(product.organization_id)
        audit.record(actor, "catalogue.product_edit", product, event_id=event_id, data={"fields": sorted(changed)})
    return changed


def _entry_of(product: Product, event_id: int) -> int | None:
    return db.session.scalar(
        sa.select(Participation.id).where(
            Participation.event_id == event_id, Participation.organization_id == product.organization_id
        )
    )


def retire_product(actor: Actor, product_id: int, *, event_id: int) -> None:
    """Take a product out of the catalogue; it is kept, for commitments and wishes that name it. Twice is harmless."""
    product = _locked(product_id)
    if product.retired_at and product.pending_participation_id is None:
        return
    product.retired_at, product.pending_participation_id = clock.now(), None
    db.session.flush()
    keep_categories(product.organization_id)
    audit.record(actor, "catalogue.product_retire", product, event_id=event_id)


def restore_product(actor: Actor, product_id: int, *, event_id: int) -> None:
    """Undo a retirement.

    Raises:
        InvalidInput: a product of the same name was added meanwhile.
    """
    product = _locked(product_id)
    if product.retired_at is None or product.pending_participation_id is not None:
        return  # what waits for an approval comes into sight with it, and not before
    _require_free_name(product.organization_id, product.name, product.id)
    product.retired_at, product.pending_participation_id = None, None
    _store(product)
    keep_categories(product.organization_id)
    audit.record(actor, "catalogue.product_restore", product, event_id=event_id)


def release_pending(_actor: Actor, participation_id: int) -> None:
    """The entry is approved: what came with it comes into sight, unless the organisation has a product of that name."""
    participation = db.session.get_one(Participation, participation_id)
    waiting = db.session.scalars(
        sa.select(Product).where(Product.pending_participation_id == participation_id).order_by(Product.id)
    ).all()
    for product in waiting:
        product.pending_participation_id = None
        if _same_name(product.organization_id, product.name, product.id) is None:
            product.retired_at = None
        db.session.flush()
    keep_categories(participation.organization_id)


def move_products(_actor: Actor, kept_id: int, gone_id: int) -> None:
    """Two organisations became one: its products and certificates move; of two of one name the kept one's stays."""
    for product in db.session.scalars(sa.select(Product).where(Product.organization_id == gone_id)).all():
        if product.retired_at is None and _same_name(kept_id, product.name, product.id) is not None:
            product.retired_at = clock.now()
            db.session.flush()
        product.organization_id = kept_id
        db.session.flush()
    db.session.execute(
        sa.update(Certificate).where(Certificate.organization_id == gone_id).values(organization_id=kept_id)
    )
    keep_categories(kept_id)


def product_of(organization_id: int, code: str) -> Product:
    """Return a product of this organisation by its code, retired ones too.

    Raises:
        NotFound: it belongs to another organisation, or to none.
    """
    found = db.session.scalar(
        sa.select(Product).where(Product.code == code, Product.organization_id == organization_id)
    )
    if found is None:
        raise NotFound(_("There is no such product here any more."))
    return found


def _read(details: ProductDetails) -> dict[str, Any]:
    sentences = Sentences()
    values = read_product(details, sentences)
    sentences.raise_if_any()
    return values


def _locked(product_id: int) -> Product:
    product = lock_row(Product, product_id)
    if product is None:
        raise NotFound(_("There is no such product here any more."))
    return product


def _next_position(organization_id: int) -> int:
    mine = sa.select(sa.func.count(), sa.func.max(Product.position)).where(Product.organization_id == organization_id)
    count, last = db.session.execute(mine.where(Product.retired_at.is_(None))).one()
    if count >= MAX_PRODUCTS:
        raise Conflict(
            _("At most %(count)s products, please. Retire one that is not offered any more.", count=MAX_PRODUCTS)
        )
    return (last or 0) + 1


def _same_name(organization_id: int, name: str, but: int | None) -> int | None:
    return db.session.scalar(
        sa.select(Product.id).where(
            Product.organization_id == organization_id,
            Product.name_key == name_key_of(name),
            Product.retired_at.is_(None),
            Product.id != (but or 0),
        )
    )


def _require_free_name(organization_id: int, name: str, but: int | None) -> None:
    if _same_name(organization_id, name, but) is not None:
        raise _name_taken()


def _name_taken() -> InvalidInput:
    sentence = _("You have a product of this name already. Change that one, or give this one another name.")
    return InvalidInput(sentence, fields={"name": sentence})


def _store(product: Product) -> None:
    """The unique index decides when two people add one name at the same moment."""
    db.session.add(product)
    try:
        db.session.flush()
    except IntegrityError as error:
        if "uq_product_live_name" in str(error.orig) or "product.name_key" in str(error.orig):
            raise _name_taken() from error
        raise


def _take_photo(product: Product, event_id: int, code: str) -> bool:
    """Take a kept upload over, with its thumbnail; an upload that is gone (sent twice) changes nothing."""
    owner = Owner("photo", event_id, OWNER, product.id)
    stored = claim_upload(event_id, code, owner)
    if stored is None:
        return False
    if not stored.media_type.startswith("image/"):
        raise InvalidInput(
            _("Please choose a photo, not a PDF."), fields={"photo": _("Please choose a photo, not a PDF.")}
        )
    _drop_photo(product)
    thumbnail = keep_thumbnail(stored, Owner("thumbnail", event_id, OWNER, product.id))
    product.photo_file_id, product.thumbnail_file_id = stored.id, thumbnail.id
    db.session.flush()
    return True


def _drop_photo(product: Product) -> None:
    ids = [i for i in (product.photo_file_id, product.thumbnail_file_id) if i]
    product.photo_file_id = product.thumbnail_file_id = None
    db.session.flush()
    for stored in db.session.scalars(sa.select(StoredFile).where(StoredFile.id.in_(ids))).all():
        delete_file(stored)
