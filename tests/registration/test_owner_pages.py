"""The status link and the owner's pages."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.registration.models import (
    Consent,
    Delegate,
    EntryRevision,
    Organization,
    Participation,
    ParticipationState,
    Side,
)
from matchmaking.registration.queries.entries import live_consents
from matchmaking.storage.models import StoredFile
from tests.registration.forms import address, entries, form, open_entry, photo, text_of
from tests.world import World


def test_four_digits_open_the_entry(world: World, client: FlaskClient) -> None:
    own, answer = open_entry(world, client, world.event())
    assert answer == 303
    shown = text_of(client.get(own))
    assert f"{own}/edit" in shown
    assert "/my/" not in shown  # nothing that asks for a log-in
    assert "0812-3456-7890" not in shown


def test_link_alone_shows_little_and_changes_nothing(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    own, answer = open_entry(world, client, event_id, digits="0000")
    assert answer == 422
    shown = text_of(client.get(own))
    assert "Tapis Contoh Sirih" in shown
    assert "Peserta Contoh 07" not in shown
    for page in ("edit", "withdraw", "people", "files"):
        there = client.post(f"{own}/{page}", data={"legal_name": "Tapis Baru", "regency": "18.72"})
        assert (there.status_code, "/digits" in there.headers["Location"]) == (302, True)
    db.session.expire_all()
    assert (entries()[0].state.value, entries()[0].organization.legal_name) == ("submitted", "Tapis Contoh Sirih")


def test_entry_is_closed_to_who_never_opened_its_link(world: World, client: FlaskClient) -> None:
    own, _answer = open_entry(world, client, world.event())
    stranger = world.client()
    assert stranger.get(own).status_code == 404
    assert stranger.post(f"{own}/withdraw").status_code == 404
    assert client.get(own.replace(entries()[0].code, "0" * 12)).status_code == 404


def test_owner_edits_behind_the_link_and_staff_see_it(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    edit = open_entry(world, client, event_id)[0] + "/edit"
    assert client.get(edit).status_code == 200
    sent = client.post(edit, data={"legal_name": "Tapis Baru", "regency": "18.72", "owner_name": "Peserta Contoh 08"})
    assert sent.status_code == 303
    organization = db.session.scalars(sa.select(Organization)).one()
    assert (organization.legal_name, organization.phone) == ("Tapis Baru", "+6281234567890")
    revision = db.session.scalars(sa.select(EntryRevision)).one()
    assert [(c["field"], c["old"], c["new"]) for c in revision.changes] == [
        ("legal_name", "Tapis Contoh Sirih", "Tapis Baru"), ("regency", "18.71", "18.72"),
        ("owner_name", "", "Peserta Contoh 08"),
    ]  # fmt: skip
    organizer = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    manage = f"/manage/{world.code_of(event_id)}/participants"
    assert "1 berubah" in text_of(organizer.get(manage))
    code = entries()[0].code
    assert "Tapis Baru" in text_of(organizer.get(f"{manage}/{code}"))
    organizer.post(f"{manage}/{code}/seen")
    assert "1 berubah" not in text_of(organizer.get(manage))


def test_owner_cannot_edit_after_the_window(world: World, client: FlaskClient) -> None:
    from matchmaking.events.models import Event
    from matchmaking.transactions import transaction

    event_id = world.event()
    own, _answer = open_entry(world, client, event_id)
    with transaction():
        db.session.get_one(Event, event_id).registration_closes_at = datetime(2023, 2, 1, tzinfo=UTC)
    assert client.post(f"{own}/edit", data={"legal_name": "Tapis Baru", "regency": "18.72"}).status_code == 409
    client.post(f"{own}/withdraw")
    assert entries()[0].state is ParticipationState.SUBMITTED


def test_owner_withdraws(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    own, _answer = open_entry(world, client, event_id)
    client.post(f"{own}/withdraw", data={"reason": "berhalangan"})
    assert (entries()[0].state, entries()[0].reason) == (ParticipationState.WITHDRAWN, "berhalangan")


def test_logged_in_owner_sees_only_their_own(world: World) -> None:
    event_id = world.event()
    mine, other = (world.participation(event_id, Side.EXHIBITOR) for _n in range(2))
    browser = world.client(world.login_of(mine))
    own = f"/my/{world.code_of(event_id)}/entry"
    foreign = db.session.scalars(sa.select(Delegate).where(Delegate.participation_id == other)).one()
    foreign_code = foreign.code
    assert browser.get(own).status_code == 200
    assert browser.get(f"{own}?entry={db.session.get_one(Participation, other).code}").status_code == 404
    assert browser.get(f"{own}/people/{foreign_code}").status_code == 404
    assert browser.post(f"{own}/people/{foreign_code}/remove").status_code == 404
    assert browser.get(f"{own}/files/{new_code(26)}").status_code == 404


def test_private_file_is_for_staff_and_its_owner_only(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    client.post(address(world, event_id, "register/exhibitor"), data=form(documents=(photo(), "nib.jpg")))
    entry, stored = entries()[0].code, db.session.scalars(sa.select(StoredFile.code)).one()
    there = f"/manage/{world.code_of(event_id)}/participants/{entry}/files/{stored}"
    with world.client(world.user(roles={event_id: Role.DESK})).get(there) as sent:
        assert (sent.status_code, sent.headers["Cache-Control"]) == (200, "private, no-store")
    assert world.client(world.user(roles={event_id: Role.LEADER})).get(there).status_code == 403
    assert client.get(f"/files/{stored}").status_code == 404
    other = world.participation(event_id, Side.EXHIBITOR)
    owner = world.client(world.login_of(other))
    assert owner.get(f"/my/{world.code_of(event_id)}/entry/files/{stored}").status_code == 404


def test_optional_consents_are_given_and_taken_back(world: World) -> None:
    event_id = world.event(registration_closes_at=datetime(2023, 2, 1, tzinfo=UTC))
    entry = world.participation(event_id, Side.EXHIBITOR)
    browser, there = world.client(world.login_of(entry)), f"/my/{world.code_of(event_id)}/entry/consents"
    live = []
    for wanted in (["publish_contact", "nonsense"], ["publish_contact", "publish_photo"], []):
        browser.post(there, data={"purpose": wanted})
        live.append(live_consents([entry]).get(entry, set()))
    assert live == [{"publish_contact"}, {"publish_contact", "publish_photo"}, set()]
    rows = db.session.scalars(sa.select(Consent).where(Consent.participation_id == entry)).all()
    assert [(c.purpose, c.withdrawn_at is not None) for c in rows] == [
        ("publish_contact", True),
        ("publish_photo", True),
    ]
