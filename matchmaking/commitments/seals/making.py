"""Sealing a PDF: PAdES by pyHanko, as an update at its end, so that the unsealed file stays inside byte for byte."""

from __future__ import annotations

import io
from dataclasses import dataclass

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from matchmaking.commitments.seals.keys import SealKey

FIELD = "Segel"


@dataclass(frozen=True)
class SealWords:
    """What the seal says of itself in a reader of PDF: the record's mark, who seals and why."""

    mark: str
    name: str
    reason: str


def seal_pdf(content: bytes, key: SealKey, words: SealWords, stamper: TimeStamper | None = None) -> bytes:
    """Return the file with its seal: it certifies the whole file and allows no change after it.

    Args:
        content: the unsealed PDF.
        key: what to seal with.
        words: what the seal says.
        stamper: a timestamp service; without one the time of sealing is this computer's word.

    Raises:
        TimestampRequestError: the timestamp service did not answer as it should.
    """
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", reason=words.reason, contact_info=words.mark, name=words.name, certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES, subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signers.sign_pdf(writer, metadata, signer=_signer(key), timestamper=stamper, output=out)
    return out.getvalue()


def _signer(key: SealKey) -> signers.SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple([_certificate(one) for one in key.chain])
    plain = key.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signers.SimpleSigner(_certificate(key.certificate), asn1_keys.PrivateKeyInfo.load(plain), store)


def _certificate(certificate: object) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))  # type: ignore[attr-defined]
