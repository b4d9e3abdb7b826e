"""Signing in ink: photographed, ticked, kept once."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from matchmaking.commitments.models import CommitmentState, SigningMethod
from matchmaking.commitments.services.signing import Signatory
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, EXHIBITOR, OWNER, PPK, PPTK, Pair, make_pair, new_key
from tests.world import World


def photo() -> tuple[io.BytesIO, str]:
    file = io.BytesIO()
    Image.new("RGB", (900, 1200), "white").save(file, "JPEG")
    file.seek(0)
    return file, "surat.jpg"


def ink_form(
    pair: Pair, *, buyer: Signatory | None = PPK, exhibitor: Signatory | None = OWNER, **values: object
) -> dict[str, object]:
    form: dict[str, object] = {"content_hash": pair.content_hash, "signature_key": new_key(), "photos": photo()}
    for kind, who in ((BUYER, buyer), (EXHIBITOR, exhibitor)):
        if who:
            role = who.role.value if who.role else ""
            form |= {
                f"{kind.value}_signed": "y",
                f"{kind.value}_name": who.name,
                f"{kind.value}_office": who.office,
                f"{kind.value}_role": role,
            }
    return {**form, **values}


def ink_address(pair: Pair) -> str:
    return f"/manage/{pair.event_code}/commitments/{pair.code}/ink"


def test_ink_is_photographed_and_ticked_also_where_screens_are_off(desk: FlaskClient, pair: Pair) -> None:
    with transaction():
        db.session.get_one(Event, pair.event_id).has_screen_signing = False
    assert desk.post(f"{ink_address(pair)}/print", data={"print_key": "A" * 26}).status_code == 303
    assert desk.post(f"{ink_address(pair)}/print", data={"print_key": "A" * 26}).status_code == 303
    assert desk.post(ink_address(pair), data=ink_form(pair)).status_code == 303
    assert pair.state is CommitmentState.SIGNED
    assert [(row.method, row.strokes, row.file_id is not None) for row in pair.signatures()] == [
        (SigningMethod.INK, None, True)
    ] * 2
    assert pair.happened()[1:] == [("ink_printed", None), ("signed", "buyer"), ("signed", "exhibitor")]
    page = desk.get(ink_address(pair)).text
    file = db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "signed_paper")).one()
    assert f"{ink_address(pair)}/{file.code}" in page
    with desk.get(f"{ink_address(pair)}/{file.code}") as shown:
        assert shown.mimetype == "image/jpeg"


def test_a_photo_of_another_commitment_is_not_shown(desk: FlaskClient, pair: Pair, world: World) -> None:
    other = make_pair(world, pair.event_id)
    desk.post(ink_address(pair), data=ink_form(pair))
    file = db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "signed_paper")).one()
    assert desk.get(f"{ink_address(other)}/{file.code}").status_code == 404
    assert desk.get(f"/files/{file.code}").status_code == 404


def test_the_same_ink_form_twice_is_one(desk: FlaskClient, pair: Pair) -> None:
    form = ink_form(pair, exhibitor=None)
    assert desk.post(ink_address(pair), data=form).status_code == 303
    assert desk.post(ink_address(pair), data={**form, "photos": photo()}).status_code == 303
    papers = db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "signed_paper")).all()
    assert (len(pair.signatures()), len(papers), pair.state) == (1, 1, CommitmentState.PROPOSED)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"photos": ""}, "Please add a photo"),
        ({"buyer_signed": "", "exhibitor_signed": ""}, "Please tick who has signed"),
        ({"buyer_name": ""}, "Please write who signs."),
        ({"buyer_role": ""}, "Please choose what this person is"),
        ({"content_hash": "0" * 64}, "The text has changed"),
        ({"photos": (io.BytesIO(b"no photo"), "x.jpg")}, "not a photo we can read"),
    ],
)
def test_ink_that_cannot_be_stored_is_said(
    desk: FlaskClient, pair: Pair, values: dict[str, object], sentence: str
) -> None:
    answer = desk.post(ink_address(pair), data=ink_form(pair, **values))
    assert (answer.status_code, sentence in answer.text) == (422, True)
    assert pair.signatures() == []
    assert db.session.scalars(sa.select(StoredFile).where(StoredFile.purpose == "signed_paper")).all() == []


def test_a_photo_survives_an_error_elsewhere(desk: FlaskClient, pair: Pair) -> None:
    form = ink_form(pair, buyer_name="")
    answer = desk.post(ink_address(pair), data=form)
    kept = re.search(r'name="photos" value="([0-9A-Z]{26})"', answer.text)
    assert kept
    assert desk.post(ink_address(pair), data={**form, "buyer_name": PPK.name, "photos": kept[1]}).status_code == 303
    assert pair.state is CommitmentState.SIGNED


def test_ink_by_who_may_not_sign_is_an_agreement(desk: FlaskClient, pair: Pair) -> None:
    desk.post(ink_address(pair), data=ink_form(pair, buyer=PPTK))
    assert pair.state is CommitmentState.AGREED
