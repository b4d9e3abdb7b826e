"""Commands for whoever looks after the installation."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup, with_appcontext

from matchmaking.errors import DomainError
from matchmaking.operations.doctor import examine, last_backup_sentence


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Say what is wrong with this installation, in sentences; exit 1 when something must be repaired."""
    findings = examine()
    for finding in findings:
        click.echo(("✗ " if finding.is_error else "! ") + finding.sentence)
    if not findings:
        click.echo("✓ Everything is in order.")
    click.echo(last_backup_sentence())
    sys.exit(1 if any(finding.is_error for finding in findings) else 0)


demo_cli = AppGroup("demo", help="The demo event.")


@demo_cli.command("load")
@click.option("--exhibitors", type=click.IntRange(1, 2000), help="How many exhibitors; the written cast by default.")
@click.option("--buyers", type=click.IntRange(1, 2000), help="How many buyers; the written cast by default.")
@click.option("--seed", type=int, default=1, show_default=True, help="Who wishes to meet whom.")
@click.option("--if-empty", is_flag=True, help="Do nothing where there is any event already.")
@click.option("--print-logins", is_flag=True, help="Print the demo's log-ins; they are not shown again.")
def load(exhibitors: int | None, buyers: int | None, seed: int, if_empty: bool, print_logins: bool) -> None:
    """Load the demo event: Hotel Emersia, 11 May 2023, with invented parties, up to the last slot of its day."""
    from matchmaking.operations.demo.load import DemoSize, has_any_event, load_demo

    if if_empty and has_any_event():
        return
    try:
        logins = load_demo(DemoSize(exhibitors, buyers, seed), lambda step: click.echo(f"demo: {step} …", err=True))
    except DomainError as error:
        raise click.ClickException(str(error)) from error
    if print_logins:
        for entry in logins:
            click.echo(f"{entry.role}\t{entry.login}\t{entry.password}")


@demo_cli.command("present")
def present() -> None:
    """Exit 0 when demo accounts or the demo event exist, 1 when not."""
    from matchmaking.operations.demo.load import is_present

    found = is_present()
    click.echo("yes" if found else "no")
    sys.exit(0 if found else 1)


@demo_cli.command("remove")
def remove() -> None:
    """Remove the demo event, its parties and all demo accounts."""
    from matchmaking.actor import SYSTEM
    from matchmaking.operations.demo.remove import remove_demo
    from matchmaking.transactions import transaction

    with transaction():
        number = remove_demo(SYSTEM)
    click.echo(f"removed: {number} accounts")
