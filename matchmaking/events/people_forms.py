"""The shape of what organisers type about people and devices."""

from __future__ import annotations

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.forms import FlaskForm

_NEEDED = _l("Please fill this in.")
STAFF_CHOICES = [
    SelectChoice("desk", _l("Desk staff")),
    SelectChoice("organizer", _l("Organiser")),
    SelectChoice("leader", _l("Leader (reads)")),
]


class InviteForm(FlaskForm):
    """A colleague to invite."""

    name = StringField(_l("Name"), validators=[InputRequired(_NEEDED)])
    phone = StringField(_l("Phone number"))
    email = StringField(_l("E-mail address"))
    role = RadioField(_l("Role"), choices=STAFF_CHOICES, default="desk", validators=[InputRequired(_NEEDED)])


class ContactForm(FlaskForm):
    """How an account is reached."""

    name = StringField(_l("Name"), validators=[InputRequired(_NEEDED)])
    phone = StringField(_l("Phone number"))
    email = StringField(_l("E-mail address"))


class DeviceForm(FlaskForm):
    """A tablet or scanner to enrol."""

    name = StringField(_l("Name of the device"), validators=[InputRequired(_NEEDED)])
    kind = RadioField(
        _l("Kind"),
        choices=[SelectChoice("tablet", _l("Tablet")), SelectChoice("scanner", _l("Scanner"))],
        default="tablet",
        validators=[InputRequired(_NEEDED)],
    )


class DeviceCodeForm(FlaskForm):
    """The code that stands on the organiser's screen."""

    code = StringField(_l("Code"), validators=[InputRequired(_NEEDED)])
