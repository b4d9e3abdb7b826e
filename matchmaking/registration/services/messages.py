"""What participants are told by e-mail when their entry's state changes; those without are handed a WhatsApp text by staff."""

from __future__ import annotations

from typing import Any

from matchmaking.actor import Actor
from matchmaking.events.models import Event
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.mail import Message, send_later
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.registration.queries.entries import contact_of

#: Letters to participants are written in the language of the office.
LETTER_LOCALE = "id"


def address_of(participation: Participation) -> str | None:
    """Return where an entry is reached by e-mail: its contact, else the organisation."""
    contact = contact_of(participation.id)
    return (contact.email if contact else None) or participation.organization.email


def tell_state(actor: Actor, event: Event, participation: Participation) -> None:
    """Write to the entry's contact that its state has changed; nothing is sent where there is no address."""
    address = address_of(participation)
    if address is None:
        return
    with force_locale(LETTER_LOCALE):
        subject, body = state_letter(event, participation)
    key = f"registration:{participation.id}:{participation.state.value}:{participation.row_version}"
    send_later(actor, Message(address, subject, body, "registration.state", key), event_id=event.id)


def state_letter(event: Event, participation: Participation) -> tuple[str, str]:
    """Return subject and text of the letter, in the language in force."""
    facts: dict[str, Any] = {"event": event.name, "name": participation.organization.legal_name}
    sentence = _sentence(participation, facts)
    lines = [
        _("Dear participant,"),
        "",
        sentence,
        *([_("The organiser writes: %(reason)s", reason=participation.reason)] if participation.reason else []),
        "",
        _("You see where your entry stands, and change it, with the status link you were given."),
        *([_("Questions: %(contact)s", contact=_contact_line(event))] if _contact_line(event) else []),
        "",
        event.host_name or event.name,
    ]
    return _("%(event)s: your entry", event=event.name), "\n".join(lines)


def _sentence(participation: Participation, facts: dict[str, Any]) -> str:
    if participation.state is ParticipationState.APPROVED:
        return _("The entry of %(name)s for %(event)s is approved. We look forward to seeing you.", **facts)
    if participation.state is ParticipationState.REFUSED:
        return _("We are sorry: the entry of %(name)s for %(event)s could not be accepted.", **facts)
    if participation.state is ParticipationState.WAITLISTED:
        return _(
            "All places are taken. The entry of %(name)s for %(event)s is on the waiting list; we write as soon as a"
            " place is free.",
            **facts,
        )
    if participation.state is ParticipationState.WITHDRAWN:
        return _("The entry of %(name)s for %(event)s has been withdrawn.", **facts)
    return _("The entry of %(name)s for %(event)s is with the organiser, who decides about it next.", **facts)


def _contact_line(event: Event) -> str:
    return ", ".join(part for part in (event.contact_name, event.contact_phone, event.contact_email) if part)
