"""Functions compiled by numba, kept on disk wherever that is possible: compiling anew takes 5 to 15 seconds.

numba keeps them beside the module, else in the user's cache folder. A read-only installation under a service account has
neither; then a private folder for temporary files serves until the machine is started again.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from numba import config, njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile at the first call, without Python's lock; what was compiled before is loaded."""
    try:
        return _kept(function)
    except RuntimeError:  # numba found no folder that it may write to
        setattr(config, "CACHE_DIR", str(private_folder()))  # noqa: B010 - made at run time, unknown to type checkers
        return _kept(function)


def _kept(function: Function) -> Function:
    made: Any = njit(cache=True, nogil=True)(function)
    kept: Function = made
    return kept


def private_folder() -> Path:
    """A folder for temporary files that is ours alone: numba runs what it finds there."""
    folder = Path(tempfile.gettempdir()) / f"temu-bisnis-compiled-{os.getuid() if hasattr(os, 'getuid') else 0}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder if _is_ours_alone(folder) else Path(tempfile.mkdtemp(prefix="temu-bisnis-compiled-"))


def _is_ours_alone(folder: Path) -> bool:
    found = folder.lstat()
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and stat.S_ISDIR(found.st_mode) and not found.st_mode & 0o077
