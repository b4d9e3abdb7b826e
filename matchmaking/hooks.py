"""Named hooks: how a feature on the left lets features on its right take part in the same transaction.

The left feature defines a :class:`Hook` in its ``hooks.py`` (name, what is passed); the right feature registers a
handler when it is imported by the factory; the left service calls the hook. Handlers run in the order of registration,
which is the order of the features, and an error in one undoes the whole action.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Hook(Generic[P, R]):
    """A point where other features may act; calling it returns what each handler returned."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: list[Callable[P, R]] = []

    def register(self, handler: Callable[P, R]) -> Callable[P, R]:
        """Add a handler (usable as a decorator); registering the same function twice changes nothing."""
        if handler not in self._handlers:
            self._handlers.append(handler)
        return handler

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> list[R]:
        """Run the handlers."""
        return [handler(*args, **kwargs) for handler in self._handlers]
