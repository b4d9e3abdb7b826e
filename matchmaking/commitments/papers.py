"""From a commitment's record to its paper: the frozen content as it was hashed, the signatures, the frame kept with it.

What the parties agreed on comes from the canonical form alone, never from live rows; once both have signed an audit page follows.
The words are Indonesian for every reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from matchmaking import clock
from matchmaking.commitments import texts
from matchmaking.commitments.addresses import printed_base
from matchmaking.commitments.audit_page import Trail, audit_page, moment_text
from matchmaking.commitments.canonical import (
    CanonicalLine,
    CanonicalParty,
    CanonicalRecord,
    CanonicalSource,
    canonical_form,
    tax_amount,
)
from matchmaking.commitments.kinds import title_of
from matchmaking.commitments.models import Commitment, CommitmentState, PartyKind, SigningMethod
from matchmaking.commitments.queries.trail import trail_of
from matchmaking.commitments.seals.marks import file_mark
from matchmaking.commitments.services.frames import Frame, frame_of, live_frame
from matchmaking.commitments.services.proposing import draft_form
from matchmaking.commitments.services.settings import ChangeSettings, Settings, settings_of
from matchmaking.commitments.views import CommitmentView, PartyView, SignatureView
from matchmaking.config import ROOT
from matchmaking.documents.agenda import Letterhead
from matchmaking.documents.commitment import CommitmentPaper, PaperLine, PaperParty, Witness, render_commitment
from matchmaking.documents.commitment_page import PageFoot
from matchmaking.documents.commitment_signatures import SignatureBlock
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.money import format_rupiah, in_words
from matchmaking.storage.services import path_of

FONTS = ROOT / "static" / "dist" / "fonts"
#: Indonesian whatever the reader's language: an office writes it so.
ELECTRONIC = "Tanda tangan elektronik biasa (PP 71/2019 ps. 60); keaslian dapat diperiksa di {address}"
WITNESSED = "Tanda tangan elektronik biasa (PP 71/2019 ps. 60)."
ON_SCREEN = {SigningMethod.TABLET: "di layar tablet panitia", SigningMethod.LINK: "di layar gawai sendiri"}


@dataclass(frozen=True)
class PaperSources:
    """What a paper is made of: the content that was hashed (or would be), and what stands around it."""

    form: Mapping[str, Any]
    frame: Frame
    parties: Mapping[PartyKind, PartyView]
    signatures: Sequence[SignatureView] = ()
    content_hash: str = ""
    address: str = ""  # of the check page; empty on a draft and on screens
    mark: str = ""
    trail: Trail | None = None  # once both have signed: what the audit page tells


def paper_pdf(view: CommitmentView, *, originals: int = 1, printed: Printed | None = None) -> bytes:
    """Return the commitment's paper as PDF without a seal, the same bytes for the same record.

    Args:
        view: the commitment.
        originals: how many originals stand in the file; a draft has one.
        printed: what stands on the paper and is not frozen with the content, as it was when the paper was sealed.

    Raises:
        NoPublicAddress: the paper would carry a link that nobody can open outside the hall.
    """
    if not view.is_frozen:
        return render_commitment(paper_of(view))
    printed = printed or printed_now(view)
    paper = paper_of(view, f"{printed.base}/check/{view.code}", printed=printed)
    return render_commitment(paper, originals=originals, keywords=file_mark(view.code, view.content_hash))


@dataclass(frozen=True)
class Printed:
    """What is printed and not frozen with the content: the check page's base address, and what devices are called."""

    base: str
    devices: Mapping[str, str] = field(default_factory=dict)  # by the device's id as text


def printed_now(view: CommitmentView, base: str = "") -> Printed:
    """Return what would be printed today.

    Args:
        view: the commitment.
        base: the address to print where none has been set (demonstration and test events).

    Raises:
        NoPublicAddress: there is no address that opens outside the hall.
    """
    trail = trail_of(view.id)
    return Printed(base or printed_base(db.session.get_one(Event, view.event_id)), dict(trail.devices) if trail else {})


def paper_of(view: CommitmentView, address: str = "", *, printed: Printed | None = None) -> CommitmentPaper:
    """Return what stands on the paper, for the PDF and for the page that shows the same text (``_document.html``)."""
    form = view.canonical or draft_form(db.session.get_one(Commitment, view.id))
    frame = frame_of(view.id, view.content_hash) if view.is_frozen else None
    return compose(
        PaperSources(
            form=form,
            frame=frame or live_frame(db.session.get_one(Event, view.event_id), settings_of(view.event_id)),
            parties={party.kind: party for party in view.parties},
            signatures=[s for s in view.signatures if s.content_hash == view.content_hash],
            content_hash=view.content_hash,
            address=address,
            mark=_mark(view),
            trail=trail_of(view.id, printed.devices) if printed else None,
        )
    )


def sample_pdf(event_id: int, change: ChangeSettings, own: Mapping[str, str]) -> bytes:
    """Return a paper with invented parties, as these settings would make it; marked as a sample, without number or code."""
    event = db.session.get_one(Event, event_id)
    today = clock.today(event.timezone)
    record = sample_record(event, today, change, own)
    settings = Settings(witness_name=change.witness_name, witness_office=change.witness_office)
    return render_commitment(
        compose(PaperSources(canonical_form(record), live_frame(event, settings), {}, mark="CONTOH"))
    )


def sample_record(event: Event, today: date, change: ChangeSettings, own: Mapping[str, str]) -> CanonicalRecord:
    """Return an invented record with the event's clauses."""
    until = date(today.year, 12, 31)
    source = CanonicalSource("00000000", "Belanja contoh", "Satuan Kerja Contoh", "apbd", "e_purchasing", 12)
    line = CanonicalLine(
        "Selendang tapis contoh", "Benang emas, 200 × 60 cm", 25_000, "helai", 450_000, "Belum bersertifikat TKDN"
    )
    facts = texts.ClauseFacts(
        total=11_250_000, tax_mode="included", tax_rate_hundredths=1100, fiscal_year=today.year, valid_until=until,
        host=event.host_name, source=source, listing_by=until, report_days=change.report_days, texts=own,
    )  # fmt: skip
    return CanonicalRecord(
        record_id="", event=event.code, number="", made_on=today.isoformat(), place=event.venue, fiscal_year=today.year,
        valid_until=until.isoformat(), buyer=CanonicalParty("", "Dinas Contoh", "Perangkat daerah"),
        exhibitor=CanonicalParty("", "Tapis Contoh", "NIB 0000000000000"), lines=(line,), tax_mode="included",
        tax_rate_hundredths=1100, source=source, clauses=texts.clauses_for(facts),
    )  # fmt: skip


def _mark(view: CommitmentView) -> str:
    if view.stored_state is CommitmentState.WITHDRAWN:
        return "DIBATALKAN"
    if view.stored_state is CommitmentState.AMENDED:
        return "DIGANTIKAN"
    return "" if view.is_frozen else "DRAF"


def compose(sources: PaperSources) -> CommitmentPaper:
    """Put the paper together."""
    form, frame = sources.form, sources.frame
    made_on, total = date.fromisoformat(form["made_on"]), int(form["total"])
    number = form["number"]
    return CommitmentPaper(
        title=title_of(form),
        subtitle=_subtitle(frame.event_name, made_on.year),
        number=number,
        opening=_opening(made_on, form["place"]),
        parties=(_party(sources, PartyKind.BUYER), _party(sources, PartyKind.EXHIBITOR)),
        lead="Dengan ini menyatakan hal-hal sebagai berikut:",
        clauses=tuple(form["clauses"]),
        locked=texts.locked_clause(form["clauses"]),
        lines=tuple(_lines(form["lines"])),
        total=f"{texts.official_rupiah(total)} ({in_words(total)} rupiah)" if total else "",
        total_note=_total_note(form, total) if total else "",
        place_and_date=", ".join(part for part in (form["place"], texts.long_date(made_on)) if part),
        signatures=(_block(sources, PartyKind.BUYER), _block(sources, PartyKind.EXHIBITOR)),
        fonts=FONTS,
        letterhead=Letterhead(frame.host_name, frame.host_parent, frame.host_address, _logo(frame)),
        witness=_witness(sources),
        foot=PageFoot(number, sources.address, short_hash(sources.content_hash)) if number else PageFoot(),
        mark=sources.mark,
        note=form["note"],
        audit=audit_page(sources.trail, frame, sources.content_hash, form) if sources.trail else None,
    )


def _subtitle(name: str, year: int) -> str:
    return name if str(year) in name else f"{name} {year}"


def _opening(made_on: date, place: str) -> str:
    where = f", bertempat di {place}" if place else ""
    return f"Pada hari ini, {texts.date_in_words(made_on)} ({texts.long_date(made_on)}){where}, kami yang bertanda tangan di bawah ini:"


def _party(sources: PaperSources, kind: PartyKind) -> PaperParty:
    is_buyer = kind is PartyKind.BUYER
    facts = sources.form[kind.value]
    person = _signatory(sources, kind)
    rows = [
        ("Instansi" if is_buyer else "Usaha", facts["name"]),
        ("Jenis" if is_buyer else "NIB", facts["detail"].removeprefix("NIB ")),
        ("Nama", person.name),
        ("Jabatan", person.office),
        ("NIP", person.employee_number),
        ("Kabupaten/kota", facts["regency"]),
        ("Alamat", " ".join(facts["address"].split())),
    ]
    title, role = (texts.FIRST_PARTY, "Calon Pembeli") if is_buyer else (texts.SECOND_PARTY, "Pelaku IKM")
    return PaperParty(title, role, tuple(row for row in rows if row[1]))


@dataclass(frozen=True)
class _Person:
    name: str = ""
    office: str = ""
    employee_number: str = ""


def _signatory(sources: PaperSources, kind: PartyKind) -> _Person:
    """Return who signed for the party, else who is expected to."""
    party = sources.parties.get(kind)
    expected = _Person(party.signatory_name, party.signatory_office, party.employee_number) if party else _Person()
    signed = _signature(sources.signatures, kind, is_authorised=True)
    if signed is None:
        return expected
    nip = expected.employee_number if signed.signatory_name == expected.name else ""
    return _Person(signed.signatory_name, signed.signatory_office, nip)


def _signature(signatures: Iterable[SignatureView], kind: PartyKind, *, is_authorised: bool) -> SignatureView | None:
    return next((s for s in signatures if s.kind is kind and s.is_authorised is is_authorised), None)


def _block(sources: PaperSources, kind: PartyKind) -> SignatureBlock:
    is_buyer = kind is PartyKind.BUYER
    person = _signatory(sources, kind)
    signed = _signature(sources.signatures, kind, is_authorised=True)
    agreed = _signature(sources.signatures, kind, is_authorised=False)
    return SignatureBlock(
        title=texts.FIRST_PARTY if is_buyer else texts.SECOND_PARTY,
        organization=sources.form[kind.value]["name"],
        box="stamp" if is_buyer else "duty_stamp",
        name=person.name,
        office=person.office,
        employee_number=person.employee_number,
        strokes=drawn(signed.strokes if signed else None),
        waiting=_waiting(signed, agreed),
        note=_signed_note(sources, signed) if signed else _agreed_note(sources, agreed),
    )


def drawn(strokes: Iterable[Any] | None) -> tuple[tuple[tuple[float, float], ...], ...]:
    """Return stored strokes as a paper draws them."""
    return tuple(tuple((float(point[0]), float(point[1])) for point in stroke) for stroke in strokes or () if stroke)


def _waiting(signed: SignatureView | None, agreed: SignatureView | None) -> str:
    if signed and signed.method is SigningMethod.INK:
        return "ditandatangani pada naskah asli"
    return "menunggu penandatangan" if agreed and not signed else ""


def _signed_note(sources: PaperSources, signature: SignatureView) -> str:
    when = moment_text(signature.signed_at, sources.frame.zone)
    if signature.method is SigningMethod.INK:
        return f"Ditandatangani dengan tinta; dicatat panitia pada {when}."
    electronic = ELECTRONIC.format(address=sources.address or "halaman pemeriksaan")
    return f"Ditandatangani {ON_SCREEN[signature.method]} pada {when}.\n{electronic}"


def _agreed_note(sources: PaperSources, agreed: SignatureView | None) -> str:
    if agreed is None:
        return ""
    who = ", ".join(part for part in (agreed.signatory_name, agreed.signatory_office) if part)
    return f"Disetujui oleh {who} pada {moment_text(agreed.signed_at, sources.frame.zone)}."


def _lines(lines: Iterable[Mapping[str, str]]) -> Iterable[PaperLine]:
    for line in lines:
        yield PaperLine(
            product=line["product"],
            specification=line["specification"],
            quantity=show_quantity(line["quantity"]),
            unit=line["unit"],
            unit_price=_price(line["unit_price"]),
            total=_price(line["total"]),
            note=line["content_note"],
        )


def _price(amount: str) -> str:
    """Return an amount as printed; an invitation names none."""
    return format_rupiah(int(amount)) if int(amount) else ""


def show_quantity(text: str) -> str:
    """Return ``1.250,5`` for the canonical ``1250.5``."""
    whole, _, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", ".") + (f",{rest}" if rest else "")


def _total_note(form: Mapping[str, Any], total: int) -> str:
    mode, rate = form["tax"]["mode"], _hundredths(form["tax"]["rate_percent"])
    note = f"Harga adalah perkiraan sebelum negosiasi, {texts.tax_note(mode, rate)}"
    if mode == "excluded":
        tax = tax_amount(total, rate)
        note += f"; perkiraan PPN {format_rupiah(tax)}, jumlah dengan PPN {format_rupiah(total + tax)}"
    return f"{note}."


def _hundredths(percent: str) -> int:
    whole, _, rest = percent.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def _witness(sources: PaperSources) -> Witness | None:
    frame, signed = sources.frame, sources.trail.witness if sources.trail else None
    if signed:
        note = f"Disaksikan di layar pada {moment_text(signed.signed_at, frame.zone)}. {WITNESSED}"
        return Witness(signed.office, signed.name, drawn(signed.strokes), note)
    if not frame.witness_name and not frame.witness_office:
        return None
    return Witness(frame.witness_office, frame.witness_name)


def _logo(frame: Frame) -> bytes | None:
    path = path_of(frame.logo) if frame.logo else None
    return path.read_bytes() if path and path.exists() else None


def short_hash(content_hash: str) -> str:
    """Return the *kode keaslian* as it is printed: the first sixteen digits, in fours."""
    digits = content_hash[:16].upper()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
