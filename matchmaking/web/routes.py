"""Endpoints that belong to no feature: language, theme, stored public files."""

from __future__ import annotations

from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Blueprint, redirect, request, send_file
from werkzeug.wrappers import Response

from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import LOCALE_COOKIE, LOCALES
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of

web = Blueprint("web", __name__)

THEMES = ("light", "dark", "auto")
THEME_COOKIE = "theme"
ONE_YEAR = 31_536_000


@web.post("/language")
@public
def set_language() -> Response:
    """Remember the language chosen."""
    return _remember(LOCALE_COOKIE, request.form.get("language"), LOCALES)


@web.post("/theme")
@public
def set_theme() -> Response:
    """Remember light, dark or the device's own."""
    return _remember(THEME_COOKIE, request.form.get("theme"), THEMES)


def chosen_theme() -> str:
    """Return the theme this visitor chose; the device's own when the cookie says nothing we know."""
    chosen = request.cookies.get(THEME_COOKIE, "auto")
    return chosen if chosen in THEMES else "auto"


@web.get("/files/<code>")
@public
def public_file(code: str) -> Response:
    """Serve a file whose owner made it public (product photo, event logo)."""
    stored = db.session.scalar(sa.select(StoredFile).where(StoredFile.code == code, StoredFile.access == "public"))
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored)


def send_stored(stored: StoredFile, *, as_attachment: bool = False) -> Response:
    """Answer with a stored file; the caller has checked that this person may have it."""
    response = send_file(
        path_of(stored.code),
        mimetype=stored.media_type,
        as_attachment=as_attachment,
        download_name=stored.original_name or stored.code,
        etag=stored.sha256,
        max_age=ONE_YEAR if stored.access == "public" else 0,
    )
    response.headers["Cache-Control"] = "public, max-age=31536000" if stored.access == "public" else "private, no-store"
    return response


def safe_next(target: str | None, otherwise: str) -> str:
    """Return ``target`` when it is a path of this site, else ``otherwise``: links never lead off to another site."""
    parts = urlsplit(target or "")
    if (
        target
        and not parts.scheme
        and not parts.netloc
        and target.startswith("/")
        and not target.startswith(("//", "/\\"))
    ):
        return target
    return otherwise


def _remember(cookie: str, value: str | None, allowed: tuple[str, ...]) -> Response:
    response = redirect(safe_next(request.form.get("next"), "/"), code=303)
    if value in allowed:
        response.set_cookie(cookie, value, max_age=ONE_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
