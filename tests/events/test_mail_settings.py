"""Mail settings and the test message."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
import sqlalchemy as sa

from matchmaking.errors import InvalidInput
from matchmaking.events.services import mail_settings
from matchmaking.events.services.mail_settings import MailSettings, set_mail_server
from matchmaking.extensions import db
from matchmaking.i18n import force_locale
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail import backends
from matchmaking.mail.models import MailServer
from matchmaking.mail.sealing import unseal
from matchmaking.transactions import transaction
from tests.world import World

SERVER = MailSettings("smtp.contoh.example", 587, "starttls", "acara@contoh.example", "Temu Bisnis", "acara", "rahasia")


def store(world: World, event_id: int, settings: MailSettings) -> None:
    actor = world.organizer(event_id)
    with transaction():
        set_mail_server(actor, event_id, settings)


def row() -> MailServer:
    return db.session.scalars(sa.select(MailServer)).one()


def test_password_is_encrypted_and_kept_when_left_empty(world: World) -> None:
    event_id = world.event()
    store(world, event_id, SERVER)
    assert "rahasia" not in row().password_sealed
    store(world, event_id, MailSettings("smtp2.contoh.example", 465, "tls", "a@contoh.example", "", "acara"))
    assert (row().host, unseal(row().password_sealed)) == ("smtp2.contoh.example", "rahasia")
    store(world, event_id, MailSettings("smtp2.contoh.example", 465, "tls", "a@contoh.example"))
    assert row().password_sealed == ""


def test_password_never_comes_back_to_the_page(world: World) -> None:
    event_id = world.event()
    store(world, event_id, SERVER)
    page = world.client(world.organizer(event_id).user_id).get(f"/manage/{world.code_of(event_id)}/settings/mail").text
    assert "smtp.contoh.example" in page
    assert "rahasia" not in page


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        (MailSettings(" ", 587, "tls", "a@contoh.example"), "host"),
        (MailSettings("h", 0, "tls", "a@contoh.example"), "port"),
        (MailSettings("h", 25, "rot13", "a@contoh.example"), "security"),
    ],
)
def test_impossible_settings_are_refused_at_their_field(world: World, settings: MailSettings, field: str) -> None:
    event_id = world.event()
    with pytest.raises(InvalidInput) as refusal:
        store(world, event_id, settings)
    assert list(refusal.value.fields) == [field]


def send_test(world: World) -> Job:
    event_id = world.event()
    store(world, event_id, SERVER)
    browser = world.client(world.organizer(event_id).user_id)
    address = f"/manage/{world.code_of(event_id)}/settings/mail/test"
    answer = browser.post(address, data={"to_address": "panitia@contoh.example"})
    with force_locale("en"):  # here and not around the request, which begins with words of its own
        assert world.run_jobs() == 1
    page = browser.get(answer.headers["Location"])
    assert page.status_code == 200
    return db.session.scalars(sa.select(Job)).one()


def test_test_message_reaches_the_organiser(world: World) -> None:
    job = send_test(world)
    assert job.state is JobState.DONE
    assert [(m["To"], m["From"]) for m in backends.delivered] == [
        ("panitia@contoh.example", "Temu Bisnis <acara@contoh.example>")
    ]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (smtplib.SMTPAuthenticationError(535, b"bad credentials"), "user name or password"),
        (TimeoutError(), "did not answer in time"),
        (ConnectionRefusedError(), "cannot be reached"),
        (smtplib.SMTPRecipientsRefused({}), "refuses the sender or the recipient"),
    ],
)
def test_failure_is_said_in_plain_words(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    def refuse(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(mail_settings, "deliver", refuse)
    job = send_test(world)
    assert job.state is JobState.FAILED
    assert words in (job.error or "")


def test_test_message_needs_a_server(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with pytest.raises(InvalidInput), transaction():
        mail_settings.request_test_message(actor, event_id, "panitia@contoh.example")
