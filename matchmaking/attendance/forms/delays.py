"""That something runs late: for how long, and for whom."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice

from matchmaking.errors import InvalidInput
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.scheduling.day_models import MOST_MINUTES, DelayScope
from matchmaking.scheduling.services.delays import NoteDelay
from matchmaking.typed import read_row_number
from matchmaking.web.forms import FlaskForm

SCOPES = {
    DelayScope.DAY: _l("Everything from this slot on"),
    DelayScope.SESSION: _l("This session from this slot on"),
    DelayScope.TABLE: _l("One table, to the end of the session"),
}


class DelayForm(FlaskForm):
    """``seen`` and ``key`` are the page's; ``from_slot`` is the slot it shows."""

    minutes = StringField(_l("Minutes"))
    scope = RadioField(
        _l("What runs late?"),
        choices=[SelectChoice(value.value, label) for value, label in SCOPES.items()],
        default=DelayScope.DAY.value,
        validate_choice=False,
    )
    table = StringField(_l("Table"))
    tells = BooleanField(_l("Tell those concerned"))
    from_slot = HiddenField()
    seen = HiddenField()
    key = HiddenField()


def read_delay(form: DelayForm, event_id: int) -> NoteDelay:
    """Return what was typed as a command.

    Raises:
        InvalidInput: minutes or reach say nothing one can read.
    """
    minutes, scope = read_row_number((form.minutes.data or "").strip()), form.scope.data or ""
    slot_id, seen = read_row_number(form.from_slot.data), read_row_number(form.seen.data)
    if not minutes:
        raise InvalidInput(_("A delay has 1 to %(most)s minutes.", most=MOST_MINUTES))
    if scope not in set(DelayScope) or slot_id is None or seen is None:
        raise InvalidInput(_("The page is out of date. Please open it again."))
    table_id = read_row_number(form.table.data) if scope == DelayScope.TABLE.value else None
    return NoteDelay(
        event_id=event_id,
        from_slot_id=slot_id,
        minutes=minutes,
        key=(form.key.data or "")[:40],
        scope=DelayScope(scope),
        table_id=table_id or None,
        tells=bool(form.tells.data),
        seen=seen,
    )
