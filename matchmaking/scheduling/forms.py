"""The shape of what is typed about reminders."""

from __future__ import annotations

from wtforms import IntegerField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.scheduling.reminder_models import ReminderTiming
from matchmaking.web.forms import FlaskForm


class ReminderForm(FlaskForm):
    """When people are reminded by mail without anybody's doing."""

    timing = RadioField(
        _l("Remind by e-mail automatically"),
        choices=[
            SelectChoice(ReminderTiming.OFF.value, _l("No")),
            SelectChoice(ReminderTiming.EVENING.value, _l("The evening before, at 17.00")),
            SelectChoice(ReminderTiming.HOURS.value, _l("Some hours before the first meeting")),
        ],
    )
    hours = IntegerField(_l("Hours before"), [InputRequired(), NumberRange(1, 24)])
