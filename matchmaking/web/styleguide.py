"""``/styleguide``: the tokens and every macro in all its states, for those who build pages and for the tests."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, render_template, request
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext
from matchmaking.permissions import public
from matchmaking.web.forms import FlaskForm

styleguide = Blueprint("styleguide", __name__)

#: Ground and the text that stands on it; the contrast test reads the same pairs.
SWATCHES = (
    ("surface", "text"),
    ("surface-raised", "text"),
    ("surface-sunken", "text-muted"),
    ("primary", "on-primary"),
    ("primary-soft", "on-primary-soft"),
    ("accent-soft", "on-accent-soft"),
    ("held-soft", "on-held-soft"),
    ("waiting-soft", "on-waiting-soft"),
    ("refused-soft", "on-refused-soft"),
    ("warning-soft", "on-warning-soft"),
)
CATEGORIES = ("tapis", "souvenir", "seminar_kit", "agri_machinery", "processed_food")


class SampleForm(FlaskForm):
    """One field of each kind."""

    name = StringField(lazy_gettext("Business name"), validators=[InputRequired()])
    phone = StringField(lazy_gettext("Phone number"), validators=[InputRequired()])
    regency = SelectField(
        lazy_gettext("Regency or city"), choices=[SelectChoice("", "–"), SelectChoice("1871", "Bandar Lampung")]
    )
    price = StringField(lazy_gettext("Price from"))
    capacity = IntegerField(lazy_gettext("Capacity each month"))
    scale = RadioField(
        lazy_gettext("Business scale"),
        choices=[SelectChoice("micro", lazy_gettext("Micro")), SelectChoice("small", lazy_gettext("Small"))],
    )
    categories = SelectMultipleField(
        lazy_gettext("What you make"),
        choices=[SelectChoice("tapis", lazy_gettext("Tapis")), SelectChoice("souvenir", lazy_gettext("Souvenirs"))],
        option_widget=widgets.CheckboxInput(),
    )
    day = DateField(lazy_gettext("Date"))
    hour = TimeField(lazy_gettext("Time"))
    about = TextAreaField(lazy_gettext("Description"))
    password = PasswordField(lazy_gettext("Password"))
    photo = FileField(lazy_gettext("Photo of the product"))
    consent = BooleanField(lazy_gettext("I agree that these data are used for this event"))


@dataclass(frozen=True)
class SamplePage:
    """A page of a list, as :class:`matchmaking.web.paging.Page` gives it."""

    items: list[Any] = field(default_factory=list)
    number: int = 3
    pages: int = 9
    total: int = 421

    def url(self, number: int) -> str:
        """Return this page's address again: the samples lead nowhere."""
        return f"?page={number}#tables"


@dataclass(frozen=True)
class SampleSort:
    """How a list is sorted, as a table's head needs it."""

    key: str = "name"
    descending: bool = False

    def url(self, key: str) -> str:
        """Return the address that sorts by ``key``."""
        return f"?sort={key}#tables"


@dataclass(frozen=True)
class SampleJob:
    """A job as the progress macro needs it."""

    state: str
    percent: int | None
    title: str
    text: str
    started: str = "10.22 WIB"


def _sample_form(*, with_errors: bool) -> SampleForm:
    form = SampleForm(
        prefix="wrong-" if with_errors else "",
        formdata=None,
        meta={"csrf": False},
        data={"name": "Tapis Contoh Sejati", "price": "450000", "scale": "micro"},
    )
    if with_errors:
        form.name.errors = [_("Please give the name of your business.")]
        form.phone.errors = [_("This is not a phone number. Example: 0812 3456 7890.")]
        form.scale.errors = [_("Please choose one.")]
        form.consent.errors = [_("Without your agreement we may not store your entries.")]
    return form


def _sample_jobs() -> list[SampleJob]:
    return [
        SampleJob("running", 42, _("Building the schedule"), _("128 of 131 wishes have a place")),
        SampleJob("queued", None, _("Building the schedule"), ""),
        SampleJob("done", 100, _("Building the schedule"), _("131 of 131 wishes have a place")),
        SampleJob("failed", None, _("Building the schedule"), _("The worker was stopped. Please start it again.")),
    ]


@styleguide.get("/styleguide")
@public
def show() -> str:
    """Show the whole visual language on one page."""
    return render_template(
        "web/styleguide.html",
        form=_sample_form(with_errors=False),
        wrong_form=_sample_form(with_errors=True),
        swatches=SWATCHES,
        categories=CATEGORIES,
        page=SamplePage(),
        sort=SampleSort(),
        jobs=_sample_jobs(),
        here=request.path,
    )


@styleguide.get("/styleguide/layout/<name>")
@public
def layout(name: str) -> tuple[str, int]:
    """Show one of the frames: event, person, public, desk, print, error, confirm."""
    layouts = ("event", "person", "public", "desk", "print", "error", "confirm")
    chosen = name if name in layouts else "error"
    return render_template(f"web/styleguide_{chosen}.html"), 200 if name in layouts else 404
