"""Who may use the endpoints of reports."""

from matchmaking.actor import Role

ACCESS = {
    "reports.overview": {Role.ORGANIZER, Role.DESK, Role.LEADER},
    "reports.my_home": {Role.EXHIBITOR, Role.BUYER},
}
