"""Who may use the endpoints of the catalogue."""

from matchmaking.actor import Role
from tests.architecture.test_access import EVERYBODY

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
PARTICIPANTS = {Role.EXHIBITOR, Role.BUYER}
_ENTRY_PAGES = (
    "products", "new_product", "product", "retire_product", "restore_product", "new_certificate", "certificate",
    "remove_certificate", "certificate_file", "needs", "choose_categories", "new_need", "need", "settle_need",
    "retire_need", "restore_need",
)  # fmt: skip

ACCESS: dict[str, object] = {
    **{f"catalogue.my_{name}": PARTICIPANTS for name in _ENTRY_PAGES},
    **{f"catalogue.manage_{name}": STAFF for name in _ENTRY_PAGES},
    **{f"catalogue.link_{name}": EVERYBODY for name in _ENTRY_PAGES},  # a proved status link, checked inside
    "catalogue.products": READERS,
    "catalogue.needs": READERS,
    "catalogue.to_type": STAFF,
    "catalogue.categories": {Role.ORGANIZER},
    "catalogue.category": {Role.ORGANIZER},
    "catalogue.new_category": {Role.ORGANIZER},
    "catalogue.photo": EVERYBODY,
    "catalogue.public_catalogue": EVERYBODY,
    "catalogue.public_product": EVERYBODY,
}
