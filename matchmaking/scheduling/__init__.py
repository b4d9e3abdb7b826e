"""Solver runs, schedule versions, the grid, agendas and calendar files."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.events import hooks as events_hooks
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.scheduling import models, tasks  # noqa: F401 - tables and job handlers register themselves
    from matchmaking.scheduling.cli import schedule_cli
    from matchmaking.scheduling.queries.consequences import schedule_consequences
    from matchmaking.scheduling.queries.notices import open_notices
    from matchmaking.scheduling.routes import scheduling
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(scheduling)
    app.cli.add_command(schedule_cli)
    staff = ("scheduling.board", "scheduling.agendas", "scheduling.agenda_of", "scheduling.agenda_of_table",
             "scheduling.told", "scheduling.told_text")  # fmt: skip
    entry = Entry(
        "organizer", 50, _l("Schedule"), "calendar3", "scheduling.schedule", "schedule.read", open_notices, staff
    )
    add_entry(entry)
    for rail in ("exhibitor", "buyer"):
        add_entry(Entry(rail, 15, _l("Agenda"), "calendar3", "scheduling.my_agenda", "agenda.own"))
    events_hooks.setup_changing.register(schedule_consequences)
