"""What a person is told when their agenda was published or changed: the sentences of e-mail and WhatsApp text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby

from matchmaking import clock
from matchmaking.i18n import gettext as _
from matchmaking.i18n import show_date, show_time
from matchmaking.scheduling.papers import EventHead, time_span
from matchmaking.scheduling.queries.agendas import Agenda
from matchmaking.scheduling.queries.changes import Change, Spot
from matchmaking.scheduling.queries.notices import Addressee, Announcement
from matchmaking.scheduling.queries.times import SlotTimes


@dataclass(frozen=True)
class Places:
    """When the slots begin and what the tables are called that changes speak of, by id."""

    times: SlotTimes
    table_names: Mapping[int, str]
    zone: str

    def words(self, spot: Spot) -> str:
        """Return ``11 Mei 2023, 09.20 WIB, meja 3``."""
        at = self.times.start(spot.slot_id, spot.table_id)
        day = show_date(clock.in_zone(at, self.zone).date())
        time = show_time(at, self.zone, with_zone=True)
        return _("%(day)s, %(time)s, table %(table)s", day=day, time=time, table=self.table_names[spot.table_id])


Reasons = Mapping[tuple[int, int], str]


def change_sentences(
    changes: Sequence[Change], team_id: int, names: Mapping[int, str], places: Places, reasons: Reasons | None = None
) -> list[str]:
    """Return what changed in one team's agenda, each meeting in one sentence; ``reasons``: as below."""
    return [_with_reason(_change_sentence(change, team_id, names, places), change, reasons or {}) for change in changes]


def comparison_sentences(
    changes: Sequence[Change], names: Mapping[int, str], places: Places, reasons: Reasons
) -> list[str]:
    """Return what differs between two versions for somebody who sees both sides: lost first, then moved, table, new.

    ``reasons``: why a pair of teams is not held, as the solver said it.
    """
    order = ("removed", "moved", "retabled", "added")
    return [_comparison(c, names, places, reasons) for c in sorted(changes, key=lambda c: order.index(c.kind))]


def _comparison(change: Change, names: Mapping[int, str], places: Places, reasons: Reasons) -> str:
    teams = (change.exhibitor_team_id, change.buyer_team_id)
    return _with_reason(_sentence(change, " – ".join(names.get(id, "") for id in teams), places), change, reasons)


def _with_reason(sentence: str, change: Change, reasons: Reasons) -> str:
    why = reasons.get((change.exhibitor_team_id, change.buyer_team_id)) if change.kind == "removed" else None
    return f"{sentence} {why}" if why else sentence


def changed_of(news: Announcement, person: Addressee, zone: str) -> list[str]:
    """Return what changed for a person since they were told last, and what begins later than planned.

    To who was never told anything all is new: only delays are said then.
    """
    places = Places(news.times, news.table_names, zone)
    changed = [
        sentence
        for team_id, changes in news.changes_for(person.delegate_id, person.team_ids)
        for sentence in change_sentences(changes, team_id, news.names, places)
    ]
    late = [s for id in person.team_ids if id in news.agendas for s in late_sentences(news.agendas[id], zone)]
    return [*changed, *late]


def late_sentences(agenda: Agenda, zone: str) -> list[str]:
    """Return from when on an agenda's meetings to come are late, one sentence for each stretch of equal lateness."""
    coming = [item for item in agenda.meetings if item.ends_at > clock.now()]
    sentences = []
    for minutes, items in groupby(coming, key=lambda item: item.late_minutes):
        if minutes:
            planned = next(items).starts_at - timedelta(minutes=minutes)
            sentences.append(_("Later than planned: from %(time)s on, by %(minutes)s minutes.",
                               time=show_time(planned, zone, with_zone=True), minutes=minutes))  # fmt: skip
    return sentences


def _change_sentence(change: Change, team_id: int, names: Mapping[int, str], places: Places) -> str:
    other = change.buyer_team_id if team_id == change.exhibitor_team_id else change.exhibitor_team_id
    return _sentence(change, names.get(other, ""), places)


def _sentence(change: Change, name: str, places: Places) -> str:
    before = places.words(change.before) if change.before else ""
    after = places.words(change.after) if change.after else ""
    if change.kind == "added":
        return _("New: %(name)s, %(place)s.", name=name, place=after)
    if change.kind == "removed":
        return _("Cancelled: %(name)s, %(place)s.", name=name, place=before)
    if change.kind == "moved":
        return _("Moved: %(name)s, from %(before)s to %(after)s.", name=name, before=before, after=after)
    return _("Other table: %(name)s, now %(after)s.", name=name, after=after)


def subject(head: EventHead, *, is_first: bool) -> str:
    """Return the subject of the e-mail."""
    if is_first:
        return _("Your meeting agenda: %(event)s", event=head.name)
    return _("Your meeting agenda has changed: %(event)s", event=head.name)


def letter(person: str, head: EventHead, agendas: Sequence[Agenda], changed: Sequence[str], address: str) -> str:
    """Return the e-mail's text: what changed (nothing at the first publication), then the agenda."""
    parts = [_("Dear %(name)s,", name=person), ""]
    if changed:
        parts += [_("Your agenda for %(event)s has changed:", event=head.name), *(f"- {line}" for line in changed), ""]
        parts.append(_("This is how it stands now:"))
    else:
        parts.append(_("This is your agenda for %(event)s:", event=head.name))
    parts += ["", *agenda_lines(agendas, head), ""]
    parts.append(_("The agenda as PDF and a file for your calendar are attached."))
    if address:
        parts.append(_("Always up to date: %(address)s", address=address))
    return "\n".join(parts)


def whatsapp_text(person: str, head: EventHead, agendas: Sequence[Agenda], changed: Sequence[str]) -> str:
    """Return the text staff hand over by WhatsApp; short, and nobody's number in it."""
    opening = (
        _("Your agenda for *%(event)s* has changed:", event=head.name)
        if changed
        else _("This is your agenda for *%(event)s*:", event=head.name)
    )
    parts = [_("Dear %(name)s,", name=person), opening, *(f"- {line}" for line in changed)]
    if changed:
        parts += ["", _("This is how it stands now:")]
    return "\n".join([*parts, *agenda_lines(agendas, head), head.venue])


def agenda_lines(agendas: Sequence[Agenda], head: EventHead) -> list[str]:
    """Return one line for each meeting, the team's name above where a person comes for several."""
    lines = []
    for agenda in agendas:
        if len(agendas) > 1:
            lines.append(f"{agenda.name}:")
        days: set[str] = set()
        for item in agenda.meetings:
            day = show_date(clock.in_zone(item.starts_at, head.zone).date(), weekday=True)
            if day not in days:
                days.add(day)
                lines.append(day)
            lines.append(
                _(
                    "%(time)s, table %(table)s: %(name)s",
                    time=time_span(item, head.zone),
                    table=item.table,
                    name=item.title,
                )
            )
        if not agenda.meetings:
            lines.append(_("No meetings are scheduled at the moment."))
    return lines
