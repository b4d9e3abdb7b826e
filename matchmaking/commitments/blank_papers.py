"""What stands on a blank numbered form: the event's own clauses with room where figures are written by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from matchmaking.commitments import texts
from matchmaking.commitments.services.settings import settings_of
from matchmaking.config import ROOT
from matchmaking.documents.agenda import Letterhead
from matchmaking.documents.blank_form import BlankForms, render_forms
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of

FONTS = ROOT / "static" / "dist" / "fonts"
_DOTS = "." * 24
_FACTS = ("Instansi/usaha", "Penandatangan", "Jabatan dan peran", "NIP/NIB (bila ada)", "Alamat")
_HEADS = ("No", "Produk dan spesifikasi", "Jumlah", "Satuan", "Harga satuan (perkiraan)", "Jumlah harga")


def blank_forms_pdf(event_id: int, numbers: Sequence[str]) -> bytes:
    """Return the forms with these numbers as one PDF."""
    return render_forms(blank_forms_of(event_id, numbers))


def blank_forms_of(event_id: int, numbers: Sequence[str]) -> BlankForms:
    """Return what stands on the forms with these numbers."""
    event = db.session.get_one(Event, event_id)
    own = settings_of(event_id).texts
    clauses = [own.get(key, "").strip() or text for key, text in texts.STANDARD.items()]
    return BlankForms(
        title=texts.TITLE,
        subtitle=event.name,
        numbers=tuple(numbers),
        facts=_FACTS,
        parties=(f"{texts.FIRST_PARTY} (Calon Pembeli)", f"{texts.SECOND_PARTY} (Pelaku IKM)"),
        heads=_HEADS,
        clauses=tuple(_with_room(clause, event.host_name) for clause in clauses if clause),
        locked=texts.LOCKED_TEXT,
        signing=(f"{texts.FIRST_PARTY}, tempat dan tanggal:", f"{texts.SECOND_PARTY} (meterai), tempat dan tanggal:"),
        foot="Kode RUP dan metode pengadaan ditulis pada butir 2. Paket tender, seleksi, sayembara/kontes, atau mini-kompetisi: "
        "tulis UNDANGAN IKUT SERTA di atas judul dan jangan menulis harga.",
        fonts=FONTS,
        letterhead=Letterhead(event.host_name, event.host_parent, event.host_address, _logo(event)),
    )


def _with_room(clause: str, host: str) -> str:
    """Fill what is known and leave dots for the rest."""
    known = {
        "penyelenggara": host or "penyelenggara",
        "tayang": "",
        "ppn": "termasuk / belum termasuk PPN (coret satu)",
    }
    return " ".join(re.sub(r"\{\s*(\w+)\s*\}", lambda match: known.get(match[1], _DOTS), clause).split())


def _logo(event: Event) -> bytes | None:
    stored = db.session.get(StoredFile, event.logo_file_id) if event.logo_file_id else None
    path = path_of(stored.code) if stored else None
    return path.read_bytes() if path and path.exists() else None
