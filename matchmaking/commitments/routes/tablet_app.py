"""The tablet's app without anybody's data: its page in each language, its manifest, and the service worker that keeps both.

Everything here is the same for everybody and holds no name and no token, because the browser keeps it on the device.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import current_app, jsonify, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.tablet_words import tablet_choices, tablet_words
from matchmaking.errors import NotFound
from matchmaking.events.services.devices import revoke_device
from matchmaking.i18n import LOCALES, force_locale, select_locale
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public, requires
from matchmaking.transactions import transaction
from matchmaking.web.access import DEVICE_COOKIE, current_actor
from matchmaking.web.assets import asset_url, built_file, precache_list

ICONS = (
    ("img/app-192.png", "192x192", "any"),
    ("img/app-512.png", "512x512", "any"),
    ("img/app-maskable-512.png", "512x512", "maskable"),
)


@commitments.get("/tablet")
@public
def tablet() -> str:
    """Show the app in the visitor's language; once it is on the device the service worker answers instead."""
    return _page(select_locale())


@commitments.get("/tablet/<any(id, en):language>")
@public
def tablet_page(language: str) -> str:
    """Show the app in one language, whoever asks: this is what the service worker keeps."""
    return _page(language)


@commitments.get("/tablet.webmanifest")
@public
def tablet_manifest() -> Response:
    """Tell the browser how the app is installed."""
    answer = jsonify(
        id="/tablet",
        name=_("Temu Bisnis: signing tablet"),
        short_name="Temu Bisnis",
        lang=select_locale(),
        start_url=url_for("commitments.tablet"),
        scope="/",  # the pages that enrol the tablet open inside the app
        display="standalone",
        background_color="#faf8f5",
        theme_color="#7a1f2b",
        icons=[
            {"src": asset_url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    )
    answer.mimetype = "application/manifest+json"
    return answer


@commitments.get("/sw.js")
@public
def service_worker() -> Response:
    """Send the service worker from the root, where it may serve ``/tablet``; its text changes when anything it keeps does."""
    files = precache_list()
    script = built_file("js/workers/tablet.js")
    if not files or script is None:
        raise NotFound(_("The application's assets are not built. Please run node build.mjs."))
    pages = {language: url_for("commitments.tablet_page", language=language) for language in LOCALES}
    kept = {
        "version": f"{files['version']}-{_pages_digest(script, files['version'])}",
        "files": [url_for("static", filename=f"dist/{name}") for name in files["files"]],
        "pages": pages,
    }
    answer = current_app.response_class(
        f"self.TABLET={json.dumps(kept)};\n{script.read_text(encoding='utf-8')}", mimetype="text/javascript"
    )
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@commitments.post("/tablet/leave")
@requires("device.own")
def leave_tablet() -> Response:
    """End this tablet's enrolment: it needs a new code afterwards. The app asks only while nothing on it is unsent."""
    actor = current_actor()
    with transaction():
        revoke_device(actor, actor.event_id or 0, actor.reference or 0)
    answer = jsonify(left=True)
    answer.delete_cookie(DEVICE_COOKIE, httponly=True, samesite="Strict")
    return answer


def _page(language: str) -> str:
    with force_locale(language):
        return render_template(
            "commitments/tablet/shell.html",
            language=language,
            words=tablet_words(),
            choices=tablet_choices(),
        )


@lru_cache(maxsize=8)
def _pages_digest(_script: Path, _version: str) -> str:
    """Identify the pages of all languages, so that a changed word is a new version too."""
    pages = "".join(_page(language) for language in LOCALES)
    return hashlib.sha256(pages.encode()).hexdigest()[:8]
