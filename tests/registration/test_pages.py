"""The pages of registration, over HTTP: public forms, the status link, the owner's and the organiser's pages."""

from __future__ import annotations

import errno
import io
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image

from matchmaking import clock
from matchmaking.accounts.models import AccessLink, DataAccess
from matchmaking.actor import Role
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.registration import hooks
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
from tests.catalogue.builders import COMPLETE, add_product
from tests.registration.entries import register
from tests.world import World

FORM = {
    "legal_name": "Tapis Contoh Sirih", "regency": "18.71", "delegates-0-name": "Peserta Contoh 07",
    "delegates-0-phone": "081234567890", "consent_registration": "y", "submission_key": "kunci-1",
}  # fmt: skip
CATALOGUE = {"product-name": "Selendang tapis", "product-category_id": "tapis", "product-price": "450.000"}


def photo(size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    content = io.BytesIO()
    Image.new("RGB", size, "maroon").save(content, "JPEG")
    content.seek(0)
    return content


def form(**values: object) -> dict[str, object]:
    return {**FORM, **CATALOGUE, **values}


def address(world: World, event_id: int, rest: str) -> str:
    return f"/events/{world.code_of(event_id)}/{rest}"


def entries() -> list[Participation]:
    return list(db.session.scalars(sa.select(Participation).order_by(Participation.id)))


def text_of(response) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", response.get_data(as_text=True))


@pytest.mark.parametrize("side", ["exhibitor", "buyer"])
def test_form_is_shown(world: World, client: FlaskClient, side: str) -> None:
    page = client.get(address(world, world.event(), f"register/{side}"))
    assert page.status_code == 200
    assert 'name="submission_key"' in text_of(page)


def test_registration_leads_to_the_status_link(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    sent = client.post(address(world, event_id, "register/exhibitor"), data=form())
    assert (sent.status_code, sent.headers["Location"]) == (303, address(world, event_id, "registered"))
    done = text_of(client.get(sent.headers["Location"]))
    (entry,) = entries()
    assert entry.code in done
    link = re.search(r"/l/[\w-]{32}", done)
    assert link
    status = client.get(link[0], follow_redirects=True)
    assert (status.status_code, status.request.path) == (200, address(world, event_id, f"entry/{entry.code}"))
    assert "081234567890" not in text_of(status)
    assert "7890" not in text_of(status)


def test_entries_are_shown_again_with_what_is_wrong(world: World, client: FlaskClient) -> None:
    page = client.post(
        address(world, world.event(), "register/exhibitor"),
        data=form(regency="", business_id_number="123", **{"delegates-0-phone": "12"}),
    )
    shown = text_of(page)
    assert page.status_code == 422
    for kept in ("Tapis Contoh Sirih", 'value="123"', "Peserta Contoh 07", 'value="kunci-1"'):
        assert kept in shown
    assert "13 digit" in shown
    assert entries() == []


def test_missing_consent_is_named_in_few_words(world: World, client: FlaskClient) -> None:
    page = client.post(address(world, world.event(), "register/exhibitor"), data=form(consent_registration=""))
    assert page.status_code == 422
    assert '<a href="#consent_registration">Penggunaan data untuk acara ini: Silakan centang' in text_of(page)


def test_sent_twice_gives_the_same_page(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    pages = []
    for _attempt in range(2):
        client.post(address(world, event_id, "register/exhibitor"), data=form())
        pages.append(re.findall(r"/l/[\w-]{32}", text_of(client.get(address(world, event_id, "registered")))))
    assert pages[0] == pages[1] != []
    assert len(entries()) == 1
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AccessLink)) == 1


def test_photo_survives_an_error_elsewhere(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    there = address(world, event_id, "register/exhibitor")
    page = client.post(there, data=form(legal_name="", documents=(photo(), "nib.jpg")))
    assert page.status_code == 422
    kept = re.search(r'name="documents" value="(\w{26})"', text_of(page))
    assert kept
    sent = client.post(there, data=form(documents=kept[1]))
    assert sent.status_code == 303
    stored = db.session.scalars(sa.select(StoredFile)).one()
    assert (stored.owner_type, stored.owner_id, stored.purpose, stored.access) == (
        "participation", entries()[0].id, "document_waiting", "private",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ not a photo", "nib.jpg"),
        (b"%PDF-1.7 cut off", "nib.pdf"),
        (b"", "leer.jpg"),
        (b"x" * (15 * 1024 * 1024 + 1), "besar.jpg"),
    ],
)
def test_file_that_is_no_photo_is_named(world: World, client: FlaskClient, content: bytes, name: str) -> None:
    page = client.post(
        address(world, world.event(), "register/exhibitor"), data=form(documents=(io.BytesIO(content), name))
    )
    page.request.environ["wsgi.input"].close()  # the test client keeps a large body in a file
    assert page.status_code == 422
    assert f"{name}:" in text_of(page)
    assert (entries(), db.session.scalars(sa.select(StoredFile)).all()) == ([], [])


def test_pdf_is_taken(world: World, client: FlaskClient) -> None:
    pdf = io.BytesIO(b"%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n")
    sent = client.post(address(world, world.event(), "register/exhibitor"), data=form(documents=(pdf, "nib.pdf")))
    assert sent.status_code == 303
    assert db.session.scalars(sa.select(StoredFile.media_type)).one() == "application/pdf"


def test_upload_of_another_event_is_not_taken(world: World, client: FlaskClient) -> None:
    first, second = world.event(), world.event()
    page = client.post(
        address(world, first, "register/exhibitor"), data=form(legal_name="", documents=(photo(), "a.jpg"))
    )
    kept = re.search(r'name="documents" value="(\w{26})"', text_of(page))
    assert kept
    other = client.post(address(world, second, "register/exhibitor"), data=form(documents=kept[1]))
    assert (other.status_code, entries()) == (422, [])


def test_program_that_fills_in_everything_is_told_so(world: World, client: FlaskClient) -> None:
    page = client.post(address(world, world.event(), "register/exhibitor"), data=form(nickname="bot"))
    assert (page.status_code, entries()) == (422, [])


def test_person_can_be_added_without_a_script(world: World, client: FlaskClient) -> None:
    there = address(world, world.event(), "register/buyer")
    page = client.post(there, data={**FORM, "add_delegate": "1"})
    assert 'name="delegates-1-name"' in text_of(page)
    buyer = {**FORM, "buyer_type": "bumd", "delegates-1-name": "Peserta Contoh 08"}
    assert client.post(there, data={**buyer, "buyer_type": "regional_owned_company"}).status_code == 303
    assert db.session.scalars(sa.select(Delegate.name).order_by(Delegate.id)).all() == [
        "Peserta Contoh 07",
        "Peserta Contoh 08",
    ]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"registration_opens_at": datetime(2090, 1, 1, tzinfo=UTC)}, "1 Januari 2090"),
        ({"registration_closes_at": datetime(2023, 2, 1, tzinfo=UTC)}, "ditutup"),
    ],
)
def test_closed_window_says_so(world: World, client: FlaskClient, values: dict, words: str) -> None:  # type: ignore[type-arg]
    event_id = world.event(**values)
    assert words in text_of(client.get(address(world, event_id, "register/exhibitor")))
    sent = client.post(address(world, event_id, "register/exhibitor"), data=form())
    assert (sent.status_code, entries()) == (409, [])


def open_entry(world: World, client: FlaskClient, event_id: int, digits: str = "7890") -> tuple[str, int]:
    """Register, open the status link, give the digits; return the entry's address and the answer to the digits."""
    client.post(address(world, event_id, "register/exhibitor"), data=form())
    found = re.search(r"/l/[\w-]{32}", text_of(client.get(address(world, event_id, "registered"))))
    assert found
    client.get(found[0])
    link_id = db.session.scalars(sa.select(AccessLink.id)).one()
    answer = client.post(f"/link/{link_id}/digits", data={"digits": digits})
    return address(world, event_id, f"entry/{entries()[0].code}"), answer.status_code


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


def test_organiser_of_another_event_gets_nothing(world: World) -> None:
    event_id, other_event = world.event(), world.event()
    entry = db.session.get_one(Participation, world.participation(event_id, Side.EXHIBITOR)).code
    browser = world.client(world.user(roles={other_event: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(other_event)}/participants/{entry}"
    assert browser.get(there).status_code == 404
    for action in ("edit", "planning", "people"):
        assert browser.get(f"{there}/{action}").status_code == 404
    assert browser.post(f"{there}/decide", data={"action": "approve"}).status_code == 404


def test_revealing_a_phone_is_written_down(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    person = db.session.scalars(sa.select(Delegate.code)).one()
    browser = world.client(world.user(roles={event_id: Role.DESK}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}"
    assert "0812-3456-7890" not in text_of(browser.get(there))
    assert "0812-3456-7890" in text_of(browser.post(f"{there}/people/{person}/reveal"))
    assert db.session.scalars(sa.select(DataAccess.what)).all() == ["contact.revealed"]


def test_decision_on_an_old_view_is_told_what_happened(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}"
    version = entries()[0].row_version
    browser.post(f"{there}/decide", data={"action": "approve", "version": version})
    late = browser.post(
        f"{there}/decide", data={"action": "refuse", "reason": "penuh", "version": version}, follow_redirects=True
    )
    db.session.expire_all()
    assert entries()[0].state is ParticipationState.APPROVED
    assert "lebih dulu" in text_of(late)


def test_refusal_needs_a_reason(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}/decide"
    browser.post(there, data={"action": "refuse", "reason": " "})
    assert entries()[0].state is ParticipationState.SUBMITTED


def test_selected_entries_are_approved_together(world: World) -> None:
    event_id = world.event()
    ids = [world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED) for _n in range(3)]
    foreign = world.participation(world.event(), Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    codes = [db.session.get_one(Participation, i).code for i in (*ids[:2], foreign)]
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.post(
        f"/manage/{world.code_of(event_id)}/participants/approve", data={"selected": codes, "action": "approve"}
    )
    db.session.expire_all()
    states = [db.session.get_one(Participation, i).state.value for i in (*ids, foreign)]
    assert states == ["approved", "approved", "submitted", "submitted"]


@pytest.mark.parametrize("page", ["", "/documents", "/handover", "/duplicates"])
def test_lists_need_no_more_statements_for_more_rows(world: World, page: str) -> None:
    counts = []
    for rows in (3, 30):
        event_id = world.event()
        for n in range(rows):
            values = {"legal_name": "Tapis Sama", "regency": "18.71"} if page == "/duplicates" and n < 4 else {}
            world.participation(event_id, Side.EXHIBITOR, **values)
            keep_document(world, event_id, entries()[-1].id)
        browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
        part = page or "/participants"
        counts.append(statements(lambda b=browser, e=event_id, p=part: b.get(f"/manage/{world.code_of(e)}{p}")))
    assert counts[0] == counts[1]


def keep_document(world: World, event_id: int, participation_id: int) -> None:
    world.save(
        StoredFile(
            code=new_code(26), event_id=event_id, owner_type="participation", owner_id=participation_id,
            purpose="document_waiting", media_type="image/jpeg", sha256="0" * 64, size=1,
            created_at=datetime(2023, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip


def statements(act) -> int:  # type: ignore[no-untyped-def]
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("side=buyer", ["Dinas Contoh"]),
        ("state=submitted", ["Tapis Contoh Sirih"]),
        ("regency=18.72", ["Tapis Metro"]),
        ("q=sirih", ["Tapis Contoh Sirih"]),
        ("q=Peserta+Contoh+07", ["Tapis Contoh Sirih"]),
        ("q=%25", []),
        ("missing=no", ["Tapis Metro"]),
        ("state=nonsense&side=nonsense", ["Tapis Contoh Sirih", "Tapis Metro", "Dinas Contoh"]),
    ],
)
def test_list_is_narrowed(world: World, monkeypatch: pytest.MonkeyPatch, query: str, names: list[str]) -> None:
    monkeypatch.setattr(hooks.missing_items, "_handlers", [])  # what registration itself finds missing
    monkeypatch.setattr(hooks.missing_condition, "_handlers", [])
    event_id = world.event()
    register(event_id)
    complete = {"owner_name": "Peserta Contoh 09", "business_scale": "small", "business_id_number": "1234567890123"}
    metro = world.participation(event_id, Side.EXHIBITOR, legal_name="Tapis Metro", regency="18.72", **complete)
    add_product(metro, **COMPLETE)
    world.participation(event_id, Side.BUYER, legal_name="Dinas Contoh")
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    page = text_of(browser.get(f"/manage/{world.code_of(event_id)}/participants?{query}"))
    listed = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)
    assert listed == names


def test_staff_register_somebody_who_called(world: World) -> None:
    event_id = world.event(registration_closes_at=datetime(2023, 2, 1, tzinfo=UTC))
    browser = world.client(world.user(roles={event_id: Role.DESK}))
    there = f"/manage/{world.code_of(event_id)}/participants/new/exhibitor"
    assert browser.get(there).status_code == 200
    assert browser.get(there.replace("exhibitor", "nonsense")).status_code == 404
    sent = browser.post(there, data={**FORM, "delegates-0-phone": ""})
    assert sent.status_code == 303
    assert browser.get(sent.headers["Location"]).status_code == 200
    assert entries()[0].origin == "staff"


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


def test_chosen_organisations_come_from_an_earlier_event(world: World) -> None:
    source, target, foreign = world.event(), world.event(), world.event()
    first, second = (world.participation(source, Side.EXHIBITOR) for _n in range(2))
    stranger = world.participation(foreign, Side.EXHIBITOR)
    codes = [db.session.get_one(Participation, i).organization.code for i in (first, second, stranger)]
    browser = world.client(world.user(roles={source: Role.ORGANIZER, target: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(target)}/returning"
    assert codes[0] in text_of(browser.get(f"{there}?from={world.code_of(source)}"))
    assert codes[2] not in text_of(browser.get(f"{there}?from={world.code_of(foreign)}"))
    browser.post(there, data={"from": world.code_of(source), "selected": [codes[0], codes[2]]})
    assert browser.post(there, data={"from": world.code_of(foreign), "selected": [codes[2]]}).status_code == 404
    taken = db.session.scalars(sa.select(Participation).where(Participation.event_id == target)).all()
    assert [(p.organization.code, p.state.value, p.origin) for p in taken] == [(codes[0], "submitted", "copy")]


def test_forgotten_uploads_are_swept(world: World, client: FlaskClient) -> None:
    event_id = world.event()
    there = address(world, event_id, "register/exhibitor")
    with clock.frozen(datetime(2023, 3, 1, tzinfo=UTC)):
        client.post(there, data=form(legal_name="", documents=(photo(), "lama.jpg")))
    with clock.frozen(datetime(2023, 3, 4, tzinfo=UTC)):
        client.post(there, data=form(legal_name="", documents=(photo(), "baru.jpg")))
    assert db.session.scalars(sa.select(StoredFile.original_name)).all() == ["baru.jpg"]


def test_full_disk_is_said_at_the_file_and_what_was_typed_stays(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no room")

    event_id = world.event()
    monkeypatch.setattr("matchmaking.storage.services.os.fsync", no_room)
    page = client.post(
        address(world, event_id, "register/exhibitor"),
        data=form(documents=(photo(), "nib.jpg")),
    )
    assert page.status_code == 422
    for shown in ("Ruang penyimpanan server habis", "Tapis Contoh Sirih", "Peserta Contoh 07", "Selendang tapis"):
        assert shown in text_of(page)
    assert entries() == []
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    monkeypatch.undo()
    sent = client.post(address(world, event_id, "register/exhibitor"), data=form(documents=(photo(), "nib.jpg")))
    assert (sent.status_code, len(entries())) == (303, 1)


def test_ten_thousand_people_are_refused_without_drawing_them(world: World, client: FlaskClient) -> None:
    many = {f"delegates-{n}-name": f"Peserta Contoh {n}" for n in range(1, 10_000)}
    page = client.post(address(world, world.event(), "register/exhibitor"), data=form(**many))
    assert (page.status_code, len(page.data) < 200_000, entries()) == (422, True, [])
    assert "12" in text_of(page)


def test_signs_that_nobody_sees_are_no_name_and_leave_a_name(world: World, client: FlaskClient) -> None:
    there = address(world, world.event(), "register/exhibitor")
    assert client.post(there, data=form(legal_name="\u202e\u200b\u2060")).status_code == 422
    assert client.post(there, data=form(**{"delegates-0-name": "\u200b\ufeff"})).status_code == 422
    assert entries() == []
    client.post(there, data=form(legal_name="Tapis \u202eContoh\u200b Sirih 🌶️"))
    assert [entry.organization.legal_name for entry in entries()] == ["Tapis Contoh Sirih 🌶️"]


@pytest.mark.parametrize(("given", "status"), [("javascript:alert(1)", 422), ("www.contoh.example", 303)])
def test_website_is_an_address_of_the_web(world: World, client: FlaskClient, given: str, status: int) -> None:
    there = address(world, world.event(), "register/exhibitor")
    assert client.post(there, data=form(website=given)).status_code == status
