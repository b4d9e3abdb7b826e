"""``flask audit``: proof on the command line."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from matchmaking.audit.services import verify_chain

audit_cli = AppGroup("audit", help="The audit trail.")


@audit_cli.command("verify")
def verify() -> None:
    """Check the audit trail's chain of hashes; exit 1 where it is broken."""
    report = verify_chain()
    if report.is_intact:
        click.echo(f"intact: {report.entries} entries")
        return
    click.echo(
        f"broken at entry {report.broken_at}: it was changed, removed or added outside the application",
        err=True,
    )
    sys.exit(1)
