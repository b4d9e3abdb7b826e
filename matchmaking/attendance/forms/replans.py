"""What happened on the day: who is late, has left or does not come, or which table is lost."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from matchmaking.attendance.replan_models import ReplanCause
from matchmaking.attendance.services.replans import AskReplan
from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.typed import read_row_number
from matchmaking.web.forms import FlaskForm

CAUSES = {
    ReplanCause.LATE: _l("Comes late"),
    ReplanCause.LEFT: _l("Has to leave early"),
    ReplanCause.ABSENT: _l("Sick, or does not come at all"),
    ReplanCause.TABLE: _l("A table cannot be used any more"),
}


class ReplanForm(FlaskForm):
    """Choices are put in by the page."""

    cause = RadioField(
        _l("What happened?"),
        choices=[SelectChoice(value.value, label) for value, label in CAUSES.items()],
        default=ReplanCause.LATE.value,
        validate_choice=False,
    )
    team = SelectField(_l("Who?"), validate_choice=False)
    table = SelectField(_l("Which table?"), validate_choice=False)
    first = SelectField(_l("From which slot on?"), validate_choice=False)
    back = SelectField(_l("There again from"), validate_choice=False)
    key = HiddenField()


def read_replan(form: ReplanForm, event_id: int) -> AskReplan:
    """Return what was chosen as a command; what does not belong to the answer is left out.

    Raises:
        InvalidInput: with a sentence for each field that was not chosen.
    """
    if form.cause.data not in set(ReplanCause):
        raise InvalidInput(_("Please look at the fields once more."), fields={"cause": _("Please choose one.")})
    cause = ReplanCause(form.cause.data)
    wanted = {"first": form.first.data}
    wanted |= {"table": form.table.data} if cause is ReplanCause.TABLE else {"team": form.team.data}
    wanted |= {"back": form.back.data} if cause is ReplanCause.LATE else {}
    chosen = {name: read_row_number(text) or 0 for name, text in wanted.items()}
    if missing := {name: _("Please choose one.") for name, number in chosen.items() if not number}:
        raise InvalidInput(_("Please look at the fields once more."), fields=missing)
    return AskReplan(
        event_id=event_id,
        key=(form.key.data or "")[:40],
        cause=cause,
        from_slot_id=chosen["first"],
        team_id=chosen.get("team"),
        table_id=chosen.get("table"),
        back_slot_id=chosen.get("back"),
    )
