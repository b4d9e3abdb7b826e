"""The encrypted file: whatever goes in comes out, and no changed, missing, moved or added byte goes unnoticed."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.operations.backup.container import (
    END,
    HEAD_BYTES,
    MAGIC,
    TAG_BYTES,
    Cost,
    Problem,
    SealedReader,
    SealedWriter,
    Unreadable,
)

CHEAP = Cost(log2_n=2, r=1)
PASSPHRASE = "kata sandi yang panjang"
CHUNK = 16
SEALED_CHUNK = CHUNK + TAG_BYTES


def sealed(*pieces: bytes, chunk_bytes: int = CHUNK) -> bytes:
    out = io.BytesIO()
    writer = SealedWriter(out, PASSPHRASE, CHEAP, chunk_bytes=chunk_bytes)
    for piece in pieces:
        assert writer.write(piece) == len(piece)
    writer.finish()
    return out.getvalue()


def opened(content: bytes, passphrase: str = PASSPHRASE) -> bytes:
    reader = SealedReader(io.BytesIO(content), passphrase)
    found = reader.read()
    reader.finish()
    return found


def problem(content: bytes, passphrase: str = PASSPHRASE) -> Problem:
    with pytest.raises(Unreadable) as caught:
        opened(content, passphrase)
    return caught.value.problem


@given(st.lists(st.binary(max_size=3 * CHUNK), max_size=8), st.integers(1, 2 * CHUNK), st.integers(1, 40))
def test_what_goes_in_comes_out_in_pieces_of_any_size(pieces: list[bytes], chunk_bytes: int, taken: int) -> None:
    whole = b"".join(pieces)
    content = sealed(*pieces, chunk_bytes=chunk_bytes)
    assert opened(content) == whole
    reader = SealedReader(io.BytesIO(content), PASSPHRASE)
    found = []
    while part := reader.read(taken):
        found.append(part)
    assert b"".join(found) == whole
    assert all(len(part) == taken for part, _next in pairwise(found))


@given(st.binary(max_size=4 * CHUNK), st.data())
def test_any_changed_byte_is_found(plain: bytes, data: st.DataObject) -> None:
    content = bytearray(sealed(plain))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    expected = (
        {Problem.NOT_A_BACKUP}
        if place < len(MAGIC)
        else {Problem.OTHER_FORMAT}
        if place < len(MAGIC) + 2
        else {Problem.CUT_OFF}
        if place >= len(content) - len(END)
        else {Problem.CHANGED}
    )
    assert problem(bytes(content)) in expected


@given(st.binary(max_size=4 * CHUNK), st.data())
def test_any_cut_is_found_also_with_the_end_mark_put_back(plain: bytes, data: st.DataObject) -> None:
    content = sealed(plain)
    kept = data.draw(st.integers(0, len(content) - 1))
    found = problem(content[:kept])
    assert found is (Problem.NOT_A_BACKUP if kept < len(MAGIC) else Problem.CUT_OFF)
    body = data.draw(st.integers(HEAD_BYTES, len(content) - len(END) - 1))
    assert problem(content[:body] + END) is Problem.CHANGED


def test_chunks_in_another_order_left_out_twice_or_from_another_file_are_found() -> None:
    content = sealed(bytes(range(4 * CHUNK)))
    head, body = content[:HEAD_BYTES], content[HEAD_BYTES : -len(END)]
    chunks = [body[start : start + SEALED_CHUNK] for start in range(0, len(body), SEALED_CHUNK)]
    assert len(chunks) == 4
    other = sealed(bytes(range(4 * CHUNK)))[HEAD_BYTES : HEAD_BYTES + SEALED_CHUNK]
    for wrong in (
        [chunks[1], chunks[0], *chunks[2:]],
        [chunks[0], *chunks[2:]],
        [chunks[0], *chunks],
        chunks[:-1],
        chunks[:-2] + chunks[-1:],
        [*chunks, chunks[-1]],
        [other, *chunks[1:]],
        [*chunks, b"more"],
    ):
        assert problem(head + b"".join(wrong) + END) is Problem.CHANGED
    assert opened(head + b"".join(chunks) + END) == bytes(range(4 * CHUNK))


def test_something_after_the_end_is_found() -> None:
    assert problem(sealed(b"x") + b"y") is Problem.CUT_OFF


@pytest.mark.parametrize("wrong", ["kata sandi yang panjan", "Kata sandi yang panjang", "", PASSPHRASE + " "])
def test_another_passphrase_opens_nothing_and_is_told_from_damage(wrong: str) -> None:
    assert problem(sealed(b"x"), wrong) is Problem.NOT_OPENED


def test_a_passphrase_opens_however_its_letters_are_put_together() -> None:
    out = io.BytesIO()
    writer = SealedWriter(out, "caf\u00e9 caf\u00e9 caf\u00e9", CHEAP)
    writer.write(b"x")
    writer.finish()
    assert opened(out.getvalue(), "cafe\u0301 cafe\u0301 cafe\u0301") == b"x"


def test_the_same_content_never_looks_the_same_twice_and_shows_nothing() -> None:
    first, second = sealed(b"Budi Contoh" * 3), sealed(b"Budi Contoh" * 3)
    assert first != second
    assert b"Budi" not in first


def test_a_head_that_asks_for_all_memory_is_refused_before_it_is_tried() -> None:
    import hashlib
    import struct

    fixed = struct.pack(">18sHBBBx16sI", MAGIC, 1, 30, 8, 1, bytes(16), CHUNK) + bytes(32)
    assert problem(fixed + hashlib.sha256(fixed).digest() + END) is Problem.CHANGED
