"""Who may use the endpoints of operations."""

from tests.architecture.test_access import ADMINISTRATOR

ACCESS = {"operations.ask_remove_demo": ADMINISTRATOR, "operations.remove_demo": ADMINISTRATOR}
