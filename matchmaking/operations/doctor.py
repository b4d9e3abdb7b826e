"""What is wrong with this installation, in sentences that say what to do."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.audit.services import verify_chain
from matchmaking.commitments.queries.sealing import unsealed_ids
from matchmaking.commitments.services.authorities import SealUnusable, external_key, own_authority, own_key
from matchmaking.config import ROOT
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_moment
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail.models import MailMessage, MailServer, MailState
from matchmaking.operations.backup.instance import UNFINISHED, last_backup
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.web.addresses import is_reachable_address
from matchmaking.web.health import readiness_problems

#: Below this much room photos and backups are about to fail.
LOW_DISK_BYTES = 1024**3
#: A new certificate from outside takes weeks to get.
EXPIRES_SOON = timedelta(days=60)
#: On the day before an event and on its days the last backup is no older.
BACKUP_AGE = timedelta(hours=24)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Finding:
    """One thing found: an error stops people from working, a warning will hurt later."""

    is_error: bool
    sentence: str


def examine() -> list[Finding]:
    """Look at everything; a check that itself fails is a finding, not a crash."""
    findings = list(_readiness())
    if any(finding.is_error for finding in findings):
        return findings
    checks: tuple[Callable[[], Iterator[Finding]], ...] = (
        _people,
        _demo,
        _assets,
        _disk,
        _files,
        _audit,
        _jobs,
        _mail,
        _public_addresses,
        _seal_key,
        _unsealed,
        _backup,
    )
    for check in checks:
        findings.extend(check())
    return findings


def _error(sentence: str) -> Finding:
    return Finding(True, sentence)


def _warning(sentence: str) -> Finding:
    return Finding(False, sentence)


def _readiness() -> Iterator[Finding]:
    problems = set(readiness_problems())
    if "database" in problems:
        yield _error(_("The database does not answer. Check MATCHMAKING_DATABASE_URL and that the server runs."))
        return
    if "migrations" in problems:
        yield _error(_("The database has not been brought up to date. Run ./dev flask db upgrade."))
    if "storage" in problems:
        yield _error(_("Files cannot be written to the instance folder. Check its owner and the free space."))
    if "worker" in problems:
        yield _warning(_("The worker shows no sign of life: schedules, mails and imports will wait. Start ./dev run."))


def _people() -> Iterator[Finding]:
    if not db.session.scalar(sa.select(User.id).where(User.is_administrator).limit(1)):
        yield _warning(_("There is no organiser yet. Open the start page or run ./dev flask users create."))


def _demo() -> Iterator[Finding]:
    has_demo = db.session.scalar(sa.select(User.id).where(User.is_demo).limit(1))
    if has_demo and current_app.config["BIND_HOST"] not in LOOPBACK:
        yield _error(
            _("Demo accounts exist while the application is open to the network. Remove the demo in Settings.")
        )


def _assets() -> Iterator[Finding]:
    if not (ROOT / "static" / "dist" / "manifest.json").exists():
        yield _error(_("Styles and scripts have not been built. Run ./dev run once."))
    if not list((ROOT / "matchmaking").glob("**/LC_MESSAGES/*.mo")):
        yield _warning(_("The Indonesian texts have not been compiled. Run ./dev run once."))


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(current_app.instance_path).free
    if free < LOW_DISK_BYTES:
        yield _warning(
            _("Only %(megabytes)s MB are free on the disk. Make room before the event.", megabytes=free // 2**20)
        )


def _files() -> Iterator[Finding]:
    known = set(db.session.scalars(sa.select(StoredFile.code)))
    folder = Path(current_app.instance_path) / "files"
    present = {path.name for path in folder.glob("??/*") if path.is_file()}
    missing, stray = len([code for code in known if not path_of(code).exists()]), len(present - known)
    if missing:
        yield _error(_("%(number)s stored files are missing on the disk. Restore them from a backup.", number=missing))
    if stray:
        yield _warning(_("%(number)s files on the disk belong to nothing; they may be deleted.", number=stray))


def _audit() -> Iterator[Finding]:
    report = verify_chain()
    if not report.is_intact:
        yield _error(_("The audit trail is broken at entry %(number)s.", number=report.broken_at))


def _jobs() -> Iterator[Finding]:
    failed = db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.state == JobState.FAILED)) or 0
    if failed:
        yield _warning(_("%(number)s background jobs have failed; see the jobs page of the event.", number=failed))


def _mail() -> Iterator[Finding]:
    unsent = db.session.scalar(
        sa.select(sa.func.count()).select_from(MailMessage).where(MailMessage.state == MailState.FAILED)
    )
    if unsent:
        yield _warning(_("%(number)s e-mails could not be sent; check the mail settings.", number=unsent))
    if current_app.config["MAIL_BACKEND"] in {"", "smtp"} and not db.session.scalar(sa.select(MailServer.id).limit(1)):
        yield _warning(_("No mail server is set: people are told by WhatsApp text and paper only."))


def _seal_key() -> Iterator[Finding]:
    """The key that seals: there, openable, not about to expire."""
    try:
        if current_app.config["SEAL_CERTIFICATE"]:
            key = external_key()
        elif row := own_authority():
            key = own_key(row)
        else:
            return
    except SealUnusable as error:
        yield _error(str(error))
        return
    left = key.certificate.not_valid_after_utc - clock.now()
    if left < EXPIRES_SOON:
        yield _warning(
            _(
                "The certificate that seals commitments ends in %(days)s days. Make or get a new one.",
                days=max(left.days, 0),
            )
        )


def _unsealed() -> Iterator[Finding]:
    left = len(unsealed_ids())
    if left:
        yield _warning(
            _("%(number)s signed commitments have no sealed document. Run ./dev flask commitments seal.", number=left)
        )


def last_backup_sentence() -> str:
    """Say when the last backup was taken, and where it was written."""
    last = last_backup()
    if last is None:
        return _("No backup has been taken yet: ./dev flask backup FILE")
    return _("Last backup: %(moment)s, %(file)s", moment=show_moment(last.taken_at), file=last.file)


def _backup() -> Iterator[Finding]:
    """An event is today or tomorrow: the laptop may die, the day must not."""
    if (Path(current_app.instance_path) / UNFINISHED).exists():
        yield _error(_("A restore was cut off in between. Restore once more: ./dev flask restore FILE --replace"))
    last = last_backup()
    if last and clock.now() - last.taken_at <= BACKUP_AGE:
        return
    for event in _real_events():
        today = clock.today(event.timezone)
        if event.starts_on - timedelta(days=1) <= today <= event.ends_on:
            yield _warning(
                _(
                    "%(event)s is near, and there is no backup of the last 24 hours: ./dev flask backup FILE",
                    event=event.name,
                )
            )


def _real_events() -> list[Event]:
    """Open events that are neither a demonstration nor a test."""
    real = sa.select(Event).where(Event.state == EventState.OPEN, Event.is_demo.is_(False), Event.is_test.is_(False))
    return list(db.session.scalars(real))


def _public_addresses() -> Iterator[Finding]:
    for event in _real_events():
        address = event.public_address or current_app.config["PUBLIC_ADDRESS"]
        if not is_reachable_address(address):
            host = urlsplit(address).hostname or "-"
            yield _warning(
                _(
                    "%(event)s: printed links would lead to “%(host)s”, which nobody outside can open. "
                    "Set the public address in Settings.",
                    event=event.name,
                    host=host,
                )
            )
