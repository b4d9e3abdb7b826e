"""An event: its days, sessions, slots, breaks, tables, rules, memberships and devices."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.events import models, queries  # noqa: F401 - the tables register themselves
    from matchmaking.web.access import set_event_resolver

    set_event_resolver(queries.event_context, queries.roles_of)
