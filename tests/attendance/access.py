"""Who may use the endpoints of the day."""

from matchmaking.actor import Role
from tests.architecture.test_access import EVERYBODY

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS: dict[str, object] = {
    "attendance.attendance_list": READERS,
    "attendance.attendance_paper": READERS,
    "attendance.attendance_sheet": READERS,
    "attendance.tick_attendance": STAFF,
    "attendance.check_in": STAFF,
    "attendance.scan": STAFF,
    "attendance.undo_check_in": STAFF,
    "attendance.find_at_door": STAFF,
    "attendance.door_state": STAFF,
    "attendance.substitute": STAFF,
    "attendance.record_substitution": STAFF,
    "attendance.undo_substitution": STAFF,
    "attendance.walk_in": STAFF,
    "attendance.register_walk_in": STAFF,
    "attendance.seat_walk_in": STAFF,
    "attendance.undo_walk_in_seat": STAFF,
    "attendance.day": READERS,
    "attendance.all_meetings": READERS,
    "attendance.call_list": READERS,
    "attendance.live": EVERYBODY,
    "attendance.my_now": OWN,
    "attendance.outcome": READERS,
    "attendance.change_state": STAFF,
    "attendance.undo_state": STAFF,
    "attendance.change_whole_round": STAFF,
    "attendance.undo_whole_round": STAFF,
    "attendance.seat_stand_by": STAFF,
    "attendance.undo_stand_by": STAFF,
    "attendance.new_replan": {Role.ORGANIZER},
    "attendance.begin_replanning": {Role.ORGANIZER},
    "attendance.replan": {Role.ORGANIZER},
    "attendance.apply_replanning": {Role.ORGANIZER},
    "attendance.discard_replanning": {Role.ORGANIZER},
    "attendance.add_delay": {Role.ORGANIZER},
    "attendance.undo_noted_delay": {Role.ORGANIZER},
    "attendance.save_outcome": STAFF,
    "attendance.my_meetings": OWN,
    "attendance.my_meeting": OWN,
    "attendance.save_my_meeting": OWN,
    "attendance.badges": STAFF,
    "attendance.print_badges": STAFF,
    "attendance.print_badges_again": STAFF,
    "attendance.badges_state": STAFF,
    "attendance.badges_file": STAFF,
    "attendance.my_badge": OWN,
    "attendance.make_my_badge": OWN,
    "attendance.my_badge_pdf": OWN,
}
