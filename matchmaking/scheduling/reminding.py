"""The sentences of a reminder before the first meeting of somebody's day, as e-mail and as WhatsApp text."""

from __future__ import annotations

from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, show_date, show_time
from matchmaking.scheduling.papers import EventHead
from matchmaking.scheduling.queries.reminders import PersonDay
from matchmaking.scheduling.telling import agenda_lines


def reminder_subject(person: PersonDay, head: EventHead) -> str:
    """Return the subject of the e-mail: day, hour, event."""
    return _(
        "Reminder: %(day)s at %(time)s, %(event)s",
        day=show_date(person.day),
        time=show_time(person.first_at, head.zone, with_zone=True),
        event=head.name,
    )


def reminder_letter(person: PersonDay, head: EventHead, address: str) -> str:
    """Return the e-mail's text."""
    parts = [_("Dear %(name)s,", name=person.name), "", _opening(person, head), ""]
    parts += [*agenda_lines(person.agendas, head), "", *_place(head)]
    if address:
        parts.append(_("Always up to date: %(address)s", address=address))
    return "\n".join(parts)


def reminder_text(person: PersonDay, head: EventHead) -> str:
    """Return the text staff hand over by WhatsApp; nobody's number in it."""
    return "\n".join(
        [
            _("Dear %(name)s,", name=person.name),
            _opening(person, head),
            *agenda_lines(person.agendas, head),
            *_place(head),
        ]
    )


def _opening(person: PersonDay, head: EventHead) -> str:
    count = sum(len(agenda.meetings) for agenda in person.agendas)
    return ngettext(
        "A reminder: you have %(num)s meeting at %(event)s, at %(time)s.",
        "A reminder: you have %(num)s meetings at %(event)s, the first at %(time)s.",
        count,
        event=head.name,
        time=show_time(person.first_at, head.zone, with_zone=True),
    )


def _place(head: EventHead) -> list[str]:
    return [_("Place: %(venue)s", venue=head.venue)] if head.venue else []
