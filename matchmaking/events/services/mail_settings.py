"""How an event sends mail, and a test message that tells the truth about it."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

import sqlalchemy as sa
from cryptography.fernet import InvalidToken

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs import JobHandle, enqueue, job_handler
from matchmaking.jobs.models import Job
from matchmaking.jobs.services import active_job
from matchmaking.mail.backends import deliver
from matchmaking.mail.models import MailServer
from matchmaking.mail.sealing import seal
from matchmaking.mail.services import compose, server_for
from matchmaking.transactions import end_read

TEST = "events.mail_test"
SECURITY = ("starttls", "tls", "none")
HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,198}[A-Za-z0-9])?|\[?[0-9A-Fa-f:]{2,45}\]?")
ADDRESS = re.compile(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,185}[A-Za-z0-9])")
ANY_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class MailNotDelivered(DomainError):
    """The server could not be reached or refused."""

    code = "events.mail_not_delivered"


@dataclass(frozen=True)
class MailSettings:
    """A mail server. An empty password keeps the one stored."""

    host: str
    port: int
    security: str
    from_address: str
    from_name: str = ""
    username: str = ""
    password: str = ""


def set_mail_server(actor: Actor, event_id: int, settings: MailSettings) -> None:
    """Store how the event sends mail; the password is encrypted and never shown again.

    Raises:
        InvalidInput: with the field at fault.
    """
    event = editable_event(event_id)
    _check(settings)
    row = _own_server(event.id) or MailServer(event_id=event.id)
    row.host, row.port, row.security = settings.host.strip(), settings.port, settings.security
    row.from_address, row.from_name = settings.from_address.strip(), settings.from_name.strip()
    row.username = settings.username.strip()
    if settings.password or not row.username:
        row.password_sealed = seal(settings.password if row.username else "")
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "events.set_mail_server", event, event_id=event.id)


def _own_server(event_id: int) -> MailServer | None:
    return db.session.scalar(sa.select(MailServer).where(MailServer.event_id == event_id))


def _check(settings: MailSettings) -> None:
    if not HOST.fullmatch(settings.host.strip()):
        raise InvalidInput(
            _("Give the mail server's name alone, such as smtp.example.id, without http:// and without a port."),
            fields={"host": _("a name such as smtp.example.id")},
        )
    if not 1 <= settings.port <= 65535:
        raise InvalidInput(_("The port is a number from 1 to 65535, usually 587."), fields={"port": _("usually 587")})
    if settings.security not in SECURITY:
        raise InvalidInput(_("Choose how the connection is protected."), fields={"security": _("choose one")})
    if settings.security == "none" and settings.username.strip():
        raise InvalidInput(
            _("Without protection the password would cross the network for everybody to read. Choose STARTTLS or TLS."),
            fields={"security": _("protected, because there is a password")},
        )
    if not ADDRESS.fullmatch(settings.from_address.strip()):
        raise InvalidInput(
            _("The sender's address is not an e-mail address."),
            fields={"from_address": _("such as panitia@example.id")},
        )
    if CONTROL.search(settings.from_name.strip()):
        raise InvalidInput(_("The sender's name takes one line only."), fields={"from_name": _("one line")})


def remove_mail_server(actor: Actor, event_id: int) -> None:
    """Send no mail from this event any more."""
    event = editable_event(event_id)
    db.session.execute(sa.delete(MailServer).where(MailServer.event_id == event.id))
    audit.record(actor, "events.remove_mail_server", event, event_id=event.id)


def request_test_message(actor: Actor, event_id: int, to_address: str) -> Job:
    """Ask for a test message; while one to the same address is under way, that one is returned.

    Raises:
        InvalidInput: no server yet, no address, or the sender's own: a message that goes in a circle proves nothing.
    """
    editable_event(event_id)
    server, to_address = server_for(event_id), to_address.strip()
    if server is None:
        raise InvalidInput(_("Save the mail server first."))
    if not ADDRESS.fullmatch(to_address):
        raise InvalidInput(
            _("Give the e-mail address the test message shall go to."),
            fields={"to_address": _("such as nama@example.id")},
        )
    if to_address.casefold() == server.from_address.casefold():
        raise InvalidInput(
            _("Send the test to another mailbox than the sender's own: only then it shows that messages arrive."),
            fields={"to_address": _("another mailbox than the sender's")},
        )
    under_way = active_job(TEST, event_id)
    if under_way and under_way.args["to"] == to_address:
        return under_way
    return enqueue(actor, TEST, {"to": to_address}, event_id=event_id)


@job_handler(TEST, restartable=False)
def send_test_message(handle: JobHandle) -> None:
    """Hand one message to the server and say in plain words what it answered.

    Raises:
        MailNotDelivered: with the sentence for the page.
    """
    server = server_for(handle.event_id)
    if server is None:
        raise MailNotDelivered(_("There is no mail server any more."))
    db.session.expunge(server)
    end_read()
    message: EmailMessage = compose(
        server,
        handle.args["to"],
        _("Test message from Temu Bisnis"),
        _("This message shows that the mail settings of your event work. You need not answer."),
    )
    try:
        deliver(message, server)
    except InvalidToken as error:
        raise MailNotDelivered(password_unreadable()) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotDelivered(plain_reason(error)) from error


def password_unreadable() -> str:
    """Return what to do when the installation's secret is another one than when the password was stored."""
    return _("The stored password can no longer be read on this computer. Enter it once more in the mail settings.")


def plain_reason(error: Exception) -> str:
    """Return what went wrong in words an organiser can act on, with the server's own words behind them."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        sentence = _("The server does not accept the user name or password.")
    elif isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        sentence = _("The server refuses the sender or the recipient. Check the sender's address.")
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        sentence = _("The server does not offer this kind of protection or log-in. Try TLS and port 465.")
    elif isinstance(error, ssl.SSLError):
        sentence = _("The protected connection failed. Try the other kind of protection, or port 465 with TLS.")
    elif isinstance(error, TimeoutError):
        sentence = _("The server did not answer in time. Check name and port; some hotel networks block mail.")
    elif isinstance(error, smtplib.SMTPException):
        sentence = _("The server refused the message.")
    else:
        sentence = _("The server cannot be reached. Check name and port, and this computer's connection.")
    words = _words(error)
    if not words:
        return sentence
    return sentence + " " + _("The server said: “%(words)s”", words=words)


def _words(error: Exception) -> str:
    """Return the server's own answer on one line, without any address it repeats; empty when it said nothing."""
    answers = [getattr(error, "smtp_error", b"")]
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [answer for _code, answer in error.recipients.values()]
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        answers = [str(error)]
    text = " ".join(a.decode("utf-8", "replace") if isinstance(a, bytes) else str(a) for a in answers)
    return ANY_ADDRESS.sub("…", " ".join(text.split()))[:200]
