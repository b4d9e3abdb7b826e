"""Closing an account, opening it again, and forgetting a person."""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.accounts import hooks
from matchmaking.accounts.models import LinkPurpose, User, UserState
from matchmaking.accounts.services.links import end_links
from matchmaking.accounts.services.users import LastAdministrator
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row, lock_rows

#: What stands in place of an erased person's name.
ERASED_NAME = "(dihapus)"


class StillNeeded(Conflict):
    """Without this account nobody could look after an event."""

    code = "accounts.still_needed"


def disable_user(actor: Actor, user_id: int) -> User:
    """Close an account: the person is logged out everywhere and cannot log in until it is opened again.

    Raises:
        StillNeeded: the person is the last organiser of an event.
        LastAdministrator: nobody else looks after the installation.
    """
    user = _lock_dispensable(user_id)
    if user.state is UserState.DISABLED:
        return user
    user.state = UserState.DISABLED
    user.session_epoch += 1
    end_links(actor, list(LinkPurpose)[:2], user.id, "revoked")
    audit.record(actor, "accounts.disable", user)
    return user


def enable_user(actor: Actor, user_id: int) -> User:
    """Open a closed account again; the password is as before."""
    user = _known(lock_row(User, user_id))
    if user.state is UserState.DISABLED:
        user.state = UserState.ACTIVE
        audit.record(actor, "accounts.enable", user)
    return user


def erase_user(actor: Actor, user_id: int) -> None:
    """Forget a person's account: name, contacts and password go, sessions and links end; the row's id stays for the trail.

    Raises:
        StillNeeded, LastAdministrator: as for closing.
    """
    user = _known(lock_row(User, _lock_dispensable(user_id).id, bars_new=True))
    end_links(actor, list(LinkPurpose)[:2], user.id, "revoked")
    user.name, user.state = ERASED_NAME, UserState.ERASED
    user.email = user.phone = user.password_hash = user.locale = user.last_login_at = None
    user.is_administrator = False
    user.session_epoch += 1
    audit.record(actor, "accounts.erase", user)


def _lock_dispensable(user_id: int) -> User:
    """Return the person, locked, unless somebody still needs the account; events are locked before people."""
    reasons = [sentence for sentences in hooks.account_needed(user_id) for sentence in sentences]
    if reasons:
        raise StillNeeded(" ".join(reasons))
    administrators = sa.select(User.id).where(User.is_administrator, User.state == UserState.ACTIVE)
    people = lock_rows(User, {user_id, *db.session.scalars(administrators)})
    if [person.id for person in people if person.is_administrator and person.state is UserState.ACTIVE] == [user_id]:
        raise LastAdministrator(
            _("This is the last person who looks after the installation. Let somebody else do so first.")
        )
    return _known(next((person for person in people if person.id == user_id), None))


def _known(user: User | None) -> User:
    if user is None or user.state is UserState.ERASED:
        raise NotFound(_("This person has no account any more."))
    return user
