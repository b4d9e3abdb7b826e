"""Who may use the endpoints of the web leaf."""

from tests.architecture.test_access import EVERYBODY

ACCESS = {
    "health.alive": EVERYBODY,
    "health.ready": EVERYBODY,
    "styleguide.layout": EVERYBODY,
    "styleguide.show": EVERYBODY,
    "web.public_file": EVERYBODY,
    "web.set_language": EVERYBODY,
    "web.set_theme": EVERYBODY,
}
