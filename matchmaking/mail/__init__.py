"""E-mail: an outbox row in the business transaction, sent by a job, never twice."""

from matchmaking.mail.services import Attachment, Message, send_later

__all__ = ["Attachment", "Message", "send_later"]
