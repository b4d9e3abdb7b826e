"""The texts people agree to, each with its version; a changed text gets a new version and never rewrites old consents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from matchmaking.i18n import lazy_gettext as _l

#: Goes up with any change of a text below (year, running number).
TEXT_VERSION = "2026-1"


@dataclass(frozen=True)
class ConsentText:
    """One purpose and what a person reads before ticking it."""

    purpose: str
    text: Any
    is_required: bool = False


REGISTRATION = ConsentText(
    "registration",
    _l(
        "The organiser may use these data to prepare and hold this event and to follow it up: to check the entry, make the"
        " schedule and reach me. They are shown only to the organiser, are erased when their time is over, and I may see,"
        " correct or withdraw them at any time through my status link or the organiser."
    ),
    is_required=True,
)
PUBLISH_CONTACT = ConsentText(
    "publish_contact", _l("Show my phone and e-mail to the partners I meet, so that they can reach me.")
)
PUBLISH_PHOTO = ConsentText(
    "publish_photo", _l("Show photos of my products and of me at the event on public pages of the organiser.")
)

ALL = (REGISTRATION, PUBLISH_CONTACT, PUBLISH_PHOTO)
PURPOSES = frozenset(text.purpose for text in ALL)
