"""Commands for whoever looks after the installation."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from matchmaking.operations.doctor import examine


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong with this installation, in sentences; exit 1 when something must be repaired."""
    findings = examine()
    for finding in findings:
        click.echo(("✗ " if finding.is_error else "! ") + finding.sentence)
    if not findings:
        click.echo("✓ Everything is in order.")
    sys.exit(1 if any(finding.is_error for finding in findings) else 0)
