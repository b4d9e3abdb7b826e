"""Solvers in processes of their own: bounded in memory, never outliving their parent, without the web application.

Such a process reads JSON lines from standard input and writes JSON lines to standard output.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import suppress
from pathlib import Path

MEMORY_LIMIT = 4 * 2**30
"""Bytes of address space a process may take before it fails instead of the machine."""

LOAD_ENGINE_ALONE = """
import importlib, sys
from importlib.util import module_from_spec, spec_from_file_location
spec = spec_from_file_location("engine", sys.argv[1] + "/__init__.py", submodule_search_locations=[sys.argv[1]])
sys.modules["engine"] = engine = module_from_spec(spec)
spec.loader.exec_module(engine)
importlib.import_module("engine." + sys.argv[2]).main()
"""
"""The engine is pure, so its process starts without the web application around it (0.1 s in place of 0.4)."""


def spawn(module: str) -> subprocess.Popen[str]:
    """Start `main` of one of the engine's modules."""
    folder = str(Path(__file__).resolve().parent)
    return subprocess.Popen(  # noqa: S603 - our own module under our own interpreter
        [sys.executable, "-P", "-c", LOAD_ENGINE_ALONE, folder, module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    """End the process, whatever it is doing."""
    process.kill()
    process.wait()


def close_pipes(process: subprocess.Popen[str]) -> None:
    """Close what led to and from an ended process; nobody reads from it any more."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


def limit_process() -> None:
    """Never outlive the parent, never take all memory, never be in the way of the people at the keyboard."""
    limit_memory(MEMORY_LIMIT)
    with suppress(ImportError, OSError, AttributeError):
        import ctypes
        import signal

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def limit_memory(size: int) -> None:
    """Let this process fail instead of the machine when it takes more than `size` bytes of address space."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (size, size))
