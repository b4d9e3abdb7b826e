"""The catalogue's pages."""

from matchmaking.catalogue.routes import categories, certificates, listing, needs, photos, products, public
from matchmaking.catalogue.routes.blueprint import bp

__all__ = ["bp", "categories", "certificates", "listing", "needs", "photos", "products", "public"]
