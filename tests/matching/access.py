"""Who may use the endpoints of availability and wishes."""

from matchmaking.actor import Role

OWN = {Role.EXHIBITOR, Role.BUYER}

ACCESS = {
    "matching.my_wishes": OWN,
    "matching.wish": OWN,
    "matching.my_availability": OWN,
    "matching.save_availability": OWN,
    "matching.wishes": {Role.ORGANIZER},
    "matching.pairs": {Role.ORGANIZER},
    "matching.wishes_of": {Role.ORGANIZER},
    "matching.wish_for": {Role.ORGANIZER},
    "matching.availability_of": {Role.ORGANIZER, Role.DESK},
    "matching.save_availability_of": {Role.ORGANIZER, Role.DESK},
}
