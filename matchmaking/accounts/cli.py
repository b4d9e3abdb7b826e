"""``flask users``: accounts from the command line."""

from __future__ import annotations

import sys

import click
from flask.cli import AppGroup

from matchmaking.accounts.handover import spaced_code
from matchmaking.accounts.queries import has_any_user, user_by_login
from matchmaking.accounts.services.links import issue_account_link
from matchmaking.accounts.services.passwords import hash_password
from matchmaking.accounts.services.users import NewPerson, make_first_organizer, make_user
from matchmaking.actor import SYSTEM
from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.transactions import transaction
from matchmaking.web.addresses import public_address

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


@users_cli.command("link")
@click.argument("login")
def make_link(login: str) -> None:
    """Print a link and a code by which the person with this e-mail or phone chooses a new password."""
    user = user_by_login(login)
    if user is None:
        click.echo(_("Nobody has an account with this e-mail address or phone number."), err=True)
        sys.exit(2)
    try:
        with transaction():
            issued = issue_account_link(SYSTEM, user.id, None)
    except DomainError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    click.echo(f"{public_address()}/l/{issued.token}")
    click.echo(f"{spaced_code(issued.short_code)} at /code")
