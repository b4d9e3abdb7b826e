"""Response headers: a strict content policy, no sniffing, no framing, no referrer to other sites."""

from __future__ import annotations

from flask import Flask, request
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)

#: The one page that reads QR codes with WebAssembly: code of our own build may be compiled, text still never runs.
WEBASSEMBLY_POLICY = f"{CONTENT_POLICY}; script-src 'self' 'wasm-unsafe-eval'"

HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def init_security(app: Flask) -> None:
    """Set the headers on every response; pages of logged-in people are not kept by shared caches."""
    app.after_request(_set_headers)


def allow_webassembly(response: FlaskResponse) -> FlaskResponse:
    """Let this answer's page compile WebAssembly from this site."""
    response.headers["Content-Security-Policy"] = WEBASSEMBLY_POLICY
    return response


def _set_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-cache")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
