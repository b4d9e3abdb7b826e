"""The pages of attendance: badges, the door, the day's meetings."""

from matchmaking.attendance.routes import (  # noqa: F401 - routes register themselves
    attendance_list,
    badges,
    check_in,
    day,
    day_seats,
    live,
    outcomes,
    own_badges,
    own_meetings,
    replans,
    rounds,
    substitutes,
    walk_in,
)
from matchmaking.attendance.routes.blueprint import attendance

__all__ = ["attendance"]
