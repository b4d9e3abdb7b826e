"""Passwords: the one rule, Argon2id hashes, and a check that takes as long for nobody as for somebody."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _

MIN_LENGTH = 10
#: Longer texts only cost time; nobody types them.
MAX_LENGTH = 200


def check_password_rule(password: str) -> str:
    """Return the password in the form that is hashed.

    Raises:
        InvalidInput: shorter than ten characters, or among those guessers try first. There is no other rule
            (NIST SP 800-63B: length and a blocklist, no composition rules).
    """
    plain = unicodedata.normalize("NFKC", password)
    problem = ""
    if len(plain) < MIN_LENGTH:
        problem = _("Use at least 10 characters. A short sentence that you remember is a good password.")
    elif len(plain) > MAX_LENGTH:
        problem = _("Use at most 200 characters.")
    elif plain.strip().lower() in _common() or len(set(plain)) <= 2:
        problem = _("This password is one of the first that a stranger would try. Please choose another.")
    if problem:
        raise InvalidInput(problem, fields={"password": problem})
    return plain


def hash_password(password: str) -> str:
    """Return an Argon2id hash of a password that keeps the rule; slow on purpose, so never inside a transaction."""
    return _hasher().hash(check_password_rule(password))


def is_right_password(password_hash: str | None, password: str) -> bool:
    """Say whether the password fits; without a hash the same work is done in vain, so that time tells nothing."""
    plain = unicodedata.normalize("NFKC", password[: MAX_LENGTH * 4])
    try:
        return _hasher().verify(password_hash or _nobodys_hash(_cost()), plain) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def hash_again(password_hash: str, password: str) -> str | None:
    """Return a fresh hash when the stored one was made at another cost, else ``None``."""
    if not _hasher().check_needs_rehash(password_hash):
        return None
    return _hasher().hash(unicodedata.normalize("NFKC", password))


def _cost() -> int:
    return int(current_app.config["ARGON2_TIME_COST"])


def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=_cost())


@cache
def _nobodys_hash(time_cost: int) -> str:
    return PasswordHasher(time_cost=time_cost).hash("nobody has this password")


@cache
def _common() -> frozenset[str]:
    """Return what guessers try first (ten characters and more): worldwide lists, and what is common in Indonesia."""
    path = Path(__file__).resolve().parent.parent / "common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
