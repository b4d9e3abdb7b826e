"""Logging in: the same answer, and the same time, for a wrong password and for an unknown name."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking import audit, clock
from matchmaking.accounts.models import User, UserState
from matchmaking.accounts.queries import user_by_login
from matchmaking.accounts.services.passwords import hash_again, is_right_password
from matchmaking.actor import Actor, ActorKind
from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row


class WrongLogIn(DomainError):
    """Name and password do not fit; which of the two is wrong is not said."""

    code = "accounts.wrong_log_in"


@dataclass(frozen=True)
class CheckedLogIn:
    """A log-in that fits this stored hash; ``fresh_hash`` when it should be made anew at today's cost."""

    user_id: int
    password_hash: str
    fresh_hash: str | None


def check_log_in(login: str, password: str, *, demo_allowed: bool) -> CheckedLogIn:
    """Check name and password, outside any transaction, because it is slow on purpose.

    Args:
        login: e-mail, or phone number in any spelling.
        password: as typed.
        demo_allowed: whether demonstration accounts may log in (only while bound to loopback).

    Raises:
        WrongLogIn: they do not fit, or the account is closed.
    """
    user = user_by_login(login)
    is_right = is_right_password(user.password_hash if user else None, password)
    if user is None or not is_right or user.state is not UserState.ACTIVE or (user.is_demo and not demo_allowed):
        raise _refusal()
    password_hash = user.password_hash or ""
    return CheckedLogIn(user.id, password_hash, hash_again(password_hash, password))


def note_log_in(checked: CheckedLogIn) -> User:
    """Record that the person logged in, and keep the fresh hash.

    Raises:
        WrongLogIn: the password or the account was changed since the check.
    """
    user = lock_row(User, checked.user_id)
    if user is None or user.state is not UserState.ACTIVE or user.password_hash != checked.password_hash:
        raise _refusal()
    user.last_login_at = clock.now()
    if checked.fresh_hash:
        user.password_hash = checked.fresh_hash
    audit.record(Actor(ActorKind.USER, user.id), "accounts.log_in", user)
    return user


def _refusal() -> WrongLogIn:
    return WrongLogIn(
        _("E-mail or phone number and password do not fit. Check both, or ask the organiser for a new link.")
    )
