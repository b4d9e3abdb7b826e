"""The public check page and ``commitments verify``: what holds, what does not, and what nobody may learn."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.commitments.commands import EndOrReopen
from matchmaking.commitments.models import Commitment, CommitmentEvent, EventKind, PartyKind
from matchmaking.commitments.paper_models import PaperFile
from matchmaking.commitments.papers import short_hash
from matchmaking.commitments.queries.checking import Break, broken_records, check_of, first_break
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.services.proposing import reopen_commitment
from matchmaking.events.models import Event
from matchmaking.extensions import db, limiter
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal, new_key
from tests.commitments.test_papers import sign
from tests.shared_app import make_app
from tests.world import BOTH, World


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        db.session.get_one(Event, made.event_id).public_address = "https://temu.example"
    return made


def tamper(code: str, **values: object) -> None:
    """Change a stored record behind the application's back."""
    with transaction():
        db.session.execute(sa.update(Commitment).where(Commitment.code == code).values(**values))


def changed_form(code: str, **values: object) -> dict[str, object]:
    form = db.session.scalar(sa.select(Commitment.canonical).where(Commitment.code == code))
    return {**(form or {}), **values}


def page(client: FlaskClient, code: str) -> str:
    client.set_cookie("language", "en")
    return client.get(f"/check/{code}").get_data(as_text=True)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_record_that_holds_says_so(deal: Deal, client: FlaskClient) -> None:
    code = deal.propose()
    row, text = deal.row(code), page(client, code)
    view = commitment_view(deal.event_id, code)
    assert "It matches" in text
    assert "does NOT match" not in text
    for words in (
        row.number,
        view.buyer.name,
        view.exhibitor.name,
        "Rp11.250.000",
        short_hash(row.content_hash or ""),
        row.content_hash,
    ):
        assert str(words) in text
    assert "Waiting for the other party" in text
    assert "no contract" in text


def test_it_answers_in_indonesian_first(deal: Deal, client: FlaskClient) -> None:
    text = client.get(f"/check/{deal.propose()}").get_data(as_text=True)
    assert "Cocok" in text
    assert "bukan kontrak" in text
    assert "Kode keaslian" in text


@pytest.mark.parametrize(
    "change",
    [{"total": "1"}, {"clauses": []}, {"note": "tambahan"}, {"buyer": {"name": "Dinas Lain"}}, {"format": "lain/9"}],
)
def test_a_changed_record_says_so(deal: Deal, client: FlaskClient, change: dict[str, object]) -> None:
    code = deal.propose()
    tamper(code, canonical=changed_form(code, **change))
    text = page(client, code)
    assert "It does NOT match" in text
    assert "It matches" not in text


def test_a_total_changed_beside_the_content_is_found_and_not_shown(deal: Deal, client: FlaskClient) -> None:
    code = deal.propose()
    tamper(code, total=99_000_000)
    text = page(client, code)
    assert "It does NOT match" in text
    assert "Rp99.000.000" not in text


def test_who_signs_is_never_shown(deal: Deal, client: FlaskClient) -> None:
    code = deal.propose()
    sign(deal, code, PartyKind.BUYER, signatory_name="Penanda Tangan Rahasia")
    text = page(client, code)
    for secret in (
        "Penanda Tangan Rahasia",
        "Pejabat Contoh",
        "Pengrajin Contoh",
        "Kepala Bagian Umum",
        "1234567890123",
    ):
        assert secret not in text


@pytest.mark.parametrize("typed", ["unknown", "%00", "a" * 300, "%F0%9F%98%80", "..%2f"])
def test_an_unknown_code_has_one_clear_answer(deal: Deal, client: FlaskClient, typed: str) -> None:
    deal.propose()
    client.set_cookie("language", "en")
    answer = client.get(f"/check/{typed}")
    assert answer.status_code == 404


def test_unknown_and_draft_are_answered_alike(deal: Deal, client: FlaskClient) -> None:
    draft = deal.begin()
    withdrawn = deal.begin()
    deal.happen(withdrawn, EventKind.WITHDRAWN, reason="batal")
    answers = {code: client.get(f"/check/{code}") for code in (draft, withdrawn, "0" * 20)}
    assert {answer.status_code for answer in answers.values()} == {404}
    token = re.compile(r'name="csrf_token" value="[^"]+"')
    pages = {token.sub("", answer.get_data(as_text=True).replace(code, "")) for code, answer in answers.items()}
    assert len(pages) == 1


def test_a_code_is_read_as_people_type_it(deal: Deal) -> None:
    code = deal.propose()
    spaced = " ".join(code[at : at + 4] for at in range(0, 20, 4)).lower().replace("0", "o").replace("1", "l")
    found = check_of(spaced)
    assert found is not None
    assert found.number == deal.row(code).number


def test_the_form_leads_to_the_page(deal: Deal, client: FlaskClient) -> None:
    code = deal.propose()
    client.set_cookie("language", "en")
    assert client.get("/check").status_code == 200
    answer = client.get("/check", query_string={"code": f" {code.lower()} "})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/check/{code}")
    assert "Type the code" in client.get("/check?code=%20").get_data(as_text=True)


def test_the_page_is_kept_from_search_engines_and_caches(deal: Deal, client: FlaskClient) -> None:
    for code in (deal.propose(), "0" * 20):
        answer = client.get(f"/check/{code}")
        assert (answer.headers["X-Robots-Tag"], answer.headers["Cache-Control"]) == ("noindex", "private, no-store")
        assert '<meta name="robots" content="noindex">' in answer.get_data(as_text=True)


def test_trying_codes_is_slowed_down(app: Flask, tmp_path: Path) -> None:
    counting = make_app(app.config["DATABASE_URL"], tmp_path / "limited", RATE_LIMITS=True)
    limiter.enabled = True
    with counting.app_context():
        client = counting.test_client()
        statuses = [client.get(f"/check/{n:020d}").status_code for n in range(121)]
    limiter.enabled = False
    assert (statuses[119], statuses[120]) == (404, 429)


@pytest.mark.parametrize(("kind", "shown"), [("is_demo", True), ("is_test", True), ("is_public_page_on", False)])
def test_an_example_is_called_one(deal: Deal, client: FlaskClient, kind: str, shown: bool) -> None:
    code = deal.propose()
    with transaction():
        setattr(db.session.get_one(Event, deal.event_id), kind, True)
    assert ("no real commitment" in page(client, code)) is shown


def test_every_status_has_its_words(deal: Deal, client: FlaskClient) -> None:
    words = {}
    for name, make in {"agreed": deal.agreed, "signed": deal.signed}.items():
        words[name] = page(client, make())
    code = deal.signed()
    deal.happen(code, EventKind.REALIZED, amount=1)
    words["partly"] = page(client, code)
    deal.happen(code, EventKind.REALIZED, amount=11_249_999)
    words["realized"] = page(client, code)
    expected = {
        "agreed": "Waiting for the signatory",
        "signed": "Signed",
        "partly": "Partly realised",
        "realized": "Realised",
    }
    assert [word for name, word in expected.items() if word not in words[name]] == []


# ---- commitments verify


def verify(app: Flask, *arguments: str) -> tuple[int, list[str]]:
    done = app.test_cli_runner().invoke(args=["commitments", "verify", *arguments])
    return done.exit_code, done.output.splitlines()


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_verify_passes_when_every_record_holds(app: Flask, deal: Deal) -> None:
    deal.begin()
    deal.propose()
    deal.signed()
    assert verify(app) == (0, ["2 records checked, 0 broken."])


def test_verify_names_each_broken_record(app: Flask, deal: Deal) -> None:
    good, bad, other = deal.propose(), deal.propose(), deal.propose()
    numbers = [deal.row(code).number for code in (good, bad, other)]
    tamper(bad, canonical=changed_form(bad, note="lain"))
    tamper(other, total=5)
    assert verify(app) == (
        1,
        [
            f"✗ {numbers[1]}: the content is not the one that was hashed",
            f"✗ {numbers[2]}: the number or the total beside the content differs from it",
            "3 records checked, 2 broken.",
        ],
    )


def rehashed(code: str, **values: object) -> None:
    """Change the content and its hash too, as somebody with the database would."""
    from matchmaking.commitments.canonical import content_hash

    form = changed_form(code, **values)
    tamper(code, canonical=form, content_hash=content_hash(form))


def test_each_break_is_found(deal: Deal) -> None:
    form = changed_form(deal.propose())
    lines = [{**form["lines"][0], "total": "1"}]  # type: ignore[index]
    broken: dict[Break, str] = {}
    for kind in Break:
        broken[kind] = deal.signed() if kind is Break.STATE else deal.propose()
    for kind in (Break.SIGNATURE,):
        sign(deal, broken[kind], PartyKind.BUYER, content_hash="0" * 64)
    tamper(broken[Break.HASH], content_hash="0" * 64)
    tamper(broken[Break.UNREADABLE], canonical={"format": "temu-bisnis-commitment/99"})
    tamper(broken[Break.COLUMNS], number="LAIN")
    rehashed(broken[Break.SUMS], lines=lines)
    rehashed(broken[Break.CLAUSE], clauses=["Harga mengikat."])
    with transaction():
        row_id = db.session.scalar(sa.select(Commitment.id).where(Commitment.code == broken[Break.STATE]))
        db.session.execute(
            sa.delete(CommitmentEvent).where(
                CommitmentEvent.commitment_id == row_id, CommitmentEvent.kind == EventKind.SIGNED
            )
        )
    found = {kind: first_break(deal.row(code)) for kind, code in broken.items()}
    assert found == {kind: kind for kind in Break}


def test_verify_goes_through_more_than_one_batch(deal: Deal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matchmaking.commitments.queries.checking._BATCH", 2)
    codes = [deal.propose() for _ in range(5)]
    assert list(broken_records()) == [(deal.row(code).number, None) for code in codes]


def handed_out(deal: Deal, code: str, folder: Path) -> Path:
    """The paper of a commitment that is not sealed yet, as staff fetch it."""
    answer = deal.world.client(deal.actor.user_id).get(f"/manage/{deal.code}/commitments/{code}/paper.pdf")
    path = folder / "surat.pdf"
    path.write_bytes(answer.data)
    return path


def test_verify_knows_a_paper_that_was_handed_out(app: Flask, deal: Deal, tmp_path: Path) -> None:
    code = deal.propose()
    number = deal.row(code).number
    path = handed_out(deal, code, tmp_path)
    assert verify(app, str(path)) == (
        0, [f"valid: byte for byte a paper of {number} that was handed out without a seal (now: proposed)."],
    )  # fmt: skip


def test_a_paper_stays_known_when_letterhead_or_state_change(app: Flask, deal: Deal, tmp_path: Path) -> None:
    code = deal.propose()
    path = handed_out(deal, code, tmp_path)
    with transaction():
        db.session.get_one(Event, deal.event_id).host_name = "Kantor Lain"
    for party in ("buyer", "exhibitor"):
        deal.happen(code, EventKind.SIGNED, party)
    assert verify(app, str(path))[0] == 0
    deal.happen(code, EventKind.WITHDRAWN, reason="batal")
    exit_code, lines = verify(app, str(path))
    assert exit_code == 1
    assert lines[0].startswith("withdrawn: ")


@pytest.mark.parametrize("at", [0.02, 0.5, 0.97])
def test_one_changed_byte_of_an_unsealed_paper_is_found(app: Flask, deal: Deal, tmp_path: Path, at: float) -> None:
    path = handed_out(deal, deal.propose(), tmp_path)
    content = bytearray(path.read_bytes())
    content[int(len(content) * at)] ^= 1
    path.write_bytes(bytes(content))
    exit_code, lines = verify(app, str(path))
    assert (exit_code, lines[0].split(":")[0]) == (1, "changed")
    assert "it has no seal" in lines[0]


def test_a_paper_of_a_broken_or_reopened_record_is_not_valid(app: Flask, deal: Deal, tmp_path: Path) -> None:
    code = deal.propose()
    path = handed_out(deal, code, tmp_path)
    rehashed(code, note="lain")
    assert "says something else" in verify(app, str(path))[1][0]
    tamper(code, total=7)
    assert "is broken" in verify(app, str(path))[1][0]
    other = deal.propose()
    path = handed_out(deal, other, tmp_path)
    with transaction():
        reopen_commitment(deal.actor, EndOrReopen(deal.event_id, other, new_key()))
    assert verify(app, str(path))[0] == 1


@pytest.mark.parametrize(
    "content", [b"", b"bukan pdf", b"%PDF-1.4\n%%EOF\n", b"temu-bisnis-komitmen:ABCDEFGH:" + b"0" * 64]
)
def test_another_file_is_unknown(app: Flask, deal: Deal, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "lain.pdf"
    path.write_bytes(content)
    exit_code, lines = verify(app, str(path))
    assert (exit_code, lines[0].split(":")[0]) == (1, "unknown")


def test_a_file_that_names_no_record_is_unknown(app: Flask, deal: Deal, tmp_path: Path) -> None:
    path = handed_out(deal, deal.propose(), tmp_path)
    with transaction():
        db.session.execute(sa.delete(PaperFile))
        db.session.execute(sa.update(Commitment).values(code="ZZZZZZZZZZZZZZZZZZZZ"))
    assert verify(app, str(path))[1] == ["unknown: no record of this installation has the code that the file names."]


def test_a_missing_file_is_one_clear_sentence(app: Flask) -> None:
    exit_code, lines = verify(app, "/tidak/ada.pdf")
    assert exit_code == 2
    assert "does not exist" in lines[-1]


def test_the_stored_form_is_plain_json(deal: Deal) -> None:
    form = changed_form(deal.propose())
    assert json.loads(json.dumps(form)) == form
