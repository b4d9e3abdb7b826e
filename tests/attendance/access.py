"""Who may use the endpoints of the day."""

from matchmaking.actor import Role

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS: dict[str, object] = {}
