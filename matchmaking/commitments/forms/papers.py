"""The shape of what is sent about papers: a copy to be registered, a witness's signature, a file to be checked."""

from __future__ import annotations

from wtforms import Form, HiddenField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from matchmaking.commitments.paper_labels import COPY_LABELS
from matchmaking.commitments.strokes import MAX_TEXT
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.web.forms import FlaskForm


class CopyForm(Form):
    """A later copy. Not of Flask-WTF: files and form are read as one."""

    file = UploadField(_l("PDF of the copy"))
    kind = SelectField(_l("What was done to it"))
    serial = StringField(_l("Serial number of the e-meterai"), [Length(max=60)])
    affixed_by = StringField(_l("Who affixed or signed it"), [Length(max=160)])
    note = StringField(_l("Note"), [Length(max=300)])

    def offer(self) -> CopyForm:
        """Offer the kinds."""
        kinds = [SelectChoice(kind.value, str(label)) for kind, label in COPY_LABELS.items()]
        self.kind.choices = [SelectChoice("", _l("Please choose")), *kinds]
        return self


class WitnessForm(FlaskForm):
    """One drawing for the ticked commitments."""

    signature_key = HiddenField()
    device_time = HiddenField()
    strokes = HiddenField(validators=[Length(max=MAX_TEXT)])
    name = StringField(_l("Name of the witness"), [InputRequired(_l("Please fill this in.")), Length(max=160)])
    office = StringField(_l("Office of the witness"), [Length(max=160)])
    codes = SelectMultipleField(validate_choice=False)
