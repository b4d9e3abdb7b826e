"""How an event sends mail, and a test message that tells the truth about it."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.errors import DomainError, InvalidInput
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs import JobHandle, enqueue, job_handler
from matchmaking.jobs.models import Job
from matchmaking.mail.backends import deliver
from matchmaking.mail.models import MailServer
from matchmaking.mail.sealing import seal
from matchmaking.mail.services import compose, server_for
from matchmaking.transactions import end_read

TEST = "events.mail_test"
SECURITY = ("starttls", "tls", "none")


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
    """Store how the event sends mail; the password is encrypted and never shown again."""
    event = editable_event(event_id)
    if not settings.host.strip():
        raise InvalidInput(_("Give the mail server's name, such as smtp.example.id."), fields={"host": _("needed")})
    if not 1 <= settings.port <= 65535:
        raise InvalidInput(_("The port is a number from 1 to 65535, usually 587."), fields={"port": _("usually 587")})
    if settings.security not in SECURITY:
        raise InvalidInput(_("Choose how the connection is protected."), fields={"security": _("choose one")})
    row = db.session.scalar(sa.select(MailServer).where(MailServer.event_id == event.id))
    row = row or MailServer(event_id=event.id)
    row.host, row.port, row.security = settings.host.strip(), settings.port, settings.security
    row.from_address, row.from_name = settings.from_address.strip(), settings.from_name.strip()
    row.username = settings.username.strip()
    if settings.password or not settings.username:
        row.password_sealed = seal(settings.password)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "events.set_mail_server", event, event_id=event.id)


def remove_mail_server(actor: Actor, event_id: int) -> None:
    """Send no mail from this event any more."""
    event = editable_event(event_id)
    db.session.execute(sa.delete(MailServer).where(MailServer.event_id == event.id))
    audit.record(actor, "events.remove_mail_server", event, event_id=event.id)


def request_test_message(actor: Actor, event_id: int, to_address: str) -> Job:
    """Ask for a test message to the organiser's own address."""
    editable_event(event_id)
    if server_for(event_id) is None:
        raise InvalidInput(_("Save the mail server first."))
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
    except (OSError, smtplib.SMTPException) as error:
        raise MailNotDelivered(plain_reason(error)) from error


def plain_reason(error: Exception) -> str:
    """Return what went wrong in words an organiser can act on, with the server's own words behind them."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The server does not accept the user name or password. (%(words)s)", words=_words(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused):
        return _("The server refuses the sender or the recipient. Check the sender's address.")
    if isinstance(error, ssl.SSLError):
        return _("The protected connection failed. Try the other kind of protection, or port 465 with TLS.")
    if isinstance(error, TimeoutError):
        return _("The server did not answer in time. Check name and port; some hotel networks block mail.")
    if isinstance(error, smtplib.SMTPException):
        return _("The server refused the message. (%(words)s)", words=_words(error))
    return _("The server cannot be reached. Check name and port, and this computer's connection.")


def _words(error: smtplib.SMTPException) -> str:
    answer = getattr(error, "smtp_error", b"")
    return answer.decode("utf-8", "replace")[:200] if isinstance(answer, bytes) else str(answer)[:200]
