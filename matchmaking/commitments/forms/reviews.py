"""The shape of what an organiser sends about tablets' records: a reason, a tablet's file."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from matchmaking.commitments.services.reviewing import MAX_REASON
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.forms import FlaskForm


class AsideForm(FlaskForm):
    """Why a record is no commitment."""

    reason = StringField(_l("Reason"), [InputRequired(_l("Please fill this in.")), Length(max=MAX_REASON)])


class QueueForm(FlaskForm):
    """A queue that was exported from a tablet."""

    file = FileField(_l("The tablet's file"), [FileRequired(_l("Please choose the file that the tablet exported."))])
