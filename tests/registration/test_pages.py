"""The public form of registration, over HTTP."""

from __future__ import annotations

import errno
import io
import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking import clock
from matchmaking.accounts.models import AccessLink
from matchmaking.extensions import db
from matchmaking.registration.models import (
    Delegate,
)
from matchmaking.storage.models import StoredFile
from tests.registration.forms import FORM, address, entries, form, photo, text_of
from tests.world import World


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
