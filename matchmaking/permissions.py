"""Who may do what: one data map, and the two marks an endpoint carries (``@requires`` or ``@public``)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from matchmaking.actor import Actor, ActorKind, Role

ORGANIZER, DESK, EXHIBITOR, BUYER, LEADER = Role.ORGANIZER, Role.DESK, Role.EXHIBITOR, Role.BUYER, Role.LEADER
STAFF = frozenset({ORGANIZER, DESK})
READERS = frozenset({ORGANIZER, DESK, LEADER})
PARTICIPANTS = frozenset({EXHIBITOR, BUYER})

#: permission -> roles in the event of the address. ``None``: the installation's administrator, outside any event.
#: The empty set: anybody who is logged in.
PERMISSIONS: dict[str, frozenset[Role] | None] = {
    "account.use": frozenset(),
    "installation.manage": None,
    "event.create": None,
    "event.read": READERS,
    "event.edit": frozenset({ORGANIZER}),
    "event.delete": frozenset({ORGANIZER}),
    "people.manage": frozenset({ORGANIZER}),
    "link.hand_over": STAFF,
    "device.manage": frozenset({ORGANIZER}),
    "audit.read": frozenset({ORGANIZER}),
    "registration.read": READERS,
    "registration.manage": STAFF,
    "registration.decide": frozenset({ORGANIZER}),
    "registration.import": frozenset({ORGANIZER}),
    "entry.own": PARTICIPANTS,
    "catalogue.read": READERS | PARTICIPANTS,
    "catalogue.review": READERS,
    "catalogue.manage": STAFF,
    "wish.manage": frozenset({ORGANIZER}),
    "wish.own": PARTICIPANTS,
    "availability.manage": STAFF,
    "schedule.read": READERS,
    "schedule.edit": frozenset({ORGANIZER}),
    "schedule.publish": frozenset({ORGANIZER}),
    "agenda.own": PARTICIPANTS,
    "badge.manage": STAFF,
    "badge.own": PARTICIPANTS,
    "check_in.use": STAFF,
    "attendance.read": READERS,
    "walk_in.register": STAFF,
    "meeting.read": READERS,
    "meeting.record": STAFF,
    "meeting.own": PARTICIPANTS,
    "commitment.read": READERS,
    "commitment.write": STAFF,
    "commitment.sign": STAFF,
    "commitment.own": PARTICIPANTS,
    "commitment.configure": frozenset({ORGANIZER}),
    "commitment.review": frozenset({ORGANIZER}),
    "report.read": READERS,
    "paper.print": STAFF,
    "person.export": frozenset({ORGANIZER}),
    "person.erase": frozenset({ORGANIZER}),
    "job.read": frozenset({ORGANIZER}),
}

#: What an enrolled tablet or scanner may do, in its own event. A name that is in ``PERMISSIONS`` too is open to both;
#: one that is only here is closed to people.
DEVICE_PERMISSIONS = frozenset({"device.own", "check_in.use", "commitment.sign"})

View = TypeVar("View", bound=Callable[..., object])


def requires(permission: str) -> Callable[[View], View]:
    """Mark an endpoint: the web leaf lets in only actors that :func:`is_allowed` accepts. Put it *below* the route."""
    if permission not in PERMISSIONS and permission not in DEVICE_PERMISSIONS:
        raise LookupError(f"unknown permission {permission!r}: add it to PERMISSIONS")

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Mark an endpoint that anybody may call; what it shows is decided inside by a secret or by the event's state."""
    view.permission = "public"  # type: ignore[attr-defined]
    return view


def permission_of(view: Callable[..., object] | None) -> str | None:
    """Return the endpoint's declared permission, ``"public"``, or ``None`` when the author forgot."""
    return getattr(view, "permission", None)


def is_allowed(actor: Actor, permission: str) -> bool:
    """Say whether ``actor`` holds ``permission`` in the event of the request."""
    if permission == "public":
        return True
    if actor.kind is ActorKind.DEVICE:
        return permission in DEVICE_PERMISSIONS
    if actor.user_id is None or permission not in PERMISSIONS:
        return False
    roles = PERMISSIONS[permission]
    if roles is None:
        return actor.is_administrator
    return not roles or bool(roles & actor.roles)
