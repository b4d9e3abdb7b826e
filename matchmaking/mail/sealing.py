"""Encrypting the few secrets the database must keep in a readable form (mail passwords)."""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet
from flask import current_app


def _box() -> Fernet:
    digest = hashlib.sha256(b"sealing:" + current_app.secret_key.encode()).digest()  # type: ignore[union-attr]
    return Fernet(base64.urlsafe_b64encode(digest))


def seal(text: str) -> str:
    """Return ``text`` encrypted under the installation's secret."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return the text back; raises ``cryptography.fernet.InvalidToken`` when the secret has changed."""
    return _box().decrypt(sealed.encode()).decode() if sealed else ""
