"""Mail settings of an event and the test message: secrets stay secret, answers are plain."""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet
from flask import Flask

from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import InvalidInput
from matchmaking.events.services import mail_settings
from matchmaking.events.services.mail_settings import (
    MailSettings,
    plain_reason,
    remove_mail_server,
    request_test_message,
    set_mail_server,
)
from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail import backends
from matchmaking.mail.models import MailServer
from matchmaking.mail.sealing import unseal
from matchmaking.mail.services import server_for
from matchmaking.transactions import transaction
from tests.world import World

ORGANIZER = Actor(ActorKind.USER, None, None, frozenset({Role.ORGANIZER}))
SETTINGS = MailSettings(
    "mail.contoh.example", 587, "starttls", "panitia@contoh.example", "Panitia", "panitia", "sandi-rahasia"
)


def store(event_id: int, settings: MailSettings = SETTINGS) -> None:
    with transaction():
        set_mail_server(ORGANIZER, event_id, settings)


def own_server(event_id: int) -> MailServer:
    return db.session.scalars(sa.select(MailServer).where(MailServer.event_id == event_id)).one()


def test_password_is_sealed_and_stands_nowhere_in_clear(world: World) -> None:
    event_id = world.event()
    store(event_id)
    server = own_server(event_id)
    assert "sandi-rahasia" not in server.password_sealed
    assert unseal(server.password_sealed) == "sandi-rahasia"
    assert "sandi-rahasia" not in str(db.session.scalars(sa.select(AuditEntry.data)).all())


def test_without_user_name_no_password_is_kept(world: World) -> None:
    event_id = world.event()
    store(event_id)
    store(event_id, replace(SETTINGS, username="", password=""))
    assert own_server(event_id).password_sealed == ""


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"host": " "}, "host"),
        ({"host": "smtp://mail.contoh.example"}, "host"),
        ({"host": "mail contoh"}, "host"),
        ({"port": 0}, "port"),
        ({"port": 65536}, "port"),
        ({"security": "sedikit"}, "security"),
        ({"from_address": "panitia"}, "from_address"),
        ({"from_address": "a@contoh.example\nBcc: b@contoh.example"}, "from_address"),
        ({"from_name": "Panitia\r\nBcc: b@contoh.example"}, "from_name"),
        ({"security": "none"}, "security"),  # a password would cross the network in clear
    ],
)
def test_wrong_setting_is_refused_at_its_field_and_keeps_the_old_ones(
    world: World, values: dict[str, object], field: str
) -> None:
    event_id = world.event()
    store(event_id)
    with pytest.raises(InvalidInput) as refusal:
        store(event_id, replace(SETTINGS, **values))  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
    assert (own_server(event_id).host, own_server(event_id).port) == ("mail.contoh.example", 587)


def test_unprotected_server_without_password_is_allowed(world: World) -> None:
    event_id = world.event()
    store(event_id, replace(SETTINGS, security="none", username="", password=""))
    assert own_server(event_id).security == "none"


def test_event_without_server_says_how_people_are_told(world: World) -> None:
    event_id = world.event()
    store(event_id)
    with transaction():
        remove_mail_server(ORGANIZER, event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.set_cookie("language", "en")
    assert "WhatsApp" in browser.get(f"/manage/{world.code_of(event_id)}/settings/mail").text
    assert server_for(event_id) is None


def ask(event_id: int, to_address: str = "saya@contoh.example") -> int:
    with transaction():
        return request_test_message(ORGANIZER, event_id, to_address).id


@pytest.mark.parametrize("address", ["panitia@contoh.example", " Panitia@Contoh.Example "])
def test_test_message_to_the_sender_itself_is_refused_as_it_would_prove_nothing(world: World, address: str) -> None:
    event_id = world.event()
    store(event_id)
    with pytest.raises(InvalidInput) as refusal:
        ask(event_id, address)
    assert list(refusal.value.fields) == ["to_address"]
    assert world.run_jobs() == 0


def test_test_message_asked_for_twice_while_one_is_under_way_is_sent_once(world: World) -> None:
    event_id = world.event()
    store(event_id)
    assert ask(event_id) == ask(event_id)
    world.run_jobs()
    assert len(backends.delivered) == 1
    assert ask(event_id) != db.session.scalars(sa.select(Job.id)).first()


def test_job_of_another_event_is_not_shown(world: World) -> None:
    event_id, other_id = world.event(), world.event()
    store(event_id)
    code = db.session.get_one(Job, ask(event_id)).code
    browser = world.client(world.user(roles={other_id: Role.ORGANIZER, event_id: Role.ORGANIZER}))
    assert browser.get(f"/manage/{world.code_of(event_id)}/settings/mail/test/{code}").status_code == 200
    assert browser.get(f"/manage/{world.code_of(other_id)}/settings/mail/test/{code}").status_code == 404


class Refuser:
    """A mail server on this machine that greets and then refuses every sender in its own words."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except OSError:
            return
        with connection, connection.makefile("rwb") as lines:
            lines.write(b"220 mail.contoh.example\r\n")
            lines.flush()
            for line in lines:
                command = line[:4].upper()
                lines.write(
                    {b"MAIL": b"554 5.7.1 Relay ditolak\r\n", b"QUIT": b"221 ya\r\n"}.get(command, b"250 baik\r\n")
                )
                lines.flush()

    def close(self) -> None:
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def refuser() -> Iterator[Refuser]:
    server = Refuser()
    yield server
    server.close()


def outcome(app: Flask, world: World, port: int) -> str:
    """Send a test message over a real connection to this machine's port; return the sentence people read."""
    event_id = world.event()
    store(event_id, MailSettings("127.0.0.1", port, "none", "panitia@contoh.example"))
    app.config["MAIL_BACKEND"] = ""
    job_id = ask(event_id)
    world.run_jobs()
    job = db.session.get_one(Job, job_id)
    assert job.state is JobState.FAILED
    return job.error or ""


def test_servers_own_words_are_shown_behind_the_sentence(app: Flask, world: World, refuser: Refuser) -> None:
    assert "Relay ditolak" in outcome(app, world, refuser.port)


def test_server_that_is_not_there_is_said_plainly(app: Flask, world: World) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert outcome(app, world, port) == plain_reason(ConnectionRefusedError())


def test_password_sealed_under_another_secret_asks_for_it_again(app: Flask, world: World) -> None:
    """After a restore without the secret key the password is unreadable; that is said, not hidden behind "our side"."""
    event_id = world.event()
    store(event_id)
    with transaction():
        own_server(event_id).password_sealed = Fernet(Fernet.generate_key()).encrypt(b"x").decode()
    app.config["MAIL_BACKEND"] = ""
    sentences = []

    def connect(*_args: object, **_values: object) -> object:
        raise AssertionError("no connection before the password is readable")

    original, backends._connection = backends._connection, connect  # type: ignore[assignment]
    try:
        job_id = ask(event_id)
        world.run_jobs()
        sentences.append(db.session.get_one(Job, job_id).error)
    finally:
        backends._connection = original
    assert sentences == [mail_settings.password_unreadable()]


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"),
        smtplib.SMTPRecipientsRefused({"saya@contoh.example": (550, b"unknown")}),
        smtplib.SMTPSenderRefused(550, b"no", "panitia@contoh.example"),
        smtplib.SMTPNotSupportedError("STARTTLS"),
        ssl.SSLError(1, "wrong version number"),
        TimeoutError(),
        socket.gaierror(-2, "Name or service not known"),
    ],
)
def test_each_failure_has_a_sentence_of_its_own(app: Flask, error: Exception) -> None:
    others = {plain_reason(OSError()), plain_reason(smtplib.SMTPDataError(554, b"no"))}
    sentence = plain_reason(error)
    assert sentence not in others or isinstance(error, socket.gaierror)
    assert "Traceback" not in sentence
    assert "saya@contoh.example" not in sentence
