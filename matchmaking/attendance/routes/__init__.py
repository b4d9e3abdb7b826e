"""The pages of attendance: badges, the door, the day's meetings."""

from matchmaking.attendance.routes.blueprint import attendance

__all__ = ["attendance"]
