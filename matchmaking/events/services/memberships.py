"""Who serves in an event and as what: inviting, changing roles, removing; an event is never left without organiser."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.accounts.models import LinkPurpose, User, UserState
from matchmaking.accounts.services import closing, users
from matchmaking.accounts.services.links import IssuedLink, end_links, issue_account_link
from matchmaking.accounts.services.users import NewPerson, find_or_make_user
from matchmaking.actor import Actor, Role
from matchmaking.errors import Conflict, InvalidInput, NotAllowed, NotFound
from matchmaking.events.models import Event, Membership
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import insert_new, lock_row, lock_rows

#: Roles that organisers give; exhibitors and buyers come in through their registration.
STAFF_ROLES = (Role.ORGANIZER, Role.DESK, Role.LEADER)


class LastOrganizer(Conflict):
    """An event keeps at least one organiser who can log in."""

    code = "events.last_organizer"


@dataclass(frozen=True)
class InvitePerson:
    """Whom to invite; e-mail or phone, at least one."""

    name: str
    email: str
    phone: str
    role: Role


@dataclass(frozen=True)
class Invited:
    """What inviting gave: the person, and the link to hand over unless they can log in already."""

    user_id: int
    link: IssuedLink | None


def invite_person(actor: Actor, event_id: int, command: InvitePerson) -> Invited:
    """Give somebody a role in the event, making their account when there is none.

    Raises:
        InvalidInput: a field breaks a rule.
        Conflict: e-mail and phone belong to two people, or the account is closed.
    """
    _check_role(command.role)
    _lock_event(event_id)
    user = find_or_make_user(actor, NewPerson(command.name, command.email, command.phone))
    if grant_role(actor, event_id, user.id, command.role) is False and user.password_hash:
        raise Conflict(_("%(name)s has this role already.", name=user.name))
    needs_link = user.password_hash is None and may_manage_account(actor, user)
    return Invited(user.id, issue_account_link(actor, user.id, event_id) if needs_link else None)


def grant_role(actor: Actor, event_id: int, user_id: int, role: Role) -> bool:
    """Give a person a role; giving it twice changes nothing and answers ``False``."""
    values = {"event_id": event_id, "user_id": user_id, "role": role, "created_at": clock.now()}
    membership_id = insert_new(Membership, values)
    if membership_id is None:
        return False
    _record(actor, "events.grant_role", event_id, user_id, role)
    return True


def change_role(actor: Actor, event_id: int, user_id: int, old: Role, new: Role) -> None:
    """Put one staff role in place of another.

    Raises:
        LastOrganizer: nobody else organises the event.
        NotFound: the person does not hold the old role.
    """
    _check_role(old)
    _check_role(new)
    _lock_event(event_id)
    membership = _membership(event_id, user_id, old)
    if old is new:
        return
    if old is Role.ORGANIZER:
        _require_another_organizer(event_id, user_id)
    db.session.delete(membership)
    db.session.flush()
    grant_role(actor, event_id, user_id, new)
    _record(actor, "events.end_role", event_id, user_id, old)


def remove_role(actor: Actor, event_id: int, user_id: int, role: Role) -> None:
    """Take a staff role away; the account and its other roles stay.

    Raises:
        LastOrganizer: nobody else organises the event.
        NotFound: the person does not hold the role.
    """
    _check_role(role)
    _lock_event(event_id)
    membership = _membership(event_id, user_id, role)
    if role is Role.ORGANIZER:
        _require_another_organizer(event_id, user_id)
    db.session.delete(membership)
    _record(actor, "events.end_role", event_id, user_id, role)


def renew_link(actor: Actor, event_id: int, user_id: int) -> IssuedLink:
    """Make a new link by which the person sets a password; the one before ends."""
    _require_authority(actor, event_id, user_id)
    return issue_account_link(actor, user_id, event_id)


def end_sessions(actor: Actor, event_id: int, user_id: int) -> None:
    """Log the person out everywhere."""
    _require_authority(actor, event_id, user_id)
    users.end_sessions(actor, user_id)


def change_contact(actor: Actor, event_id: int, user_id: int, person: NewPerson) -> None:
    """Correct the person's name, e-mail or phone; live links that were sent to the old contact end.

    Raises:
        Conflict, InvalidInput: as :func:`matchmaking.accounts.services.users.change_contact`.
    """
    _require_authority(actor, event_id, user_id)
    users.change_contact(actor, user_id, person)
    end_links(actor, [LinkPurpose.INVITATION, LinkPurpose.RESET], user_id, "replaced")


def close_account(actor: Actor, event_id: int, user_id: int) -> None:
    """Close the person's account: no log-in until it is opened again."""
    _require_authority(actor, event_id, user_id)
    if user_id == actor.user_id:
        raise Conflict(_("You cannot close your own account. Ask another organiser."))
    closing.disable_user(actor, user_id)


def open_account(actor: Actor, event_id: int, user_id: int) -> None:
    """Open the person's closed account again."""
    _require_authority(actor, event_id, user_id)
    closing.enable_user(actor, user_id)


def may_manage_account(actor: Actor, user: User) -> bool:
    """Say whether the actor may hand this person a link or close the account, which reaches into all their events.

    Only where the person serves in no event that the actor does not organise: otherwise an organiser could take over
    the account of another event's organiser by inviting it.
    """
    if actor.is_administrator:
        return True
    if user.is_administrator:
        return False
    theirs = sa.select(Membership.event_id).where(Membership.user_id == user.id)
    mine = sa.select(Membership.event_id).where(Membership.user_id == actor.user_id, Membership.role == Role.ORGANIZER)
    foreign = db.session.scalar(theirs.where(Membership.event_id.not_in(mine)).limit(1))
    return foreign is None


def reasons_to_keep(user_id: int) -> list[str]:
    """Lock the events this person organises and say which would be left without organiser."""
    organised = sa.select(Membership.event_id).where(Membership.user_id == user_id, Membership.role == Role.ORGANIZER)
    events = lock_rows(Event, db.session.scalars(organised).all())
    return [
        _("This is the last organiser of %(event)s. Make somebody else organiser there first.", event=event.name)
        for event in events
        if not _has_another_organizer(event.id, user_id)
    ]


def _check_role(role: Role) -> None:
    if role not in STAFF_ROLES:
        sentence = _("IKM and buyers get their role when their registration is approved.")
        raise InvalidInput(sentence, fields={"role": sentence})


def _lock_event(event_id: int) -> None:
    if lock_row(Event, event_id) is None:
        raise NotFound(_("There is no event at this address. Please check the link."))


def _membership(event_id: int, user_id: int, role: Role) -> Membership:
    row = db.session.scalar(
        sa.select(Membership)
        .where(Membership.event_id == event_id, Membership.user_id == user_id, Membership.role == role)
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(_("This person does not hold this role any more. Reload the page to see the present state."))
    return row


def _has_another_organizer(event_id: int, user_id: int) -> bool:
    other = (
        sa.select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.event_id == event_id,
            Membership.role == Role.ORGANIZER,
            Membership.user_id != user_id,
            User.state == UserState.ACTIVE,
        )
    )
    return db.session.scalar(other.limit(1)) is not None


def _require_another_organizer(event_id: int, user_id: int) -> None:
    if not _has_another_organizer(event_id, user_id):
        raise LastOrganizer(_("This is the event's last organiser. Make somebody else organiser first."))


def _require_authority(actor: Actor, event_id: int, user_id: int) -> None:
    _lock_event(event_id)
    is_member = db.session.scalar(
        sa.select(Membership.id).where(Membership.event_id == event_id, Membership.user_id == user_id).limit(1)
    )
    user = db.session.get(User, user_id)
    if not is_member or user is None or user.state is UserState.ERASED:
        raise NotFound(_("This person has no part in this event any more."))
    if not may_manage_account(actor, user):
        raise NotAllowed(
            _(
                "This person serves in other events too. Only an organiser of all of them, or the administrator, may do this."
            )
        )


def _record(actor: Actor, action: str, event_id: int, user_id: int, role: Role) -> None:
    audit.record(actor, action, ("user_account", user_id), event_id=event_id, data={"role": role.value})
