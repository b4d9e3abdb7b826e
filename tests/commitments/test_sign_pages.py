"""Signing on the organiser's tablet: what is shown, asked, refused and kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.commitments.models import CommitmentState, SignatoryRole, SigningMethod
from matchmaking.commitments.queries.signing import waiting_for_signatures
from matchmaking.commitments.services.signing import Signatory
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.commitments.frozen import BUYER, CLERK, EXHIBITOR, OWNER, PPK, PPTK, Pair, make_pair
from tests.commitments.sign_pages import english, tablet_of, text_of
from tests.world import World


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
