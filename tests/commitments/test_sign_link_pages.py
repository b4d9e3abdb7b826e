"""Signing by the own link: on the own phone, proved by its digits, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.commitments.models import PartyKind, SignatoryRole, SigningMethod
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.commitments.services.signing import AlreadySigned
from matchmaking.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.phones import last_four
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, CLERK, EXHIBITOR, OWNER, PPK, PPTK, Pair, make_pair, new_key
from tests.commitments.sign_pages import english, text_of
from tests.world import World


def wanted(pair: Pair, kind: PartyKind = BUYER, **values: object) -> SendLink:
    given = {
        "event_id": pair.event_id, "code": pair.code, "kind": kind, "name": PPK.name, "office": PPK.office,
        "role": PPK.role, "phone": "0812-0000-4321", "seed": new_key(), **values,
    }  # fmt: skip
    return SendLink(**given)  # type: ignore[arg-type]


def make_link(pair: Pair, kind: PartyKind = BUYER, **values: object) -> str:
    with transaction():
        return send_link(pair.staff, wanted(pair, kind, **values)).token


def open_proved(world: World, token: str, digits: str = "4321") -> FlaskClient:
    phone = english(world.client())
    asked = phone.get(f"/l/{token}", follow_redirects=True)
    proved = phone.post(asked.request.path, data={"digits": digits, "next": asked.request.args["next"]})
    assert proved.status_code == 303, text_of(proved)
    return phone


def link_address(pair: Pair, kind: PartyKind = BUYER) -> str:
    return f"/events/{pair.event_code}/sign/{pair.code}/{kind.value}"


def test_a_party_signs_on_its_own_phone_and_the_link_ends(pair: Pair, world: World) -> None:
    phone = open_proved(world, make_link(pair))
    page = phone.get(link_address(pair))
    assert ("Selendang tapis motif 1" in page.text, "data-sign-pad" in page.text) == (True, True)
    form = pair.form(BUYER, CLERK)  # what the form says about the person is not asked
    assert phone.post(link_address(pair), data=form).status_code == 303
    row = pair.signatures()[0]
    assert (row.method, row.signatory_name, row.is_authorised, row.user_id) == (
        SigningMethod.LINK,
        PPK.name,
        True,
        None,
    )
    assert row.link_id is not None
    assert phone.post(link_address(pair), data=form).status_code == 303  # sent again: the same
    assert "the signature is stored" in phone.get(link_address(pair)).text
    assert len(pair.signatures()) == 1
    again = english(world.client())
    assert pair.happened()[1:] == [("link_sent", "buyer"), ("signed", "buyer")]
    ended = db.session.scalars(sa.select(AccessLink).where(AccessLink.purpose == LinkPurpose.SIGN)).one()
    assert ended.end_reason == "used"
    assert again.get(link_address(pair)).status_code == 404


def test_a_used_link_says_so_to_everybody_else(pair: Pair, world: World) -> None:
    token = make_link(pair)
    open_proved(world, token).post(link_address(pair), data=pair.form(BUYER, PPK))
    answer = english(world.client()).get(f"/l/{token}")
    assert (answer.status_code, "The signature is stored" in answer.text) == (410, True)


def test_without_the_digits_nothing_is_shown_or_stored(pair: Pair, world: World) -> None:
    phone = english(world.client())
    asked = phone.get(f"/l/{make_link(pair)}", follow_redirects=True)
    assert ("Selendang" in asked.text, "Before you read and sign" in asked.text) == (False, True)
    wrong = phone.post(asked.request.path, data={"digits": "0000"})
    assert wrong.status_code == 422
    sent = phone.post(link_address(pair), data=pair.form(BUYER, PPK))
    assert (sent.status_code, pair.signatures()) == (303, [])


def test_a_link_is_for_one_party_only(pair: Pair, world: World) -> None:
    phone = open_proved(world, make_link(pair))
    other = make_pair(world, pair.event_id)
    for address in (link_address(pair, EXHIBITOR), link_address(other), link_address(other, EXHIBITOR)):
        assert phone.get(address).status_code == 404
        assert phone.post(address, data=pair.form(BUYER, PPK)).status_code == 404
    assert pair.signatures() == []


def test_an_old_link_and_a_replaced_one_say_so(pair: Pair, world: World) -> None:
    first = make_link(pair)
    second = make_link(pair)
    assert world.client().get(f"/l/{first}").status_code == 410
    phone = open_proved(world, second)
    with clock.frozen(clock.now() + timedelta(days=91)):
        assert phone.get(link_address(pair)).status_code in {303, 410}
        assert phone.post(link_address(pair), data=pair.form(BUYER, PPK)).status_code in {303, 410}
    assert pair.signatures() == []


def test_the_other_side_s_state_is_shown_but_neither_drawing_nor_phone(pair: Pair, world: World) -> None:
    pair.change_party(EXHIBITOR, signatory_phone="+6281299998888")
    pair.sign(EXHIBITOR, OWNER)
    page = open_proved(world, make_link(pair)).get(link_address(pair)).text
    assert OWNER.name in page
    for hidden in ("99998888", "9999-8888", "8888", "[40", 'strokes": '):
        assert hidden not in page


def test_an_agreement_by_link_ends_it_and_the_authorised_person_gets_another(pair: Pair, world: World) -> None:
    phone = open_proved(world, make_link(pair, name=PPTK.name, role=PPTK.role))
    phone.post(link_address(pair), data=pair.form(BUYER, PPTK))
    page = phone.get(link_address(pair)).text
    assert ("Your agreement is stored" in page, "data-sign-pad" in page) == (True, False)
    boss = open_proved(world, make_link(pair, phone="081200005678"), "5678")
    assert "data-sign-pad" in boss.get(link_address(pair)).text
    boss.post(link_address(pair), data=pair.form(BUYER, PPK))
    assert [row.is_authorised for row in pair.signatures()] == [False, True]


def test_signing_on_the_tablet_ends_the_party_s_link_and_leaves_the_other_s(pair: Pair, world: World) -> None:
    mine, theirs = make_link(pair), make_link(pair, EXHIBITOR, name=OWNER.name, role=OWNER.role)
    pair.sign(BUYER, PPK)
    assert [world.client().get(f"/l/{token}").status_code for token in (mine, theirs)] == [410, 303]


def test_the_same_form_sent_twice_makes_one_link(pair: Pair) -> None:
    seed = new_key()
    assert make_link(pair, seed=seed) == make_link(pair, seed=seed)
    assert pair.happened().count(("link_sent", "buyer")) == 1


def test_no_link_without_an_address_that_opens_outside_the_hall(world: World) -> None:
    for address in ("", "http://192.168.1.7:8000", "http://localhost"):
        pair = make_pair(world, public_address=address)
        with pytest.raises(Conflict):
            make_link(pair)
        assert pair.happened() == [("proposed", None)]


def test_a_link_needs_a_person_a_role_and_a_phone(pair: Pair) -> None:
    pair.change_party(BUYER, signatory_phone=None)
    for values, field in (({"name": " "}, "signatory_name"), ({"role": None}, "signatory_role"), ({"phone": ""}, "phone"), ({"phone": "abc"}, "phone")):  # fmt: skip
        with pytest.raises(InvalidInput) as refusal:
            make_link(pair, **values)
        assert list(refusal.value.fields) == [field]


def test_an_empty_phone_is_the_registered_one(pair: Pair, world: World) -> None:
    person = db.session.get_one(Event, pair.event_id) and pair.row().buyer.delegates[0]
    phone = person.phone
    make_link(pair, name=person.name, phone="")
    assert (pair.party(BUYER).signatory_phone, pair.party(BUYER).delegate_id) == (phone, person.id)
    assert open_proved(world, make_link(pair, name=person.name, phone=""), last_four(phone))


def test_another_signatory_does_not_take_over_the_mandate(pair: Pair) -> None:
    pair.mandate(BUYER)
    make_link(pair)
    assert pair.party(BUYER).mandate_file_id is not None
    make_link(pair, name="Peserta Contoh 77", role=SignatoryRole.ACTIVITY_OFFICER)
    assert pair.party(BUYER).mandate_file_id is None


def test_no_link_for_who_has_signed_or_where_screens_are_off(pair: Pair) -> None:
    pair.sign(BUYER, PPK)
    with pytest.raises(AlreadySigned):
        make_link(pair)
    with transaction():
        db.session.get_one(Event, pair.event_id).has_screen_signing = False
    with pytest.raises(NotAllowed):
        make_link(pair, EXHIBITOR)


def test_staff_send_a_link_from_its_page(desk: FlaskClient, pair: Pair) -> None:
    address = f"/manage/{pair.event_code}/commitments/{pair.code}/link/buyer"
    assert PPK.name in desk.get(address).text
    form = {
        "signatory_name": PPK.name,
        "signatory_role": PPK.role.value if PPK.role else "",
        "phone": "081200004321",
        "seed": new_key(),
    }
    answer = desk.post(address, data=form)
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert (
        "https://temubisnis.example.go.id/l/" in page,
        "Komitmen untuk ditandatangani" in page or "menandatanganinya" in page,
    ) == (True, True)
    assert desk.post(address, data={**form, "phone": "x"}).status_code == 422
    assert desk.get(address.replace("/buyer", "/nobody")).status_code == 404
