"""The transaction commitment: record, signing, paper, public check page."""

from __future__ import annotations

from flask import Flask


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    # tables and jobs register themselves
    from matchmaking.commitments import life_models, models, paper_models, sent_models, sync_models, tasks  # noqa: F401
    from matchmaking.commitments.cli import commitments_cli
    from matchmaking.commitments.guard import guard_records
    from matchmaking.commitments.queries.commitments import waiting_for_signatory
    from matchmaking.commitments.routes import commitments
    from matchmaking.i18n import lazy_gettext as _l
    from matchmaking.web.navigation import Entry, add_entry

    guard_records()
    staff = tuple(f"commitments.{name}" for name in ("new", "view", "edit", "mandate", "seals", "add_copy"))
    add_entry(
        Entry(
            "organizer", 70, _l("Commitments"), "pencil-square", "commitments.commitments", "commitment.read",
            waiting_for_signatory, staff,
        )
    )  # fmt: skip
    own = tuple(f"commitments.{name}" for name in ("new_own", "my_commitment", "edit_own", "mandate_own"))
    for rail in ("exhibitor", "buyer"):
        add_entry(
            Entry(
                rail,
                60,
                _l("My commitments"),
                "pencil-square",
                "commitments.my_commitments",
                "commitment.own",
                None,
                own,
            )
        )
    app.register_blueprint(commitments)
    app.cli.add_command(commitments_cli)
    _take_part()


def _take_part() -> None:
    """Register what this feature does when features to its left change something."""
    from matchmaking.accounts import hooks as accounts
    from matchmaking.commitments import sign_hooks
    from matchmaking.commitments.reminding_job import remind_by_mail
    from matchmaking.commitments.services import leaving
    from matchmaking.commitments.services.settings import copy_settings
    from matchmaking.commitments.services.tablet_stamp import watch_what_is_shown
    from matchmaking.events import hooks as events
    from matchmaking.jobs import daily_work
    from matchmaking.registration import hooks as registration

    events.event_deleting.register(leaving.delete_commitments)
    registration.participations_merged.register(leaving.move_commitments)
    accounts.person_data.register(leaving.signatory_data)
    accounts.person_erasing.register(leaving.forget_signatory)
    sign_hooks.register_hooks()
    watch_what_is_shown()
    daily_work(remind_by_mail)
    events.event_copied.register(copy_settings)
    events.settings_pages.register(_settings_pages)


def _settings_pages() -> list[tuple[str, str]]:
    from matchmaking.i18n import gettext as _

    return [("commitments.template", _("Commitments"))]
