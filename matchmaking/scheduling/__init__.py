"""Solver runs, schedule versions, the grid, agendas and calendar files."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.jobs import frequent_work
    from matchmaking.scheduling import models, reminder_models, tasks  # noqa: F401 - tables and job handlers register themselves
    from matchmaking.scheduling.cli import schedule_cli
    from matchmaking.scheduling.queries.notices import open_notices
    from matchmaking.scheduling.reminding_job import remind_due
    from matchmaking.scheduling.routes import scheduling
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(scheduling)
    app.cli.add_command(schedule_cli)
    staff = ("scheduling.board", "scheduling.compare", "scheduling.preview_back", "scheduling.agendas", "scheduling.agenda_of", "scheduling.agenda_of_table",
             "scheduling.told", "scheduling.told_text", "scheduling.preview_messages", "scheduling.reminders",
             "scheduling.reminder_of")  # fmt: skip
    entry = Entry(
        "organizer", 50, _l("Schedule"), "calendar3", "scheduling.schedule", "schedule.read", open_notices, staff
    )
    add_entry(entry)
    for rail in ("exhibitor", "buyer"):
        add_entry(Entry(rail, 15, _l("Agenda"), "calendar3", "scheduling.my_agenda", "agenda.own"))
    frequent_work(remind_due)
    _take_part()


def _take_part() -> None:
    """Register what the schedule does when features to its left change something."""
    from matchmaking.accounts import hooks as accounts
    from matchmaking.events import hooks as events
    from matchmaking.registration import hooks as registration
    from matchmaking.scheduling import panels
    from matchmaking.scheduling.queries.consequences import schedule_consequences
    from matchmaking.scheduling.services import leaving, setup

    events.setup_changing.register(schedule_consequences)
    events.setup_changed.register(setup.apply_setup_change)
    events.event_deleting.register(leaving.delete_schedule)
    registration.participations_merged.register(leaving.merge_unmet)
    registration.team_leaving.register(leaving.keep_scheduled_team)
    registration.entry_panels.register(panels.entry_panel)
    accounts.person_data.register(leaving.agenda_data)
    accounts.person_erasing.register(leaving.forget_messages)
