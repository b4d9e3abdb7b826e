"""The rehearsal before doors open: each step with where it stands, in the order of the walk through the hall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from flask import url_for

from matchmaking.events.models import Device, DeviceKind
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, show_moment, show_time
from matchmaking.operations.queries.rehearsal import Facts
from matchmaking.operations.venue.doors import findings_of
from matchmaking.operations.venue.serving import Venue
from matchmaking.web.addresses import is_reachable_address, public_address

#: The trail's newest entry may be this far ahead before the clock is doubted (a second computer on the same database).
CLOCK_SLACK = timedelta(minutes=1)


class Mark(StrEnum):
    """Where a step stands, by the name of its signal."""

    GOOD = "held"
    BY_EYE = "neutral"  # the server cannot know: somebody looks
    LOOK = "warning"
    MISSING = "refused"


@dataclass(frozen=True)
class Step:
    """One step: ``lines`` are details, ``url`` is where it is done, with the words of its button."""

    title: str
    mark: Mark
    text: str
    url: str
    action: str
    lines: tuple[str, ...] = ()


def steps_of(facts: Facts, venue: Venue) -> list[Step]:
    """Return the steps in order: computer, hall, devices, paper, programme, projector."""
    steps = [_server(facts), _hall(facts, venue), _clock(facts), *_devices(facts), *_badges(facts)]
    return [*steps, _schedule(facts), _public_address(facts), _backup(facts), _projector(facts)]


def _server(facts: Facts) -> Step:
    parts = {"database": _("database"), "migrations": _("database is out of date"), "worker": _("background worker"), "storage": _("storage")}  # fmt: skip
    missing = tuple(parts[name] for name in facts.not_ready)
    text = (
        _("Not ready: %(parts)s.", parts=", ".join(missing)) if missing else _("Database, worker and storage answer.")
    )
    mark = Mark.MISSING if missing else Mark.GOOD
    return Step(_("The laptop’s programs"), mark, text, url_for("operations.jobs"), _("Look at the work"))


def _hall(facts: Facts, venue: Venue) -> Step:
    problems = [finding.text for finding in findings_of(venue, facts.event.ends_on)]
    good = _("The hall reaches the application over HTTPS at %(address)s.", address=_main_address(venue))
    return Step(
        _("Secure address in the hall"),
        Mark.MISSING if problems else Mark.GOOD,
        problems[0] if problems else good,
        url_for("operations.venue"),
        _("Show the codes"),
        tuple(problems[1:]),
    )


def _main_address(venue: Venue) -> str:
    return venue.served.names[0] if venue.served else ""


def _clock(facts: Facts) -> Step:
    at = show_moment(facts.now, facts.event.timezone)
    went_back = facts.latest_entry_at is not None and facts.latest_entry_at - facts.now > CLOCK_SLACK
    if went_back:
        text = _(
            "The laptop says %(time)s, but something was already recorded later than that. Set its clock.", time=at
        )
    else:
        text = _("The laptop says %(time)s. Compare with a phone: one minute off is too much.", time=at)
    mark = Mark.MISSING if went_back else Mark.BY_EYE
    return Step(_("The clock"), mark, text, url_for("events.basics"), _("See the event’s time zone"))


def _devices(facts: Facts) -> list[Step]:
    url, step = url_for("events.devices"), []
    kinds = [(DeviceKind.TABLET, _("Tablets")), (DeviceKind.SCANNER, _("Scanners at the door"))]
    for kind, title in kinds:
        rows = [row for row in facts.devices if row.kind is kind]
        if kind is DeviceKind.SCANNER and not facts.event.has_check_in:
            continue
        if not rows:
            step.append(Step(title, Mark.LOOK, _("None is enrolled for this event."), url, _("Enrol one")))
            continue
        tried = sum(facts.is_tried(row) for row in rows)
        text = ngettext(
            "%(tried)s of %(num)s was tried in the last 24 hours.",
            "%(tried)s of %(num)s were tried in the last 24 hours.",
            len(rows),
            tried=tried,
        )
        mark = Mark.GOOD if tried == len(rows) else Mark.LOOK
        step.append(Step(title, mark, text, url, _("See the devices"), tuple(_line(facts, row) for row in rows)))
    return step


def _line(facts: Facts, device: Device) -> str:
    """Say one device's state; what the tablet found under “Ready for offline?” stays on it, so its last fetch stands for that."""
    zone, row = facts.event.timezone, facts.tablets.get(device.id)
    if device.enrolled_at is None:
        state = _("waits for its code")
    elif device.kind is DeviceKind.TABLET and (row is None or row.synced_at is None):
        state = _("enrolled, has fetched nothing yet: open its app and look at “Ready for offline?”")
    elif row is not None and row.synced_at is not None:
        state = _("data fetched %(time)s", time=show_moment(row.synced_at, zone))
        if row.unsent:
            state += ", " + ngettext("%(num)s commitment not sent", "%(num)s commitments not sent", row.unsent)
        if abs(row.clock_error_seconds or 0) > CLOCK_SLACK.total_seconds():
            state += ", " + _("its clock is %(minutes)s minutes off", minutes=abs(row.clock_error_seconds or 0) // 60)
    else:
        at = device.last_seen_at
        state = _("seen %(time)s", time=show_moment(at, zone)) if at else _("enrolled, never seen")
    return f"{device.name}: {state}"


def _badges(facts: Facts) -> list[Step]:
    if not facts.event.has_badges:
        return []
    counts = facts.badges
    if not counts.people:
        mark, text = Mark.LOOK, _("Nobody is approved yet.")
    elif counts.unprinted:
        mark = Mark.LOOK
        text = _("%(printed)s of %(people)s are printed.", printed=counts.printed, people=counts.people)
    else:
        mark, text = Mark.GOOD, _("All %(people)s are printed.", people=counts.people)
    return [Step(_("Badges"), mark, text, url_for("attendance.badges"), _("To the badges"))]


def _schedule(facts: Facts) -> Step:
    version, url = facts.version, url_for("scheduling.schedule")
    if version is None or version.published_at is None:
        return Step(_("Schedule"), Mark.MISSING, _("No schedule is published."), url, _("To the schedule"))
    at = show_moment(version.published_at, facts.event.timezone)
    text = ngettext(
        "Published %(time)s with %(num)s meeting.", "Published %(time)s with %(num)s meetings.", facts.meetings, time=at
    )
    if facts.has_newer_draft:
        text = f"{text} {_('A newer draft is not published.')}"
    return Step(_("Schedule"), Mark.LOOK if facts.has_newer_draft else Mark.GOOD, text, url, _("To the schedule"))


def _public_address(facts: Facts) -> Step:
    address = public_address(facts.event.public_address)
    title, url = _("Public address on paper"), url_for("events.letterhead")
    if is_reachable_address(address):
        return Step(title, Mark.GOOD, address, url, _("Change"))
    text = _("None is set that opens outside the hall: commitments cannot be printed.")
    return Step(title, Mark.MISSING, text, url, _("Set it"))


def _backup(facts: Facts) -> Step:
    """A backup is taken at the command line, where its passphrase is asked for: the button only looks again."""
    url, again, at = url_for("operations.rehearsal"), _("Look again"), facts.last_backup_at
    if at is None:
        text = _("None has been taken. In a terminal on this laptop: ./dev flask backup FILE")
        return Step(_("Backup"), Mark.MISSING, text, url, again)
    text = _("The last one was taken %(time)s.", time=show_moment(at, facts.event.timezone))
    if facts.is_recent(at):
        return Step(_("Backup"), Mark.GOOD, text, url, again)
    advice = _("Take a new one in a terminal on this laptop: ./dev flask backup FILE")
    return Step(_("Backup"), Mark.LOOK, f"{text} {advice}", url, again)


def _projector(facts: Facts) -> Step:
    text = _("Connect it, open the page there, and read it from the last row.")
    if facts.version is None:
        text = f"{text} {_('Without a published schedule it shows examples.')}"
    now = show_time(facts.now, facts.event.timezone, with_zone=True)
    line = _("It must show the same time as this page: %(time)s.", time=now)
    return Step(
        _("Projector"), Mark.GOOD, text, url_for("operations.rehearsal_projector"), _("Show on the projector"), (line,)
    )
