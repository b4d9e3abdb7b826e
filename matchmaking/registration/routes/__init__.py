"""The pages of registration, one module a kind of visitor."""

from matchmaking.registration.routes import duplicates, imports, owner, people, public, staff
from matchmaking.registration.routes.blueprint import bp

__all__ = ["bp", "duplicates", "imports", "owner", "people", "public", "staff"]
