"""The row of features, the layers inside them and the pure packages, as import-linter reads them in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from matchmaking.factory import FEATURES as REGISTERED
from tools.translations import FEATURES as WITH_CATALOGUE

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "matchmaking"
#: The row of docs/architecture.md, left to right.
ROW = [
    "accounts", "events", "registration", "catalogue", "matching",
    "scheduling", "attendance", "commitments", "reports", "operations",
]  # fmt: skip


def contracts() -> dict[str, dict]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["name"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


def test_no_import_breaks_the_row_or_the_layers() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_contract_has_the_row_of_the_architecture() -> None:
    layers = contracts()["Features stand in a row over the leaves"]["layers"]
    assert [name.strip("()") for name in reversed(layers) if name.strip("()") in ROW] == ROW


def test_factory_and_catalogues_follow_the_row() -> None:
    assert list(WITH_CATALOGUE) == ROW
    assert [name for name in ROW if name in REGISTERED] == list(REGISTERED)


def test_every_package_has_its_place() -> None:
    """A new feature or leaf that no contract names would be checked by nobody."""
    layers = contracts()["Features stand in a row over the leaves"]["layers"]
    placed = {name.strip("() ") for layer in layers for name in layer.split(":")} | {"documents"}
    present = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert present - {"__init__"} <= placed


def test_every_feature_has_its_layers_checked() -> None:
    checked = contracts()["Inside a feature the file names are the layers"]["containers"]
    present = [name for name in ROW if (PACKAGE / name / "__init__.py").exists()]
    assert [name.removeprefix("matchmaking.") for name in checked] == present


def test_pure_packages_know_nothing_of_the_application() -> None:
    contract = contracts()["The engine, the documents and the canonical form are pure"]
    assert contract["source_modules"] == [
        "matchmaking.documents", "matchmaking.scheduling.engine", "matchmaking.commitments.canonical",
    ]  # fmt: skip
    allowed = {"money", "clock", "codes", "documents", "scheduling", "attendance", "commitments", "__init__"}
    present = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert present - allowed <= {name.removeprefix("matchmaking.") for name in contract["forbidden_modules"]}


def test_junk_drawers_are_refused() -> None:
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert names & {"utils", "util", "helpers", "helper", "common", "misc"} == set()
