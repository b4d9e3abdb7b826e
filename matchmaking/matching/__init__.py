"""Availability, wishes and suggestions."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.accounts import hooks as accounts
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.matching import models, panels  # noqa: F401 - the tables register themselves
    from matchmaking.matching.imports import WISHES
    from matchmaking.matching.queries.wishes import silent_count
    from matchmaking.matching.routes import matching
    from matchmaking.matching.services import merging
    from matchmaking.registration import hooks as registration
    from matchmaking.registration.imports.plan import register_kind
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(matching)
    staff = ("matching.pairs", "matching.wishes_of")
    add_entry(Entry("organizer", 40, _l("Wishes"), "heart", "matching.wishes", "wish.manage", silent_count, staff))
    for rail in ("exhibitor", "buyer"):
        own = ("matching.my_availability",)
        add_entry(Entry(rail, 20, _l("Wishes"), "heart", "matching.my_wishes", "wish.own", also=own))
    registration.participations_merged.register(merging.merge_wishes)
    registration.entry_panels.register(panels.entry_panel)
    accounts.person_erasing.register(merging.forget_notes)
    register_kind(WISHES)
