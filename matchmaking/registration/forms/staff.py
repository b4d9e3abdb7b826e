"""What staff enter about an entry besides its own values."""

from __future__ import annotations

from typing import Any

from wtforms import Form, IntegerField, SelectField, TextAreaField

from matchmaking.i18n import lazy_gettext as _l


def _no_number(_form: Form, _field: Any) -> None:
    """An empty or wrong number is answered by the service."""


class PlanningForm(Form):
    """How an entry is planned: table, zone, meetings, note."""

    home_table_id = SelectField(_l("Fixed table"), validate_choice=False, coerce=str)
    zone_id = SelectField(_l("Zone"), validate_choice=False, coerce=str)
    min_meetings = IntegerField(_l("At least this many meetings"), [_no_number])
    max_meetings = IntegerField(_l("At most this many meetings"), [_no_number])
    staff_note = TextAreaField(_l("Note for staff"))
