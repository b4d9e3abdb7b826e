"""Photos of products: for those who take part, and for the public where its maker agreed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from werkzeug.wrappers import Response

from matchmaking.accounts.link_access import is_proved, opened_link
from matchmaking.accounts.models import LinkPurpose
from matchmaking.actor import Role
from matchmaking.catalogue.models import Product
from matchmaking.catalogue.queries.products import has_photo_consent
from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.errors import NotFound
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.registration.models import Delegate, Participation, ParticipationState, Side
from matchmaking.storage.models import StoredFile
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.routes import send_stored

ONE_DAY = 86_400


@bp.get("/events/<event_code>/catalogue/photos/<file>")
@public
def photo(file: str) -> Response:
    """Send a product's photo or thumbnail to who may see it; anybody else is told that there is none.

    Staff see all of the event; participants those of approved exhibitors and their own; the public those whose makers
    agreed, while the public catalogue is on.
    """
    row = db.session.execute(
        sa.select(StoredFile, Product)
        .join(Product, sa.or_(Product.photo_file_id == StoredFile.id, Product.thumbnail_file_id == StoredFile.id))
        .where(StoredFile.code == file)
    ).first()
    if row is None or not (
        _sees_as_participant(row.Product) or _sees_as_public(row.Product) or _sees_by_link(row.Product)
    ):
        raise NotFound(_("This file does not exist any more."))
    response = send_stored(row.StoredFile)
    response.headers["Cache-Control"] = f"private, max-age={ONE_DAY}"
    return response


def _sees_by_link(product: Product) -> bool:
    """Say whether this browser opened and proved the status link of an entry with the product."""
    links = (opened_link(LinkPurpose.STATUS, entry_id) for entry_id in db.session.scalars(_entry(product)))
    return any(link is not None and is_proved(link) for link in links)


def _entry(product: Product) -> sa.Select[Any]:
    return sa.select(Participation.id).where(
        Participation.event_id == current_event().id,
        Participation.organization_id == product.organization_id,
        Participation.side == Side.EXHIBITOR,
    )


def _sees_as_participant(product: Product) -> bool:
    actor = current_actor()
    entry = _entry(product)
    if actor.has_any(Role.ORGANIZER, Role.DESK, Role.LEADER):
        return db.session.scalar(entry) is not None
    if not actor.has_any(Role.EXHIBITOR, Role.BUYER):
        return False
    own = entry.join(Delegate, Delegate.participation_id == Participation.id).where(Delegate.user_id == actor.user_id)
    waits_for = product.pending_participation_id
    if db.session.scalar(own.where(Participation.id == waits_for) if waits_for else own) is not None:
        return True
    approved = entry.where(Participation.state == ParticipationState.APPROVED)
    return product.retired_at is None and db.session.scalar(approved) is not None


def _sees_as_public(product: Product) -> bool:
    event = db.session.get_one(Event, current_event().id)
    if not event.is_catalogue_public or event.state is EventState.DRAFT or product.retired_at is not None:
        return False
    agreed = _entry(product).where(Participation.state == ParticipationState.APPROVED, has_photo_consent())
    return db.session.scalar(agreed) is not None
