"""The shape of what is sent when somebody signs: who, what was read, and the drawing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wtforms import BooleanField, Form, HiddenField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from matchmaking.commitments import labels, sign_labels
from matchmaking.commitments.models import IdentifiedHow, PartyKind, SignatoryRole
from matchmaking.commitments.services.ink import MAX_PHOTOS
from matchmaking.commitments.services.signing import MAX_NOTE, Signatory
from matchmaking.commitments.strokes import MAX_TEXT
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.forms.uploads import UploadField
from matchmaking.web.forms import FlaskForm

_NEEDED = _l("Please fill this in.")
_PHOTOS = _l("Photos or PDF of the signed paper")


def role_choices(kind: PartyKind) -> list[SelectChoice]:
    """Return what somebody of a party may be, an empty choice first."""
    roles = sign_labels.ROLES[kind].items()
    return [SelectChoice("", _l("Please choose")), *(SelectChoice(role.value, label) for role, label in roles)]


def identified_choices() -> list[SelectChoice]:
    """Return how staff can make sure who signs, an empty choice first."""
    known = (SelectChoice(how.value, labels.IDENTIFIED_LABELS[how]) for how in labels.IDENTIFIED_CHOICES)
    return [SelectChoice("", _l("Please choose")), *known]


def read_identified(value: str | None) -> IdentifiedHow | None:
    """Return the way that was chosen, if any."""
    try:
        return IdentifiedHow(value or "")
    except ValueError:
        return None


class SignForm(FlaskForm):
    """One party's signature. Hidden: what the page showed and the key under which the device keeps it."""

    party = HiddenField()
    content_hash = HiddenField()
    signature_key = HiddenField()
    device_time = HiddenField()
    strokes = HiddenField(validators=[Length(max=MAX_TEXT)])
    signatory_name = StringField(_l("Name"), [InputRequired(_NEEDED), Length(max=160)])
    signatory_office = StringField(_l("Office or position"), [Length(max=160)])
    signatory_role = SelectField(_l("Role"), [InputRequired(_NEEDED)])
    identified_how = SelectField(_l("How was it made sure who this is?"), [InputRequired(_NEEDED)])
    identified_note = StringField(_l("Note"), [Length(max=MAX_NOTE)])
    has_read = BooleanField(
        _l("I have read this commitment and agree to its content."),
        [InputRequired(_l("Please read the text, then tick this."))],
    )

    def prepare(self, kind: PartyKind) -> SignForm:
        """Offer the roles of a party."""
        self.signatory_role.choices = role_choices(kind)
        self.identified_how.choices = identified_choices()
        return self

    def on_own_device(self) -> SignForm:
        """Leave out how it was made sure who signs: the own link or account tells."""
        del self.identified_how, self.identified_note
        return self

    def fix_signatory(self) -> SignForm:
        """Leave out who signs, where that is known and not for this person to change."""
        del self.signatory_name, self.signatory_office, self.signatory_role
        return self

    def signatory(self) -> Signatory:
        """Return who signs, as typed."""
        return Signatory(
            self.signatory_name.data or "",
            self.signatory_office.data or "",
            read_role(self.signatory_role.data),
        )


class SendLinkForm(FlaskForm):
    """Whom a party's link goes to."""

    seed = HiddenField()
    signatory_name = StringField(_l("Name"), [InputRequired(_NEEDED), Length(max=160)])
    signatory_office = StringField(_l("Office or position"), [Length(max=160)])
    signatory_role = SelectField(_l("Role"), [InputRequired(_NEEDED)])
    phone = StringField(_l("Phone number"), [Length(max=30)])


class InkForm(Form):
    """Photos of a signed paper and who is seen on it. Not of Flask-WTF: files and form are read as one."""

    content_hash = HiddenField()
    signature_key = HiddenField()
    photos = UploadField(_PHOTOS, most=MAX_PHOTOS)
    buyer_signed = BooleanField()
    buyer_name = StringField(_l("Name"), [Length(max=160)])
    buyer_office = StringField(_l("Office or position"), [Length(max=160)])
    buyer_role = SelectField(_l("Role"), default="")
    exhibitor_signed = BooleanField()
    exhibitor_name = StringField(_l("Name"), [Length(max=160)])
    exhibitor_office = StringField(_l("Office or position"), [Length(max=160)])
    exhibitor_role = SelectField(_l("Role"), default="")
    buyer_identified = SelectField(_l("How was it made sure who this is?"), default="")
    exhibitor_identified = SelectField(_l("How was it made sure who this is?"), default="")

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.buyer_role.choices = role_choices(PartyKind.BUYER)
        self.exhibitor_role.choices = role_choices(PartyKind.EXHIBITOR)
        for kind in PartyKind:
            self.part(kind, "identified").choices = identified_choices()

    def part(self, kind: PartyKind, name: str) -> Any:
        """Return a party's field."""
        return self[f"{kind.value}_{name}"]

    def signatory(self, kind: PartyKind) -> Signatory:
        """Return who signed for a party, as ticked."""
        name, office = self.part(kind, "name").data or "", self.part(kind, "office").data or ""
        return Signatory(name, office, read_role(self.part(kind, "role").data))


def read_role(value: str | None) -> SignatoryRole | None:
    """Return the role chosen, if any."""
    try:
        return SignatoryRole(value or "")
    except ValueError:
        return None


def read_party(value: str | None) -> PartyKind | None:
    """Return the party an address or form names, if any."""
    try:
        return PartyKind(value or "")
    except ValueError:
        return None


def read_device_time(value: str | None) -> datetime | None:
    """Return the moment the device's clock showed; nothing depends on it, so nonsense is left out."""
    try:
        moment = datetime.fromisoformat((value or "")[:40])
    except ValueError:
        return None
    return moment if moment.tzinfo else None
