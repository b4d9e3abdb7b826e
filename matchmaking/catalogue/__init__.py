"""Products, certificates and needs under one category scheme, and their imports."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.catalogue.services import needs, products
    from matchmaking.registration import hooks

    hooks.participation_approved.register(products.release_pending)
    hooks.organizations_merged.register(products.move_products)
    hooks.participations_merged.register(needs.move_needs)
