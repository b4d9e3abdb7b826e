"""An event: its days, sessions, slots, breaks, tables, rules, memberships and devices."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.events import models, people_home, queries  # noqa: F401 - the tables register themselves
    from matchmaking.events.routes import events
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.web.access import set_event_resolver
    from matchmaking.web.navigation import Entry, add_entry

    set_event_resolver(queries.event_context, queries.roles_of)
    people_home.register_hooks()
    people_home.register_entry()
    app.register_blueprint(events)
    pages = (
        "basics",
        "programme",
        "session",
        "pause",
        "tables",
        "table",
        "rules",
        "registration_window",
        "letterhead",
        "mail",
        "lifecycle",
    )
    add_entry(
        Entry(
            "organizer", 90, _l("Settings"), "gear", "events.settings", "event.edit",
            also=tuple(f"events.{page}" for page in pages),
        )
    )  # fmt: skip
