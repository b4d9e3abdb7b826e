"""An event's number pattern, clauses and witness, and the giving of numbers: each serial once, in order, without a gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from matchmaking import audit
from matchmaking.actor import Actor
from matchmaking.commitments import texts as wording
from matchmaking.commitments.life_models import BlankForm
from matchmaking.commitments.models import Commitment, CommitmentSettings
from matchmaking.commitments.numbers import (
    DEFAULT_PATTERN,
    InvalidPattern,
    PatternProblem,
    parse_pattern,
    render_number,
)
from matchmaking.commitments.queries.packages import thresholds_of
from matchmaking.commitments.thresholds import STANDARD, Threshold
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.hooks import CopyOptions
from matchmaking.events.models import Event
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import insert_new, lock_row

MAX_REPORT_DAYS = 12
#: A tablet that hears nothing of us this long wipes the data it holds, not what it has to send; and the longest an event may say.
WIPE_AFTER_HOURS, MAX_WIPE_HOURS = 72, 720


class SettingsOutdated(Conflict):
    """Somebody else changed the template since the page was opened."""

    code = "commitments.settings_outdated"


class PatternOutgrown(Conflict):
    """The pattern in force gives no number any more (the event's code has become longer)."""

    code = "commitments.pattern_outgrown"


@dataclass(frozen=True)
class Settings:
    """What an event says about its commitments. ``version`` is 0 while nothing has been stored."""

    number_pattern: str = DEFAULT_PATTERN
    texts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    witness_name: str = ""
    witness_office: str = ""
    report_days: tuple[date, ...] = ()
    next_serial: int = 1
    version: int = 0
    has_screen_witness: bool = False
    thresholds: tuple[Threshold, ...] = STANDARD
    wipe_after_hours: int = WIPE_AFTER_HOURS


@dataclass(frozen=True)
class ChangeSettings:
    """New settings. ``texts``: clause -> own wording; an empty one goes back to the standard."""

    number_pattern: str
    texts: Mapping[str, str] = field(default_factory=dict)
    witness_name: str = ""
    witness_office: str = ""
    report_days: tuple[date, ...] = ()
    has_screen_witness: bool = False
    thresholds: tuple[Threshold, ...] = STANDARD
    wipe_after_hours: int = WIPE_AFTER_HOURS


def settings_of(event_id: int) -> Settings:
    """Return the event's settings, or the defaults while it has none."""
    row = db.session.get(CommitmentSettings, event_id)
    if row is None:
        return Settings()
    return Settings(
        number_pattern=row.number_pattern,
        texts=MappingProxyType({str(key): str(text) for key, text in row.texts.items()}),
        witness_name=row.witness_name,
        witness_office=row.witness_office,
        has_screen_witness=row.has_screen_witness,
        report_days=tuple(date.fromisoformat(str(day)) for day in row.report_days),
        next_serial=row.next_serial,
        version=row.row_version,
        thresholds=thresholds_of(event_id),
        wipe_after_hours=row.wipe_after_hours,
    )


def take_number(event_id: int, on: date) -> tuple[int, str]:
    """Give the event's next number: its serial and its text. The serials wait for each other until the commit.

    A serial whose text is taken already (from an earlier pattern) is passed over.

    Raises:
        PatternOutgrown: the pattern in force fits no more.
    """
    code = db.session.get_one(Event, event_id).code
    _make_row(event_id)
    while True:
        serial, pattern = _count_up(event_id, 1)
        try:
            number = render_number(pattern, serial, on, code)
        except InvalidPattern as problem:
            raise PatternOutgrown(
                _("The number pattern “%(pattern)s” gives no number any more. Change it in Settings.", pattern=pattern)
            ) from problem
        if not _is_taken(event_id, number):
            return serial, number


def take_serials(event_id: int, count: int) -> int:
    """Count ``count`` serials as given, in a row, and return the first; the counter is locked until the commit."""
    _make_row(event_id)
    return _count_up(event_id, count)[0]


def _make_row(event_id: int) -> None:
    """Store the defaults where nothing is stored; of two at once one does."""
    if db.session.get(CommitmentSettings, event_id) is None:
        insert_new(CommitmentSettings, {"event_id": event_id, "number_pattern": DEFAULT_PATTERN})


def _count_up(event_id: int, count: int) -> tuple[int, str]:
    """Count up in the database and return what was next; the row stays locked until the commit.

    Counted past the ORM's row version: giving a number is no change of the settings, and a page of them that is open must
    not become outdated.
    """
    counted = db.session.execute(
        sa.update(CommitmentSettings)
        .where(CommitmentSettings.event_id == event_id)
        .values(next_serial=CommitmentSettings.next_serial + count)
        .returning(CommitmentSettings.next_serial, CommitmentSettings.number_pattern)
        .execution_options(synchronize_session=False)
    ).one()
    row = db.session.get(CommitmentSettings, event_id)
    if row is not None:
        db.session.expire(row)
    return counted.next_serial - count, counted.number_pattern


def _is_taken(event_id: int, number: str) -> bool:
    taken = sa.select(Commitment.id).where(Commitment.event_id == event_id, Commitment.number == number)
    printed = sa.select(BlankForm.id).where(BlankForm.event_id == event_id, BlankForm.number == number)
    return db.session.scalar(sa.select(sa.or_(taken.exists(), printed.exists()))) or False


def change_settings(actor: Actor, event_id: int, change: ChangeSettings, seen_version: int) -> Settings:
    """Store an event's settings; documents that are frozen keep theirs.

    Args:
        actor: who does it.
        event_id: whose.
        change: all of them.
        seen_version: the ``version`` the page was made from.

    Raises:
        SettingsOutdated: another change came first.
        InvalidInput: with the field at fault.
        EventArchived: the event is read-only.
    """
    event = editable_event(event_id)
    check_settings(change, event.code)
    is_new = db.session.get(CommitmentSettings, event_id) is None
    _make_row(event_id)
    row = lock_row(CommitmentSettings, event_id)
    assert row is not None  # noqa: S101 - made above
    if seen_version != row.row_version and not (is_new and seen_version == 0):
        raise SettingsOutdated(
            _(
                "Somebody else has changed the template since you opened the page. "
                "Your entries are still here: look at them once more and save again."
            )
        )
    changed = _apply(row, change)
    db.session.flush()
    if changed:
        audit.record(
            actor, "commitments.change_settings", ("commitment_settings", event_id),
            event_id=event_id, data={"changed": changed},
        )  # fmt: skip
    return settings_of(event_id)


def copy_settings(_actor: Actor, source_id: int, target_id: int, _options: CopyOptions) -> None:
    """Take pattern, clauses and witness along when an event is copied; numbers begin at one, dates of reporting are new."""
    row = db.session.get(CommitmentSettings, source_id)
    if row is None:
        return
    copied = CommitmentSettings(
        event_id=target_id,
        number_pattern=row.number_pattern,
        texts=dict(row.texts),
        witness_name=row.witness_name,
        witness_office=row.witness_office,
        has_screen_witness=row.has_screen_witness,
        thresholds=row.thresholds,
        wipe_after_hours=row.wipe_after_hours,
    )
    db.session.add(copied)
    db.session.flush()


def _apply(row: CommitmentSettings, change: ChangeSettings) -> list[str]:
    values: dict[str, Any] = {
        "number_pattern": change.number_pattern.strip(),
        "texts": own_texts(change.texts),
        "witness_name": change.witness_name.strip(),
        "witness_office": change.witness_office.strip(),
        "has_screen_witness": change.has_screen_witness,
        "thresholds": _own_thresholds(change.thresholds),
        "wipe_after_hours": change.wipe_after_hours,
        "report_days": [day.isoformat() for day in sorted(set(change.report_days))],
    }
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return changed


def _own_thresholds(thresholds: tuple[Threshold, ...]) -> list[dict[str, Any]] | None:
    """Return the thresholds as they are stored, the smallest first; nothing where they are the standard."""
    ordered = tuple(sorted(thresholds, key=lambda row: row.amount))
    return None if ordered == STANDARD else [asdict(row) for row in ordered]


def own_texts(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the clauses that differ from the standard; the locked one is never among them."""
    plain = {key: " ".join(texts.get(key, "").split()) for key in wording.EDITABLE}
    return {key: text for key, text in plain.items() if text and text != wording.STANDARD[key]}


def check_settings(change: ChangeSettings, event_code: str) -> None:
    """Check settings before they are stored or tried on paper.

    Raises:
        InvalidInput: with each field at fault.
    """
    fields: dict[str, str] = {}
    try:
        parse_pattern(change.number_pattern, event_code)
    except InvalidPattern as problem:
        fields["number_pattern"] = pattern_sentence(problem)
    for key in wording.EDITABLE:
        try:
            wording.check_clause(change.texts.get(key, ""))
        except wording.InvalidClause as problem:
            fields[key] = clause_sentence(problem)
    if len(change.report_days) > MAX_REPORT_DAYS:
        fields["report_days"] = _("At most %(number)s dates.", number=MAX_REPORT_DAYS)
    if not 1 <= change.wipe_after_hours <= MAX_WIPE_HOURS:
        fields["wipe_after_hours"] = _("Between 1 and %(most)s hours, please.", most=MAX_WIPE_HOURS)
    for name in ("witness_name", "witness_office"):
        if len(getattr(change, name).strip()) > 160:
            fields[name] = _("At most %(number)s characters.", number=160)
    if fields:
        raise InvalidInput(_("Please look at the marked fields."), fields=fields)


def pattern_sentence(problem: InvalidPattern) -> str:
    """Say what is wrong with a number pattern and what to do."""
    sentences = {
        PatternProblem.NO_SERIAL: _(
            "The pattern needs {nomor}: without it every commitment would have the same number."
        ),
        PatternProblem.UNKNOWN_PLACEHOLDER: _(
            "%(part)s is not known. Use {nomor}, {nomor:3}, {bulan}, {tahun} or {acara}.", part=problem.part
        ),
        PatternProblem.TWICE: _("%(part)s may stand only once.", part=problem.part),
        PatternProblem.BRACES: _("A brace stands alone. Write placeholders such as {nomor} in one pair of braces."),
        PatternProblem.SIGNS: _("Use letters, digits, blanks and . / - _ ( ) & + outside the braces."),
        PatternProblem.TOO_LONG: _("Filled in, the number would be longer than 80 characters. Shorten the pattern."),
    }
    return sentences[problem.problem]


def clause_sentence(problem: wording.InvalidClause) -> str:
    """Say what is wrong with a clause."""
    if problem.part.startswith(("{", "}")):
        return _("%(part)s cannot be filled in. Use only the placeholders listed below.", part=problem.part)
    return _("A clause may have %(number)s characters at most.", number=wording.MAX_CLAUSE_LENGTH)
