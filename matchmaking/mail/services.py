"""Writing to the outbox, and the job that sends."""

from __future__ import annotations

import base64
import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr, make_msgid

import sqlalchemy as sa
import structlog

from matchmaking import clock
from matchmaking.actor import Actor
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.jobs import JobHandle, enqueue, job_handler
from matchmaking.mail.backends import deliver
from matchmaking.mail.models import MailMessage, MailServer, MailState
from matchmaking.mail.sealing import seal, unseal
from matchmaking.transactions import insert_new, lock_row, transaction

log = structlog.get_logger()
SEND = "mail.send"
#: How a stored text begins that must be decrypted to be sent.
SEALED = "sealed:"
#: The error of a message that somebody saw come back.
RETURNED = "returned"
DEFAULT_FROM = "temu-bisnis@localhost"


@dataclass(frozen=True)
class Attachment:
    """A small file that goes with a message (calendar file, agenda PDF)."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Message:
    """A message to one person. ``dedupe_key`` names the occasion, such as ``agenda:7:team:31``.

    ``is_secret``: the text carries a link that lets its reader in; it is stored encrypted, and forgotten once sent.
    """

    to_address: str
    subject: str
    body: str
    purpose: str
    dedupe_key: str
    attachments: tuple[Attachment, ...] = ()
    is_secret: bool = False


def send_later(actor: Actor, message: Message, *, event_id: int | None = None) -> MailMessage:
    """Put the message into the outbox in the caller's transaction; a known ``dedupe_key`` changes nothing."""
    values = {
        "event_id": event_id,
        "purpose": message.purpose,
        "dedupe_key": message.dedupe_key,
        "to_address": message.to_address,
        "subject": message.subject,
        "body": SEALED + seal(message.body) if message.is_secret else message.body,
        "attachments": [
            {"name": a.name, "type": a.media_type, "content": base64.b64encode(a.content).decode()}
            for a in message.attachments
        ],
        "state": MailState.QUEUED,
        "created_at": clock.now(),
    }
    row_id = insert_new(MailMessage, values)
    row = db.session.scalars(sa.select(MailMessage).where(MailMessage.dedupe_key == message.dedupe_key)).one()
    if row_id is None:
        return row
    enqueue(actor, SEND, {"message_id": row.id}, event_id=event_id, dedupe_key=f"mail:{row.id}")
    return row


def send_again(actor: Actor, message_id: int, to_address: str) -> bool:
    """Send a message that was not delivered, now to ``to_address``; say whether it waits again. Pressed twice, sent once.

    What was sent stays as it is, and so does a message whose text was forgotten. A server that took the message and failed
    only then may have delivered it: this is for a person who knows, never for a machine that tries again.
    """
    row = lock_row(MailMessage, message_id)
    if row is None or row.state is not MailState.FAILED or not row.body or row.body.startswith(SEALED):
        return False
    row.state, row.error, row.to_address = MailState.QUEUED, None, to_address
    enqueue(actor, SEND, {"message_id": row.id}, event_id=row.event_id, dedupe_key=f"mail:{row.id}:{new_code(12)}")
    return True


def mark_returned(message_id: int) -> bool:
    """Note that a message which the server took came back (a bounce reads like any letter to the sender); say whether it was new."""
    row = lock_row(MailMessage, message_id)
    if row is None or row.state is not MailState.SENT:
        return False
    row.state, row.error = MailState.FAILED, RETURNED
    return True


def _give_up(handle: JobHandle, sentence: str) -> None:
    row = db.session.get_one(MailMessage, handle.args["message_id"])
    row.state, row.error = MailState.FAILED, sentence


@job_handler(SEND, on_failure=_give_up)
def send_message(handle: JobHandle) -> None:
    """Send one message of the outbox. Marked sent before the hand-over is final, so that a crash never sends twice.

    The cost accepted: a crash in between loses one message, which the page shows as sent; the list of people told
    is handed over to staff as WhatsApp texts anyway.
    """
    with transaction():
        row = _locked(handle.args["message_id"])
        if row.state is MailState.SENT:
            return
        row.state, row.sent_at = MailState.SENT, clock.now()
        server = server_for(row.event_id)
        message = _email(row, server)
        if row.body.startswith(SEALED):
            row.body = ""
        if server:
            db.session.expunge(server)
    try:
        deliver(message, server)
    except (OSError, smtplib.SMTPException) as error:
        with transaction():
            row = _locked(handle.args["message_id"])
            row.state, row.sent_at, row.error = MailState.FAILED, None, type(error).__name__
        log.warning("mail.failed", message_id=handle.args["message_id"], error=type(error).__name__)


def _locked(message_id: int) -> MailMessage:
    row = lock_row(MailMessage, message_id)
    if row is None:
        raise RuntimeError(f"message {message_id} was deleted while it waited")
    return row


def server_for(event_id: int | None) -> MailServer | None:
    """Return the event's mail server, else the installation's, else ``None``."""
    rows = db.session.scalars(
        sa.select(MailServer).where(sa.or_(MailServer.event_id == event_id, MailServer.event_id.is_(None)))
    ).all()
    return next((row for row in rows if row.event_id is not None), rows[0] if rows else None)


def compose(server: MailServer | None, to_address: str, subject: str, body: str) -> EmailMessage:
    """Return a plain message from the server's sender."""
    email = EmailMessage()
    email["To"] = to_address
    email["From"] = formataddr((" ".join(server.from_name.split()), server.from_address)) if server else DEFAULT_FROM
    email["Subject"] = " ".join(subject.split())  # no line end: what follows one would be a header of its own
    email["Message-ID"] = make_msgid(domain=email["From"].rsplit("@")[-1].strip(">"))
    email.set_content(body)
    return email


def _email(row: MailMessage, server: MailServer | None) -> EmailMessage:
    body = unseal(row.body.removeprefix(SEALED)) if row.body.startswith(SEALED) else row.body
    email = compose(server, row.to_address, row.subject, body)
    for attachment in row.attachments:
        kind, _, subtype = attachment["type"].partition("/")
        content = base64.b64decode(attachment["content"])
        email.add_attachment(content, maintype=kind, subtype=subtype.split(";")[0], filename=attachment["name"])
    return email
