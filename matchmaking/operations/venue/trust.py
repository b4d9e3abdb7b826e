"""The trust page: a server of its own, without HTTPS, that shows tablets how to trust this computer and does nothing else.

It is not the application: no database, no session, no cookie, no log-in, no key. See docs/adr/0020-venue-trust.md.
"""

from __future__ import annotations

import re
from pathlib import Path

from cryptography import x509
from flask import Flask, Response, abort, current_app, g, render_template, request
from flask_babel import Babel
from flask_babel import gettext as _

from matchmaking import i18n
from matchmaking.config import ROOT
from matchmaking.operations.venue import authority
from matchmaking.operations.venue.serving import FOLDER, https_address, read_served
from matchmaking.web.assets import asset_url, init_assets

#: What the page is made of: nothing else of ``static/`` is sent.
ASSETS = ("app.css", "icons.svg", "js/pages/trust.js")
_LOOKS = re.compile(r"dist/(fonts|img)/[\w.-]+")

LOOPBACK = "127.0.0.1"  # is in every certificate, for whoever looks at it on the laptop itself
DEVICES = ("android", "ipad")
CERTIFICATE_NAME = "temu-bisnis-ca.crt"
PROFILE_NAME = "temu-bisnis.mobileconfig"


def create_trust_app(instance: str, https_port: int) -> Flask:
    """Return the WSGI application of the trust page.

    Args:
        instance: the folder whose ``tls/`` holds the authority that is to be trusted.
        https_port: where the application itself answers on the same addresses.
    """
    app = Flask(
        "matchmaking.trust",
        root_path=str(ROOT / "matchmaking"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.config.update(
        TLS_FOLDER=Path(instance) / FOLDER,
        HTTPS_PORT=https_port,
        MAX_CONTENT_LENGTH=0,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        BABEL_DEFAULT_LOCALE=i18n.LOCALES[0],
        BABEL_TRANSLATION_DIRECTORIES=";".join(i18n.translation_folders(ROOT / "matchmaking")),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    Babel(app, locale_selector=_locale)
    init_assets(app)
    app.before_request(_read_certificate)
    app.before_request(_refuse_other_assets)
    app.after_request(_set_headers)
    app.register_error_handler(404, lambda _error: (_page(), 404))
    app.add_url_rule("/", "page", _page)
    app.add_url_rule(f"/{CERTIFICATE_NAME}", "certificate", _certificate)
    app.add_url_rule(f"/{PROFILE_NAME}", "profile", _profile)
    return app


def device_of(user_agent: str) -> str:
    """Return whose steps are shown first. An iPad calls itself a Macintosh."""
    return "ipad" if re.search(r"iPad|iPhone|Macintosh", user_agent) else "android"


def _locale() -> str:
    """Choose the language from the link: this page keeps nothing, not even that."""
    chosen = request.args.get("language", "")
    return chosen if chosen in i18n.LOCALES else i18n.LOCALES[0]


def _page() -> str:
    wanted = request.args.get("device", "")
    return render_template(
        "operations/trust/page.html",
        device=wanted if wanted in DEVICES else device_of(request.user_agent.string),
        language=_locale(),
        certificate_name=CERTIFICATE_NAME,
        profile_name=PROFILE_NAME,
        authority_name=authority.authority_name(_authority()),
        fingerprint=g.served.fingerprint,
        secure=g.secure,
    )


def _certificate() -> Response:
    return _download(authority.certificate_file(_authority()), authority.CERTIFICATE_TYPE, CERTIFICATE_NAME)


def _profile() -> Response:
    about = _("Lets this device open Temu Bisnis on the organiser’s laptop securely. Remove it after the event.")
    return _download(authority.profile_file(_authority(), about=about), authority.PROFILE_TYPE, PROFILE_NAME)


def _download(content: bytes, media_type: str, name: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _authority() -> x509.Certificate:
    return authority.read_authority(current_app.config["TLS_FOLDER"])


def _read_certificate() -> None:
    """Read anew at each request: it may be made again while this runs. Anybody can ask for any host, so only known ones are named."""
    g.served = read_served(current_app.config["TLS_FOLDER"].parent) or abort(503)
    asked = request.host.partition(":")[0]
    host = asked if asked in {*g.served.names, LOOPBACK} else g.served.names[0]
    g.secure = https_address(host, current_app.config["HTTPS_PORT"])


def _refuse_other_assets() -> None:
    if request.endpoint != "static":
        return
    name = (request.view_args or {}).get("filename", "")
    if not _LOOKS.fullmatch(name) and f"/static/{name}" not in {asset_url(asset) for asset in ASSETS}:
        abort(404)


def _set_headers(response: Response) -> Response:
    secure = g.get("secure", "")
    policy = (
        "default-src 'self'", f"connect-src 'self' {secure}".rstrip(), "img-src 'self' data:",
        "object-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
    )  # fmt: skip
    response.headers["Content-Security-Policy"] = "; ".join(policy)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
