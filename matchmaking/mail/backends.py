"""Ways to hand a message over: ``smtp`` for real, ``console`` for a trial, ``memory`` for tests."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage

import structlog
from flask import current_app

from matchmaking.mail.models import MailServer
from matchmaking.mail.sealing import unseal

log = structlog.get_logger()
TIMEOUT_SECONDS = 20

#: What the memory backend was given, newest last.
delivered: list[EmailMessage] = []


def deliver(message: EmailMessage, server: MailServer | None) -> None:
    """Send by the event's server; without one (or when the settings say so) by console or memory.

    Raises:
        OSError, smtplib.SMTPException: the server could not be reached or refused.
    """
    backend = current_app.config["MAIL_BACKEND"] or ("smtp" if server else "console")
    if backend == "memory":
        delivered.append(message)
    elif backend == "console" or server is None:
        log.info("mail.console", message_id=message["Message-ID"])
    else:
        _smtp(message, server)


def _smtp(message: EmailMessage, server: MailServer) -> None:
    password = unseal(server.password_sealed) if server.username else ""  # unreadable: say so before calling anybody
    context = ssl.create_default_context()
    with _connection(server, context) as connection:
        if server.security == "starttls":
            connection.starttls(context=context)
        if server.username:
            connection.login(server.username, password)
        connection.send_message(message)


def _connection(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
