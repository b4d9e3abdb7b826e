"""The outbox: one occasion is one message, sent once; a failure is kept; a secret is not."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking.actor import SYSTEM
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail import Attachment, Message, backends, send_later
from matchmaking.mail import services as mail
from matchmaking.mail.models import MailMessage, MailServer, MailState
from matchmaking.mail.sealing import seal, unseal
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, World

TO = "satu@contoh.example"


def send(key: str = "a", **values: object) -> int:
    given = {"to_address": TO, "subject": "Undangan", "body": "Halo", "purpose": "x", "dedupe_key": key, **values}
    with transaction():
        return send_later(SYSTEM, Message(**given)).id  # type: ignore[arg-type]


def row(message_id: int) -> MailMessage:
    return db.session.get_one(MailMessage, message_id, populate_existing=True)


def test_message_is_delivered_once(world: World) -> None:
    message_id = send(attachments=(Attachment("agenda.ics", "text/calendar; charset=utf-8", b"BEGIN:VCALENDAR"),))
    world.run_jobs()
    jobs.run_job(db.session.scalars(sa.select(Job.id)).one())
    assert [(m["To"], m["Subject"]) for m in backends.delivered] == [(TO, "Undangan")]
    parts = list(backends.delivered[0].iter_attachments())
    assert [(p.get_filename(), p.get_content_type()) for p in parts] == [("agenda.ics", "text/calendar")]
    assert (row(message_id).state, row(message_id).sent_at is not None) == (MailState.SENT, True)


def test_same_occasion_is_one_message(world: World) -> None:
    assert send("a") == send("a", body="Lain")
    assert send("b") != send("a")
    world.run_jobs()
    assert [m.get_content().strip() for m in backends.delivered] == ["Halo", "Halo"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_same_occasion_at_once_is_one_message(app: Flask, world: World) -> None:
    assert len(set(map(str, at_once(app, lambda _number: send("a"))))) == 1
    world.run_jobs()
    assert len(backends.delivered) == 1


def test_nothing_is_sent_when_the_action_fails(world: World) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        send_later(SYSTEM, Message(TO, "A", "B", "x", "a"))
        raise ZeroDivisionError
    assert (world.run_jobs(), backends.delivered) == (0, [])


@pytest.mark.parametrize(
    "error",
    [smtplib.SMTPServerDisconnected("x"), smtplib.SMTPRecipientsRefused({}), TimeoutError(), ConnectionRefusedError()],
)
def test_server_that_fails_is_noted_and_the_job_is_done(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_message: EmailMessage, _server: MailServer | None) -> None:
        raise error

    monkeypatch.setattr(mail, "deliver", fail)
    message_id = send()
    world.run_jobs()
    assert (row(message_id).state, row(message_id).error, row(message_id).sent_at) == (
        MailState.FAILED,
        type(error).__name__,
        None,
    )
    assert db.session.scalars(sa.select(Job.state)).all() == [JobState.DONE]


def test_secret_is_encrypted_until_sent_and_forgotten_then(world: World) -> None:
    message_id = send(body="https://x/l/rahasia", is_secret=True)
    assert "rahasia" not in row(message_id).body
    world.run_jobs()
    assert (backends.delivered[0].get_content().strip(), row(message_id).body) == ("https://x/l/rahasia", "")


def test_subject_cannot_add_headers(world: World) -> None:
    send(subject="Halo\nBcc: lain@contoh.example")
    world.run_jobs()
    assert (backends.delivered[0]["Bcc"], backends.delivered[0]["Subject"]) == (None, "Halo Bcc: lain@contoh.example")


class Server:
    """Stands in for an SMTP connection; notes what it is asked."""

    asked: list[object]

    def __init__(self, host: str, port: int, **_options: object) -> None:
        Server.asked = [(type(self).__name__, host, port)]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_error: object) -> None:
        self.asked.append("closed")

    def starttls(self, **_options: object) -> None:
        self.asked.append("starttls")

    def login(self, user: str, password: str) -> None:
        self.asked.append((user, password))

    def send_message(self, message: EmailMessage) -> None:
        self.asked.append((message["From"], message["To"]))


class TlsServer(Server):
    """The same, protected from the first byte."""


@pytest.mark.parametrize(
    ("security", "username", "asked"),
    [
        ("starttls", "panitia", [("Server", "smtp.contoh.example", 587), "starttls", ("panitia", "sandi")]),
        ("tls", "panitia", [("TlsServer", "smtp.contoh.example", 587), ("panitia", "sandi")]),
        ("none", "", [("Server", "smtp.contoh.example", 587)]),
    ],
)
def test_smtp_by_the_events_server(
    world: World, monkeypatch: pytest.MonkeyPatch, security: str, username: str, asked: list[object]
) -> None:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    monkeypatch.setattr(smtplib, "SMTP_SSL", TlsServer)
    world.app.config["MAIL_BACKEND"] = ""
    event = world.event()
    world.save(
        MailServer(event_id=event, host="smtp.contoh.example", security=security, username=username,
                   password_sealed=seal("sandi"), from_address="panitia@contoh.example", from_name="Panitia"),
    )  # fmt: skip
    with transaction():
        send_later(SYSTEM, Message(TO, "A", "B", "x", "a"), event_id=event)
    world.run_jobs()
    assert Server.asked == [*asked, ("Panitia <panitia@contoh.example>", TO), "closed"]


def test_event_server_wins_over_the_installations(world: World) -> None:
    event, other = world.event(), world.event()
    world.save(MailServer(event_id=None, host="umum", from_address="a@contoh.example"))
    world.save(MailServer(event_id=event, host="acara", from_address="b@contoh.example"))
    found = [server and server.host for server in map(mail.server_for, (event, other, None))]
    assert found == ["acara", "umum", "umum"]


def test_without_a_server_the_console_says_so_and_no_text(world: World) -> None:
    world.app.config["MAIL_BACKEND"] = ""
    message_id = send()
    world.run_jobs()
    assert (row(message_id).state, backends.delivered) == (MailState.SENT, [])


def test_sealing(app: Flask) -> None:
    assert (unseal(seal("sandi")), seal(""), unseal("")) == ("sandi", "", "")
    assert "sandi" not in seal("sandi")
