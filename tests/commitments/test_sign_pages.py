"""The signing pages: tablet, own link, logged in, ink; who gets where, what is shown and what is never shown."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, LinkPurpose
from matchmaking.actor import Role
from matchmaking.commitments.models import CommitmentState, PartyKind, SignatoryRole, SigningMethod
from matchmaking.commitments.queries.signing import waiting_for_signatures
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.commitments.services.signing import AlreadySigned, Signatory
from matchmaking.errors import Conflict, InvalidInput, NotAllowed
from matchmaking.events.models import DeviceKind, Event
from matchmaking.events.services.devices import add_device, enrol_device
from matchmaking.extensions import db
from matchmaking.phones import last_four
from matchmaking.registration.models import Delegate, OfficeRole
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, CLERK, EXHIBITOR, OWNER, PPK, PPTK, Pair, make_pair, new_key
from tests.world import World


@pytest.fixture
def pair(world: World) -> Pair:
    return make_pair(world)


@pytest.fixture
def desk(pair: Pair, world: World) -> FlaskClient:
    return english(world.client(pair.staff.user_id))


def english(browser: FlaskClient) -> FlaskClient:
    browser.set_cookie("language", "en")
    return browser


def text_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def tablet_of(world: World, event_id: int) -> FlaskClient:
    organizer = world.organizer(event_id)
    with transaction():
        code = add_device(organizer, event_id, DeviceKind.TABLET, "Tablet tanda tangan")
    with transaction():
        enrolled = enrol_device(code.code)
    browser = english(world.client())
    browser.set_cookie("device", enrolled.token)
    return browser


# --- the tablet -------------------------------------------------------------------------------------------------
def test_the_page_shows_the_whole_text_and_the_first_party_s_field(desk: FlaskClient, pair: Pair) -> None:
    page = text_of(desk.get(pair.address))
    for part in (
        pair.number,
        "Selendang tapis motif 1",
        "Rp11.250.000",
        "sebelas juta",
        "60832782",
        "bukan kontrak",
        pair.content_hash,
    ):
        assert part in page
    assert desk.get(pair.address).text.count("data-sign-pad") == 1
    assert f'name="party" value="{BUYER.value}"' in desk.get(pair.address).text


def test_both_sign_one_after_the_other(desk: FlaskClient, pair: Pair) -> None:
    first = desk.post(pair.address, data=pair.form(BUYER, PPK))
    assert (first.status_code, first.location) == (303, pair.address)
    assert 'name="party" value="exhibitor"' in desk.get(pair.address).text
    assert desk.post(pair.address, data=pair.form(EXHIBITOR, OWNER)).status_code == 303
    page = desk.get(pair.address)
    assert "Signed by both parties" in page.text
    assert "data-sign-pad" not in page.text
    assert pair.state is CommitmentState.SIGNED
    assert {row.method for row in pair.signatures()} == {SigningMethod.TABLET}
    assert pair.signatures()[0].device_time is not None


def test_the_other_party_may_begin(desk: FlaskClient, pair: Pair) -> None:
    assert 'name="party" value="exhibitor"' in desk.get(pair.address, query_string={"party": "exhibitor"}).text
    assert 'name="party" value="buyer"' in desk.get(pair.address, query_string={"party": "nobody"}).text
    desk.post(pair.address, data=pair.form(EXHIBITOR, OWNER))
    assert 'name="party" value="buyer"' in desk.get(pair.address, query_string={"party": "exhibitor"}).text


def test_the_role_of_who_really_signs_decides(desk: FlaskClient, pair: Pair) -> None:
    desk.post(pair.address, data=pair.form(BUYER, PPTK))
    page = desk.get(pair.address, query_string={"party": "buyer"})
    assert "Has agreed, waits for the authorised signatory" in page.text
    assert PPTK.name in page.text
    assert [row.is_authorised for row in pair.signatures()] == [False]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"strokes": ""}, "The field is empty."),
        ({"strokes": "[[[1,1,0,1]]]"}, "too short for a signature"),
        ({"has_read": ""}, "Please read the text"),
        ({"signatory_name": ""}, "Please fill this in."),
        ({"signatory_role": ""}, "Please fill this in."),
        ({"content_hash": "f" * 64}, "The text has changed"),
    ],
)
def test_what_cannot_be_stored_is_said_and_what_was_typed_stays(
    desk: FlaskClient, pair: Pair, changed: dict[str, str], sentence: str
) -> None:
    answer = desk.post(pair.address, data=pair.form(BUYER, PPTK, **changed))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert PPTK.office in answer.text
    assert pair.content_hash in answer.text  # what is signed next is the text as it is now
    assert pair.signatures() == []


def test_a_role_of_the_other_side_is_refused(desk: FlaskClient, pair: Pair) -> None:
    wrong = Signatory("Peserta Contoh 01", "", SignatoryRole.COOPERATIVE_CHAIR)
    assert desk.post(pair.address, data=pair.form(BUYER, wrong)).status_code == 422
    assert pair.signatures() == []


def test_signing_twice_shows_who_signed(desk: FlaskClient, pair: Pair) -> None:
    desk.post(pair.address, data=pair.form(BUYER, PPK))
    answer = desk.post(pair.address, data=pair.form(BUYER, CLERK))
    assert (answer.status_code, "This party has signed already: " + PPK.name in answer.text) == (422, True)


def test_the_same_form_twice_is_one_signature(desk: FlaskClient, pair: Pair) -> None:
    form = pair.form(BUYER, PPK)
    assert [desk.post(pair.address, data=form).status_code for _ in range(2)] == [303, 303]
    assert len(pair.signatures()) == 1


def test_the_session_ends_between_the_two_and_nothing_is_lost(pair: Pair, world: World) -> None:
    desk = english(world.client(pair.staff.user_id))
    desk.post(pair.address, data=pair.form(BUYER, PPK))
    second = pair.form(EXHIBITOR, OWNER)
    desk.delete_cookie("session")
    refused = desk.post(
        pair.address, data=second, headers={"HX-Request": "true", "HX-Current-URL": f"http://x{pair.address}"}
    )
    assert (refused.status_code, refused.headers["HX-Redirect"]) == (401, f"/log-in?next={pair.address}")
    assert len(pair.signatures()) == 1
    again = world.client(pair.staff.user_id)
    assert 'name="party" value="exhibitor"' in again.get(pair.address).text
    assert again.post(pair.address, data=second).status_code == 303
    assert pair.state is CommitmentState.SIGNED


def test_a_tablet_signs_in_its_own_event_only(pair: Pair, world: World) -> None:
    tablet = tablet_of(world, pair.event_id)
    assert pair.number in tablet.get(f"/sign/{pair.event_code}").text
    assert tablet.post(pair.address, data=pair.form(BUYER, PPK)).status_code == 303
    row = pair.signatures()[0]
    assert (row.user_id, row.device_id is not None) == (None, True)
    foreign = tablet_of(world, world.event())
    assert foreign.get(pair.address).status_code == 403
    assert foreign.post(pair.address, data=pair.form(EXHIBITOR, OWNER)).status_code == 403
    assert len(pair.signatures()) == 1


def test_another_event_s_commitment_is_not_found_by_its_code(pair: Pair, world: World) -> None:
    other = world.event()
    staff = world.client(world.user(roles={other: Role.ORGANIZER}))
    address = f"/sign/{world.code_of(other)}/{pair.code}"
    assert (staff.get(address).status_code, staff.post(address, data=pair.form(BUYER, PPK)).status_code) == (404, 404)
    assert pair.signatures() == []


def test_the_list_shows_what_waits_and_nothing_else(desk: FlaskClient, pair: Pair, world: World) -> None:
    other = make_pair(world, pair.event_id)
    stranger = make_pair(world)
    other.sign(BUYER, PPK)
    other.sign(EXHIBITOR, OWNER)
    page = desk.get(f"/sign/{pair.event_code}").text
    assert (pair.code in page, other.code in page, stranger.code in page) == (True, False, False)
    assert pair.code in desk.get(f"/sign/{pair.event_code}?q={pair.number}").text
    assert "Nothing found" in desk.get(f"/sign/{pair.event_code}?q=%25").text


def test_the_list_asks_the_database_the_same_number_of_times(world: World, pair: Pair) -> None:
    def statements() -> int:
        seen: list[str] = []
        db.session.rollback()
        sa.event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert waiting_for_signatures(pair.event_id)
        return len(seen)

    few = statements()
    for _ in range(4):
        make_pair(world, pair.event_id).sign(BUYER, PPTK)
    many = statements()
    assert many // 2 <= few  # the second count hears each statement twice


def test_where_screens_are_off_the_page_leads_to_ink(desk: FlaskClient, pair: Pair) -> None:
    with transaction():
        db.session.get_one(Event, pair.event_id).has_screen_signing = False
    page = desk.get(pair.address).text
    assert ("switched off" in page, "data-sign-pad" in page, f"/commitments/{pair.code}/ink" in page) == (
        True,
        False,
        True,
    )
    assert desk.post(pair.address, data=pair.form(BUYER, PPK)).status_code == 422
    assert pair.signatures() == []
    assert "switched off" in desk.get(f"/sign/{pair.event_code}").text


# --- the own link -----------------------------------------------------------------------------------------------
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


# --- logged in --------------------------------------------------------------------------------------------------
def register_as(participation_id: int, role: OfficeRole) -> None:
    """Let the contact of an entry be registered in this role."""
    with transaction():
        contact = sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.is_contact)
        db.session.scalars(contact).one().office_role = role


def test_a_participant_signs_for_the_own_party_only(pair: Pair, world: World) -> None:
    register_as(pair.exhibitor_id, OfficeRole.OWNER)
    owner = english(world.client(world.login_of(pair.exhibitor_id)))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert 'name="party" value="exhibitor"' in owner.get(address).text
    assert owner.post(address, data=pair.form(BUYER, OWNER)).status_code == 303  # the form cannot choose the party
    row = pair.signatures()[0]
    assert (row.kind, row.method, row.user_id is not None) == (EXHIBITOR, SigningMethod.LINK, True)
    assert "the signature is stored" in owner.get(address).text


def test_nobody_who_is_logged_in_makes_themselves_an_authorised_signatory(pair: Pair, world: World) -> None:
    """Name and role are those registered, whatever the form says: the registered officer agrees, and does not sign."""
    register_as(pair.buyer_id, OfficeRole.ACTIVITY_OFFICER)
    officer = english(world.client(world.login_of(pair.buyer_id)))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert officer.post(address, data=pair.form(BUYER, PPK)).status_code == 303
    row = pair.signatures()[0]
    assert (row.kind, row.signatory_role, row.is_authorised) == (BUYER, SignatoryRole.ACTIVITY_OFFICER, False)
    assert row.signatory_name != PPK.name


def test_a_stranger_of_the_same_event_finds_nothing(pair: Pair, world: World) -> None:
    other = make_pair(world, pair.event_id)
    stranger = world.client(world.login_of(other.buyer_id))
    address = f"/my/{pair.event_code}/commitments/{pair.code}/sign"
    assert stranger.get(address).status_code == 404
    assert stranger.post(address, data=pair.form(BUYER, PPK)).status_code == 404
    assert pair.signatures() == []


# --- ink --------------------------------------------------------------------------------------------------------
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
