"""The form of an event's template: number pattern, clauses, witness, dates of reporting."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, DateField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from matchmaking import typed
from matchmaking.commitments.services.settings import WIPE_AFTER_HOURS, ChangeSettings, Settings
from matchmaking.commitments.texts import EDITABLE, STANDARD
from matchmaking.commitments.thresholds import Threshold
from matchmaking.errors import InvalidInput
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.money import format_rupiah
from matchmaking.web.forms import FlaskForm

#: How many thresholds an event may name.
THRESHOLDS = (1, 2, 3, 4, 5)
REPORTS = ("report_1", "report_2", "report_3", "report_4")


class TemplateForm(FlaskForm):
    """What an organiser may change; the locked clause is no field."""

    version = HiddenField()
    number_pattern = StringField(_l("Number pattern"), [InputRequired(), Length(max=80)])
    intent = TextAreaField(_l("1. Intent to buy and supply"))
    source = TextAreaField(_l("2. Planned source"))
    origin = TextAreaField(_l("3. Origin of the products"))
    report = TextAreaField(_l("5. Reporting and personal data"))
    validity = TextAreaField(_l("6. Validity"))
    extra = TextAreaField(_l("7. One more clause"))
    witness_name = StringField(_l("Name of the witness"), [Length(max=160)])
    witness_office = StringField(_l("Office of the witness"), [Length(max=160)])
    has_screen_witness = BooleanField(_l("The witness signs on the screen; papers are sealed after that"))
    wipe_after_hours = IntegerField(_l("Hours without contact until a tablet forgets its data"), [Optional()])
    threshold_1 = StringField(_l("Amount"))
    threshold_1_name = StringField(_l("What changes above it"), [Length(max=200)])
    threshold_1_source = StringField(_l("Source"), [Length(max=200)])
    threshold_2 = StringField(_l("Amount"))
    threshold_2_name = StringField(_l("What changes above it"), [Length(max=200)])
    threshold_2_source = StringField(_l("Source"), [Length(max=200)])
    threshold_3 = StringField(_l("Amount"))
    threshold_3_name = StringField(_l("What changes above it"), [Length(max=200)])
    threshold_3_source = StringField(_l("Source"), [Length(max=200)])
    threshold_4 = StringField(_l("Amount"))
    threshold_4_name = StringField(_l("What changes above it"), [Length(max=200)])
    threshold_4_source = StringField(_l("Source"), [Length(max=200)])
    threshold_5 = StringField(_l("Amount"))
    threshold_5_name = StringField(_l("What changes above it"), [Length(max=200)])
    threshold_5_source = StringField(_l("Source"), [Length(max=200)])
    report_1 = DateField(_l("First report"), [Optional()])
    report_2 = DateField(_l("Second report"), [Optional()])
    report_3 = DateField(_l("Third report"), [Optional()])
    report_4 = DateField(_l("Fourth report"), [Optional()])

    def change(self) -> ChangeSettings:
        """Return what was entered."""
        days = [self[name].data for name in REPORTS]
        return ChangeSettings(
            number_pattern=self.number_pattern.data or "",
            texts={key: self[key].data or "" for key in EDITABLE},
            witness_name=self.witness_name.data or "",
            witness_office=self.witness_office.data or "",
            has_screen_witness=bool(self.has_screen_witness.data),
            report_days=tuple(day for day in days if day),
            thresholds=self._thresholds(),
            wipe_after_hours=WIPE_AFTER_HOURS if self.wipe_after_hours.data is None else self.wipe_after_hours.data,
        )

    def _thresholds(self) -> tuple[Threshold, ...]:
        """Return the rows with an amount; what cannot be read has been refused by ``validate``."""
        rows = []
        for number in THRESHOLDS:
            text = (self[f"threshold_{number}"].data or "").strip()
            if text:
                name, source = (
                    self[f"threshold_{number}_name"].data or "",
                    self[f"threshold_{number}_source"].data or "",
                )
                rows.append(Threshold(typed.read_price(text), typed.one_line(name), typed.one_line(source)))
        return tuple(rows)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the amounts too; each refusal stands at its field."""
        is_valid = super().validate(extra_validators)
        for number in THRESHOLDS:
            amount, name = self[f"threshold_{number}"], self[f"threshold_{number}_name"]
            if not (amount.data or "").strip():
                continue
            try:
                typed.read_price(amount.data)
            except InvalidInput as refusal:
                amount.errors, is_valid = [str(refusal)], False
            if not (name.data or "").strip():
                name.errors, is_valid = [str(_l("Please fill this in."))], False
        return is_valid

    @property
    def seen_version(self) -> int:
        """Return the version the page was made from; nonsense counts as outdated."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def shown(settings: Settings) -> dict[str, Any]:
    """Return the settings as the form shows them: each clause as it stands now."""
    return {
        "version": str(settings.version),
        "number_pattern": settings.number_pattern,
        "witness_name": settings.witness_name,
        "witness_office": settings.witness_office,
        "has_screen_witness": settings.has_screen_witness,
        "wipe_after_hours": settings.wipe_after_hours,
        **{key: settings.texts.get(key, STANDARD[key]) for key in EDITABLE},
        **dict(zip(REPORTS, settings.report_days, strict=False)),
        **_threshold_values(settings.thresholds),
    }


def _threshold_values(thresholds: tuple[Threshold, ...]) -> dict[str, str]:
    found = {}
    for number, row in zip(THRESHOLDS, thresholds, strict=False):
        found[f"threshold_{number}"] = format_rupiah(row.amount).removeprefix("Rp")
        found[f"threshold_{number}_name"], found[f"threshold_{number}_source"] = row.name, row.source
    return found
