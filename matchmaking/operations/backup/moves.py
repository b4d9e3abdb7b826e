"""Putting the restored files in the place of the old ones: all of them, or none."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType


class Moves:
    """Renames that are undone, the last first, when the block around them fails."""

    def __init__(self) -> None:
        self._done: list[tuple[Path, Path]] = []
        self._made: list[Path] = []

    def __enter__(self) -> Moves:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if kind is not None:
            for source, target in reversed(self._done):
                target.rename(source)
            for folder in reversed(self._made):
                folder.rmdir()

    def move(self, source: Path, target: Path) -> None:
        """Rename a file or folder if it is there; nothing lies at the target."""
        if source.exists():
            if not target.parent.exists():
                target.parent.mkdir(mode=0o700)
                self._made.append(target.parent)
            source.rename(target)
            self._done.append((source, target))


def settle(folder: Path) -> None:
    """Make the renames inside a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
