"""Printing a badge again: why, in a word and perhaps a sentence."""

from __future__ import annotations

from wtforms import RadioField, StringField, validators
from wtforms.fields.choices import SelectChoice

from matchmaking.attendance.badge_view import WHY_LABELS
from matchmaking.attendance.services.badges import MAX_NOTE
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.forms import FlaskForm


class AgainForm(FlaskForm):
    """Why badges that were printed are printed again."""

    why = RadioField(
        _l("Why again?"),
        choices=[SelectChoice(why.value, label) for why, label in WHY_LABELS.items()],
        validate_choice=False,
        default="",
    )
    note = StringField(_l("In your words"), [validators.Optional(), validators.Length(max=MAX_NOTE)])
