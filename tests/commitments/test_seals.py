"""The seal itself: made, held, broken by every kind of changed byte, and never held by another's certificate."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from reportlab.pdfgen.canvas import Canvas

from matchmaking.commitments.seals.checking import SealCheck, SealFinding, TrustedSeal, check_seal, covered_digest
from matchmaking.commitments.seals.keys import KeyUnreadable, SealKey, make_key, read_key, write_key
from matchmaking.commitments.seals.making import SealWords, seal_pdf
from matchmaking.commitments.seals.marks import FileMark, file_mark, read_marks

MARK = file_mark("7K3M9Q2XVB4TWNHPC6RD", "ab" * 32)
WORDS = SealWords(MARK, "Dinas Contoh", "Segel keaslian komitmen 1")


def plain_pdf(text: str = "komitmen") -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pdfVersion=(1, 6), invariant=1)
    canvas.setKeywords(MARK)
    for page in range(2):
        canvas.drawString(100, 700, f"{text} {page}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()


@pytest.fixture(scope="module")
def key() -> SealKey:
    return make_key("Dinas Contoh", datetime.now(UTC))


@pytest.fixture(scope="module")
def sealed(key: SealKey) -> bytes:
    return seal_pdf(plain_pdf(), key, WORDS)


def trust(key: SealKey) -> list[TrustedSeal]:
    return [TrustedSeal(key.fingerprint, key.certificates_pem)]


def finding(content: bytes, key: SealKey) -> SealFinding:
    return check_seal(content, trust(key)).finding


def test_the_unsealed_file_stays_inside_byte_for_byte(sealed: bytes) -> None:
    assert sealed.startswith(plain_pdf())
    assert sealed[:8] == b"%PDF-1.6"


def test_a_whole_seal_holds_and_says_when(sealed: bytes, key: SealKey) -> None:
    found = check_seal(sealed, trust(key))
    assert (found.finding, found.fingerprint, found.has_timestamp) == (SealFinding.HOLDS, key.fingerprint, False)
    assert found.sealed_at is not None
    assert abs((datetime.now(UTC) - found.sealed_at).total_seconds()) < 3600


def test_a_file_without_a_seal_has_none(key: SealKey) -> None:
    assert check_seal(plain_pdf(), trust(key)) == SealCheck(SealFinding.NONE)


#: Where a byte is changed: a sign that stands once in the sealed file, and how far behind its beginning.
PLACES = {
    "header": (b"%PDF-1.6", 6),
    "content stream": (b"stream", 12),
    "metadata": (b"/Keywords", 20),
    "first xref": (b"xref\n0 ", 30),
    "first trailer": (b"trailer", 20),
    "page tree": (b"/Kids", 8),
    "signature's reason": (b"/Reason", 10),
    "signature's mark": (b"/ContactInfo", 40),
    "byte range": (b"/ByteRange [0 ", 15),
    "time of sealing": (b"/M (D", 12),
    "permissions": (b"/DocMDP", 3),
}  # fmt: skip


@pytest.mark.parametrize("place", list(PLACES))
def test_a_changed_byte_breaks_the_seal(sealed: bytes, key: SealKey, place: str) -> None:
    sign, behind = PLACES[place]
    content = bytearray(sealed)
    content[sealed.index(sign) + behind] ^= 1
    assert finding(bytes(content), key) is SealFinding.BROKEN


@pytest.mark.parametrize("part", ["signed attributes", "signature value", "own certificate", "padding", "no hex"])
def test_a_changed_byte_of_the_signature_breaks_it(sealed: bytes, key: SealKey, part: str) -> None:
    start = sealed.index(b"/Contents <") + len(b"/Contents <")
    end = sealed.index(b">", start)
    used = len(sealed[start:end].rstrip(b"0"))
    at = {
        "signed attributes": start + sealed[start:end].index(b"06092A864886F70D010904") + 30,
        "signature value": start + used - 6,
        "own certificate": start + 400,
        "padding": end - 10,
        "no hex": start + used - 6,
    }[part]
    content = bytearray(sealed)
    content[at] = ord("?") if part == "no hex" else (ord("1") if content[at] != ord("1") else ord("2"))
    assert finding(bytes(content), key) in (SealFinding.BROKEN, SealFinding.FOREIGN)


def test_every_fiftieth_byte_counts_but_for_empty_words_of_the_container(sealed: bytes, key: SealKey) -> None:
    """What holds with a changed byte says the same: version numbers and names of algorithms inside the signature."""
    room = range(sealed.index(b"/Contents <"), sealed.index(b"/ByteRange"))
    held = []
    for at in range(0, len(sealed), 50):
        content = bytearray(sealed)
        content[at] ^= 1
        if finding(bytes(content), key) is SealFinding.HOLDS:
            held.append(at)
    assert [at for at in held if at not in room] == []
    assert len(held) <= 3


def test_what_is_appended_after_the_seal_is_found(sealed: bytes, key: SealKey) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(sealed))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = writer.root["/Pages"]["/Count"]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(sealed)
    for content in (out.getvalue(), sealed + b"\n", sealed + b"%% komentar\n%%EOF\n", sealed + b"\0"):
        assert finding(content, key) is SealFinding.APPENDED


def test_cut_off_or_lengthened_inside_is_broken(sealed: bytes, key: SealKey) -> None:
    for content in (sealed[:-1], sealed[:-400], sealed[:300] + b" " + sealed[300:], sealed[1:]):
        assert finding(content, key) in (SealFinding.BROKEN, SealFinding.NONE)


def test_another_authority_with_the_same_names_is_foreign(sealed: bytes, key: SealKey) -> None:
    other = make_key("Dinas Contoh", datetime.now(UTC))
    assert other.certificate.subject == key.certificate.subject
    assert other.certificate.issuer == key.certificate.issuer
    forged = seal_pdf(plain_pdf(), other, WORDS)
    assert finding(forged, key) is SealFinding.FOREIGN
    assert check_seal(sealed, trust(other)).finding is SealFinding.FOREIGN


def test_our_certificate_beside_anothers_signature_does_not_hold(key: SealKey) -> None:
    other = make_key("Dinas Contoh", datetime.now(UTC))
    forged = SealKey(other.key, key.certificate, key.chain)
    assert finding(seal_pdf(plain_pdf(), forged, WORDS), key) is SealFinding.BROKEN


def test_a_hostile_file_is_not_read_as_a_pdf(key: SealKey, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object) -> None:
        raise AssertionError("the parser was given a stranger's file")

    sealed_by_other = seal_pdf(plain_pdf(), make_key("Dinas Contoh", datetime.now(UTC)), WORDS)
    monkeypatch.setattr("matchmaking.commitments.seals.checking.PdfFileReader", refuse)
    hostile = b"%PDF-1.7\n1 0 obj<</Length 99999999/Filter/FlateDecode>>stream\n" + b"x" * 500
    for content in (hostile, hostile + b"/ByteRange [0 10 20 30]" + b"0" * 100, sealed_by_other, plain_pdf()):
        assert finding(content, key) is not SealFinding.HOLDS


def test_marks_stand_at_two_places_and_one_damaged_leaves_the_other(sealed: bytes) -> None:
    mark = FileMark("7K3M9Q2XVB4TWNHPC6RD", "ab" * 32)
    assert read_marks(sealed) == (mark,)
    for at in (sealed.index(b"temu-bisnis") + 5, sealed.rindex(b"/ContactInfo") + 20):
        content = bytearray(sealed)
        content[at] ^= 1
        assert read_marks(bytes(content)) == (mark,)


def test_the_digest_of_what_is_covered_leaves_the_signature_out(sealed: bytes) -> None:
    content = bytearray(sealed)
    content[sealed.index(b"/ByteRange") - 20] = ord("1")
    assert covered_digest(bytes(content)) == covered_digest(sealed) != ""
    assert covered_digest(plain_pdf()) == ""


def test_a_key_is_read_back_only_with_its_passphrase(key: SealKey) -> None:
    kept = write_key(key, "kata sandi")
    assert read_key(kept, "kata sandi").fingerprint == key.fingerprint
    assert read_key(kept, "kata sandi").certificates_pem == key.certificates_pem
    for content, passphrase in ((kept, "lain"), (b"bukan", "kata sandi"), (b"", "")):
        with pytest.raises(KeyUnreadable):
            read_key(content, passphrase)
    assert b"PRIVATE KEY" not in kept
