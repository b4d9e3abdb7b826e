"""How a meeting went, as it is typed: the same form for staff and for both sides."""

from __future__ import annotations

from datetime import date

from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from matchmaking.attendance.meeting_words import RESULTS
from matchmaking.attendance.models import MeetingResult, OutcomeSource
from matchmaking.attendance.queries.day import DayMeeting
from matchmaking.attendance.services.outcomes import RecordOutcome, SaidOutcome
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.money import format_rupiah
from matchmaking.typed import read_date, read_price, read_row_number
from matchmaking.web.forms import FlaskForm


class OutcomeForm(FlaskForm):
    """``row_version`` is of the word that the page showed. ``mark_held`` is staff's: one tap for both."""

    result = RadioField(
        _l("How did it go?"),
        choices=[SelectChoice(value.value, label) for value, label in RESULTS.items()],
        validate_choice=False,
    )
    potential_value = StringField(_l("Value of the potential"))
    note = TextAreaField(_l("Note"))
    next_step = StringField(_l("Next step"))
    next_step_on = StringField(_l("On which date"))
    row_version = HiddenField()
    mark_held = BooleanField(_l("The meeting took place"))


def fill_outcome(form: OutcomeForm, said: SaidOutcome | None) -> None:
    """Put what was said before into a form that is opened."""
    form.row_version.data = str(said.row_version if said else 0)
    form.mark_held.data = True
    if said is None:
        return
    form.result.data, form.note.data, form.next_step.data = said.result.value, said.note, said.next_step
    form.potential_value.data = format_rupiah(said.potential_value).removeprefix("Rp") if said.potential_value else ""
    form.next_step_on.data = said.next_step_on.isoformat() if said.next_step_on else ""


def read_outcome(form: OutcomeForm, event_id: int, row: DayMeeting, source: OutcomeSource) -> RecordOutcome:
    """Return what was typed as a command.

    Raises:
        InvalidInput: with a sentence for each field that says nothing one can read.
    """
    fields: dict[str, str] = {}
    if form.result.data not in set(MeetingResult):
        fields["result"] = _("Please choose one of the answers.")
    value = _price(form.potential_value.data or "", fields)
    day = _day(form.next_step_on.data or "", fields)
    if fields:
        raise InvalidInput(_("Please look at the fields once more."), fields=fields)
    return RecordOutcome(
        event_id=event_id,
        meeting_code=row.code,
        source=source,
        result=MeetingResult(form.result.data),
        potential_value=value,
        note=form.note.data or "",
        next_step=form.next_step.data or "",
        next_step_on=day,
        row_version=read_row_number(form.row_version.data) or 0,
    )


def _price(text: str, fields: dict[str, str]) -> int | None:
    if not text.strip():
        return None
    try:
        return read_price(text)
    except InvalidInput as error:
        fields["potential_value"] = str(error)
        return None


def _day(text: str, fields: dict[str, str]) -> date | None:
    if not text.strip():
        return None
    try:
        return read_date(text)
    except InvalidInput as error:
        fields["next_step_on"] = str(error)
        return None
