"""What one person is sent of a version: the e-mail with its files, and the text for WhatsApp; the same for preview and mail."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from matchmaking.i18n import force_locale
from matchmaking.mail import Attachment, Message
from matchmaking.scheduling.models import ScheduleVersion
from matchmaking.scheduling.papers import EventHead, agenda_address, agenda_calendar, agenda_pdf, event_head
from matchmaking.scheduling.queries.agendas import Agenda
from matchmaking.scheduling.queries.notices import Addressee, Announcement, announcement_of
from matchmaking.scheduling.telling import changed_of, letter, subject, whatsapp_text


@dataclass(frozen=True)
class News:
    """What everybody of one language is told from; plain values."""

    announcement: Announcement
    head: EventHead
    address: str


def news_of(version: ScheduleVersion, locale: str, published_at: datetime | None = None) -> News:
    """Return the news of a version in one language; ``published_at`` stands in for a draft's."""
    with force_locale(locale):
        head = event_head(version.event_id, version.published_at or published_at)
        return News(announcement_of(version, locale), head, agenda_address(version.event_id))


def agenda_message(news: News, person: Addressee) -> Message:
    """Make one person's message with its attachments: slow, so outside any transaction."""
    what, head = news.announcement, news.head
    with force_locale(person.locale):
        agendas = _agendas(news, person)
        changed = changed_of(what, person, head.zone)
        attachments = [Attachment("agenda.pdf", "application/pdf", agenda_pdf(agendas, head))]
        for agenda in agendas:
            content = agenda_calendar(agenda, head, what.cancelled.get(agenda.id, []))
            attachments.append(Attachment(f"agenda-{agenda.id}.ics", "text/calendar", content))
        return Message(
            to_address=person.email or "",
            subject=subject(head, is_first=not changed),
            body=letter(person.name, head, agendas, changed, news.address),
            purpose="agenda",
            dedupe_key=f"agenda:{what.version_id}:{person.delegate_id}:{_sequences(agendas)}",
            attachments=tuple(attachments),
        )


def agenda_text(news: News, person: Addressee) -> str:
    """Return the text staff hand over by WhatsApp, in the person's language."""
    with force_locale(person.locale):
        changed = changed_of(news.announcement, person, news.head.zone)
        return whatsapp_text(person.name, news.head, _agendas(news, person), changed)


def _agendas(news: News, person: Addressee) -> list[Agenda]:
    return [news.announcement.agendas[id] for id in person.team_ids if id in news.announcement.agendas]


def _sequences(agendas: list[Agenda]) -> int:
    """Name what is told: it grows with every published change of one of the meetings, a change of times too."""
    return sum(item.sequence for agenda in agendas for item in agenda.meetings)
