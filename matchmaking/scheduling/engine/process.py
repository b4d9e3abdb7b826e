"""Solvers in processes of their own: bounded in memory, never outliving their parent, without the web application.

Such a process reads JSON lines from standard input and writes JSON lines to standard output.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

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


class Child:
    """One of the engine's modules at work on what it was told; each line that it says is heard in a thread."""

    def __init__(self, module: str, told: dict[str, Any], hear: Callable[[dict[str, Any]], None]) -> None:
        self._process = spawn(module)
        self._thread = threading.Thread(target=self._talk, args=(told, hear), daemon=True)
        self._thread.start()

    @property
    def is_gone(self) -> bool:
        """Whether it has ended, by itself or otherwise, and all that it said has been heard."""
        return self._process.poll() is not None and not self._thread.is_alive()

    def stop(self) -> None:
        """End it, whatever it is doing."""
        end(self._process)
        self._thread.join()
        close_pipes(self._process)

    def _talk(self, told: dict[str, Any], hear: Callable[[dict[str, Any]], None]) -> None:
        to_child, from_child = self._process.stdin, self._process.stdout
        with suppress(OSError, ValueError):
            if to_child is not None and from_child is not None:
                to_child.write(json.dumps(told) + "\n")
                to_child.flush()
                for line in from_child:
                    hear(json.loads(line))


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
