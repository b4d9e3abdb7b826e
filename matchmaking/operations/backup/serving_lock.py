"""Nobody serves while a restore is under way, and no restore begins while somebody serves."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: Held, shared, by ``./dev run`` and everything it starts (tools/serving.py); alone by a restore.
SERVING_LOCK = "serving.lock"


@contextmanager
def alone(folder: Path) -> Iterator[bool]:
    """Say whether nobody serves this instance folder; when so, nobody can begin to until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / SERVING_LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
