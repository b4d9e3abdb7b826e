"""The encrypted file around a backup: a head, chunks that can neither be changed, reordered nor left out, an end mark.

Format 1, numbers big-endian. Head: magic (18 bytes), format (u16), scrypt's log2 N, r, p (u8 each), one zero byte, salt
(16), chunk size (u32); then HMAC-SHA256 of that under the second half of what scrypt gives (tells a wrong passphrase from a
damaged file), and SHA-256 of all before it. Chunks: AES-256-GCM under the first half, nonce = counter (11 bytes) and 1 for
the last chunk, 0 for others (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015), the whole head as
associated data. The salt is new for each file, so no nonce is used twice under a key. The end mark is plain: it only tells
a file that was not copied whole from a changed one; the last chunk's nonce is what proves that nothing is missing.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import struct
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"TEMU-BISNIS-BACKUP"
FORMAT = 1
END = b"\nEND-OF-TEMU-BISNIS-BACKUP\n"
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
#: No honest file asks for more memory than 1 GiB (128 · N · r bytes).
MOST_MEMORY = 2**30

_FIXED = struct.Struct(">18sHBBBx16sI")
_DIGEST = 32
HEAD_BYTES = _FIXED.size + 2 * _DIGEST


class Problem(StrEnum):
    """Why a file cannot be read as a backup."""

    NOT_A_BACKUP = "not_a_backup"
    OTHER_FORMAT = "other_format"
    NOT_OPENED = "not_opened"
    CUT_OFF = "cut_off"
    CHANGED = "changed"


class Unreadable(Exception):
    """The file is no backup that can be read; ``problem`` says why, ``detail`` the other format's number."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(problem.value)
        self.problem, self.detail = problem, detail


@dataclass(frozen=True)
class Cost:
    """How dear a try of a passphrase is: scrypt's N = 2**log2_n, r, p (RFC 7914); memory is 128 · N · r bytes."""

    log2_n: int = 17
    r: int = 8
    p: int = 1


USUAL_COST = Cost()


@dataclass(frozen=True)
class _Keys:
    cipher: AESGCM
    check: bytes


def _derive(passphrase: str, salt: bytes, cost: Cost) -> _Keys:
    secret = unicodedata.normalize("NFC", passphrase).encode()
    made = Scrypt(salt=salt, length=64, n=2**cost.log2_n, r=cost.r, p=cost.p).derive(secret)
    return _Keys(AESGCM(made[:32]), made[32:])


def _nonce(counter: int, *, is_last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([is_last])


class SealedWriter:
    """Encrypts what is written to it into ``out``; nothing of it can be read before :meth:`finish`."""

    def __init__(
        self, out: BinaryIO, passphrase: str, cost: Cost | None = None, *, chunk_bytes: int = CHUNK_BYTES
    ) -> None:
        cost, salt = cost or USUAL_COST, os.urandom(16)
        keys = _derive(passphrase, salt, cost)
        fixed = _FIXED.pack(MAGIC, FORMAT, cost.log2_n, cost.r, cost.p, salt, chunk_bytes)
        checked = fixed + hmac.digest(keys.check, fixed, "sha256")
        self._head = checked + hashlib.sha256(checked).digest()
        self._out, self._cipher, self._chunk_bytes = out, keys.cipher, chunk_bytes
        self._waiting, self._counter = bytearray(), 0
        out.write(self._head)

    def write(self, data: bytes) -> int:
        """Take bytes; the last chunk is held back until it is known to be the last."""
        self._waiting += data
        while len(self._waiting) > self._chunk_bytes:
            self._seal(bytes(self._waiting[: self._chunk_bytes]), is_last=False)
            del self._waiting[: self._chunk_bytes]
        return len(data)

    def finish(self) -> None:
        """Write the last chunk, marked as such, and the end mark."""
        self._seal(bytes(self._waiting), is_last=True)
        self._waiting.clear()
        self._out.write(END)

    def _seal(self, chunk: bytes, *, is_last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._counter, is_last=is_last), chunk, self._head))
        self._counter += 1


class SealedReader:
    """Reads back what a :class:`SealedWriter` wrote; no byte is given out that was not proved genuine.

    Raises:
        Unreadable: at once for head, passphrase and end mark; while reading for a changed chunk.
    """

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        self._source = source
        fixed, check = self._read_head()
        _magic, _format, log2_n, r, p, salt, self._chunk_bytes = _FIXED.unpack(fixed)
        if not self._chunk_bytes or not r or not p or log2_n > 30 or 128 * r * 2**log2_n > MOST_MEMORY:
            raise Unreadable(Problem.CHANGED)
        self._left = self._payload_bytes()
        keys = _derive(passphrase, salt, Cost(log2_n, r, p))
        if not hmac.compare_digest(hmac.digest(keys.check, fixed, "sha256"), check):
            raise Unreadable(Problem.NOT_OPENED)
        self._cipher, self._counter = keys.cipher, 0
        self._ready = io.BytesIO()

    def _read_head(self) -> tuple[bytes, bytes]:
        self._head = self._source.read(HEAD_BYTES)
        if self._head[: len(MAGIC)] != MAGIC:
            raise Unreadable(Problem.NOT_A_BACKUP)
        if len(self._head) < HEAD_BYTES:
            raise Unreadable(Problem.CUT_OFF)
        number = int.from_bytes(self._head[len(MAGIC) : len(MAGIC) + 2], "big")
        if number != FORMAT:
            raise Unreadable(Problem.OTHER_FORMAT, str(number))
        checked, digest = self._head[:-_DIGEST], self._head[-_DIGEST:]
        if hashlib.sha256(checked).digest() != digest:
            raise Unreadable(Problem.CHANGED)
        return checked[:-_DIGEST], checked[-_DIGEST:]

    def _payload_bytes(self) -> int:
        """Return how many bytes of chunks there are: between the head and the end mark."""
        size = self._source.seek(0, io.SEEK_END)
        if size < HEAD_BYTES + len(END):
            raise Unreadable(Problem.CUT_OFF)
        self._source.seek(size - len(END))
        if self._source.read(len(END)) != END:
            raise Unreadable(Problem.CUT_OFF)
        self._source.seek(HEAD_BYTES)
        return size - HEAD_BYTES - len(END)

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes (all with -1), none only at the end."""
        found = bytearray()
        while size < 0 or len(found) < size:
            part = self._ready.read(-1 if size < 0 else size - len(found))
            if part:
                found += part
            elif not self._open_next():
                break
        return bytes(found)

    def _open_next(self) -> bool:
        if not self._left and self._counter:
            return False
        sealed = self._source.read(min(self._left, self._chunk_bytes + TAG_BYTES))
        self._left -= len(sealed)
        try:
            plain = self._cipher.decrypt(_nonce(self._counter, is_last=not self._left), sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise Unreadable(Problem.CHANGED) from error
        self._ready = io.BytesIO(plain)
        self._counter += 1
        return True

    def finish(self) -> None:
        """Read to the end: only then is it proved that nothing is missing."""
        while self.read(CHUNK_BYTES):
            pass


def is_backup(path: os.PathLike[str]) -> bool:
    """Say whether a file begins as backups do."""
    with open(path, "rb") as file:
        return file.read(len(MAGIC)) == MAGIC
