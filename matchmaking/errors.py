"""Errors a person can act on: each class names the problem, carries a stable code and a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DomainError(Exception):
    """A rule said no.

    ``code`` is ``feature.problem`` and never changes; ``message`` is a (lazily) translated sentence that says what
    happened and what to do next; ``fields`` maps a form field to its own sentence. Web pages show ``message`` with
    HTTP ``status``, the command line prints it and exits with 2.
    """

    code = "error"
    status = 422

    def __init__(self, message: Any, *, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.fields: dict[str, Any] = dict(fields or {})

    def __str__(self) -> str:
        return str(self.message)


class NotFound(DomainError):
    """The thing does not exist, or not for this person: the two are answered alike on purpose."""

    code = "web.not_found"
    status = 404


class NotAllowed(DomainError):
    """The person is known and may not do this."""

    code = "web.not_allowed"
    status = 403


class Conflict(DomainError):
    """Somebody else changed the thing meanwhile, or the state does not allow the action any more."""

    code = "web.conflict"
    status = 409


class InvalidInput(DomainError):
    """One or more values break a rule; ``fields`` says which."""

    code = "web.invalid"
    status = 422
