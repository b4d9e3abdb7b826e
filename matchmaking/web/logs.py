"""Structured logs with a request id: event names and ids, never names, phones, tokens or codes."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

log = structlog.get_logger()
_SAFE_ID = re.compile(r"^[A-Za-z0-9-]{8,40}$")


def init_logs(app: Flask) -> None:
    """Write one JSON line per event to standard error."""
    level = logging.getLevelName(app.config["LOG_LEVEL"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_id = given if _SAFE_ID.match(given) else secrets.token_hex(8)
    g.started = time.monotonic()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "-")
    if request.endpoint not in {"static", "health.alive", "health.ready"}:
        log.info(
            "web.request",
            endpoint=request.endpoint,
            method=request.method,
            status=response.status_code,
            milliseconds=round((time.monotonic() - g.get("started", time.monotonic())) * 1000),
        )
    return response
