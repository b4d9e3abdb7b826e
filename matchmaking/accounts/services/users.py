"""Making people's accounts and changing them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.accounts.models import User, UserState
from matchmaking.accounts.queries import has_any_user
from matchmaking.actor import SYSTEM, Actor
from matchmaking.audit.services import lock_trail
from matchmaking.codes import new_code
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import LOCALES
from matchmaking.i18n import gettext as _
from matchmaking.identity import read_email, read_phone
from matchmaking.transactions import insert_new, is_flushed, lock_row


class AlreadySetUp(Conflict):
    """The first organiser has been made before."""

    code = "accounts.already_set_up"


class LastAdministrator(Conflict):
    """Somebody must be able to look after the installation."""

    code = "accounts.last_administrator"


@dataclass(frozen=True)
class NewPerson:
    """A person as typed; e-mail or phone, at least one. ``password_hash`` from ``passwords.hash_password``."""

    name: str
    email: str = ""
    phone: str = ""
    password_hash: str | None = None
    locale: str | None = None


def make_first_organizer(person: NewPerson) -> User:
    """Make the installation's administrator, exactly once: who comes second is told so.

    Raises:
        AlreadySetUp: there is an account already.
        InvalidInput: a field breaks a rule.
    """
    lock_trail()
    if has_any_user():
        raise AlreadySetUp(_("This installation has its first organiser already. Please log in."))
    user = _insert(SYSTEM, person)
    user.is_administrator = True
    return user


def make_user(actor: Actor, person: NewPerson, *, is_administrator: bool = False) -> User:
    """Make an account for somebody new.

    Raises:
        Conflict: the e-mail or phone belongs to an account already.
        InvalidInput: a field breaks a rule.
    """
    user = _insert(actor, person)
    user.is_administrator = is_administrator
    return user


def find_or_make_user(actor: Actor, person: NewPerson) -> User:
    """Return the account with this e-mail or phone, making it when there is none; what is known is never overwritten.

    Raises:
        Conflict: e-mail and phone belong to two different accounts, or the account is ended.
        InvalidInput: a field breaks a rule.
    """
    _name, email, phone = _checked(person)
    known = _known(email, phone)
    if known is None:
        try:
            return _insert(actor, person)
        except Conflict:  # another transaction made the account since we looked
            known = _known(email, phone)
            if known is None:
                raise
    if known.state is not UserState.ACTIVE:
        raise Conflict(_("The account of %(name)s has been closed. Please open it again first.", name=known.name))
    return known


def _known(email: str | None, phone: str | None) -> User | None:
    conditions = [column == value for column, value in ((User.email, email), (User.phone, phone)) if value]
    found = db.session.scalars(
        sa.select(User).where(sa.or_(*conditions)).execution_options(populate_existing=True)
    ).all()
    if len(found) > 1:
        raise Conflict(_("This e-mail address and this phone number belong to two different people. Enter only one."))
    return found[0] if found else None


def _insert(actor: Actor, person: NewPerson) -> User:
    name, email, phone = _checked(person)
    values = {
        "code": new_code(12),
        "name": name,
        "email": email,
        "phone": phone,
        "password_hash": person.password_hash,
        "locale": person.locale if person.locale in LOCALES else None,
        "created_at": clock.now(),
    }
    user_id = insert_new(User, values)
    if user_id is None:
        taken = _("There is an account with this e-mail address or phone number already.")
        raise Conflict(taken, fields={"email" if email else "phone": taken})
    user = db.session.get_one(User, user_id)
    audit.record(actor, "accounts.create", user, data={"has_email": bool(email), "has_phone": bool(phone)})
    return user


def _checked(person: NewPerson) -> tuple[str, str | None, str | None]:
    """Return name, e-mail and phone in the form they are stored in, or raise with every field that is wrong."""
    problems: dict[str, str] = {}
    name = " ".join(person.name.split())
    if not name or len(name) > 160:
        problems["name"] = _("Please enter the name, at most 160 characters.")
    values: dict[str, str | None] = {"email": None, "phone": None}
    for field, typed, read in (("email", person.email, read_email), ("phone", person.phone, read_phone)):
        try:
            values[field] = read(typed) if typed.strip() else None
        except InvalidInput as error:
            problems[field] = str(error)
    if not problems and not any(values.values()):
        problems["phone"] = _("Enter a phone number or an e-mail address: one of them is needed to log in.")
    if problems:
        raise InvalidInput(_("Some entries need another look."), fields=problems)
    return name, values["email"], values["phone"]


def change_profile(actor: Actor, user_id: int, name: str, locale: str) -> User:
    """Change what a person may change of their own account: name and language."""
    user = _locked(user_id)
    plain = " ".join(name.split())
    if not plain or len(plain) > 160:
        sentence = _("Please enter the name, at most 160 characters.")
        raise InvalidInput(sentence, fields={"name": sentence})
    changed = [
        field
        for field, value in (("name", plain), ("locale", locale if locale in LOCALES else None))
        if getattr(user, field) != value
    ]
    user.name, user.locale = plain, locale if locale in LOCALES else None
    if changed:
        audit.record(actor, "accounts.change", user, data={"fields": changed})
    return user


def change_contact(actor: Actor, user_id: int, person: NewPerson) -> User:
    """Correct name, e-mail and phone of an account. A changed contact ends its sessions: it may now be somebody else's.

    Raises:
        Conflict: the e-mail or phone belongs to another account.
        InvalidInput: a field breaks a rule, or neither is given.
    """
    user = _locked(user_id)
    name, email, phone = _checked(person)
    taken = _taken_by_others(user_id, email, phone)
    if taken:
        raise Conflict(_("There is an account with this e-mail address or phone number already."), fields=taken)
    values = {"name": name, "email": email, "phone": phone}
    changed = [field for field, value in values.items() if getattr(user, field) != value]
    user.name, user.email, user.phone = name, email, phone
    if set(changed) & {"email", "phone"}:
        user.session_epoch += 1
    if not is_flushed():  # two organisers giving one number to two people at once: the index decides
        sentence = _("There is an account with this e-mail address or phone number already.")
        raise Conflict(sentence, fields={"email" if email else "phone": sentence})
    if changed:
        audit.record(actor, "accounts.change_contact", user, data={"fields": changed})
    return user


def _taken_by_others(user_id: int, email: str | None, phone: str | None) -> dict[str, str]:
    sentence = _("There is an account with this e-mail address or phone number already.")
    wanted = [(field, value) for field, value in (("email", email), ("phone", phone)) if value]
    return {
        field: sentence
        for field, value in wanted
        if db.session.scalar(sa.select(User.id).where(getattr(User, field) == value, User.id != user_id))
    }


def set_password(actor: Actor, user_id: int, password_hash: str) -> User:
    """Set a new password and end every session that was opened before."""
    user = _locked(user_id)
    user.password_hash = password_hash
    user.session_epoch += 1
    audit.record(actor, "accounts.set_password", user)
    return user


def end_sessions(actor: Actor, user_id: int) -> User:
    """Log a person out everywhere."""
    user = _locked(user_id)
    user.session_epoch += 1
    audit.record(actor, "accounts.end_sessions", user)
    return user


def _locked(user_id: int) -> User:
    user = lock_row(User, user_id)
    if user is None or user.state is UserState.ERASED:
        raise NotFound(_("This person has no account any more."))
    return user
