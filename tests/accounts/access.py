"""Who may use the endpoints of accounts."""

from tests.architecture.test_access import EVERYBODY, LOGGED_IN

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
}
