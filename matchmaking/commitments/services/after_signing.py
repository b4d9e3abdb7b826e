"""What is noted on a signed record, appended and never changed: a meterai, a certified signature, the confirmed budget (DPA)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from matchmaking import clock, typed
from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.models import Commitment, CommitmentEvent, EventKind, PartyKind
from matchmaking.commitments.services.recording import OutOfStep, is_noted, locked_commitment, record_event
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences

MAX_TEXT = 160
_SERIAL = re.compile(r"[A-Z0-9]{6,40}")
MEDIA = ("paper", "electronic")
PROVIDERS = ("bsre", "privy", "peruri", "other")


class StampUsed(Conflict):
    """A meterai with this serial stands on another record: each is used once."""

    code = "commitments.stamp_used"


@dataclass(frozen=True)
class AffixStamp:
    """A meterai that somebody affixed; ``medium``: paper or electronic. The application neither sells nor checks it."""

    event_id: int
    code: str
    event_key: str
    serial: str
    affixed_by: str
    medium: str = "paper"
    on: str = ""


@dataclass(frozen=True)
class NoteCertified:
    """A party signed once more with a certified electronic signature, outside of the application."""

    event_id: int
    code: str
    event_key: str
    party: str
    provider: str
    signer: str
    on: str = ""


@dataclass(frozen=True)
class ConfirmBudget:
    """The budget (DPA) of the record's fiscal year was approved; ``number`` of the document."""

    event_id: int
    code: str
    event_key: str
    number: str
    on: str = ""


def affix_stamp(actor: Actor, command: AffixStamp) -> Commitment:
    """Note a meterai; the same key again changes nothing.

    Raises:
        InvalidInput: with a sentence for each field; StampUsed: the serial is noted already; OutOfStep: it is not signed;
            EntryTaken: the key is another meterai's.
    """
    commitment = locked_commitment(command.event_id, command.code)
    sentences = Sentences()
    serial = sentences.read("serial", _serial, command.serial) or ""
    details = {
        "affixed_by": sentences.read("affixed_by", _text, command.affixed_by) or "",
        "medium": sentences.read("medium", lambda text: _one_of(text, MEDIA), command.medium) or "",
        "on": _day(sentences, command.on),
    }
    sentences.raise_if_any()
    happened = RecordEvent(EventKind.DUTY_STAMPED, command.event_key, reference=serial, details=details)
    if not is_noted(commitment, happened):
        _require_unused(serial)
        try:
            record_event(actor, commitment, happened)
        except IntegrityError as error:  # two at once: the unique index let one through
            raise _used() from error
    return commitment


def note_certified(actor: Actor, command: NoteCertified) -> Commitment:
    """Note a certified signature; the same key again changes nothing.

    Raises:
        InvalidInput: with a sentence for each field; OutOfStep: it is not signed.
    """
    commitment = locked_commitment(command.event_id, command.code)
    sentences = Sentences()
    party = sentences.read("party", lambda text: _one_of(text, tuple(PartyKind)), command.party)
    details = {
        "provider": sentences.read("provider", lambda text: _one_of(text, PROVIDERS), command.provider) or "",
        "signer": sentences.read("signer", _text, command.signer) or "",
        "on": _day(sentences, command.on),
    }
    sentences.raise_if_any()
    happened = RecordEvent(EventKind.CERTIFIED, command.event_key, party, details=details)
    if not is_noted(commitment, happened):
        record_event(actor, commitment, happened)
    return commitment


def confirm_budget(actor: Actor, command: ConfirmBudget) -> Commitment:
    """Note that the DPA is there: from now on the record counts with the others; the same key again changes nothing.

    Raises:
        InvalidInput: with a sentence for each field; OutOfStep: it does not wait for a budget.
    """
    commitment = locked_commitment(command.event_id, command.code)
    sentences = Sentences()
    details = {"number": sentences.read("number", _text, command.number) or "", "on": _day(sentences, command.on)}
    sentences.raise_if_any()
    happened = RecordEvent(EventKind.BUDGET_CONFIRMED, command.event_key, details=details)
    if is_noted(commitment, happened):
        return commitment
    if not commitment.awaits_budget:
        raise OutOfStep(_("This record does not wait for the budget of another year. Nothing was changed."))
    record_event(actor, commitment, happened)
    commitment.awaits_budget = False
    db.session.flush()
    return commitment


def _require_unused(serial: str) -> None:
    """A unique index stands behind this, for two at once."""
    used = sa.select(CommitmentEvent.id).where(
        CommitmentEvent.kind == EventKind.DUTY_STAMPED, CommitmentEvent.reference == serial
    )
    if db.session.scalar(used.limit(1)) is not None:
        raise _used()


def _used() -> StampUsed:
    sentence = _("A meterai with this serial is noted already. Each meterai is used once: please compare the serial.")
    return StampUsed(sentence, fields={"serial": sentence})


def _serial(text: str) -> str:
    plain = re.sub(r"[\s.-]", "", text).upper()
    if not _SERIAL.fullmatch(plain):
        raise InvalidInput(_("Please write the serial as it stands on the meterai: 6 to 40 letters and digits."))
    return plain


def _text(text: str) -> str:
    plain = typed.one_line(text)
    if not plain:
        raise InvalidInput(_("Please fill this in."))
    if len(plain) > MAX_TEXT:
        raise InvalidInput(_("At most %(count)s characters, please.", count=MAX_TEXT))
    return plain


def _one_of(text: str, words: tuple[str, ...]) -> str:
    if text not in {str(word) for word in words}:
        raise InvalidInput(_("Please choose one of the answers."))
    return text


def _day(sentences: Sentences, text: str) -> str:
    """Return the day as ISO text, today where none is given; it cannot lie ahead."""
    return sentences.read("on", past_day, text) or ""


def past_day(text: str) -> str:
    """Return a day that is not in the future as ISO text; today where nothing was typed.

    Raises:
        InvalidInput: no date, or one that lies ahead.
    """
    day: date = typed.read_date(text) if text.strip() else clock.today()
    if day > clock.today():
        raise InvalidInput(_("This date lies ahead. Please look at it again."))
    return day.isoformat()
