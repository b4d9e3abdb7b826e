"""``flask users``: accounts from the command line."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from matchmaking.accounts.queries import has_any_user
from matchmaking.accounts.services.passwords import hash_password
from matchmaking.accounts.services.users import NewPerson, make_first_organizer, make_user
from matchmaking.actor import SYSTEM
from matchmaking.errors import DomainError
from matchmaking.transactions import transaction

users_cli = AppGroup("users", help="People's accounts.")


@users_cli.command("create")
@click.option("--name", prompt=True)
@click.option("--email", default="", help="Needed unless --phone is given.")
@click.option("--phone", default="", help="In any spelling: 0812…, 62812…, +62812….")
@click.option("--administrator", is_flag=True, help="May make events. The first person always may.")
@click.password_option("--password", help="Asked for when left out.")
def create(name: str, email: str, phone: str, administrator: bool, password: str) -> None:
    """Make an account; the first one becomes the installation's organiser."""
    try:
        person = NewPerson(name, email, phone, hash_password(password))
        with transaction():
            user = (
                make_user(SYSTEM, person, is_administrator=administrator)
                if has_any_user()
                else make_first_organizer(person)
            )
            code, may_manage = user.code, user.is_administrator
    except DomainError as error:
        for sentence in {str(sentence) for sentence in error.fields.values()} or {str(error)}:
            click.echo(sentence, err=True)
        sys.exit(2)
    click.echo(f"{code} {'organiser of the installation' if may_manage else 'account'}")
