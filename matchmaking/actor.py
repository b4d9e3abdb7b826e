"""Who acts: a frozen description of the person, device or program behind an action."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in one event."""

    ORGANIZER = "organizer"
    DESK = "desk"
    EXHIBITOR = "exhibitor"
    BUYER = "buyer"
    LEADER = "leader"


class ActorKind(StrEnum):
    """How the actor is known."""

    USER = "user"
    DEVICE = "device"
    LINK = "link"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True)
class Actor:
    """The acting party of one request, task or command.

    ``roles`` are those of the event in the address, empty outside one; ``is_administrator`` is the installation's
    organiser, who makes events. ``reference`` is the row id of the user, device or link, for the audit trail.
    """

    kind: ActorKind
    reference: int | None = None
    event_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)
    is_administrator: bool = False

    @property
    def user_id(self) -> int | None:
        """The user's row id, when a person is logged in."""
        return self.reference if self.kind is ActorKind.USER else None

    def has_any(self, *roles: Role) -> bool:
        """Say whether the actor holds one of these roles in the event of the request."""
        return bool(self.roles.intersection(roles))

    @property
    def is_staff(self) -> bool:
        """Organisers and desk staff act on behalf of others."""
        return self.has_any(Role.ORGANIZER, Role.DESK)


SYSTEM = Actor(ActorKind.SYSTEM)
ANONYMOUS = Actor(ActorKind.ANONYMOUS)
