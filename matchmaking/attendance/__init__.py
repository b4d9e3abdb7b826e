"""The day: badges, check-in, substitutes, walk-ins, meetings as they are held and how they went."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.attendance import models, replan_models, seat_models, tasks  # noqa: F401 - tables and job handlers register themselves
    from matchmaking.attendance.cli import badges_cli
    from matchmaking.attendance.routes import attendance
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.web.navigation import Entry, add_entry

    app.register_blueprint(attendance)
    staff = ("attendance.all_meetings", "attendance.new_replan", "attendance.replan", "attendance.outcome", "attendance.save_outcome", "attendance.walk_in",
             "attendance.check_in", "attendance.badges", "attendance.attendance_list")  # fmt: skip
    add_entry(Entry("organizer", 60, _l("The day"), "play-circle", "attendance.day", "meeting.read", None, staff))
    app.cli.add_command(badges_cli)
    _take_part()


def _take_part() -> None:
    """Register what this feature does when features to its left change something."""
    from matchmaking.accounts import hooks as accounts
    from matchmaking.attendance import badge_panel
    from matchmaking.attendance.queries import replanning
    from matchmaking.attendance.services import badge_life, door_data, meeting_life, scans
    from matchmaking.events import hooks as events
    from matchmaking.registration import hooks as registration
    from matchmaking.scheduling import hooks as scheduling

    scheduling.recorded_meetings.register(replanning.recorded_meetings)
    scheduling.freed_meetings.register(replanning.freed_meetings)
    events.event_deleting.register(badge_life.forget_event)
    registration.entry_panels.register(badge_panel.entry_panel)
    registration.participation_approved.register(badge_life.make_badges)
    registration.delegate_added.register(badge_life.make_badge)
    registration.participation_left.register(badge_life.end_of_entry)
    registration.participations_merged.register(badge_life.keep_badges)
    accounts.person_data.register(badge_life.badge_data)
    accounts.person_erasing.register(badge_life.forget_badges)
    registration.delegate_leaving.register(scans.keep_scanned_delegate)
    accounts.person_data.register(door_data.scan_data)
    accounts.person_erasing.register(door_data.forget_notes)
    registration.team_leaving.register(meeting_life.keep_recorded_team)
    accounts.person_data.register(meeting_life.outcome_data)
    accounts.person_erasing.register(meeting_life.forget_words)
