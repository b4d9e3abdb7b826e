"""The shape of what organisers type when they set an event up."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Email, InputRequired, Length, NumberRange, Optional, ValidationError

from matchmaking.i18n import lazy_gettext as _l
from matchmaking.phones import parse_phone
from matchmaking.web.forms import FlaskForm

ZONE_CHOICES = [
    SelectChoice("Asia/Jakarta", _l("WIB (Jakarta, Lampung)")),
    SelectChoice("Asia/Makassar", _l("WITA (Makassar)")),
    SelectChoice("Asia/Jayapura", _l("WIT (Jayapura)")),
]
BREAK_CHOICES = [
    SelectChoice("prayer", _l("Prayer")),
    SelectChoice("meal", _l("Meal")),
    SelectChoice("coffee", _l("Coffee")),
    SelectChoice("ceremony", _l("Ceremony")),
    SelectChoice("other", _l("Other")),
]
SECURITY_CHOICES = [
    SelectChoice("starttls", _l("STARTTLS (port 587)")),
    SelectChoice("tls", _l("TLS (port 465)")),
    SelectChoice("none", _l("None")),
]


class SetupForm(FlaskForm):
    """A settings form carries the version of the set-up it was made from."""

    setup_version = HiddenField()


class EventForm(SetupForm):
    """Name, place, dates, contact."""

    name = StringField(_l("Name of the event"), [InputRequired(), Length(max=200)])
    code = StringField(_l("Address on the web"), [InputRequired(), Length(min=3, max=60)])
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    timezone = SelectField(_l("Time zone"), choices=ZONE_CHOICES)
    venue = StringField(_l("Venue"), [Length(max=200)])
    address = TextAreaField(_l("Address of the venue"), [Length(max=500)])
    summary = TextAreaField(_l("What it is about"), [Length(max=2000)])
    programme = TextAreaField(_l("Programme of the day"), [Length(max=5000)])
    contact_name = StringField(_l("Contact person or office"), [Length(max=160)])
    contact_phone = TelField(_l("Contact telephone"), [Optional(), Length(max=30)])
    contact_email = EmailField(_l("Contact e-mail"), [Optional(), Email(), Length(max=254)])
    is_public_page_on = BooleanField(_l("Show the public page"))
    is_catalogue_public = BooleanField(_l("Show the catalogue to everybody"))

    def validate_contact_phone(self, field: Any) -> None:
        """Keep one spelling of a telephone number."""
        try:
            field.data = parse_phone(field.data)
        except ValueError as error:
            raise ValidationError(_l("Write the number like 0812 3456 7890 or 0721 123456.")) from error


class CreateEventForm(FlaskForm):
    """The little an event begins with."""

    name = StringField(_l("Name of the event"), [InputRequired(), Length(max=200)])
    code = StringField(_l("Address on the web"), [InputRequired(), Length(min=3, max=60)])
    starts_on = DateField(_l("First day"), [InputRequired()])
    ends_on = DateField(_l("Last day"), [InputRequired()])
    venue = StringField(_l("Venue"), [Length(max=200)])
    is_test = BooleanField(_l("This is a test event that may be deleted"))


class LetterheadForm(SetupForm):
    """Whose name stands on the papers."""

    host_parent = StringField(_l("Government or parent body"), [Length(max=200)])
    host_name = StringField(_l("Office"), [Length(max=200)])
    host_address = TextAreaField(_l("Address, telephone, website"), [Length(max=500)])
    public_address = URLField(_l("Public address of this application"), [Optional(), Length(max=200)])
    logo = FileField(_l("Logo"))


class WindowForm(SetupForm):
    """When people may register and wish."""

    registration_opens_at = DateTimeLocalField(_l("Registration opens"), [Optional()], format="%Y-%m-%dT%H:%M")
    registration_closes_at = DateTimeLocalField(_l("Registration closes"), [Optional()], format="%Y-%m-%dT%H:%M")
    wishes_close_at = DateTimeLocalField(_l("Wishes until"), [Optional()], format="%Y-%m-%dT%H:%M")
    exhibitor_places = IntegerField(_l("Places for exhibitors"), [Optional(), NumberRange(min=1, max=10_000)])
    buyer_places = IntegerField(_l("Places for buyers"), [Optional(), NumberRange(min=1, max=10_000)])
    retention_until = DateField(_l("Keep personal data until"), [Optional()])


class LimitsForm(SetupForm):
    """Fewest and most meetings of each side."""

    exhibitor_min_meetings = IntegerField(_l("Fewest per exhibitor"), [InputRequired(), NumberRange(0, 200)])
    exhibitor_max_meetings = IntegerField(_l("Most per exhibitor"), [Optional(), NumberRange(1, 200)])
    buyer_min_meetings = IntegerField(_l("Fewest per buyer"), [InputRequired(), NumberRange(0, 200)])
    buyer_max_meetings = IntegerField(_l("Most per buyer"), [Optional(), NumberRange(1, 200)])


class DaySettingsForm(SetupForm):
    """What is done with this application on the day, and what on paper."""

    has_badges = BooleanField(_l("Badges"))
    has_check_in = BooleanField(_l("Check-in at the door"))
    has_screen_signing = BooleanField(_l("Signing on screens"))


class SessionForm(SetupForm):
    """One session."""

    name = StringField(_l("Name"), [InputRequired(), Length(max=80)])
    day = DateField(_l("Day"), [InputRequired()])
    starts_at = TimeField(_l("From"), [InputRequired()])
    ends_at = TimeField(_l("Until"), [InputRequired()])
    slot_minutes = IntegerField(_l("Minutes per slot"), [InputRequired(), NumberRange(5, 240)])
    changeover_minutes = IntegerField(_l("Minutes to change over"), [InputRequired(), NumberRange(0, 60)])


class BreakForm(SetupForm):
    """One break."""

    kind = SelectField(_l("Kind"), choices=BREAK_CHOICES)
    name = StringField(_l("Name"), [InputRequired(), Length(max=80)])
    day = DateField(_l("Day"), [InputRequired()])
    starts_at = TimeField(_l("From"), [InputRequired()])
    ends_at = TimeField(_l("Until"), [InputRequired()])


class TablesForm(FlaskForm):
    """Several tables at once."""

    first = IntegerField(_l("From table"), [InputRequired(), NumberRange(1, 9999)])
    last = IntegerField(_l("To table"), [InputRequired(), NumberRange(1, 9999)])
    zone_id = SelectField(_l("Zone"), coerce=int)


class TableForm(FlaskForm):
    """One table."""

    label = StringField(_l("Name of its own"), [Length(max=40)])
    zone_id = SelectField(_l("Zone"), coerce=int)


class ZoneForm(FlaskForm):
    """One zone."""

    name = StringField(_l("Zone"), [InputRequired(), Length(max=80)])


class RemoveTablesForm(SetupForm):
    """Tables to take away."""

    selected = SelectMultipleField(coerce=int)


class PairRuleForm(FlaskForm):
    """Who may not meet whom."""

    buyer_type = SelectField(_l("Kind of buyer"))
    category_id = SelectField(_l("Category"))


class MailForm(FlaskForm):
    """A mail server."""

    host = StringField(_l("Mail server"), [InputRequired(), Length(max=200)])
    port = IntegerField(_l("Port"), [InputRequired(), NumberRange(1, 65535)])
    security = RadioField(_l("Protection"), choices=SECURITY_CHOICES)
    from_address = EmailField(_l("Sender's address"), [InputRequired(), Email(), Length(max=254)])
    from_name = StringField(_l("Sender's name"), [Length(max=200)])
    username = StringField(_l("User name"), [Length(max=200)])
    password = PasswordField(_l("Password"), [Length(max=200)])


class TestMailForm(FlaskForm):
    """Where a test message goes."""

    to_address = EmailField(_l("Send a test message to"), [InputRequired(), Email(), Length(max=254)])


class CopyForm(FlaskForm):
    """Next year's event from this one."""

    name = StringField(_l("Name of the new event"), [InputRequired(), Length(max=200)])
    code = StringField(_l("Address on the web"), [InputRequired(), Length(min=3, max=60)])
    starts_on = DateField(_l("First day"), [InputRequired()])
    with_exhibitors = BooleanField(_l("Take the exhibitors over"), default=True)
    with_buyers = BooleanField(_l("Take the buyers over"), default=True)


class DeleteForm(FlaskForm):
    """The name, typed once more."""

    typed_name = StringField(_l("Name of the event"), [InputRequired()])
