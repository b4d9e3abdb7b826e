"""Between services and forms: a refused rule stands at its field, and nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import flask_wtf
from werkzeug.datastructures import FileStorage, ImmutableMultiDict
from wtforms import FileField, MultipleFileField

from matchmaking.errors import DomainError


class FlaskForm(flask_wtf.FlaskForm):
    """Flask-WTF's form, which mixes files and text: here a file sent under a text field's name is left out."""

    class Meta(flask_wtf.FlaskForm.Meta):
        """How sent values reach the fields."""

        def wrap_formdata(self, form: flask_wtf.FlaskForm, formdata: Any) -> Any:
            """Keep files for file fields only."""
            sent = super().wrap_formdata(form, formdata)
            if not sent or not any(isinstance(value, FileStorage) for _name, value in sent.items(multi=True)):
                return sent
            takes_files = {
                field.name
                for field in form._fields.values()
                if isinstance(field, FileField | MultipleFileField) or getattr(field, "takes_files", False)
            }
            return ImmutableMultiDict(
                (name, value)
                for name, value in sent.items(multi=True)
                if name in takes_files or not isinstance(value, FileStorage)
            )


def show_problems(form: FlaskForm, error: DomainError) -> None:
    """Put a service's refusal into the form: each sentence at its field, what has no field into the summary."""
    placed = False
    for name, sentence in error.fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, str(sentence)]
            placed = True
        else:
            form.form_errors.append(str(sentence))
            placed = True
    if not placed:
        form.form_errors.append(str(error))
