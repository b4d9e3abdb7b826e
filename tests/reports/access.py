"""Who may use the endpoints of reports."""

from matchmaking.actor import Role

ACCESS = {
    "reports.overview": {Role.ORGANIZER, Role.DESK, Role.LEADER},
    **{
        f"reports.{name}": {Role.ORGANIZER, Role.DESK, Role.LEADER}
        for name in ("exports", "make_export", "export_state", "export_file", "recap", "recap_pdf")
    },
    **{
        f"reports.{name}": {Role.ORGANIZER, Role.DESK}
        for name in (
            "print_desk",
            "mark_paper",
            "make_pack",
            "stop_pack",
            "pack_state",
            "pack_file",
            "grid_file",
            "person_agenda_file",
        )
    },
    "reports.my_home": {Role.EXHIBITOR, Role.BUYER},
}
