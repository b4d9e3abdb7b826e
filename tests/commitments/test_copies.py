"""Later lawful copies: registered with their own hash, answered as a copy of this commitment."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.commitments.models import EventKind
from matchmaking.commitments.paper_models import CopyKind, PaperFile, PaperKind
from matchmaking.commitments.queries.judging import Reason, Verdict, judge
from matchmaking.commitments.queries.sealing import sealed_file
from matchmaking.commitments.services.copies import NotSigned, RegisterCopy, register_copy
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.registration.models import Side
from matchmaking.registration.services.uploads import keep_upload
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal, make_deal
from tests.commitments.test_judging import upload
from tests.commitments.test_sealing import file_of
from tests.world import BOTH, World

SCAN = b"%PDF-1.4\n% pindaian naskah bermeterai\n%%EOF\n"


@pytest.fixture
def deal(world: World) -> Deal:
    made = make_deal(world)
    with transaction():
        db.session.get_one(Event, made.event_id).public_address = "https://temu.example"
    return made


def kept(deal: Deal, content: bytes, name: str = "salinan.pdf") -> str:
    with transaction():
        return keep_upload(deal.event_id, io.BytesIO(content), name).code


def register(deal: Deal, code: str, content: bytes = SCAN, **given: str) -> PaperFile:
    command = RegisterCopy(deal.event_id, code, kept(deal, content), **{"kind": "scan", **given})
    with transaction():
        return register_copy(deal.actor, command)


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_registered_scan_answers_as_a_copy(client: FlaskClient, deal: Deal) -> None:
    code = deal.signed()
    assert judge(SCAN).verdict is Verdict.UNKNOWN
    register(deal, code)
    judged = judge(SCAN)
    assert (judged.verdict, judged.reason, judged.code, judged.copy_kind) == (
        Verdict.COPY,
        Reason.REGISTERED,
        code,
        CopyKind.SCAN,
    )
    status, page = upload(client, SCAN)
    assert status == 200
    assert "A copy of this commitment" in page
    assert "scan of the stamped or signed paper" in page
    assert judge(SCAN + b"x").verdict is Verdict.UNKNOWN  # nothing in a scan names the commitment


def test_a_stamped_file_is_changed_until_it_is_registered(deal: Deal) -> None:
    code = deal.signed()
    deal.world.run_jobs()
    whole, row = file_of(deal, code), sealed_file(deal.row(code).id)
    assert row is not None
    browser = deal.world.client(deal.actor.user_id)
    bare = browser.get(f"/manage/{deal.code}/commitments/{code}/paper-unsealed.pdf").data
    stamped = bare + b"\n9 0 obj<</Type/Annot>>endobj\n%%EOF\n"
    assert judge(stamped).verdict is Verdict.CHANGED
    made = register(deal, code, stamped, kind="e_meterai", serial="ABCD1234")
    assert (made.is_built_on_ours, judge(stamped).verdict) == (True, Verdict.COPY)
    assert judge(stamped + b" ").reason is Reason.APPENDED
    assert not register(deal, code, SCAN).is_built_on_ours
    assert judge(whole).verdict is Verdict.VALID


def test_a_copy_of_a_withdrawn_commitment_says_withdrawn(deal: Deal) -> None:
    code = deal.signed()
    register(deal, code)
    deal.happen(code, EventKind.WITHDRAWN, reason="batal")
    assert judge(SCAN).verdict is Verdict.WITHDRAWN


def test_the_same_file_and_the_same_form_again_are_one_copy(deal: Deal) -> None:
    code = deal.signed()
    upload_code = kept(deal, SCAN)
    for _ in range(2):
        with transaction():
            register_copy(deal.actor, RegisterCopy(deal.event_id, code, upload_code, "scan"))
    register(deal, code)
    assert db.session.scalar(sa.select(sa.func.count()).where(PaperFile.kind == PaperKind.COPY)) == 1


def test_only_what_was_signed_has_copies(deal: Deal) -> None:
    code = deal.propose()
    with pytest.raises(NotSigned):
        register(deal, code)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": ""}, "kind"), ({"kind": "lain"}, "kind"), ({"kind": "e_meterai"}, "serial"), ({"note": "x" * 301}, "note"),
        ({"serial": "x" * 61}, "serial"), ({"affixed_by": "x" * 161}, "affixed_by"),
    ],
)  # fmt: skip
def test_what_is_wrong_stands_at_its_field(deal: Deal, given: dict[str, str], field: str) -> None:
    code = deal.signed()
    with pytest.raises(InvalidInput) as refusal:
        register(deal, code, **given)
    assert list(refusal.value.fields) == [field]
    assert judge(SCAN).verdict is Verdict.UNKNOWN


def test_our_own_file_is_no_copy(deal: Deal) -> None:
    code = deal.signed()
    deal.world.run_jobs()
    with pytest.raises(InvalidInput) as refusal:
        register(deal, code, file_of(deal, code))
    assert list(refusal.value.fields) == ["file"]


def test_staff_register_it_on_the_page_and_the_parties_may_open_it(deal: Deal) -> None:
    code = deal.signed()
    staff = deal.world.client(deal.actor.user_id)
    staff.set_cookie("language", "en")
    address = f"/manage/{deal.code}/commitments/{code}/copies"
    assert staff.get(address).status_code == 200
    refused = staff.post(address, data={"kind": "e_meterai", "file": (io.BytesIO(SCAN), "a.pdf")})
    assert refused.status_code == 422
    assert "serial number of the e-meterai" in refused.get_data(as_text=True)
    photo = staff.post(address, data={"kind": "scan", "file": (io.BytesIO(b"GIF89a"), "a.gif")})
    assert photo.status_code == 422
    done = staff.post(address, data={"kind": "scan", "file": (io.BytesIO(SCAN), "a.pdf"), "note": "meterai tempel"})
    assert done.status_code == 303
    row = db.session.scalars(sa.select(PaperFile).where(PaperFile.kind == PaperKind.COPY)).one()
    assert "meterai tempel" in staff.get(f"/manage/{deal.code}/commitments/{code}").get_data(as_text=True)
    other = deal.world.participation(deal.event_id, Side.BUYER)
    own = f"/my/{deal.code}/commitments/{code}/papers/{row.code}.pdf"
    answers = [
        deal.world.client(deal.world.login_of(entry)).get(own) for entry in (deal.buyer_id, deal.maker_id, other)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert answers[0].data == SCAN
    second = deal.signed()
    assert staff.get(f"/manage/{deal.code}/commitments/{second}/papers/{row.code}.pdf").status_code == 404
