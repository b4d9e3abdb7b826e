"""The shape of what a door sends, and of a substitute's entry."""

from __future__ import annotations

from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaking.attendance.models import ScanMethod
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.labels import EXHIBITOR_ROLES, OFFICE_ROLES
from matchmaking.registration.models import Side
from matchmaking.web.forms import FlaskForm

#: Ways a door may name; the others are noted by the pages they belong to.
DOOR_METHODS = (ScanMethod.CAMERA, ScanMethod.SCANNER, ScanMethod.TYPED, ScanMethod.NAME)
#: No badge is longer; what is longer is refused by its beginning.
LONGEST_TEXT = 400


class ScanForm(FlaskForm):
    """One scan: what was read or typed, or who was chosen; ``age`` is how many milliseconds ago."""

    scan_key = StringField()
    text = StringField(_l("Code or name"))
    delegate = StringField()
    method = SelectField(
        choices=[SelectChoice(method.value, method.value) for method in DOOR_METHODS], default=ScanMethod.TYPED.value
    )
    age = StringField()


class SubstituteForm(FlaskForm):
    """Who came in somebody's place: no more than the badge and the agenda need."""

    form_key = StringField()
    name = StringField(_l("Name"), validators=[InputRequired(_l("Please write the person's name."))])
    office = StringField(_l("Office or position"))
    office_role = SelectField(_l("Role"))
    phone = StringField(_l("Phone number"))
    has_letter = BooleanField(_l("The letter of assignment was seen"))
    note = StringField(_l("Note"))
    was_here = RadioField(
        _l("The check-in of the person of the badge"),
        choices=[
            SelectChoice("no", _l("Take it back: only the substitute is here")),
            SelectChoice("yes", _l("Keep it: the person was here and has left")),
        ],
        default="no",
    )


def substitute_form(side: Side, *, formdata: object = None) -> SubstituteForm:
    """Return the form with the roles of this side; ``formdata=None`` reads what was sent."""
    form = SubstituteForm() if formdata is None else SubstituteForm(formdata=None)
    roles = OFFICE_ROLES if side is Side.BUYER else EXHIBITOR_ROLES
    form.office_role.choices = [SelectChoice(str(role), label) for role, label in roles.items()]
    if not form.is_submitted():
        form.office_role.data = "other"
    return form
