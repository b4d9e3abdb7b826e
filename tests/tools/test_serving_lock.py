"""A server and a restore keep out of each other's way, however either of them ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from matchmaking.operations.backup.instance import UNFINISHED
from matchmaking.operations.backup.serving_lock import SERVING_LOCK, alone
from tools import serving
from tools.preparation import SetupError


def test_both_sides_mean_the_same_files() -> None:
    assert (serving.SERVING_LOCK, serving.UNFINISHED_RESTORE) == (SERVING_LOCK, UNFINISHED)


def test_two_servers_share_the_lock_and_what_they_start_holds_it_after_them(tmp_path: Path) -> None:
    with serving.serving(tmp_path), serving.serving(tmp_path) as lock:
        part = subprocess.Popen(["sleep", "60"], pass_fds=(lock,))
    try:
        with alone(tmp_path) as is_alone:
            assert not is_alone
    finally:
        part.kill()
        part.wait()
    with alone(tmp_path) as is_alone:
        assert is_alone


def test_no_server_starts_while_a_backup_is_restored(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(SetupError, match="is being restored"), serving.serving(tmp_path):
        pass


def test_no_server_starts_on_a_restore_that_was_cut_off(tmp_path: Path) -> None:
    (tmp_path / UNFINISHED).touch()
    with pytest.raises(SetupError, match="restore FILE --replace"), serving.serving(tmp_path):
        pass
