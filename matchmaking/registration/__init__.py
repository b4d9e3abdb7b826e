"""Organisations and delegates: public forms, approval, waiting list, duplicates."""

from __future__ import annotations

from flask import Flask

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.navigation import Entry, add_entry


def init_feature(app: Flask) -> None:
    """Bind the feature to the application: blueprints, commands, hooks, navigation."""
    from matchmaking.accounts import hooks as accounts_hooks
    from matchmaking.events import hooks as events_hooks
    from matchmaking.registration import entry_links, event_hooks, models  # noqa: F401 - the tables register themselves
    from matchmaking.registration.imports.participants import BUYERS, EXHIBITORS
    from matchmaking.registration.imports.plan import register_kind
    from matchmaking.registration.queries.participants import count_waiting
    from matchmaking.registration.routes import bp
    from matchmaking.registration.services.copying import copy_entries, forget_event
    from matchmaking.registration.services.erasing import erase_person, person_files

    app.register_blueprint(bp)
    entry_links.register_hooks()
    events_hooks.event_copied.register(copy_entries)
    events_hooks.event_deleting.register(forget_event)
    event_hooks.register()
    register_kind(EXHIBITORS)
    register_kind(BUYERS)
    accounts_hooks.person_data.register(person_files)
    accounts_hooks.person_erasing.register(erase_person)
    staff_pages = ("participant", "edit_participant", "plan_participant", "new_participant", "duplicates", "compare")
    add_entry(
        Entry(
            rail="organizer",
            position=20,
            label=_l("Participants"),
            icon="people",
            endpoint="registration.participants_list",
            permission="registration.read",
            count=count_waiting,
            also=tuple(
                f"registration.{page}"
                for page in (*staff_pages, "documents", "handover_list", "imports", "import_columns", "import_preview")
            ),
        )
    )
    for rail in ("exhibitor", "buyer"):
        add_entry(
            Entry(
                rail=rail,
                position=40,
                label=_l("My entry"),
                icon="card-checklist",
                endpoint="registration.my_entry",
                permission="entry.own",
                also=("registration.my_edit", "registration.my_add_delegate", "registration.my_edit_delegate"),
            )
        )
