"""What can be done about availability and wishes; each function is one business action."""

from matchmaking.matching.services.availability import SetPresence, set_presence
from matchmaking.matching.services.wishes import MakeWish, make_wish

__all__ = ["MakeWish", "SetPresence", "make_wish", "set_presence"]
