"""The word catalogues: extracted from the sources, merged, checked and compiled, one for each feature.

A feature's words stand in ``matchmaking/<feature>/translations``; those of leaves, shared templates and
scripts in ``matchmaking/translations``. The English text is the msgid, so only Indonesian has a catalogue.
Files are written the same way each time (sorted, no dates, no line numbers), so that two people who
change different texts do not meet in a merge.
"""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

ROOT = Path(__file__).resolve().parent.parent
LOCALE = "id"
FEATURES = (
    "accounts",
    "events",
    "registration",
    "catalogue",
    "matching",
    "scheduling",
    "attendance",
    "commitments",
    "reports",
    "operations",
)
SHARED = ""  # the name of the catalogue of leaves, shared templates and scripts

KEYWORDS: dict[str, tuple | None] = {
    "_": None,
    "_l": None,
    "N_": None,
    "_n": (1, 2),
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
#: Flask-Babel installs the new style (texts are always formatted), and the application trims {% trans %}.
JINJA_OPTIONS = {"silent": "false", "newstyle_gettext": "true", "trimmed": "true"}
PLACEHOLDER = re.compile(r"%\((\w+)\)[#0 +-]*\d*(?:\.\d+)?[sdifFgeEr]")

HEADER = f"""# {{title}}
# Written by ./dev i18n: translate the empty msgstr lines; everything else is kept in step with the sources.
msgid ""
msgstr ""
"Language: {LOCALE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

Key = tuple[str | None, object]  # context and msgid (a pair for a plural)


@dataclass(frozen=True)
class Word:
    """One text of the sources: its key and the files it stands in."""

    key: Key
    files: tuple[str, ...]


def catalogue_path(feature: str, root: Path = ROOT) -> Path:
    """Return the catalogue of a feature, or of the shared words."""
    return root / "matchmaking" / feature / "translations" / LOCALE / "LC_MESSAGES" / "messages.po"


def owner(source: Path) -> str:
    """Return whose catalogue a source file (relative to the root) belongs to."""
    parts = source.parts
    inside = parts[1] if len(parts) > 2 and parts[0] in {"matchmaking", "templates"} else ""
    return inside if inside in FEATURES else SHARED


def sources(root: Path = ROOT) -> Iterator[Path]:
    """Yield every file that may hold texts, relative to the root, in a fixed order."""
    patterns = ("matchmaking/**/*.py", "templates/**/*.html", "templates/**/*.txt", "static/js/**/*.js")
    for pattern in patterns:
        yield from sorted(path.relative_to(root) for path in root.glob(pattern) if path.is_file())


def _method(path: Path) -> tuple[Any, dict[str, str]]:
    if path.suffix == ".py":
        return "python", {}
    return ("javascript", {}) if path.suffix == ".js" else (babel_extract, JINJA_OPTIONS)


def _texts(path: Path, root: Path) -> Iterator[Key]:
    method, options = _method(path)
    with (root / path).open("rb") as file:
        for _line, text, _comments, context in extract(method, file, keywords=KEYWORDS, options=options):
            yield context, (tuple(text) if isinstance(text, tuple | list) else text)


def words(root: Path = ROOT) -> dict[str, list[Word]]:
    """Extract the texts of all sources: the catalogue's name -> its words, sorted.

    Raises:
        ValueError: a template does not parse; says which.
    """
    found: dict[str, dict[Key, set[str]]] = {name: {} for name in (SHARED, *FEATURES)}
    for path in sources(root):
        try:
            for key in _texts(path, root):
                found[owner(path)].setdefault(key, set()).add(path.as_posix())
        except Exception as error:
            raise ValueError(f"{path}: {error}") from error
    return {
        name: [Word(key, tuple(sorted(files))) for key, files in sorted(texts.items(), key=_order)]
        for name, texts in found.items()
    }


def _order(item: tuple[Key, object]) -> tuple[str, str]:
    context, text = item[0]
    return (text if isinstance(text, str) else text[0], context or "")  # type: ignore[index]


def read(path: Path) -> Catalog:
    """Read a catalogue; a missing file is an empty one."""
    content = path.read_bytes() if path.exists() else HEADER.encode()
    return read_po(io.BytesIO(content), locale=LOCALE, abort_invalid=True)


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _key(message: Message) -> Key:
    text = message.id
    return message.context, (tuple(text) if isinstance(text, tuple | list) else text)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def _memory(root: Path) -> dict[Key, Message]:
    """Every translation there is, so that a text that moves to another feature keeps its own."""
    known: dict[Key, Message] = {}
    for name in (SHARED, *FEATURES):
        for message in _messages(read(catalogue_path(name, root))):
            if _is_translated(message) and not message.fuzzy:
                known.setdefault(_key(message), message)
    return known


def render(name: str, texts: list[Word], root: Path = ROOT, memory: dict[Key, Message] | None = None) -> str:
    """Return the catalogue as it should stand: the words of the sources with the translations known."""
    memory = _memory(root) if memory is None else memory
    current = {_key(message): message for message in _messages(read(catalogue_path(name, root)))}
    wanted = read_po(io.BytesIO(HEADER.encode()), locale=LOCALE)
    for word in texts:
        known = current.get(word.key)
        known = known if known and _is_translated(known) else memory.get(word.key, known)
        context, text = word.key
        flags = {"fuzzy"} if known and known.fuzzy else set()
        empty = "" if isinstance(text, str) else ("",)  # Indonesian has one plural form
        string = known.string if known else empty
        wanted.add(text, string, [(file, 0) for file in word.files], flags, context=context)  # type: ignore[arg-type]
    out = io.BytesIO()
    write_po(out, wanted, omit_header=True, sort_output=True, include_lineno=False, width=0)
    return (
        HEADER.format(title=f"Indonesian words of {name or 'the shared parts'}.")
        + out.getvalue().decode("utf-8").rstrip()
        + "\n"
    )


def update(root: Path = ROOT, only: tuple[str, ...] = ()) -> list[Path]:
    """Bring the catalogues (all, or those named) in step with the sources; return those that changed."""
    changed = []
    wanted = only or (SHARED, *FEATURES)
    memory = _memory(root)
    rendered = {
        catalogue_path(name, root): render(name, texts, root, memory)
        for name, texts in words(root).items()
        if texts and name in wanted
    }
    for path, text in rendered.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    candidates = {catalogue_path(name, root) for name in wanted}
    return changed + _remove(sorted(path for path in candidates - set(rendered) if path.exists()))


def _remove(gone: list[Path]) -> list[Path]:
    """Remove the catalogues of features that have no words left."""
    for path in gone:
        path.unlink()
        path.with_suffix(".mo").unlink(missing_ok=True)
    return gone


def catalogues(root: Path = ROOT) -> list[Path]:
    """Return the catalogues that exist."""
    return sorted(root.glob("matchmaking/**/translations/*/LC_MESSAGES/messages.po"))


def compile_all(root: Path = ROOT) -> list[Path]:
    """Write the ``.mo`` beside each catalogue where it is older or missing; return those written."""
    written = []
    for path in catalogues(root):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns > path.stat().st_mtime_ns:
            continue
        part = target.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as file:
            write_mo(file, read(path))
        part.replace(target)
        written.append(target)
    return written


def problems(root: Path = ROOT) -> list[str]:
    """Return what is wrong with the catalogues, one sentence each; nothing when all is well."""
    found = []
    for name, texts in words(root).items():
        path = catalogue_path(name, root)
        where = path.relative_to(root)
        messages = _messages(read(path))
        wanted, there = {word.key for word in texts}, {_key(message) for message in messages}
        found += [f"{where}: missing, run ./dev i18n: {_shown(key)}" for key in sorted(wanted - there, key=str)]
        found += [f"{where}: left over, run ./dev i18n: {_shown(key)}" for key in sorted(there - wanted, key=str)]
        found += [f"{where}: {fault}" for message in messages for fault in _faults(message)]
    return found + _contradictions(root)


def _faults(message: Message) -> Iterator[str]:
    if not _is_translated(message):
        yield f"not translated: {_shown(_key(message))}"
        return
    if message.fuzzy:
        yield f"marked fuzzy: {_shown(_key(message))}"
    ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    allowed = {name for text in ids for name in PLACEHOLDER.findall(text)}
    required = set(PLACEHOLDER.findall(ids[-1]))
    for string in strings:
        names = set(PLACEHOLDER.findall(string or ""))
        if not required <= names or not names <= allowed:
            yield f"other placeholders than the English text: {_shown(_key(message))}"


def _shown(key: Key) -> str:
    text = key[1] if isinstance(key[1], str) else key[1][0]  # type: ignore[index]
    return repr(text if len(text) <= 80 else text[:77] + "…")


def _contradictions(root: Path) -> list[str]:
    """Catalogues are merged into one when the application starts, so one text has one translation."""
    seen: dict[Key, tuple[object, Path]] = {}
    found = []
    for path in catalogues(root):
        for message in _messages(read(path)):
            first, where = seen.setdefault(_key(message), (message.string, path))
            if _is_translated(message) and first != message.string:
                here, there = path.relative_to(root), where.relative_to(root)
                found.append(f"{here}: {_shown(_key(message))} is translated otherwise in {there}")
    return found


def main(arguments: list[str]) -> int:
    """Run ``update [FEATURE …]`` (or ``shared``), ``check`` or ``compile``; say what is left to do."""
    action, *names = arguments or ["update"]
    only = tuple(SHARED if name == "shared" else name for name in names)
    if action not in {"update", "check", "compile"} or not set(only) <= {SHARED, *FEATURES}:
        print(
            f"./dev i18n [update [FEATURE …] | check | compile], FEATURE: shared, {', '.join(FEATURES)}",
            file=sys.stderr,
        )
        return 2
    try:
        if action == "update":
            for path in update(only=only):
                print(f"{'wrote' if path.exists() else 'removed'} {path.relative_to(ROOT)}", file=sys.stderr)
        compile_all()
        found = [] if action == "compile" else problems()
    except ValueError as error:
        found = [str(error)]
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found and action == "check" else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
