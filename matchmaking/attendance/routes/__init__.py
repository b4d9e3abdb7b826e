"""The pages of attendance: badges, the door, the day's meetings."""

from matchmaking.attendance.routes import check_in, substitutes  # noqa: F401 - routes register themselves
from matchmaking.attendance.routes.blueprint import attendance

__all__ = ["attendance"]
