"""Where compiled functions are kept when neither the installation nor the home folder may be written to."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from numba import config
from numba.core import caching

from matchmaking.scheduling.engine.compiled import compiled, private_folder


def twice(n: int) -> int:
    return 2 * n


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for temporary files of this test's own; numba's setting is put back."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = config.CACHE_DIR
    yield tmp_path
    config.CACHE_DIR = before


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither beside the module nor in the home folder (root may write everywhere, so permissions cannot say it)."""

    allowed = caching.UserProvidedCacheLocator.ensure_cache_path

    def only_where_told(locator: caching._CacheLocator) -> None:
        if not isinstance(locator, caching.UserProvidedCacheLocator):
            raise OSError("read-only file system")
        allowed(locator)

    monkeypatch.setattr(caching._CacheLocator, "ensure_cache_path", only_where_told)


@pytest.mark.usefixtures("read_only")
def test_read_only_installation_keeps_what_it_compiled_among_temporary_files(temporary: Path) -> None:
    assert compiled(twice)(21) == 42
    (kept,) = temporary.glob("temu-bisnis-compiled-*")
    assert kept.stat().st_mode & 0o777 == 0o700
    assert len([*kept.rglob("*.nbi")]) == 1
    before = [path.stat().st_mtime_ns for path in kept.rglob("*.nbc")]
    again = compiled(twice)
    assert again(4) == 8
    assert sum(again.stats.cache_hits.values()) == 1  # type: ignore[attr-defined]
    assert [path.stat().st_mtime_ns for path in kept.rglob("*.nbc")] == before


def test_writable_installation_does_not_touch_temporary_files(temporary: Path) -> None:
    assert compiled(twice)(1) == 2
    assert list(temporary.iterdir()) == []


def test_folder_that_others_may_write_to_is_not_used(temporary: Path) -> None:
    first = private_folder()
    assert private_folder() == first
    first.chmod(0o777)
    other = private_folder()
    assert other != first
    assert other.stat().st_mode & 0o777 == 0o700


def test_link_in_place_of_the_folder_is_not_followed(temporary: Path) -> None:
    first = private_folder()
    first.rmdir()
    elsewhere = temporary / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    first.symlink_to(elsewhere)
    assert private_folder() not in (first, elsewhere)
