"""Who may use the endpoints of commitments."""

from matchmaking.actor import Role
from tests.architecture.test_access import EVERYBODY

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS: dict[str, object] = {
    "commitments.check_form": EVERYBODY,
    "commitments.check": EVERYBODY,
    "commitments.paper": READERS,
    "commitments.my_paper": OWN,
}
