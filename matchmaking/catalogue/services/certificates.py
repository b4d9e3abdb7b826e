"""Certificates of a product or of the whole business; a photo alone waits for staff to type the number in."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.catalogue.commands import CertificateDetails
from matchmaking.catalogue.models import Certificate, Product
from matchmaking.catalogue.services.reading import read_certificate
from matchmaking.errors import Conflict, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.models import Organization
from matchmaking.registration.services.details import Sentences
from matchmaking.registration.services.uploads import claim_upload, waiting_upload
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import Owner, delete_file
from matchmaking.transactions import lock_row

MAX_CERTIFICATES = 80
OWNER = "certificate"


def add_certificate(
    actor: Actor,
    organization_id: int,
    details: CertificateDetails,
    *,
    event_id: int,
    product_id: int | None = None,
    file_code: str = "",
) -> Certificate:
    """Add a certificate to one product, or to the whole business; the same number again changes nothing.

    Raises:
        InvalidInput, Conflict (too many), NotFound (a product of somebody else).
    """
    lock_row(Organization, organization_id)
    if product_id is not None:
        _require_own_product(organization_id, product_id)
    has_file = bool(file_code) and waiting_upload(event_id, file_code) is not None
    sentences = Sentences()
    values = read_certificate(details, sentences, has_file=has_file)
    sentences.raise_if_any()
    if values["number"] and (known := _same(organization_id, product_id, values["kind"], values["number"])):
        return known
    _require_room(organization_id)
    certificate = Certificate(organization_id=organization_id, product_id=product_id, created_at=clock.now(), **values)
    db.session.add(certificate)
    db.session.flush()
    if has_file:
        stored = claim_upload(event_id, file_code, Owner("certificate", event_id, OWNER, certificate.id))
        certificate.file_id = stored.id if stored else None
    data = {"kind": certificate.kind, "has_number": bool(certificate.number)}
    audit.record(actor, "catalogue.certificate_add", certificate, event_id=event_id, data=data)
    return certificate


def edit_certificate(actor: Actor, certificate_id: int, details: CertificateDetails, *, event_id: int) -> list[str]:
    """Type a certificate in from its photo, or correct it; return the fields that changed."""
    certificate = lock_row(Certificate, certificate_id)
    if certificate is None:
        raise NotFound(_("There is no such certificate here any more."))
    sentences = Sentences()
    values = read_certificate(details, sentences, has_file=certificate.file_id is not None)
    sentences.raise_if_any()
    changed = sorted(name for name, value in values.items() if getattr(certificate, name) != value)
    for name in changed:
        setattr(certificate, name, values[name])
    if changed:
        audit.record(actor, "catalogue.certificate_edit", certificate, event_id=event_id, data={"fields": changed})
    return changed


def remove_certificate(actor: Actor, certificate_id: int, *, event_id: int) -> None:
    """Remove a certificate with its photo; twice is harmless."""
    certificate = lock_row(Certificate, certificate_id)
    if certificate is None:
        return
    audit.record(actor, "catalogue.certificate_remove", certificate, event_id=event_id, data={"kind": certificate.kind})
    stored = db.session.get(StoredFile, certificate.file_id) if certificate.file_id else None
    db.session.delete(certificate)
    db.session.flush()
    if stored:
        delete_file(stored)


def certificate_of(organization_id: int, certificate_id: int) -> Certificate:
    """Return a certificate of this organisation.

    Raises:
        NotFound: it belongs to another organisation, or to none.
    """
    found = db.session.scalar(
        sa.select(Certificate).where(Certificate.id == certificate_id, Certificate.organization_id == organization_id)
    )
    if found is None:
        raise NotFound(_("There is no such certificate here any more."))
    return found


def _require_own_product(organization_id: int, product_id: int) -> None:
    product = db.session.get(Product, product_id)
    if product is None or product.organization_id != organization_id:
        raise NotFound(_("There is no such product here any more."))


def _same(organization_id: int, product_id: int | None, kind: str, number: str) -> Certificate | None:
    return db.session.scalar(
        sa.select(Certificate).where(
            Certificate.organization_id == organization_id,
            Certificate.product_id.is_(None) if product_id is None else Certificate.product_id == product_id,
            Certificate.kind == kind,
            Certificate.number == number,
        )
    )


def _require_room(organization_id: int) -> None:
    count = db.session.scalar(
        sa.select(sa.func.count()).select_from(Certificate).where(Certificate.organization_id == organization_id)
    )
    if (count or 0) >= MAX_CERTIFICATES:
        raise Conflict(_("At most %(count)s certificates, please.", count=MAX_CERTIFICATES))
