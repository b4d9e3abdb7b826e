"""Runs one test server as a given user and ends it when the test run (its owner) is gone, however that ended.

usage: service_guard.py OWNER_PID UID GID FOLDER COMMAND…    (standard library only)
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

LOOK_EVERY = 0.2  # seconds


def _lives(pid: int) -> bool:
    """Say whether the process runs; one that has ended but was not waited for does not."""
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[0]
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process, or a system without /proc
        return True
    return state != "Z"


def main(owner: int, user: int, group: int, folder: Path, command: list[str]) -> int:
    """Run until the owner or the server ends; leave nothing behind but the log of a failed start."""
    asked = []
    signal.signal(signal.SIGTERM, lambda *_: asked.append(True))
    with (folder / "log").open("ab") as log:
        server = subprocess.Popen(
            command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            user=user, group=group, extra_groups=[] if os.getuid() == 0 else None,
        )  # fmt: skip
    while server.poll() is None and _lives(owner) and not asked:
        time.sleep(LOOK_EVERY)
    if server.poll() is None:
        server.send_signal(signal.SIGINT)  # PostgreSQL: "fast", Redis: at once
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()
    if not _lives(owner):
        shutil.rmtree(folder, ignore_errors=True)
        (folder.parent / f"{folder.name}.lock").unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            folder.parent.rmdir()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), sys.argv[5:]))
