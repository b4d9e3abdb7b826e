"""A file becomes a table, judged by its content and never by its name."""

from __future__ import annotations

from matchmaking.i18n import gettext as _
from matchmaking.registration.imports.delimited import read_delimited
from matchmaking.registration.imports.tables import MAX_FILE_BYTES, Table, UnreadableFile
from matchmaking.registration.imports.workbook import read_workbook

_ZIP = b"PK\x03\x04"
#: First bytes of what people send by mistake, and what it is.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "program"), (b"\x7fELF", "program"), (b"\xca\xfe\xba\xbe", "program"), (b"\xcf\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"%PDF", "pdf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
    (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"), (b"GIF8", "picture"), (b"BM", "picture"), (b"RIFF", "picture"),
    (b"Rar!", "archive"), (b"7z\xbc\xaf", "archive"), (b"\x1f\x8b", "archive"), (b"PK\x05\x06", "archive"),
    (b"{\\rtf", "document"),
)  # fmt: skip


def read_table(content: bytes, sheet: str = "") -> Table:
    """Return the table in the file.

    Args:
        content: the file's bytes.
        sheet: which sheet of a workbook to prefer; the first visible one otherwise.

    Raises:
        UnreadableFile: too large, no spreadsheet, damaged, or more rows than we take.
    """
    if len(content) > MAX_FILE_BYTES:
        raise UnreadableFile(_("The file is larger than 5 MB. Please remove pictures and empty sheets, or split it."))
    if not content.strip():
        raise UnreadableFile(_("The file is empty. Please choose the file with your data."))
    table = read_workbook(content, sheet) if content.startswith(_ZIP) else _read_text(content)
    if not table.rows:
        raise UnreadableFile(_("The file has no rows. Fill in the template from row 2 on and send it again."))
    return table


def _read_text(content: bytes) -> Table:
    for mark, kind in _OTHERS:
        if content.startswith(mark):
            raise UnreadableFile(_refusals()[kind])
    head = content[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<head", b"<meta")):
        raise UnreadableFile(_refusals()["web_page"])
    return read_delimited(content)


def _refusals() -> dict[str, str]:
    return {
        "program": _("This is a program, not a spreadsheet, whatever its name says. We have not opened or kept it."),
        "pdf": _("This is a PDF. Please send the spreadsheet it was made from, as XLSX or CSV."),
        "old_excel": _(
            "This is an old Excel file (.xls) or one with a password. Open it in Excel, choose Save As, “Excel Workbook (.xlsx)” without a password, and send that file."
        ),
        "picture": _("This is a picture. Please send the spreadsheet itself, as XLSX or CSV."),
        "archive": _("This is a compressed archive. Please unpack it and send the spreadsheet inside."),
        "document": _("This is a text document. Please send a spreadsheet, as XLSX or CSV."),
        "web_page": _(
            "This is a web page with a table in it, even if it is called .xls. Open it in Excel, choose Save As, “Excel Workbook (.xlsx)”, and send that file."
        ),
    }
