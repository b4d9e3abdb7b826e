"""The forms of a record's life: a meterai, a certified signature, the budget, what was bought. The services read the values."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from matchmaking.commitments import life_labels
from matchmaking.commitments.labels import PARTY_LABELS
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.forms.entries import Needed
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.web.forms import FlaskForm


def _choices(words: dict[str, object]) -> list[SelectChoice]:
    return [SelectChoice("", _l("Please choose")), *(SelectChoice(str(key), word) for key, word in words.items())]


class StampForm(FlaskForm):
    """A meterai."""

    event_key = HiddenField()
    serial = StringField(_l("Serial of the meterai"), [Needed()])
    affixed_by = StringField(_l("Affixed by"), [Needed()])
    medium = SelectField(_l("Kind"), [Needed()], choices=_choices(life_labels.MEDIA), validate_choice=False)
    on = StringField(_l("On"))


class CertifiedForm(FlaskForm):
    """A certified electronic signature, given outside of the application."""

    event_key = HiddenField()
    party = SelectField(
        _l("Party"),
        [Needed()],
        choices=_choices({key.value: word for key, word in PARTY_LABELS.items()}),
        validate_choice=False,
    )
    provider = SelectField(
        _l("Certified by"), [Needed()], choices=_choices(life_labels.PROVIDERS), validate_choice=False
    )
    signer = StringField(_l("Who signed"), [Needed()])
    on = StringField(_l("On"))


class BudgetForm(FlaskForm):
    """The approved budget."""

    event_key = HiddenField()
    number = StringField(_l("Number of the DPA"), [Needed()])
    on = StringField(_l("Approved on"))


class RealizationForm(FlaskForm):
    """An order, contract or receipt."""

    event_key = HiddenField()
    kind = SelectField(_l("Kind of document"), [Needed()], choices=_choices(life_labels.ORDERS), validate_choice=False)
    number = StringField(_l("Number"), [Needed()])
    done_on = StringField(_l("Date"))
    value = StringField(_l("Value"), [Needed()])
    domestic_value = StringField(_l("of which domestic products (PDN)"))
    small_value = StringField(_l("of which micro and small businesses, cooperatives"))
    handover = StringField(_l("Number and date of the BAST"))
    proof = UploadField(_l("Proof"))
