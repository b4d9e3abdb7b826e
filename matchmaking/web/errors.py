"""Error pages: every refusal is a sentence in the person's language; no stack trace ever reaches a page."""

from __future__ import annotations

import structlog
from flask import Flask, jsonify, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.transactions import abandon

log = structlog.get_logger()


def init_errors(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(RateLimitExceeded, _too_many)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(InterfaceError, _database_away)
    app.register_error_handler(Exception, _unexpected)


def wants_json() -> bool:
    """Say whether the caller is a program rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]


def respond(status: int, title: str, message: str, code: str) -> tuple[Response | str, int]:
    """Answer with an error page, its htmx part, or JSON."""
    if wants_json():
        return jsonify(error={"code": code, "message": message}), status
    part = "HX-Request" in request.headers
    name = "web/_error.html" if part else "web/error.html"
    return render_template(name, status=status, title=title, message=message, code=code), status


def _domain_error(error: DomainError) -> tuple[Response | str, int]:
    titles = {403: _("Not allowed"), 404: _("Not found"), 409: _("Changed meanwhile"), 507: _("No room left")}
    return respond(error.status, titles.get(error.status, _("That did not work")), str(error), error.code)


def _http_error(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    status = error.code or 500
    if status < 400:
        return error
    if status == 404:
        return respond(
            404,
            _("Not found"),
            _("This page does not exist. Please check the link or go back."),
            "web.not_found",
        )
    if status == 405:
        return respond(405, _("Not allowed"), _("This address does not take that kind of request."), "web.method")
    return respond(
        status,
        _("That did not work"),
        _("The request could not be understood. Please go back and try again."),
        "web.request",
    )


def _csrf_error(_error: CSRFError) -> tuple[Response | str, int]:
    return respond(
        400,
        _("The page was open too long"),
        _(
            "For your safety the form has expired. Go back, reload the page and send it again; your entries are still there."
        ),
        "web.csrf",
    )


def _too_many(error: RateLimitExceeded) -> tuple[Response | str, int]:
    log.info("web.rate_limited", endpoint=request.endpoint)
    return respond(429, _("Too many tries"), _("Please wait a minute, then try again."), "web.rate_limited")


def _too_large(_error: RequestEntityTooLarge) -> tuple[Response | str, int]:
    return respond(
        413,
        _("The file is too large"),
        _(
            "Together the files are larger than 24 MB. Send fewer or smaller ones; your other entries were not saved, go back to find them."
        ),
        "web.too_large",
    )


def _database_away(error: OperationalError) -> tuple[Response | str, int]:
    abandon()
    log.error("web.database_away", kind=type(error).__name__)
    return respond(
        503,
        _("The database does not answer"),
        _("Nothing was saved. Please try again in a minute; your entries stay on the page if you go back."),
        "web.database",
    )


def _unexpected(error: Exception) -> tuple[Response | str, int]:
    abandon()
    log.exception("web.unexpected", endpoint=request.endpoint)
    return respond(
        500,
        _("Something went wrong on our side"),
        _("It was written down. Nothing was half-saved; please go back and try again."),
        "web.unexpected",
    )
