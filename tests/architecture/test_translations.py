"""Every text is extracted, and said in Indonesian once and surely."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.translations import KEYWORDS, problems

PACKAGE = Path(__file__).resolve().parents[2] / "matchmaking"


def aliases(source: str) -> Iterator[tuple[str, str]]:
    """Yield (name, as name) for each translating function that a module imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.name in KEYWORDS and not name.name.startswith("_"):
                    yield name.name, name.asname or name.name


def test_translating_functions_go_by_names_that_are_extracted() -> None:
    """``lazy_gettext as _t`` would leave its texts untranslated in silence."""
    unknown = {
        (str(path.relative_to(PACKAGE)), alias)
        for path in PACKAGE.rglob("*.py")
        for name, alias in aliases(path.read_text(encoding="utf-8"))
        if alias not in KEYWORDS or KEYWORDS[alias] != KEYWORDS[name]
    }
    assert unknown == set()


def test_an_alias_is_found() -> None:
    assert list(aliases("from matchmaking.i18n import lazy_gettext as _t, gettext")) == [
        ("lazy_gettext", "_t"),
        ("gettext", "gettext"),
    ]


def test_every_text_is_translated_once_and_surely() -> None:
    assert problems() == []
