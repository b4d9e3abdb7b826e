"""What the tablet says of its test before the doors open: a title, a sentence for each finding, and what to do about it."""

from __future__ import annotations

from typing import Any

from matchmaking.i18n import gettext as _


def check_words() -> dict[str, Any]:
    """Return the tests of readiness: title, the sentence for each finding, and what to do about it."""
    return {
        "ready": _("Ready: this tablet can sign without a network."),
        "nearly": _("Ready, with something to look at."),
        "missing": _("Not ready: %(count)s things are missing."),
        "missing_one": _("Not ready: 1 thing is missing."),
        "running": _("Checking …"),
        "word_held": _("Good"),
        "word_warning": _("Look at this"),
        "word_refused": _("Missing"),
        **_check_secure(),
        **_check_contents(),
        **_check_storage(),
    }


def _check_secure() -> dict[str, str]:
    return {
        "secure": _("Secure address"),
        "secure_held": _("The page was opened securely."),
        "secure_refused": _("The page was opened without HTTPS: the browser keeps nothing for offline use."),
        "secure_do": _("Open the address that begins with https:// and trust the certificate as the venue page shows."),
        "worker": _("App on board"),
        "worker_held": _("All %(count)s files of the app are on this tablet."),
        "worker_refused": _("The app itself is not kept on this tablet yet."),
        "worker_missing": _("%(count)s files of the app are missing."),
        "worker_do": _(
            "Stay connected and tap “Check again”. If it does not help, close all windows of this app and open it again."
        ),
        "worker_new": _("A newer version waits to be used."),
        "worker_new_do": _("Tap “Use it now” at the top once nothing is unsigned or unsent."),
        "installed": _("On the home screen"),
        "installed_held": _("The app was opened from the home screen."),
        "installed_warning": _(
            "The app runs in a browser window; an iPad deletes its data after seven days without use."
        ),
        "installed_do": _(
            "Android: menu → Install app. iPad: Share → Add to Home Screen. Then open it from there and enrol there."
        ),
    }


def _check_contents() -> dict[str, str]:
    return {
        "enrolled": _("Enrolled"),
        "enrolled_held": _("This is %(device)s of %(event)s."),
        "enrolled_refused": _("The server does not know this tablet."),
        "enrolled_do": _("Ask the organiser for a code and enter it."),
        "enrolled_away": _("The server does not answer, so this could not be checked now."),
        "enrolled_away_do": _("Check the Wi-Fi, then tap “Check again”."),
        "data": _("Data of the event"),
        "data_held": _("%(meetings)s meetings and %(parties)s parties are on board, from %(moment)s."),
        "data_old": _("The data on board are %(hours)s hours old."),
        "data_refused": _("No data of the event are on board."),
        "data_do": _("Stay connected and tap “Check again”."),
        "data_no_screen": _("Signing on the screen is switched off in this event."),
        "data_no_screen_do": _("The organiser can switch it on in Settings → The day."),
        "key": _("Key for sealing"),
        "key_held": _("What is signed here is also sealed for the organiser."),
        "key_refused": _(
            "The event's key is not on board: what is signed could not be recovered if the tablet breaks."
        ),
        "key_do": _("Stay connected and tap “Check again”."),
        "numbers": _("Numbers"),
        "numbers_held": _("%(count)s numbers are on board."),
        "numbers_warning": _("Only %(count)s numbers are left on board."),
        "numbers_refused": _("No number is on board: nothing can be signed offline."),
        "numbers_do": _("Stay connected and tap “Check again”: the server gives new ones."),
        "clock": _("Clock"),
        "clock_held": _("The tablet's clock agrees with the server's."),
        "clock_warning": _("The tablet's clock is off by %(minutes)s minutes. It is noted with each signature."),
        "clock_do": _("Set date and time to automatic in the tablet's settings."),
        "clock_unknown": _("The clock could not be compared: the server did not answer yet."),
    }


def _check_storage() -> dict[str, str]:
    return {
        "storage": _("Room and permanence"),
        "storage_held": _("The browser keeps the data for good; %(free)s MB are free."),
        "storage_warning": _("The browser may delete the data when the tablet runs out of room; %(free)s MB are free."),
        "storage_do": _("Install the app on the home screen, allow it to keep data, and free some room."),
        "storage_refused": _("Only %(free)s MB are free: signing could fail."),
        "storage_refused_do": _("Delete films and photos on this tablet, then check again."),
        "queue": _("Sent"),
        "queue_held": _("Nothing is waiting from before."),
        "queue_warning": _("%(count)s from before are not sent yet."),
        "queue_do": _("Stay connected, or export them in “To be sent”."),
    }
