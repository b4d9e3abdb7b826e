"""The certificates this installation seals with: made once for the organiser, or given from outside; kept for checking for ever."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import current_app

from matchmaking import audit, clock
from matchmaking.actor import SYSTEM, Actor
from matchmaking.commitments.paper_models import SealAuthority, SealKind
from matchmaking.commitments.seals.keys import KeyUnreadable, SealKey, make_key, read_key, write_key
from matchmaking.errors import Conflict
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import after_rollback, insert_new

_PURPOSE = b"commitment seal key/1"
#: Stands in the certificate while nobody has named the organiser.
NAMELESS = "Penyelenggara Temu Bisnis"


class SealUnusable(Conflict):
    """The key that seals is missing or cannot be opened."""

    code = "commitments.seal_unusable"


def own_authority() -> SealAuthority | None:
    """Return the own certificate in force."""
    return db.session.scalar(
        sa.select(SealAuthority).where(SealAuthority.kind == SealKind.OWN, SealAuthority.retired_at.is_(None))
    )


def make_seal(actor: Actor, name: str, *, is_stolen: bool = False) -> SealAuthority:
    """Make a new own key; the one before it is retired, and not trusted any more when it was stolen.

    Args:
        actor: who does it.
        name: the organiser, as it stands in the certificate.
        is_stolen: files that only the old seal speaks for are then worth nothing.
    """
    before = own_authority()
    if before:
        before.retired_at, before.is_trusted = clock.now(), not is_stolen
        db.session.flush()
    made = _make_own(name)
    data = {"fingerprint": made.fingerprint, "before": before.fingerprint if before else "", "is_stolen": is_stolen}
    audit.record(actor, "commitments.make_seal", made, data=data)
    return made


def sealing_key(name: str) -> tuple[SealKey, SealAuthority]:
    """Return the key that seals today and its certificate's row; the own key is made when there is none yet.

    Args:
        name: the organiser, for an own key that is made now.

    Raises:
        SealUnusable: the key is missing or cannot be opened.
    """
    if current_app.config["SEAL_CERTIFICATE"]:
        key = external_key()
        return key, _known_external(key)
    row = own_authority() or _make_own(name)
    return own_key(row), row


def external_key() -> SealKey:
    """Read the PKCS#12 file of the settings.

    Raises:
        SealUnusable: it cannot be read.
    """
    path = Path(current_app.config["SEAL_CERTIFICATE"])
    try:
        return read_key(path.read_bytes(), str(current_app.config["SEAL_CERTIFICATE_PASSWORD"]))
    except (OSError, KeyUnreadable) as error:
        raise SealUnusable(
            _("The certificate in MATCHMAKING_SEAL_CERTIFICATE cannot be opened. Check the file and its password.")
        ) from error


def own_key(row: SealAuthority) -> SealKey:
    """Open the own key of a certificate.

    Raises:
        SealUnusable: its file is missing or was encrypted with another passphrase.
    """
    try:
        return read_key(key_path(row.fingerprint).read_bytes(), _passphrase())
    except FileNotFoundError as error:
        raise SealUnusable(
            _(
                "The key that seals commitments is missing from instance/keys. Restore it from a backup, or make a new seal with "
                "./dev flask commitments make-seal."
            )
        ) from error
    except KeyUnreadable as error:
        raise SealUnusable(
            _(
                "The key that seals commitments cannot be opened: the secret key or MATCHMAKING_SEAL_PASSPHRASE has changed. Set the "
                "old one again, or make a new seal with ./dev flask commitments make-seal."
            )
        ) from error


def key_path(fingerprint: str) -> Path:
    """Return where the key of an own certificate lies."""
    return Path(current_app.instance_path) / "keys" / f"seal-{fingerprint[:16]}.p12"


def _make_own(name: str) -> SealAuthority:
    """Make key and row; of two at once one wins, and the other's key is thrown away."""
    name = " ".join(name.split())[:200] or NAMELESS
    key = make_key(
        name, datetime.now(UTC)
    )  # the library that seals writes this computer's time, whatever our clock says
    path = key_path(key.fingerprint)
    _write_secret(path, write_key(key, _passphrase()))
    after_rollback(lambda: path.unlink(missing_ok=True))
    row_id = insert_new(SealAuthority, _values(SealKind.OWN, name, key))
    if row_id is None:
        path.unlink(missing_ok=True)
        return db.session.scalars(
            sa.select(SealAuthority).where(SealAuthority.kind == SealKind.OWN, SealAuthority.retired_at.is_(None))
        ).one()
    row = db.session.get_one(SealAuthority, row_id)
    audit.record(SYSTEM, "commitments.seal_key_made", row, data={"fingerprint": row.fingerprint})
    return row


def _known_external(key: SealKey) -> SealAuthority:
    """Return the row of an external certificate, noting it when it is new."""
    name = key.certificate.subject.rfc4514_string()[:200]
    insert_new(SealAuthority, _values(SealKind.EXTERNAL, name, key))
    return db.session.scalars(sa.select(SealAuthority).where(SealAuthority.fingerprint == key.fingerprint)).one()


def _values(kind: SealKind, name: str, key: SealKey) -> dict[str, Any]:
    return {
        "kind": kind, "name": name, "fingerprint": key.fingerprint, "certificates": key.certificates_pem, "timestamps": [],
        "is_trusted": True, "made_at": clock.now(),
    }  # fmt: skip


def _passphrase() -> str:
    own = str(current_app.config["SEAL_PASSPHRASE"])
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return own or hmac.new(secret, _PURPOSE, hashlib.sha256).hexdigest()


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file that only this user reads, whole on the disk before anything refers to it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
