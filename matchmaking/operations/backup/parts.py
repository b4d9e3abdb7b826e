"""The parts inside a backup: a tar whose first member says what follows and whose last one counts and hashes all of it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from matchmaking.operations.backup.container import FORMAT, Problem, SealedReader, SealedWriter, Unreadable
from matchmaking.operations.backup.values import Column, Kind

FIRST, LAST = "backup.json", "manifest.json"
#: Every name that a part may have: nothing leads out of the instance folder.
ALLOWED = re.compile(
    r"tables/[a-z][a-z0-9_]*/[0-9]{6}\.jsonl\.gz|files/[0-9A-Za-z]{2}/[0-9A-Za-z]+"
    r"|(keys|tls)/[^/\0.][^/\0]*|demo-logins\.txt"
)


@dataclass(frozen=True)
class Head:
    """What a backup holds: whose, of when, at which revision of the database, which tables, which settings move along."""

    app_version: str
    revision: str
    taken_at: str
    database: str
    tables: dict[str, tuple[Column, ...]]
    settings: dict[str, str]

    def to_json(self) -> dict[str, Any]:
        """Return the head as the first member holds it."""
        tables = {name: [[c.name, c.kind.value] for c in columns] for name, columns in self.tables.items()}
        return {**vars(self), "tables": tables}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Head:
        """Read the first member.

        Raises:
            Unreadable: another version wrote things into it that this one does not know.
        """
        try:
            found = {name: [Column(c, Kind(kind)) for c, kind in pairs] for name, pairs in value["tables"].items()}
            return cls(**{**value, "tables": {name: tuple(columns) for name, columns in found.items()}})
        except (KeyError, TypeError, ValueError) as error:
            raise Unreadable(Problem.OTHER_FORMAT, f"{FORMAT}*") from error


@dataclass(frozen=True)
class Part:
    """One member: a piece of a table, or a file of the instance folder."""

    name: str
    content: bytes

    @property
    def table(self) -> str:
        """Return the table it belongs to; empty for files."""
        folder, _, rest = self.name.partition("/")
        return rest.partition("/")[0] if folder == "tables" else ""


class PartsWriter:
    """Writes head, parts and manifest, in this order."""

    def __init__(self, sealed: SealedWriter, head: Head) -> None:
        self._sealed = sealed
        self._tar = tarfile.open(fileobj=cast(Any, sealed), mode="w|")  # noqa: SIM115 - closed by finish()
        self._parts: dict[str, dict[str, Any]] = {}
        self._put(FIRST, json.dumps(head.to_json()).encode())

    def add(self, part: Part) -> None:
        """Write a part."""
        if not ALLOWED.fullmatch(part.name):
            raise ValueError(f"no part of a backup may be called {part.name}")
        self._put(part.name, part.content)

    def finish(self, rows: dict[str, int]) -> None:
        """Write the manifest and end the file; ``rows`` is how many each table has."""
        self._put(LAST, json.dumps({"rows": rows, "parts": self._parts}).encode())
        self._tar.close()
        self._sealed.finish()

    def _put(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))
        self._parts[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


class PartsReader:
    """Reads head and parts; after the last part everything has been compared with the manifest."""

    def __init__(self, sealed: SealedReader) -> None:
        self._sealed = sealed
        self._parts: dict[str, dict[str, Any]] = {}
        self._members = self._read()
        self.rows: dict[str, int] | None = None
        first = next(self._members, None)
        if first is None or first.name != FIRST:
            raise Unreadable(Problem.CHANGED)
        self.head = Head.from_json(json.loads(first.content))

    def parts(self) -> Iterator[Part]:
        """Give each part.

        Raises:
            Unreadable: a part is missing, was added or is not what the manifest says.
        """
        for part in self._members:
            if self.rows is None and part.name == LAST:
                self._compare(json.loads(part.content))
            elif self.rows is None and ALLOWED.fullmatch(part.name):
                yield part
            else:
                raise Unreadable(Problem.CHANGED)
        self._sealed.finish()
        if self.rows is None:
            raise Unreadable(Problem.CHANGED)

    def _read(self) -> Iterator[Part]:
        with tarfile.open(fileobj=cast(Any, self._sealed), mode="r|") as tar:
            for member in tar:
                file = tar.extractfile(member)
                content = file.read() if file else b""
                yield Part(member.name, content)
                self._parts[member.name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}

    def _compare(self, manifest: dict[str, Any]) -> None:
        if manifest["parts"] != self._parts:
            raise Unreadable(Problem.CHANGED)
        self.rows = manifest["rows"]


def pack_rows(table: str, number: int, lines: list[str]) -> Part:
    """Return a piece of a table: one JSON array a line."""
    text = "".join(f"{line}\n" for line in lines).encode()
    return Part(f"tables/{table}/{number:06d}.jsonl.gz", gzip.compress(text, compresslevel=6, mtime=0))


def unpack_rows(part: Part) -> Iterator[list[Any]]:
    """Give the rows of a piece."""
    for line in gzip.decompress(part.content).splitlines():
        yield json.loads(line)
