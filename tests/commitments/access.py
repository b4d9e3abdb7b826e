"""Who may use the endpoints of commitments."""

from matchmaking.actor import Role
from tests.architecture.test_access import DEVICE, EVERYBODY

READERS = {Role.ORGANIZER, Role.DESK, Role.LEADER}
STAFF = {Role.ORGANIZER, Role.DESK}
OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS: dict[str, object] = {
    "commitments.reviews": {Role.ORGANIZER},
    "commitments.review": {Role.ORGANIZER},
    "commitments.keep_received": {Role.ORGANIZER},
    "commitments.set_received_aside": {Role.ORGANIZER},
    "commitments.import_queue": {Role.ORGANIZER},
    "commitments.numbers": READERS,
    "commitments.tablet_state": EVERYBODY,  # the tablet's secret decides
    "commitments.tablet_data_file": EVERYBODY,
    "commitments.tablet_numbers": EVERYBODY,
    "commitments.tablet_sync": EVERYBODY,
    "commitments.check_form": EVERYBODY,
    "commitments.check": EVERYBODY,
    "commitments.check_file": EVERYBODY,
    "commitments.unsealed_paper": READERS,
    "commitments.paper_copy": READERS,
    "commitments.my_paper_copy": OWN,
    "commitments.add_copy": STAFF,
    "commitments.seals": READERS,
    "commitments.seal_all": STAFF,
    "commitments.seal_one": STAFF,
    "commitments.witness": STAFF,  # and enrolled tablets
    "commitments.store_witness": STAFF,
    "commitments.paper": READERS,
    "commitments.my_paper": OWN,
    "commitments.commitments": READERS,
    "commitments.sheet": READERS,
    "commitments.view": READERS,
    "commitments.new": STAFF,
    "commitments.total": STAFF,
    "commitments.edit": STAFF,
    "commitments.propose": STAFF,
    "commitments.reopen": STAFF,
    "commitments.withdraw": STAFF,
    "commitments.mandate": STAFF,
    "commitments.mandate_file": STAFF,
    "commitments.my_commitments": OWN,
    "commitments.new_own": OWN,
    "commitments.total_own": OWN,
    "commitments.my_commitment": OWN,
    "commitments.edit_own": OWN,
    "commitments.propose_own": OWN,
    "commitments.reopen_own": OWN,
    "commitments.withdraw_own": OWN,
    "commitments.mandate_own": OWN,
    "commitments.mandate_file_own": OWN,
    "commitments.template": {Role.ORGANIZER},
    "commitments.save_template": {Role.ORGANIZER},
    "commitments.template_preview": {Role.ORGANIZER},
    "commitments.sign_list": STAFF,  # and enrolled tablets
    "commitments.sign": STAFF,
    "commitments.store_signature": STAFF,
    "commitments.link_sign": "everybody",  # with a link of one's own and its digits
    "commitments.store_link_signature": "everybody",
    "commitments.own_sign": OWN,
    "commitments.store_own_signature": OWN,
    "commitments.send_link": STAFF,
    "commitments.ink": STAFF,
    "commitments.print_originals": STAFF,
    "commitments.store_ink": STAFF,
    "commitments.signed_paper": STAFF,
    "commitments.tablet": EVERYBODY,  # an empty app: it holds nobody's data
    "commitments.tablet_page": EVERYBODY,
    "commitments.tablet_manifest": EVERYBODY,
    "commitments.service_worker": EVERYBODY,
    "commitments.leave_tablet": DEVICE,
}
