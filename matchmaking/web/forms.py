"""Between services and forms: a refused rule stands at its field, and nothing that was typed is lost."""

from __future__ import annotations

from flask_wtf import FlaskForm

from matchmaking.errors import DomainError


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
