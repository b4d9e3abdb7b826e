"""From two signatures to the sealed file: made once by the worker, stored with its hash, and what may go wrong."""

from __future__ import annotations

import hashlib
import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import sqlalchemy as sa
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from flask import Flask
from PIL import Image
from pyhanko.sign.timestamps import DummyTimeStamper
from pypdf import PdfReader

from matchmaking import clock
from matchmaking.commitments.models import CommitmentSettings, EventKind, PartyKind
from matchmaking.commitments.paper_models import PaperFile, PaperFrame, PaperKind, SealAuthority, SealKind
from matchmaking.commitments.papers import Printed, paper_pdf
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.queries.judging import Reason, Verdict, judge
from matchmaking.commitments.queries.sealing import SealState, paper_status, sealed_file, unsealed_counts
from matchmaking.commitments.seals.keys import make_key, write_key
from matchmaking.commitments.services.authorities import SealUnusable, key_path, make_seal, own_authority, own_key
from matchmaking.commitments.services.sealing import request_seals
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.transactions import transaction
from tests.commitments.scene import DETAILS, Deal, make_deal
from tests.commitments.test_papers import NOON, sign, text_of
from tests.threads import at_once
from tests.world import BOTH, World


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        event = db.session.get_one(Event, made.event_id)
        event.public_address, event.host_name = "https://temu.example", "Dinas Contoh Penyelenggara"
    return made


def sealed(deal: Deal, **given: object) -> tuple[str, bytes]:
    """A commitment that both have signed and the worker has sealed: its code and the file."""
    code = deal.signed(**given)  # type: ignore[arg-type]
    deal.world.run_jobs()
    return code, file_of(deal, code)


def file_of(deal: Deal, code: str) -> bytes:
    row = sealed_file(deal.row(code).id)
    assert row is not None
    return path_of(db.session.get_one(StoredFile, row.file_id).code).read_bytes()


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_it_is_sealed_by_itself_once_both_have_signed(deal: Deal) -> None:
    code = deal.agreed()
    assert (paper_status(deal.row(code).id).state, deal.world.app.config["PUSHED_JOBS"]) == (SealState.NOT_YET, [])
    code = deal.signed()
    assert paper_status(deal.row(code).id).state is SealState.WORKING
    deal.world.run_jobs()
    found, content = paper_status(deal.row(code).id), file_of(deal, code)
    assert (found.state, found.sealed and found.sealed.sha256) == (
        SealState.SEALED,
        hashlib.sha256(content).hexdigest(),
    )
    judged = judge(content)
    assert (judged.verdict, judged.reason, judged.code) == (Verdict.VALID, Reason.SEALED, code)


def test_the_unsealed_paper_is_byte_identical_on_re_render_whatever_changed_since(deal: Deal, tmp_path: Path) -> None:
    logo = io.BytesIO()
    Image.effect_noise((1600, 1600), 90).convert("RGB").save(logo, "PNG")
    with transaction():
        from matchmaking.storage.services import Owner, keep_image

        stored = keep_image(io.BytesIO(logo.getvalue()), "logo.png", Owner("logo", deal.event_id, is_public=True))
        db.session.get_one(Event, deal.event_id).logo_file_id = stored.id
        db.session.merge(
            CommitmentSettings(event_id=deal.event_id, number_pattern="{nomor}/{tahun}", witness_name="Saksi Contoh")
        )
    code, content = sealed(deal)
    row = sealed_file(deal.row(code).id)
    assert row is not None
    with transaction():
        event = db.session.get_one(Event, deal.event_id)
        event.name, event.host_name, event.host_address, event.timezone = (
            "Acara Lain",
            "Kantor Lain",
            "Jalan Lain",
            "Asia/Jayapura",
        )
        event.public_address, event.logo_file_id = "https://lain.example", None
        db.session.get_one(CommitmentSettings, deal.event_id).witness_name = "Saksi Lain"
    deal.happen(code, EventKind.REALIZED, amount=1000)
    printed = Printed(row.facts["base"], row.facts["devices"])
    again = paper_pdf(commitment_view(deal.event_id, code), printed=printed)
    assert again == content[: row.unsealed_size]
    text = text_of(again)
    for words in (
        "Dinas Contoh Penyelenggara",
        "Saksi Contoh",
        f"https://temu.example/check/{code}",
        "WIB (Asia/Jakarta)",
    ):
        assert words in text, words


def test_a_record_older_than_frames_is_sealed_with_what_the_event_says_today(deal: Deal) -> None:
    code = deal.signed()
    with transaction():
        db.session.execute(sa.delete(PaperFrame))
    deal.world.run_jobs()
    assert "Dinas Contoh Penyelenggara" in text_of(file_of(deal, code))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperFrame)) == 1


def test_the_audit_page_names_each_event_with_time_device_and_hash(deal: Deal) -> None:
    with clock.frozen(NOON):
        code = deal.propose()
        for kind, name in ((PartyKind.BUYER, "Pejabat Contoh"), (PartyKind.EXHIBITOR, "Pengrajin Contoh")):
            sign(deal, code, kind, signatory_name=name)
            deal.happen(code, EventKind.SIGNED, kind.value, device_time=NOON + timedelta(seconds=3))
    deal.world.run_jobs()
    page = " ".join(PdfReader(io.BytesIO(file_of(deal, code))).pages[-1].extract_text().split())
    for words in (
        "LEMBAR AUDIT", "Konsep dibuat", "Diajukan: isi ditetapkan", "Ditandatangani", "11 Mei 2026, 10.40.00 WIB",
        "jam perangkat 11-05-2026 10.40.03", "akun yang masuk", "Pihak Kedua", "Zona waktu: WIB (Asia/Jakarta)",
        "tidak membuktikan identitas",
    ):  # fmt: skip
        assert words in page, words
    assert page.replace(" ", "").count(deal.row(code).content_hash or "-") >= 3


def test_forty_lines_stay_within_what_a_stamping_service_takes(deal: Deal) -> None:
    line = replace(DETAILS.lines[0], specification="Benang emas, motif pucuk rebung " * 12)
    code = deal.propose(replace(DETAILS, lines=(line,) * 40))
    for content in (paper_pdf(commitment_view(deal.event_id, code)), _unsealed_of_signed(deal, line)):
        reader = PdfReader(io.BytesIO(content))
        assert content.startswith(b"%PDF-1.6")
        assert len(content) <= 800_000
        assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {(595, 842)}


def _unsealed_of_signed(deal: Deal, line: object) -> bytes:
    code, content = sealed(deal, details=replace(DETAILS, lines=(line,) * 40))  # type: ignore[arg-type]
    row = sealed_file(deal.row(code).id)
    assert row is not None
    return content[: row.unsealed_size]


def test_the_qr_code_of_the_sealed_file_leads_to_its_check_page(deal: Deal, tmp_path: Path) -> None:
    import subprocess

    import zxingcpp

    code, content = sealed(deal)
    (tmp_path / "a.pdf").write_bytes(content)
    subprocess.run(["pdftoppm", "-r", "150", "-png", tmp_path / "a.pdf", tmp_path / "page"], check=True)
    pictures = sorted(tmp_path.glob("page*.png"))
    assert len(pictures) >= 2
    for picture in pictures:
        found = zxingcpp.read_barcodes(Image.open(picture))
        assert [one.text for one in found] == [f"https://temu.example/check/{code}"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_workers_seal_it_once(app: Flask, deal: Deal) -> None:
    code = deal.signed()
    first = app.config["PUSHED_JOBS"].pop()
    with transaction():
        job = db.session.get_one(Job, first)
        copy = Job(
            code="ANOTHER", kind=job.kind, args=dict(job.args), event_id=job.event_id, state=JobState.QUEUED, created_at=clock.now()
        )  # fmt: skip
        db.session.add(copy)
        db.session.flush()
        second = copy.id
    from matchmaking.jobs.services import run_job

    at_once(app, lambda number: run_job((first, second)[number]), 2)
    rows = db.session.scalars(sa.select(PaperFile).where(PaperFile.kind == PaperKind.SEALED)).all()
    assert [row.commitment_id for row in rows] == [deal.row(code).id]
    assert len(db.session.scalars(sa.select(SealAuthority)).all()) == 1
    assert {job.state for job in db.session.scalars(sa.select(Job))} == {JobState.DONE}
    assert len(list((Path(app.instance_path) / "keys").iterdir())) == 1


def test_asking_again_seals_nothing_twice(deal: Deal) -> None:
    code, content = sealed(deal)
    with transaction():
        assert request_seals(deal.actor) == []
    assert file_of(deal, code) == content


def test_a_failure_leaves_the_commitment_valid_and_the_organiser_sees_it(deal: Deal) -> None:
    with transaction():
        db.session.get_one(Event, deal.event_id).public_address = ""
    code = deal.signed()
    deal.world.run_jobs()
    found = paper_status(deal.row(code).id)
    assert (found.state, deal.row(code).state.value, unsealed_counts(deal.event_id)) == (
        SealState.FAILED,
        "signed",
        (1, 0),
    )
    browser = deal.world.client(deal.actor.user_id)
    browser.set_cookie("language", "en")
    page = browser.get(f"/manage/{deal.code}/commitments/{code}").get_data(as_text=True)
    assert "Could not be sealed" in page
    assert "The commitment itself is valid." in page
    home = " ".join(re.sub(r"<[^>]+>", " ", browser.get(f"/manage/{deal.code}/").get_data(as_text=True)).split())
    assert "1 signed commitments have no sealed document" in home
    assert code in browser.get(f"/manage/{deal.code}/commitments/seals").get_data(as_text=True)
    with transaction():
        db.session.get_one(Event, deal.event_id).public_address = "https://temu.example"
    assert browser.post(f"/manage/{deal.code}/commitments/seals").status_code == 303
    deal.world.run_jobs()
    assert paper_status(deal.row(code).id).state is SealState.SEALED


def test_what_was_signed_before_seals_existed_is_sealed_by_the_command(app: Flask, deal: Deal) -> None:
    codes = [deal.signed(), deal.signed()]
    app.config["PUSHED_JOBS"].clear()
    with transaction():
        db.session.execute(sa.delete(Job))
    assert {paper_status(deal.row(code).id).state for code in codes} == {SealState.MISSING}
    done = app.test_cli_runner().invoke(args=["commitments", "seal"])
    assert (done.exit_code, done.output.splitlines()) == (0, ["2 papers sealed, 0 failed, 0 wait for their witness."])
    assert {paper_status(deal.row(code).id).state for code in codes} == {SealState.SEALED}


def test_the_command_tells_what_failed(app: Flask, deal: Deal) -> None:
    with transaction():
        db.session.get_one(Event, deal.event_id).public_address = ""
    deal.signed()
    app.config["PUSHED_JOBS"].clear()
    with transaction():
        db.session.execute(sa.delete(Job))
    done = app.test_cli_runner().invoke(args=["commitments", "seal"])
    assert done.exit_code == 1
    assert done.output.splitlines()[0] == "0 papers sealed, 1 failed, 0 wait for their witness."


def test_verify_finds_a_sealed_file_that_was_changed_on_the_disk(app: Flask, deal: Deal) -> None:
    code, _content = sealed(deal)
    row = sealed_file(deal.row(code).id)
    assert row is not None
    path = path_of(db.session.get_one(StoredFile, row.file_id).code)
    assert app.test_cli_runner().invoke(args=["commitments", "verify"]).exit_code == 0
    path.write_bytes(path.read_bytes() + b" ")
    done = app.test_cli_runner().invoke(args=["commitments", "verify"])
    assert done.exit_code == 1
    assert done.output.splitlines()[0].startswith(f"✗ {deal.row(code).number}: a kept file")


def test_a_deleted_event_takes_its_sealed_papers_along(deal: Deal) -> None:
    from matchmaking.commitments.services.leaving import delete_commitments

    sealed(deal)
    with transaction():
        delete_commitments(deal.actor, deal.event_id)
        db.session.execute(sa.delete(StoredFile))
    assert db.session.scalar(sa.select(sa.func.count()).select_from(PaperFile)) == 0


# ---- keys


def test_the_key_is_made_at_its_first_use_and_kept_encrypted(app: Flask, deal: Deal) -> None:
    sealed(deal)
    row = own_authority()
    assert row is not None
    assert (row.kind, row.name) == (SealKind.OWN, "Dinas Contoh Penyelenggara")
    path = key_path(row.fingerprint)
    assert path.stat().st_mode & 0o077 == 0
    app.config["SECRET_KEY"] = "another"
    with pytest.raises(SealUnusable):
        own_key(row)


def test_make_seal_replaces_the_key_and_old_papers_stay_valid(app: Flask, deal: Deal) -> None:
    _code, content = sealed(deal)
    done = app.test_cli_runner().invoke(args=["commitments", "make-seal", "--name", "Dinas Baru"])
    assert done.exit_code == 0
    _, newer = sealed(deal)
    with transaction():
        db.session.execute(sa.delete(PaperFile))
    assert {judge(one).verdict for one in (content, newer)} == {Verdict.VALID}
    rows = db.session.scalars(sa.select(SealAuthority).order_by(SealAuthority.id)).all()
    assert [(row.name, row.retired_at is None, row.is_trusted) for row in rows] == [
        ("Dinas Contoh Penyelenggara", False, True), ("Dinas Baru", True, True),
    ]  # fmt: skip


def test_a_stolen_keys_seal_alone_proves_nothing(deal: Deal) -> None:
    _code, content = sealed(deal)
    with transaction():
        make_seal(deal.actor, "Dinas Baru", is_stolen=True)
    assert judge(content).verdict is Verdict.VALID  # its hash is stored
    with transaction():
        db.session.execute(sa.delete(PaperFile))
    assert judge(content).reason is Reason.FOREIGN_SEAL


def test_a_missing_key_is_told_and_old_papers_stay_checkable(app: Flask, deal: Deal) -> None:
    _code, content = sealed(deal)
    row = own_authority()
    assert row is not None
    key_path(row.fingerprint).unlink()
    other = deal.signed()
    deal.world.run_jobs()
    found = paper_status(deal.row(other).id)
    assert found.state is SealState.FAILED
    assert "instance/keys" in found.problem
    assert judge(content).verdict is Verdict.VALID
    report = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "instance/keys" in report


def test_an_external_certificate_seals_and_only_that_one_counts(app: Flask, deal: Deal, tmp_path: Path) -> None:
    outside = make_key("Penerbit Luar", datetime.now(UTC))
    (tmp_path / "luar.p12").write_bytes(write_key(outside, "rahasia"))
    app.config["SEAL_CERTIFICATE"], app.config["SEAL_CERTIFICATE_PASSWORD"] = str(tmp_path / "luar.p12"), "rahasia"
    _code, content = sealed(deal)
    row = db.session.scalars(sa.select(SealAuthority)).one()
    assert (row.kind, row.fingerprint) == (SealKind.EXTERNAL, outside.fingerprint)
    with transaction():
        db.session.execute(sa.delete(PaperFile))
    judged = judge(content)
    assert (judged.verdict, judged.reason) == (Verdict.VALID, Reason.SEAL_ALONE)
    app.config["SEAL_CERTIFICATE_PASSWORD"] = "lain"
    other = deal.signed()
    deal.world.run_jobs()
    assert "MATCHMAKING_SEAL_CERTIFICATE" in paper_status(deal.row(other).id).problem


# ---- timestamps, by a service on this computer


def _stamper() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Layanan Waktu Contoh")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return DummyTimeStamper(
        asn1_x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(private),
    )


@pytest.fixture
def timestamp_url() -> Iterator[str]:
    stamper = _stamper()

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            answer = stamper.request_tsa_response(asked).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_given: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_timestamp_service_stands_beside_the_seal(app: Flask, deal: Deal, timestamp_url: str) -> None:
    app.config["SEAL_TIMESTAMP_URL"] = timestamp_url
    _code, content = sealed(deal)
    with transaction():
        db.session.execute(sa.delete(PaperFile))
    judged = judge(content)
    assert (judged.verdict, judged.reason, judged.has_timestamp) == (Verdict.VALID, Reason.SEAL_ALONE, True)
    with transaction():
        db.session.execute(sa.update(SealAuthority).values(timestamps=[]))
    assert judge(content).verdict is Verdict.CHANGED  # a timestamp nobody here knows


def test_a_timestamp_service_that_is_away_fails_the_seal_with_a_sentence(app: Flask, deal: Deal) -> None:
    app.config["SEAL_TIMESTAMP_URL"] = "http://127.0.0.1:9/"
    code = deal.signed()
    deal.world.run_jobs()
    found = paper_status(deal.row(code).id)
    assert found.state is SealState.FAILED
    assert found.problem
    assert deal.row(code).state.value == "signed"
