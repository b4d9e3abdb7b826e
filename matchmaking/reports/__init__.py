"""Home pages, dashboards and exports; reads every feature."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.reports import tasks  # noqa: F401 - the handlers register themselves
    from matchmaking.reports.routes import reports
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(reports)
    add_entry(Entry("organizer", 10, _l("Overview"), "house", "reports.overview", "event.read"))
    add_entry(
        Entry("organizer", 80, _l("Reports"), "bar-chart", "reports.exports", "report.read", also=("reports.recap",))
    )
    for rail in ("exhibitor", "buyer"):
        add_entry(Entry(rail, 10, _l("Today"), "house", "reports.my_home", "agenda.own"))
