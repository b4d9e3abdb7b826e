"""The catalogue's pages."""

from matchmaking.catalogue.routes import categories, entries, listing, photos, public
from matchmaking.catalogue.routes.blueprint import bp

__all__ = ["bp", "categories", "entries", "listing", "photos", "public"]
