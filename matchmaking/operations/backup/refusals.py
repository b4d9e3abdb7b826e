"""Why a backup or a restore is refused, each in one sentence that says what to do."""

from __future__ import annotations

from pathlib import Path

from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.operations.backup.container import FORMAT, Problem, Unreadable


class BackupRefused(DomainError):
    """The backup cannot be taken: nothing was written."""

    code = "operations.backup_refused"


class RestoreRefused(DomainError):
    """The backup cannot be restored: nothing was changed."""

    code = "operations.restore_refused"


class FileUnreadable(RestoreRefused):
    """The file is not a backup that can be read."""

    code = "operations.backup_unreadable"


class ServerRuns(RestoreRefused):
    """Somebody works on the installation."""

    code = "operations.server_runs"


class NotEmpty(RestoreRefused):
    """The installation has data of its own."""

    code = "operations.not_empty"


def unreadable(path: Path, found: Unreadable) -> FileUnreadable:
    """Return the sentence for a file that cannot be read."""
    sentences = {
        Problem.NOT_A_BACKUP: _("%(file)s is no backup of this application.", file=path),
        Problem.OTHER_FORMAT: _(
            "%(file)s has backup format %(number)s, and this version reads format %(known)s. Restore it with the version "
            "that made it.",
            file=path,
            number=found.detail,
            known=FORMAT,
        ),
        Problem.NOT_OPENED: _("This passphrase does not open %(file)s.", file=path),
        Problem.CUT_OFF: _("%(file)s ends too early: it was not copied whole. Copy it again.", file=path),
        Problem.CHANGED: _("%(file)s is damaged or was changed. Use another copy or another backup.", file=path),
    }
    return FileUnreadable(sentences[found.problem])
