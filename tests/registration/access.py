"""Who may use the endpoints of registration."""

from matchmaking.actor import Role
from tests.architecture.test_access import EVERYBODY

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
ORGANIZER = {Role.ORGANIZER}
OWNERS = {Role.EXHIBITOR, Role.BUYER}

_PUBLIC = ("register", "register_form", "register_submit", "registered")
_READING = ("participants_list", "participant")
_MANAGING = (
    "changes_seen", "new_participant", "create_participant", "edit_participant", "plan_participant",
    "add_delegate", "edit_delegate", "remove_delegate", "make_contact", "seat_delegate", "reveal_phone",
    "add_team", "remove_team", "attachment", "attachment_typed", "attachment_remove", "documents",
    "handover_list", "hand_over",
)  # fmt: skip
_DECIDING = (
    "decide", "approve_selected", "fill_places", "accept_values", "duplicates", "compare", "decide_duplicate",
    "returning", "take_over",
)  # fmt: skip
_IMPORTING = (
    "imports", "import_template", "import_upload", "import_columns", "import_preview", "import_faults", "import_store",
    "import_progress", "import_stop", "import_cancel",
)  # fmt: skip
_OWNING = (
    "entry", "edit", "consents", "withdraw", "add_delegate", "edit_delegate", "remove_delegate", "add_documents", "remove_document",
)  # fmt: skip

ACCESS: dict[str, object] = {
    **{f"registration.{name}": EVERYBODY for name in _PUBLIC},
    **{f"registration.link_{name}": EVERYBODY for name in _OWNING},
    **{f"registration.my_{name}": OWNERS for name in (*_OWNING, "document")},
    **{f"registration.{name}": ORGANIZER for name in _IMPORTING},
    **{f"registration.{name}": READERS for name in _READING},
    **{f"registration.{name}": STAFF for name in _MANAGING},
    **{f"registration.{name}": ORGANIZER for name in _DECIDING},
}
