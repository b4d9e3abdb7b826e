"""Who may use the endpoints of the day."""

from matchmaking.actor import Role

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS: dict[str, object] = {
    "attendance.check_in": STAFF,
    "attendance.scan": STAFF,
    "attendance.undo_check_in": STAFF,
    "attendance.find_at_door": STAFF,
    "attendance.door_state": STAFF,
    "attendance.substitute": STAFF,
    "attendance.record_substitution": STAFF,
    "attendance.undo_substitution": STAFF,
}
