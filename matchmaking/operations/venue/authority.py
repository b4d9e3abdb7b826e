"""The authority as devices install it: DER for Android, a configuration profile for iPad and iPhone."""

from __future__ import annotations

import plistlib
import uuid
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID

#: What Android's and Apple's browsers take for a certificate and for a profile.
CERTIFICATE_TYPE = "application/x-x509-ca-cert"
PROFILE_TYPE = "application/x-apple-aspen-config"

#: Apple replaces a profile by another of the same identifier, so a tablet never has two of ours.
_IDENTIFIER = "id.temubisnis.venue"


def read_authority(folder: Path) -> x509.Certificate:
    """Return the authority of this installation; ``folder`` holds ``authority.pem``."""
    return x509.load_pem_x509_certificate((folder / "authority.pem").read_bytes())


def authority_name(authority: x509.Certificate) -> str:
    """Return the name under which devices list it."""
    return str(authority.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def certificate_file(authority: x509.Certificate) -> bytes:
    """Return the authority as DER."""
    return authority.public_bytes(serialization.Encoding.DER)


def profile_file(authority: x509.Certificate, *, about: str) -> bytes:
    """Return a profile that installs the authority: the same bytes for the same authority and words.

    Args:
        authority: what is to be trusted.
        about: one sentence that Settings shows beside the profile.

    Source: Apple's "Configuration Profile Reference", payload ``com.apple.security.root``.
    """
    name, content = authority_name(authority), certificate_file(authority)
    payload = {
        "PayloadType": "com.apple.security.root",
        "PayloadVersion": 1,
        "PayloadIdentifier": f"{_IDENTIFIER}.authority",
        "PayloadUUID": _identity("authority", content),
        "PayloadDisplayName": name,
        "PayloadCertificateFileName": "temu-bisnis.cer",
        "PayloadContent": content,
    }
    profile = {
        "PayloadType": "Configuration",
        "PayloadVersion": 1,
        "PayloadIdentifier": _IDENTIFIER,
        "PayloadUUID": _identity("profile", content),
        "PayloadDisplayName": name,
        "PayloadDescription": about,
        "PayloadOrganization": "Temu Bisnis",
        "PayloadRemovalDisallowed": False,
        "PayloadContent": [payload],
    }
    return plistlib.dumps(profile)


def _identity(part: str, content: bytes) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{part}:{content.hex()}")).upper()
