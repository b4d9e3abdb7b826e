"""Pages of the feature, one module a subject; all on one blueprint."""

from matchmaking.accounts.routes import entry, hand_over, home, links, profile  # noqa: F401 - they add their pages
from matchmaking.accounts.routes.blueprint import accounts

__all__ = ["accounts"]
