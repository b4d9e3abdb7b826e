"""The shape of what people type about themselves."""

from __future__ import annotations

from wtforms import PasswordField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.web.forms import FlaskForm

_NEEDED = _l("Please fill this in.")
LANGUAGES = [SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")]


class LogInForm(FlaskForm):
    """Name and password."""

    login = StringField(_l("E-mail or phone number"), validators=[InputRequired(_NEEDED)])
    password = PasswordField(_l("Password"), validators=[InputRequired(_NEEDED)])


class FirstOrganizerForm(FlaskForm):
    """The installation's first organiser."""

    name = StringField(_l("Your name"), validators=[InputRequired(_NEEDED)])
    phone = StringField(_l("Phone number"))
    email = StringField(_l("E-mail address"))
    password = PasswordField(_l("Password"), validators=[InputRequired(_NEEDED)])


class ProfileForm(FlaskForm):
    """What a person may change of their own account."""

    name = StringField(_l("Your name"), validators=[InputRequired(_NEEDED)])
    locale = SelectField(_l("Language"), choices=LANGUAGES)


class ChangePasswordForm(FlaskForm):
    """The old password, then the new one."""

    current = PasswordField(_l("Present password"), validators=[InputRequired(_NEEDED)])
    password = PasswordField(_l("New password"), validators=[InputRequired(_NEEDED)])


class ForgottenForm(FlaskForm):
    """Who forgot the password."""

    login = StringField(_l("E-mail or phone number"), validators=[InputRequired(_NEEDED)])


class NewPasswordForm(FlaskForm):
    """What a handed-over link asks for: the proof that it is one's own, and the password."""

    digits = StringField(_l("Last four digits of your phone number"), validators=[InputRequired(_NEEDED)])
    password = PasswordField(_l("New password"), validators=[InputRequired(_NEEDED)])


class DigitsForm(FlaskForm):
    """The proof alone."""

    digits = StringField(_l("Last four digits of your phone number"), validators=[InputRequired(_NEEDED)])


class CodeForm(FlaskForm):
    """The code that was read out."""

    code = StringField(_l("Code"), validators=[InputRequired(_NEEDED)])
