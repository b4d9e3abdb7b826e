"""Who may use the endpoints of operations."""

from matchmaking.actor import Role
from tests.architecture.test_access import ADMINISTRATOR

ORGANIZER = {Role.ORGANIZER}

ACCESS = {
    "operations.ask_remove_demo": ADMINISTRATOR,
    "operations.remove_demo": ADMINISTRATOR,
    **{
        f"operations.{name}": ORGANIZER
        for name in [
            "privacy",
            "person",
            "export",
            "erase",
            "audit",
            "verify_audit",
            "jobs",
            "stop_job",
            "venue",
            "venue_projector",
            "rehearsal",
            "rehearsal_projector",
        ]
    },
}
