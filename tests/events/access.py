"""Who may use the endpoints of events."""

from matchmaking.actor import Role
from tests.architecture.test_access import ADMINISTRATOR, DEVICE, EVERYBODY, LOGGED_IN

ORGANIZER = {Role.ORGANIZER}

ACCESS = {
    "events.mine": LOGGED_IN,
    "events.create": ADMINISTRATOR,
    "events.copy": ADMINISTRATOR,
    "events.public_page": EVERYBODY,
    "events.public_calendar": EVERYBODY,
    **{
        f"events.{name}": ORGANIZER
        for name in [
            "settings",
            "basics",
            "registration_window",
            "letterhead",
            "day_settings",
            "programme",
            "session",
            "pause",
            "remove_from_programme",
            "usual_programme",
            "tables",
            "table",
            "remove_tables",
            "add_zone",
            "remove_zone",
            "rules",
            "add_pair_rule",
            "remove_pair_rule",
            "mail",
            "remove_mail",
            "test_mail",
            "mail_test_result",
            "mail_test_part",
            "lifecycle",
            "open_event",
            "archive",
            "reopen",
            "delete",
        ]
    },
    "events.people": ORGANIZER,
    "events.invite": ORGANIZER,
    "events.change_role": ORGANIZER,
    "events.renew_link": ORGANIZER,
    "events.end_sessions": ORGANIZER,
    "events.close_account": ORGANIZER,
    "events.open_account": ORGANIZER,
    "events.reveal_contact": ORGANIZER,
    "events.change_contact": ORGANIZER,
    "events.devices": ORGANIZER,
    "events.add_device": ORGANIZER,
    "events.renew_device_code": ORGANIZER,
    "events.revoke_device": ORGANIZER,
    "events.device": EVERYBODY,
    "events.enrol_device": EVERYBODY,
    "events.device_status": DEVICE,
}
