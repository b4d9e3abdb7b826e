"""Who may use the endpoints of accounts."""

from matchmaking.actor import Role
from tests.architecture.test_access import EVERYBODY, LOGGED_IN

STAFF = {Role.ORGANIZER, Role.DESK}

ACCESS = {
    "accounts.change_password": LOGGED_IN,
    "accounts.check_password": EVERYBODY,
    "accounts.finish_setup": EVERYBODY,
    "accounts.home": EVERYBODY,
    "accounts.log_in": EVERYBODY,
    "accounts.log_out": EVERYBODY,
    "accounts.log_out_everywhere": LOGGED_IN,
    "accounts.profile": LOGGED_IN,
    "accounts.save_profile": LOGGED_IN,
    "accounts.setup": EVERYBODY,
    "accounts.open_link": EVERYBODY,
    "accounts.use_link": EVERYBODY,
    "accounts.enter_code": EVERYBODY,
    "accounts.check_code": EVERYBODY,
    "accounts.coded_link": EVERYBODY,
    "accounts.use_coded_link": EVERYBODY,
    "accounts.prove_link": EVERYBODY,
    "accounts.check_digits": EVERYBODY,
    "accounts.hand_over": STAFF,
    "accounts.slip": STAFF,
    "accounts.mark_link": STAFF,
    "accounts.forgotten": EVERYBODY,
    "accounts.send_reset": EVERYBODY,
}
