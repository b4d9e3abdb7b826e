"""A file and what is said of it: on the public page and by the command, for every way a file may have been changed."""

from __future__ import annotations

import io
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

from matchmaking.commitments.audit_page import EVENTS
from matchmaking.commitments.models import Commitment, EventKind, PartyKind
from matchmaking.commitments.paper_models import PaperFile, PaperKind
from matchmaking.commitments.queries.judging import Reason, Verdict, judge
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.routes import check
from matchmaking.commitments.seals.keys import SealKey, make_key
from matchmaking.commitments.seals.making import SealWords, _signer, seal_pdf
from matchmaking.commitments.seals.marks import file_mark
from matchmaking.commitments.services.authorities import own_authority, own_key
from matchmaking.events.models import Event
from matchmaking.extensions import db, limiter
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.test_papers import sign
from tests.commitments.test_sealing import file_of
from tests.conftest import make_app
from tests.world import BOTH, World


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        db.session.get_one(Event, made.event_id).public_address = "https://temu.example"
    return made


@pytest.fixture
def paper(deal: Deal) -> tuple[str, bytes]:
    """A sealed commitment: its code and the file."""
    code = deal.propose()
    for kind in PartyKind:
        sign(deal, code, kind, signatory_name="Penanda Tangan Rahasia")
        deal.happen(code, EventKind.SIGNED, kind.value)
    deal.world.run_jobs()
    return code, file_of(deal, code)


def upload(client: FlaskClient, content: bytes, name: str = "komitmen.pdf") -> tuple[int, str]:
    client.set_cookie("language", "en")
    answer = client.post("/check", data={"file": (io.BytesIO(content), name)})
    return answer.status_code, answer.get_data(as_text=True)


#: Kind of byte -> a sign in the sealed file and how far behind its beginning the byte is changed; from the end when negative.
BYTES = {
    "header": (b"%PDF-1.6", 2),
    "content stream": (b"stream\n", 40),
    "metadata": (b"/Keywords", 40),
    "mark in the metadata": (b"temu-bisnis-komitmen:", 25),
    "xref": (b"xref\n0 ", 30),
    "trailer": (b"trailer", 12),
    "signature": (b"/Contents <", 2000),
    "room of the signature": (b"/ByteRange", -40),
    "container of the signature": (b"/Contents <", 70),
    "mark in the seal": (b"/ContactInfo", 60),
    "second xref": (b"/Prev", 7),
    "end": (b"%%EOF", 2),
    "embedded font": (b"/FontFile2", 30),
    "description of a font": (b"/FontDescriptor", 20),
    "widths of a font": (b"/Widths", 20),
    "annotation": (b"/Annot", 3),
    "field of the signature": (b"/FT /Sig", 6),
    "list of fields": (b"/AcroForm", 12),
    "catalogue": (b"/Type /Catalog", 9),
    "pages": (b"/MediaBox", 14),
    "what the seal covers": (b"/ByteRange", 14),
    "filter of the signature": (b"/SubFilter", 14),
    "what the seal allows": (b"/TransformParams", 22),
    "id of the file": (b"/ID", 8),
    "where the reader begins": (b"startxref", 11),
}


@pytest.mark.parametrize("kind", list(BYTES))
def test_each_kind_of_changed_byte_is_reported_as_changed(
    app: Flask, client: FlaskClient, paper: tuple[str, bytes], tmp_path: Path, kind: str
) -> None:
    _code, whole = paper
    sign_of, behind = BYTES[kind]
    content = bytearray(whole)
    content[whole.rindex(sign_of) + behind if kind != "header" else behind] ^= 1
    status, page = upload(client, bytes(content))
    assert status == 200
    assert "Changed: do not rely on this file" in page
    assert "Valid: the file is unchanged" not in page
    path = tmp_path / "berubah.pdf"
    path.write_bytes(bytes(content))
    done = app.test_cli_runner().invoke(args=["commitments", "verify", str(path)])
    assert (done.exit_code, done.output.split(":")[0]) == (1, "changed")


def test_no_byte_can_be_changed_unnoticed(paper: tuple[str, bytes]) -> None:
    _code, whole = paper
    verdicts = set()
    for at in range(0, len(whole), max(1, len(whole) // 150)):
        content = bytearray(whole)
        content[at] ^= 1
        verdicts.add(judge(bytes(content)).verdict)
    assert verdicts == {Verdict.CHANGED}


def updated(content: bytes) -> bytes:
    """The file with a page turned by an update after the seal, as an editor would do it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    page["/Rotate"] = writer.root["/Pages"]["/Count"]
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_each_kind_stands_where_the_table_says(paper: tuple[str, bytes]) -> None:
    """A sign that the file does not hold would test nothing."""
    assert [kind for kind, (sign_of, _behind) in BYTES.items() if sign_of not in paper[1]] == []


def signed_again(content: bytes, key: SealKey, mark: str, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """The whole sealed file with a second signature in an update behind it, by a program that does not care that the seal forbids it."""
    monkeypatch.setattr(signers.PdfSigner, "_enforce_certification_constraints", lambda *_given: None)
    metadata = signers.PdfSignatureMetadata(
        field_name="Kedua", md_algorithm="sha256", contact_info=mark, subfilter=SigSeedSubFilter.PADES
    )
    out = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    signers.sign_pdf(writer, metadata, signer=_signer(key), output=out)
    return out.getvalue()


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_second_signature_behind_the_seal_is_reported_whoever_made_it(
    deal: Deal, paper: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch, is_stored: bool
) -> None:
    code, whole = paper
    mark, foreign = file_mark(code, deal.row(code).content_hash or ""), make_key("Penyedia Lain", datetime.now(UTC))
    twice = signed_again(whole, foreign, mark, monkeypatch)
    assert (twice.startswith(whole), twice.count(b"/ByteRange")) == (True, 2)
    turned = signed_again(updated(whole), foreign, mark, monkeypatch)  # an edit, signed over
    if not is_stored:
        with transaction():
            db.session.execute(sa.delete(PaperFile))
    reason = Reason.APPENDED if is_stored else Reason.FOREIGN_SEAL
    for content in (twice, turned):
        assert (judge(content).verdict, judge(content).reason) == (Verdict.CHANGED, reason)


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_second_signature_with_our_own_key_over_an_edit_is_no_valid_file(
    deal: Deal, paper: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch, is_stored: bool
) -> None:
    """Even who has stolen the key cannot sign an edit over: the first seal allows nothing behind it."""
    code, whole = paper
    authority = own_authority()
    assert authority is not None
    ours = signed_again(
        updated(whole), own_key(authority), file_mark(code, deal.row(code).content_hash or ""), monkeypatch
    )
    if not is_stored:
        with transaction():
            db.session.execute(sa.delete(PaperFile))
    assert (judge(ours).verdict, judge(ours).reason) == (Verdict.CHANGED, Reason.APPENDED)


@pytest.mark.parametrize("is_stored", [True, False])
def test_what_is_added_after_the_seal_is_reported(
    client: FlaskClient, paper: tuple[str, bytes], is_stored: bool
) -> None:
    _code, whole = paper
    if not is_stored:
        with transaction():
            db.session.execute(sa.delete(PaperFile))
    for content in (updated(whole), whole + b"\n", whole + b"%%EOF\n"):
        judged = judge(content)
        assert (judged.verdict, judged.reason) == (Verdict.CHANGED, Reason.APPENDED)
        assert "something was added after the seal" in upload(client, content)[1]


def test_another_authority_with_the_same_names_is_not_valid(
    client: FlaskClient, deal: Deal, paper: tuple[str, bytes]
) -> None:
    code, whole = paper
    row = sealed_file(deal.row(code).id)
    assert row is not None
    mark = file_mark(code, deal.row(code).content_hash or "")
    other = make_key("Penyelenggara Temu Bisnis", datetime.now(UTC))
    forged = seal_pdf(whole[: row.unsealed_size], other, SealWords(mark, "Penyelenggara Temu Bisnis", "Segel"))
    for is_stored in (True, False):
        if not is_stored:
            with transaction():
                db.session.execute(sa.delete(PaperFile))
        assert (judge(forged).verdict, judge(forged).reason) == (Verdict.CHANGED, Reason.FOREIGN_SEAL)
    assert "Its seal was not made by this organiser" in upload(client, forged)[1]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_without_its_hash_a_file_is_judged_by_the_seal_alone_and_that_is_said(
    app: Flask, client: FlaskClient, paper: tuple[str, bytes], tmp_path: Path
) -> None:
    _code, whole = paper
    with transaction():
        db.session.execute(sa.delete(PaperFile))
    status, page = upload(client, whole)
    assert status == 200
    assert "judged by its seal alone" in page
    assert "by the clock of the organiser" in page
    path = tmp_path / "a.pdf"
    path.write_bytes(whole)
    done = app.test_cli_runner().invoke(args=["commitments", "verify", str(path)])
    assert done.exit_code == 0
    assert done.output.startswith("valid: judged by its seal alone, no hash of it is stored")


def test_another_sealed_file_of_the_same_commitment_is_told_apart(deal: Deal, paper: tuple[str, bytes]) -> None:
    """As after a restored backup: the paper was sealed, the seal forgotten, and sealed again."""
    code, first = paper
    with transaction():
        db.session.execute(sa.delete(PaperFile))
        from matchmaking.commitments.services.sealing import request_seals

        request_seals(deal.actor)
    deal.world.run_jobs()
    second = file_of(deal, code)
    assert first != second
    assert (judge(second).verdict, judge(second).reason) == (Verdict.VALID, Reason.SEALED)
    assert (judge(first).verdict, judge(first).reason) == (Verdict.VALID, Reason.OTHER_STORED)


def test_a_valid_file_says_so_and_never_who_signed(client: FlaskClient, paper: tuple[str, bytes]) -> None:
    code, whole = paper
    status, page = upload(client, whole)
    assert status == 200
    assert "Valid: the file is unchanged" in page
    assert "Rahasia" not in page
    for words in (
        "does not prove to strangers who the organiser is",
        "not a certified electronic signature",
        "Dinas Contoh",
    ):
        assert words in page
    assert "Rahasia" not in client.get(f"/check/{code}").get_data(as_text=True)


def test_a_withdrawn_commitments_file_says_so(client: FlaskClient, deal: Deal, paper: tuple[str, bytes]) -> None:
    code, whole = paper
    deal.happen(code, EventKind.WITHDRAWN, reason="batal")
    assert judge(whole).verdict is Verdict.WITHDRAWN
    assert "the commitment was withdrawn" in upload(client, whole)[1]
    assert "This commitment was withdrawn." in client.get(f"/check/{code}").get_data(as_text=True)


def test_an_amended_commitments_file_names_what_stands_in_its_place(
    app: Flask, client: FlaskClient, deal: Deal, paper: tuple[str, bytes], tmp_path: Path
) -> None:
    code, whole = paper
    later = deal.signed()
    values = {"amends_id": deal.row(code).id, "amend_reason": "harga diperbaiki"}
    with transaction():  # as the addendum's own service leaves it; the guard keeps frozen rows from being edited
        db.session.execute(sa.update(Commitment).where(Commitment.code == later).values(**values))
    deal.happen(code, EventKind.AMENDED)
    judged, number = judge(whole), deal.row(later).number
    assert (judged.verdict, judged.amended_by) == (Verdict.AMENDED, number)
    for page in (upload(client, whole)[1], client.get(f"/check/{code}").get_data(as_text=True)):
        assert f"This commitment was amended: {number}, signed by both, stands in its place." in page
    (tmp_path / "a.pdf").write_bytes(whole)
    done = app.test_cli_runner().invoke(args=["commitments", "verify", str(tmp_path / "a.pdf")])
    assert done.exit_code == 1
    assert done.output.startswith("amended: ")
    assert f"(amended by {number})" in done.output


def test_a_paper_without_seal_that_was_handed_out_is_known_and_another_rendering_is_not(
    deal: Deal, paper: tuple[str, bytes]
) -> None:
    code, whole = paper
    row = sealed_file(deal.row(code).id)
    assert row is not None
    bare = whole[: row.unsealed_size]
    assert judge(bare).reason is Reason.NO_SEAL
    browser = deal.world.client(deal.actor.user_id)
    assert browser.get(f"/manage/{deal.code}/commitments/{code}/paper-unsealed.pdf").data == bare
    assert (judge(bare).verdict, judge(bare).reason) == (Verdict.VALID, Reason.HANDED_OUT)
    assert browser.get(f"/manage/{deal.code}/commitments/{code}/paper.pdf").data == whole
    browser.get(f"/manage/{deal.code}/commitments/{code}/paper-unsealed.pdf")
    kinds = list(db.session.scalars(sa.select(PaperFile.kind).order_by(PaperFile.id)))
    assert kinds == [PaperKind.SEALED, PaperKind.UNSEALED]


@pytest.mark.parametrize(
    ("content", "status", "words"),
    [
        (b"", 422, "Please choose the PDF"),
        (b"GIF89a" + b"x" * 2000, 422, "This is no PDF"),
        (b"%PDF-1.7\n" + b"x" * 100 + b"\n%%EOF", 200, "Unknown: not a file of this application"),
        (
            b"%PDF-1.7\ntemu-bisnis-komitmen:" + b"Z" * 20 + b":" + b"0" * 64 + b"\n%%EOF",
            200,
            "No commitment stored here",
        ),
        (b"%PDF-1.7\n" + b"x" * 300_000, 413, "larger than 10 MB"),
    ],
)
def test_other_files_have_one_clear_answer(
    client: FlaskClient, world: World, monkeypatch: pytest.MonkeyPatch, content: bytes, status: int, words: str
) -> None:
    monkeypatch.setattr(check, "MAX_FILE_BYTES", 300_000)  # the test client leaves larger bodies open as files
    found, page = upload(client, content)
    assert found == status
    assert words in page


def test_the_check_page_asks_for_a_file_and_keeps_none(
    app: Flask, client: FlaskClient, paper: tuple[str, bytes]
) -> None:
    before = sorted(Path(app.instance_path).rglob("*"))
    assert 'type="file"' in client.get("/check").get_data(as_text=True)
    upload(client, paper[1] + b" ")
    assert sorted(Path(app.instance_path).rglob("*")) == before


def test_checking_fetches_nothing(paper: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise AssertionError("a check reached for the network")

    with transaction():
        db.session.execute(sa.delete(PaperFile))
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert judge(paper[1]).verdict is Verdict.VALID


def test_checking_files_is_slowed_down(app: Flask, tmp_path: Path) -> None:
    counting = make_app(app.config["DATABASE_URL"], tmp_path / "limited", RATE_LIMITS=True)
    limiter.enabled = True
    with counting.app_context():
        client = counting.test_client()
        statuses = [upload(client, b"%PDF-1.7\n%%EOF")[0] for _ in range(31)]
    limiter.enabled = False
    assert (statuses[29], statuses[30]) == (200, 429)


def test_every_event_has_its_word_on_the_audit_page() -> None:
    assert set(EVENTS) == set(EventKind)


def test_limits_are_on_unless_somebody_switches_them_off() -> None:
    from matchmaking.config import DEFAULTS

    assert DEFAULTS["RATE_LIMITS"] is True


def test_a_check_code_has_a_hundred_random_bits(deal: Deal) -> None:
    codes = {deal.propose() for _ in range(3)}
    assert len(codes) == 3
    assert {len(code) for code in codes} == {20}  # 20 signs of 5 bits
