"""A file field that survives an error elsewhere in the form: files are kept at once, the form carries their codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from werkzeug.datastructures import FileStorage
from wtforms import Field, FieldList, Form, FormField
from wtforms.widgets import html_params


@dataclass(frozen=True)
class KeptFile:
    """A file that was sent before; its secret code goes with the form."""

    code: str
    name: str


class _FileInput:
    """``<input type="file">``; the files kept so far are drawn by the macro ``kept_files``."""

    def __call__(self, field: UploadField, **given: Any) -> Markup:
        multiple = {"multiple": True} if field.most > 1 else {}
        given.setdefault("id", field.id)
        return Markup(f"<input {html_params(type='file', name=field.name, **multiple, **given)}>")  # noqa: S704 - escaped by html_params


class UploadField(Field):
    """Photos or PDFs. ``data``: codes of kept files, a tuple; read the request with files and form combined."""

    widget = _FileInput()
    takes_files = True  # for ``web.forms.FlaskForm``, which keeps files from every other field
    most: int

    def __init__(self, label: Any = None, validators: Any = None, *, most: int = 1, **given: Any) -> None:
        super().__init__(label, validators, **given)
        self.most = most
        self.incoming: list[FileStorage] = []
        self.kept: list[KeptFile] = []

    def process_data(self, value: Any) -> None:
        """Start with the codes given, none by default."""
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Tell new files from the codes of kept ones."""
        self.incoming = [v for v in valuelist if isinstance(v, FileStorage) and v.filename]
        self.data = tuple(dict.fromkeys(v for v in valuelist if isinstance(v, str) and v))[: self.most]

    def refuse(self, sentence: str) -> None:
        """Put a sentence at the field."""
        self.errors: list[str] = [*(self.errors or ()), sentence]


def leaf_fields(form: Form) -> Iterator[Field]:
    """Yield every field of a form, those of enclosed forms and lists too."""
    for field in form:
        yield from _leaves(field)


def _leaves(field: Field) -> Iterator[Field]:
    if isinstance(field, FormField):
        yield from leaf_fields(field.form)
    elif isinstance(field, FieldList):
        yield field
        for entry in field:
            yield from _leaves(entry)
    else:
        yield field


def upload_fields(form: Form) -> list[UploadField]:
    """Return the file fields of a form and of the forms in it."""
    return [field for field in leaf_fields(form) if isinstance(field, UploadField)]
