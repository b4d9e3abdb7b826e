"""The walk-in form: one screen, as little as possible."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, widgets

from matchmaking.attendance.services.walk_ins import RegisterWalkIn
from matchmaking.catalogue.queries.categories import category_choices
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.regions import regency_choices
from matchmaking.registration import labels
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.forms.entries import Needed, offered
from matchmaking.registration.models import Side
from matchmaking.web.forms import FlaskForm

CHOOSE = _l("Please choose")


class WalkInForm(FlaskForm):
    """Field names are those of the services' refusals."""

    form_key = HiddenField()
    organization = StringField(_l("Organisation"), [Needed()])
    buyer_type = SelectField(_l("Kind of buyer"), choices=offered(labels.choices(labels.BUYER_TYPES, CHOOSE)),
                             validate_choice=False)  # fmt: skip
    category = SelectField(_l("Category"), validate_choice=False)
    regency = SelectField(_l("Regency or city"), validate_choice=False)
    name = StringField(_l("Name of the person"), [Needed()])
    phone = StringField(_l("Phone (WhatsApp)"))
    office = StringField(_l("Office or position"))
    office_role = SelectField(_l("Role"), validate_choice=False)
    wished = SelectMultipleField(
        _l("Whom do they want to meet?"),
        validate_choice=False,
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )
    has_consent = BooleanField(_l("They agree that we keep these data for this event"), [Needed()])


def prepare(form: WalkInForm, side: Side) -> WalkInForm:
    """Give the lists of one side to the form."""
    roles = labels.OFFICE_ROLES if side is Side.BUYER else labels.EXHIBITOR_ROLES
    form.office_role.choices = offered(labels.choices(roles, CHOOSE))
    form.category.choices = offered([("", CHOOSE), *category_choices()])
    form.regency.choices = offered([("", CHOOSE), *regency_choices()])
    return form


def read_walk_in(form: WalkInForm, event_id: int, side: Side, locale: str) -> RegisterWalkIn:
    """Return what was typed as a command."""
    return RegisterWalkIn(
        event_id=event_id,
        form_key=(form.form_key.data or "")[:40],
        side=side,
        organization=form.organization.data or "",
        person=DelegateDetails(
            name=form.name.data or "",
            phone=form.phone.data or "",
            office=form.office.data or "",
            office_role=form.office_role.data or "",
        ),
        has_consent=bool(form.has_consent.data),
        buyer_type=form.buyer_type.data or "",
        category=form.category.data or "",
        regency=form.regency.data or "",
        wished=tuple(dict.fromkeys(form.wished.data or ())),
        locale=locale,
    )
