"""Records that were signed on paper and are typed in later: their printed number is theirs; what becomes of each blank form is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from matchmaking import audit, clock, typed
from matchmaking.actor import Actor
from matchmaking.commitments.commands import BeginCommitment
from matchmaking.commitments.life_models import BlankForm
from matchmaking.commitments.models import Commitment
from matchmaking.commitments.services.after_signing import past_day
from matchmaking.commitments.services.settings import take_number
from matchmaking.commitments.services.withdrawing import read_reason
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.registration.services.details import Sentences
from matchmaking.transactions import lock_row

MAX_NUMBER = 80
#: Forms of one click; a hall has twenty tables.
MAX_FORMS = 60


class FormUsed(Conflict):
    """What is on this form is typed in already, so it was not spoiled."""

    code = "commitments.form_used"


@dataclass(frozen=True)
class PaperFacts:
    """What a typed-in record takes from its paper. ``serial`` where the form was printed here."""

    number: str
    serial: int | None
    on: date
    form_id: int | None


def read_paper(command: BeginCommitment) -> PaperFacts:
    """Return number and day of a paper, checked against what is stored.

    Raises:
        InvalidInput: no number, one that stands on another record, a spoiled form, or a day that lies ahead.
    """
    sentences = Sentences()
    number = typed.one_line(command.paper_number)
    if not number or len(number) > MAX_NUMBER:
        sentences.note(
            "paper_number",
            _("Please write the number as it is printed, at most %(count)s characters.", count=MAX_NUMBER),
        )
    day = sentences.read("paper_on", _signed_day, command.paper_on)
    form = db.session.scalar(
        sa.select(BlankForm).where(BlankForm.event_id == command.event_id, BlankForm.number == number)
    )
    if form and form.spoiled_at:
        sentences.note(
            "paper_number",
            _("This form was noted as spoiled: %(reason)s. Please compare the number.", reason=form.spoil_reason),
        )
    taken = sa.select(Commitment.id).where(Commitment.event_id == command.event_id, Commitment.number == number)
    if number and db.session.scalar(taken) is not None:
        sentences.note("paper_number", number_taken())
    sentences.raise_if_any()
    return PaperFacts(number, form.serial if form else None, day, form.id if form else None)


def number_taken() -> str:
    """Return why a printed number cannot be used twice."""
    return _("This number stands on another record already. Please compare it with the paper.")


def _signed_day(text: str) -> date:
    if not text.strip():
        raise InvalidInput(_("Please write when the paper was signed."))
    return date.fromisoformat(past_day(text))


def paper_day(text: str) -> date | None:
    """Return the day a paper was signed; nothing where it cannot be read, which :func:`read_paper` says at its field."""
    try:
        return _signed_day(text)
    except InvalidInput:
        return None


def use_form(paper: PaperFacts, commitment_id: int) -> None:
    """Note which record was on a printed form."""
    form = lock_row(BlankForm, paper.form_id) if paper.form_id else None
    if form:
        form.commitment_id = commitment_id
        db.session.flush()


def print_forms(actor: Actor, event_id: int, count: int) -> list[BlankForm]:
    """Take numbers of the event's series for blank forms.

    Raises:
        InvalidInput: none, or too many at once.
    """
    if not 0 < count <= MAX_FORMS:
        sentence = _("Please write a number from 1 to %(most)s.", most=MAX_FORMS)
        raise InvalidInput(sentence, fields={"count": sentence})
    today = clock.today(db.session.get_one(Event, event_id).timezone)
    forms = []
    for _each in range(count):
        serial, number = take_number(event_id, today)
        forms.append(
            BlankForm(
                event_id=event_id, serial=serial, number=number, printed_at=clock.now(), printed_by=actor.user_id, spoil_reason=""
            )
        )  # fmt: skip
    db.session.add_all(forms)
    db.session.flush()
    numbers = [form.number for form in forms]
    audit.record(actor, "commitments.forms_printed", ("event", event_id), event_id=event_id, data={"numbers": numbers})
    return forms


def spoil_form(actor: Actor, event_id: int, form_id: int, reason: str) -> BlankForm:
    """Say why a form is not typed in: spoiled, left over, lost. Said twice, the first stands.

    Raises:
        NotFound: no such form; FormUsed: it is typed in; InvalidInput: no reason.
    """
    form = lock_row(BlankForm, form_id)
    if form is None or form.event_id != event_id:
        raise NotFound(_("There is no such form."))
    if form.commitment_id:
        raise FormUsed(_("What is on this form is typed in already."))
    text = read_reason(reason)
    if form.spoiled_at is None:
        form.spoiled_at, form.spoiled_by, form.spoil_reason = clock.now(), actor.user_id, text
        db.session.flush()
        audit.record(
            actor, "commitments.form_spoiled", ("blank_form", form.id), event_id=event_id, data={"number": form.number}
        )
    return form
