"""Home pages, dashboards and exports; reads every feature."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.reports import models, tasks  # noqa: F401 - tables and handlers register themselves
    from matchmaking.reports.routes import reports
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(reports)
    add_entry(Entry("organizer", 10, _l("Overview"), "house", "reports.overview", "event.read"))
    add_entry(
        Entry("organizer", 80, _l("Reports"), "bar-chart", "reports.exports", "report.read", also=("reports.recap",))
    )
    add_entry(Entry("organizer", 65, _l("Print desk"), "printer", "reports.print_desk", "paper.print"))
    for rail in ("exhibitor", "buyer"):
        add_entry(Entry(rail, 10, _l("Today"), "house", "reports.my_home", "agenda.own"))
    _take_part()


def _take_part() -> None:
    """Register what reports do when features to their left change something."""
    from matchmaking.accounts import hooks as accounts
    from matchmaking.events import hooks as events
    from matchmaking.reports.services import print_desk
    from matchmaking.scheduling import hooks as scheduling

    scheduling.schedule_published.register(print_desk.renew_pack)
    accounts.person_erasing.register(print_desk.forget_person)
    events.event_deleting.register(print_desk.forget_event)
