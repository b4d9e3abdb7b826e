"""Versions: name, discard, copy, publish."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import audit, clock
from matchmaking.actor import Actor
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext
from matchmaking.scheduling.errors import ChangedMeanwhile, HasConflicts, NotADraft, NotReady, StaleInputs
from matchmaking.scheduling.hooks import schedule_published
from matchmaking.scheduling.models import Meeting, ScheduleRun, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.queries.changes import changes_between
from matchmaking.scheduling.queries.inputs import build_inputs, changed_things
from matchmaking.scheduling.queries.versions import published_version
from matchmaking.scheduling.services.copying import copy_placements, copy_unmet
from matchmaking.scheduling.services.notices import note_changed_agendas
from matchmaking.scheduling.services.placements import Edit, editable_version
from matchmaking.scheduling.services.runs import options_of
from matchmaking.scheduling.services.storing import new_version
from matchmaking.scheduling.wording import changes_sentence
from matchmaking.transactions import lock_row

NAME_LENGTH = 120


def name_version(actor: Actor, version_id: int, name: str, seen: str) -> ScheduleVersion:
    """Give a version a name that people recognise; empty takes it away. The same name again changes nothing.

    ``seen``: the name that the page showed. A version's revision counts changes of its meetings, and a name is no reason
    to refuse because somebody moves a meeting; so a name is checked against the name that it replaces.

    Raises:
        ChangedMeanwhile: somebody else gave it another name after the page was shown.
        InvalidInput: longer than the column.
    """
    version = lock_row(ScheduleVersion, version_id)
    if version is None or version.state is VersionState.DISCARDED:
        raise NotFound(_("This version does not exist (any more)."))
    name = " ".join(name.split())
    if len(name) > NAME_LENGTH:
        raise InvalidInput(_("The name is longer than 120 characters. Please shorten it."))
    if version.name == name:
        return version
    if version.name != seen:
        raise ChangedMeanwhile(
            _("Somebody else named this version “%(name)s” meanwhile. Your name was not saved.", name=version.name)
            if version.name
            else _("Somebody else took the name of this version away meanwhile. Your name was not saved.")
        )
    version.name = name
    audit.record(actor, "scheduling.name_version", version, event_id=version.event_id)
    return version


def discard_version(actor: Actor, version_id: int) -> ScheduleVersion:
    """Put a draft away; what was ever published stays. Discarding twice changes nothing."""
    version = lock_row(ScheduleVersion, version_id)
    if version is None:
        raise NotFound(_("This version does not exist."))
    if version.state is VersionState.DISCARDED:
        return version
    if version.state is not VersionState.DRAFT:
        raise NotADraft(_("Only drafts can be discarded; what was published stays on record."))
    version.state = VersionState.DISCARDED
    audit.record(actor, "scheduling.discard_version", version, event_id=version.event_id)
    return version


def copy_version(actor: Actor, version_id: int) -> ScheduleVersion:
    """Make a new draft from any version, to change it; the version itself stays as it is."""
    source = db.session.get(ScheduleVersion, version_id)
    if source is None or source.state is VersionState.DISCARDED:
        raise NotFound(_("This version does not exist."))
    editable_event(source.event_id)
    copy = new_version(
        actor,
        source.event_id,
        based_on_id=source.id,
        run_id=source.run_id,
        inputs_digest=source.inputs_digest,
        objective=dict(source.objective),
    )
    copy_placements(source.id, copy.id)
    copy_unmet(source.id, copy.id)
    db.session.flush()
    audit.record(actor, "scheduling.copy_version", copy, event_id=copy.event_id, data={"source": source.id})
    return copy


def publish_version(actor: Actor, edit: Edit, *, accept_stale: bool = False) -> ScheduleVersion:
    """Announce a draft: from now on everybody's agenda is this one, and those whose agenda changed are told.

    Raises:
        NotADraft, ChangedMeanwhile: somebody published or changed it meanwhile; EventArchived.
        NotReady: it holds no meeting.
        HasConflicts: it breaks hard rules as things stand now.
        StaleInputs: participants, wishes, times or tables changed after it was made, and this was not accepted yet.
    """
    event_id = db.session.scalar(sa.select(ScheduleVersion.event_id).where(ScheduleVersion.id == edit.version_id))
    if event_id is None:
        raise NotFound(_("This version does not exist."))
    editable_event(event_id)
    version = editable_version(edit)
    _check_publishable(version)
    if not accept_stale and (changes := stale_inputs(version)):
        raise StaleInputs(
            _(
                "Since this draft was made, something changed: %(things)s. Run it again, or publish it as it is.",
                things=changes_sentence(changes),
            ),
            changes,
        )
    before = published_version(event_id)
    announce(actor, version, before)
    return version


def announce(actor: Actor, version: ScheduleVersion, before: ScheduleVersion | None) -> None:
    """Let a version take the place of the one before it; the caller has checked it and holds the event's row."""
    old_id = before.id if before else None
    _take_place(actor, version, before)
    _count_up(old_id, version.id)
    note_changed_agendas(actor, version, before)
    schedule_published(actor, version.event_id)
    audit.record(actor, "scheduling.publish", version, event_id=version.event_id, data={"before": old_id})


def _check_publishable(version: ScheduleVersion) -> None:
    board = board_of(version)
    if not board.rules.seats:
        raise NotReady(_("This draft holds no meeting. Make a schedule first."))
    if conflicts := board.rules.conflicts():
        raise HasConflicts(
            ngettext(
                "%(num)s meeting of this draft is not possible any more. Move or remove it, then publish.",
                "%(num)s meetings of this draft are not possible any more. Move or remove them, then publish.",
                len(conflicts),
            )
        )


def stale_inputs(version: ScheduleVersion) -> dict[str, int]:
    """Count by kind what changed since the version's run read its inputs; nothing for a version without a run."""
    run = db.session.get(ScheduleRun, version.run_id) if version.run_id else None
    if run is None or not version.inputs_digest:
        return {}
    now = build_inputs(version.event_id, options_of(run))
    if now.digest == version.inputs_digest:
        return {}
    return changed_things(run.outcome.get("fingerprint", {}), now.fingerprint)


def _take_place(actor: Actor, version: ScheduleVersion, before: ScheduleVersion | None) -> None:
    if before is not None:
        before.state = VersionState.SUPERSEDED
        db.session.flush()  # at most one is published: the old one steps down first
    version.state, version.published_at, version.published_by = VersionState.PUBLISHED, clock.now(), actor.user_id
    version.revision += 1
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("Another version was published at the same moment. Please look at it first.")) from error


def _count_up(old_version_id: int | None, new_version_id: int) -> None:
    """Give each meeting that changed a higher sequence, by which calendars know the newer entry."""
    changed = [change.meeting_id for change in changes_between(old_version_id, new_version_id)]
    for meeting in db.session.scalars(sa.select(Meeting).where(Meeting.id.in_(changed))):
        meeting.calendar_sequence += 1
