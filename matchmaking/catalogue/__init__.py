"""Products, certificates and needs under one category scheme, and their imports."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.catalogue.imports import PRODUCTS
    from matchmaking.catalogue.routes import bp
    from matchmaking.registration.imports.plan import register_kind

    app.register_blueprint(bp)
    register_kind(PRODUCTS)
    _register_hooks()
    _register_navigation()


def _register_hooks() -> None:
    from matchmaking.catalogue import panels
    from matchmaking.catalogue.forms.steps import step_of
    from matchmaking.catalogue.queries import missing
    from matchmaking.catalogue.queries.categories import category_choices
    from matchmaking.catalogue.services import needs, products
    from matchmaking.events import hooks as events_hooks
    from matchmaking.registration import hooks

    events_hooks.category_choices.register(category_choices)
    hooks.form_steps.register(step_of)
    hooks.missing_items.register(missing.missing_items)
    hooks.missing_condition.register(missing.missing_condition)
    hooks.list_filters.register(panels.category_filter)
    hooks.entry_panels.register(panels.entry_panel)
    hooks.participation_approved.register(products.release_pending)
    hooks.organizations_merged.register(products.move_products)
    hooks.participations_merged.register(needs.move_needs)


def _register_navigation() -> None:
    from matchmaking.catalogue.queries.listing import count_to_type
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.web.navigation import Entry, add_entry

    pages = tuple(f"catalogue.{name}" for name in ("needs", "to_type", "categories", "category", "new_category"))
    add_entry(
        Entry("organizer", 30, _l("Catalogue & needs"), "bag-check", "catalogue.products", "catalogue.review",
              count=count_to_type, also=pages)
    )  # fmt: skip
    add_entry(
        Entry("exhibitor", 30, _l("My products"), "box-seam", "catalogue.my_products", "entry.own",
              also=("catalogue.my_product", "catalogue.my_new_product", "catalogue.my_certificate",
                    "catalogue.my_new_certificate"))
    )  # fmt: skip
    add_entry(
        Entry("buyer", 30, _l("My needs"), "list-check", "catalogue.my_needs", "entry.own",
              also=("catalogue.my_need", "catalogue.my_new_need"))
    )  # fmt: skip
