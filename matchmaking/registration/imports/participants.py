"""Importing exhibitors and buyers: known by NIB, else NPWP, else name and regency; stored as staff would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.identity import fold_name
from matchmaking.regions import REGENCIES
from matchmaking.registration import labels
from matchmaking.registration.commands import DelegateDetails, OrganizationDetails, RegisterParticipant
from matchmaking.registration.imports.columns import ImportField
from matchmaking.registration.imports.plan import Change, Fault, Outcome, PlannedRow, ReadRow, StoreOptions, faults_of
from matchmaking.registration.models import Delegate, Organization, Participation, Side
from matchmaking.registration.queries.entries import contact_of, contacts_of
from matchmaking.registration.services.deciding import approve_participation
from matchmaking.registration.services.details import (
    FIELD_LABELS,
    Sentences,
    names_of,
    read_delegate,
    read_organization,
)
from matchmaking.registration.services.editing import edit_entry
from matchmaking.registration.services.organizations import differences
from matchmaking.registration.services.registering import register_participant
from matchmaking.registration.services.teams import edit_delegate

_YES_NO = {"yes": (_l("Yes"), "ya", "sudah", "ada", "punya"), "no": (_l("No"), "tidak", "belum", "tidak ada")}
_REGENCIES = {
    r.code: (r.full_name, r.name, f"Kab. {r.name}", f"Kab {r.name}", f"Kota {r.name}", r.name.replace(" ", ""))
    for r in REGENCIES
}
_CONTACT = (
    ImportField("contact_name", _l("Contact person"), ("nama kontak", "narahubung", "kontak", "nama peserta", "pic",
                "penanggung jawab"), example="Peserta Contoh 07"),
    ImportField("contact_phone", _l("Contact's phone"), ("hp", "no hp", "nomor hp", "wa", "whatsapp", "no wa",
                "hp kontak", "telepon kontak", "handphone"), kind="identity", example="081200000007"),
    ImportField("contact_email", _l("Contact's e-mail"), ("email kontak", "surel kontak"),
                example="peserta07@contoh.example"),
    ImportField("contact_office", _l("Contact's office"), ("jabatan", "jabatan kontak"), example="Pemilik"),
)  # fmt: skip
_SHARED = (
    ImportField("regency", _l("Regency or city"), ("kabupaten kota", "kabupaten", "kab kota", "kota", "kota kabupaten",
                "daerah", "asal"), kind="choice", choices=_REGENCIES, example="Kota Bandar Lampung"),
    ImportField("address", _l("Address"), ("alamat", "alamat usaha", "alamat kantor"), example="Jl. Contoh No. 7"),
    ImportField("phone", _l("Phone"), ("telepon", "telp", "no telp", "nomor telepon", "no telepon"), kind="identity",
                example="0721000007"),
    ImportField("email", _l("E-mail"), ("surel", "email", "alamat email"), example="tapis@contoh.example"),
    ImportField("website", _l("Website"), ("situs", "web", "media sosial", "instagram"), example="contoh.example"),
)  # fmt: skip
_EXHIBITOR = (
    ImportField("legal_name", _l("Name of the business"), ("nama usaha", "nama ikm", "ikm", "nama perusahaan",
                "nama umkm", "usaha", "nama", "legal name", "business name"), is_required=True,
                example="Tapis Contoh Sejati"),
    ImportField("brand", _l("Brand"), ("merek", "merk", "brand"), example="Contoh Sejati"),
    ImportField("owner_name", _l("Owner"), ("nama pemilik", "pemilik", "pimpinan", "owner"), example="Peserta Contoh 07"),
    ImportField("business_id_number", _l("NIB"), ("nomor induk berusaha", "no nib", "nomor nib"), kind="identity",
                digits=13, example="0123456789012", help=_l("13 digits, as text: a leading 0 counts.")),
    ImportField("tax_number", _l("NPWP"), ("no npwp", "nomor npwp"), kind="identity", digits=15,
                example="", help=_l("15 or 16 digits, as text.")),
    ImportField("business_form", _l("Legal form"), ("bentuk usaha", "badan usaha", "bentuk badan usaha"), kind="choice",
                choices={"sole_proprietor": (_l("Sole proprietor"), "perorangan", "perseorangan", "ud"),
                         "cv": ("CV",), "pt": ("PT",), "pt_single": (_l("PT of one person"), "pt perorangan"),
                         "cooperative": (_l("Cooperative"), "koperasi")}, example="Perorangan"),
    ImportField("business_scale", _l("Business scale"), ("skala usaha", "skala", "kategori usaha"), kind="choice",
                choices={"micro": (_l("Micro"), "mikro", "usaha mikro"), "small": (_l("Small"), "kecil", "usaha kecil"),
                         "medium": (_l("Medium"), "menengah", "usaha menengah", "sedang")}, example="Mikro"),
    ImportField("industry_codes", _l("KBLI"), ("kode kbli", "kbli 2020"), example="13122"),
    ImportField("has_siinas_account", _l("SIINas account"), ("akun siinas", "siinas"), kind="choice", choices=_YES_NO,
                example="Ya"),
    ImportField("catalog_seller", _l("Seller in the e-Katalog"), ("e katalog", "ekatalog", "penyedia e katalog"),
                kind="choice", choices={**_YES_NO, "in_process": (_l("In process"), "proses", "dalam proses")},
                example="Belum"),
)  # fmt: skip
_BUYER = (
    ImportField("legal_name", _l("Name of the agency or company"), ("nama instansi", "instansi", "nama opd", "opd",
                "perangkat daerah", "nama pembeli", "pembeli", "satker", "nama satker", "nama perusahaan", "nama"),
                is_required=True, example="Dinas Contoh Provinsi Lampung"),
    ImportField("buyer_type", _l("Kind of buyer"), ("jenis pembeli", "jenis instansi", "jenis", "tipe"), kind="choice",
                is_required=True,
                choices={"vertical_agency": (_l("Vertical agency"), "instansi vertikal", "vertikal"),
                         "regional_agency": (_l("Regional agency"), "opd provinsi", "opd", "perangkat daerah",
                                             "perangkat daerah provinsi"),
                         "local_government": (_l("District or city government"), "pemda", "pemda kab kota",
                                              "pemerintah kabupaten", "pemerintah kota", "kabupaten kota"),
                         "state_owned_company": (_l("State-owned company (BUMN)"), "bumn"),
                         "regional_owned_company": (_l("Region-owned company (BUMD)"), "bumd"),
                         "private_company": (_l("Private company"), "swasta")}, example="OPD provinsi"),
    ImportField("klpd_code", _l("KLPD code"), ("kode klpd", "klpd"), example="D264"),
    ImportField("work_unit_codes", _l("Work-unit codes"), ("kode satker",), kind="identity", example=""),
    ImportField("contact_role", _l("Role in procurement"), ("peran", "peran pengadaan", "peran kontak"), kind="choice",
                choices={"budget_user": ("PA/KPA", "pa", "kpa", "pengguna anggaran", "kuasa pengguna anggaran"),
                         "commitment_officer": ("PPK", "pejabat pembuat komitmen"), "activity_officer": ("PPTK",),
                         "procurement_officer": (_l("Procurement officer"), "pejabat pengadaan", "pp"),
                         "other": (_l("Other"), "lainnya", "lain")}, example="PPK"),
)  # fmt: skip


@dataclass(frozen=True)
class _Known:
    """Organisations that a row may be, by what they are known by."""

    by_number: dict[str, Organization]
    by_tax: dict[str, Organization]
    by_place: dict[tuple[str, str | None], Organization]
    by_name: dict[str, Organization]
    entries: dict[int, int]  # organisation -> entry in this event
    contacts: dict[int, Delegate]  # entry -> its contact person


class ParticipantsKind:
    """Exhibitors or buyers."""

    has_state = True

    def __init__(self, name: str, side: Side, label: Any, about: Any) -> None:
        self.name, self.side, self.label, self.about = name, side, label, about

    def fields(self) -> Sequence[ImportField]:
        """Return the fields a column can be."""
        first = _EXHIBITOR if self.side is Side.EXHIBITOR else _BUYER
        regency, *rest = _SHARED
        needed = replace(regency, is_required=self.side is Side.EXHIBITOR)
        return (first[0], needed, *first[1:], *rest, *_CONTACT)

    def plan(self, event_id: int, rows: Sequence[ReadRow]) -> list[PlannedRow]:
        """Say what would become of each row."""
        known, seen = _known(event_id, self.side), dict[str, int]()
        return [self._plan_row(row, known, seen) for row in rows]

    def _plan_row(self, row: ReadRow, known: _Known, seen: dict[str, int]) -> PlannedRow:
        sentences = Sentences()
        values = read_organization(self.side, self._details(row.values), sentences)
        person = read_delegate(_contact(row.values), sentences, prefix="contact_")
        faults = [*row.faults, *faults_of(row, sentences.fields)]
        faults += _repeated(row, values, seen)
        title = values.get("legal_name") or _("Row %(row)s", row=row.number)
        if faults:
            return PlannedRow(row.number, title, Outcome.FAULTY, row.values, faults=tuple(faults))
        found, clash = _match(known, values)
        if clash:
            fault = row.fault("business_id_number", clash)
            return PlannedRow(row.number, title, Outcome.FAULTY, row.values, faults=(fault,))
        if found is None:
            note = _doubt(known, values)
            outcome = Outcome.DOUBTFUL if note else Outcome.NEW
            return PlannedRow(row.number, title, outcome, row.values, note=note)
        return self._known_row(row, title, found, known, values, person)

    def _known_row(
        self,
        row: ReadRow,
        title: str,
        found: Organization,
        known: _Known,
        values: dict[str, Any],
        person: dict[str, Any],
    ) -> PlannedRow:
        given = {name: value for name, value in values.items() if value not in (None, "", [])}
        changes = [_change(one) for one in differences(found, given)]
        entry_id = known.entries.get(found.id)
        if entry_id is None:
            note = _("Known from another event: its entry is made, its data are brought up to date.")
            return PlannedRow(
                row.number, title, Outcome.NEW, row.values, changes=tuple(changes), note=note, target_id=found.id
            )
        changes += _contact_changes(known.contacts.get(entry_id), row, person)
        outcome = Outcome.UPDATE if changes else Outcome.SAME
        return PlannedRow(row.number, title, outcome, row.values, changes=tuple(changes), target_id=found.id)

    def store(self, actor: Actor, event_id: int, row: PlannedRow, options: StoreOptions) -> None:
        """Register or change one organisation through the services of the forms."""
        if row.outcome is Outcome.UPDATE and row.target_id:
            self._update(actor, event_id, row)
            return
        outcome = register_participant(
            actor,
            RegisterParticipant(
                event_id=event_id,
                side=self.side,
                organization=self._details(row.values),
                delegates=(_contact(row.values),),
                origin="import",
                organization_id=row.target_id,
            ),
        )
        if options.is_approved and outcome.state == "submitted":
            approve_participation(actor, outcome.participation_id)

    def _update(self, actor: Actor, event_id: int, row: PlannedRow) -> None:
        entry = db.session.scalars(
            sa.select(Participation).where(
                Participation.event_id == event_id, Participation.organization_id == row.target_id
            )
        ).one()
        entry_id, stored = entry.id, _stored_values(entry.organization, self.side)
        given = {name: value for name, value in row.values.items() if value}
        edit_entry(actor, entry_id, self._details({**stored, **given}), by_owner=False)
        contact = contact_of(entry_id)
        if contact and any(row.values.get(name) for name in ("contact_name", "contact_phone", "contact_email")):
            merged = _merged_contact(contact, row.values)
            edit_delegate(actor, entry_id, contact.code, merged, by_owner=False)

    def _details(self, values: Any) -> OrganizationDetails:
        return OrganizationDetails(**{name: values.get(name, "") for name in names_of(self.side)})


def _contact(values: Any) -> DelegateDetails:
    """The contact; where none is named, the owner, else the business itself answers the phone."""
    name = values.get("contact_name") or values.get("owner_name") or values.get("legal_name") or ""
    return DelegateDetails(
        name=name[:160],
        phone=values.get("contact_phone") or values.get("phone") or "",
        email=values.get("contact_email", ""),
        office=values.get("contact_office", ""),
        office_role=values.get("contact_role", ""),
    )


def _merged_contact(contact: Delegate, values: Any) -> DelegateDetails:
    return DelegateDetails(
        name=values.get("contact_name") or contact.name,
        phone=values.get("contact_phone") or contact.phone or "",
        email=values.get("contact_email") or contact.email or "",
        office=values.get("contact_office") or contact.office,
        office_role=values.get("contact_role") or contact.office_role.value,
    )


def _contact_changes(contact: Delegate | None, row: ReadRow, person: dict[str, Any]) -> list[Change]:
    found = []
    for column, name in (("contact_name", "name"), ("contact_phone", "phone"), ("contact_email", "email"),
                         ("contact_office", "office"), ("contact_role", "office_role")):  # fmt: skip
        if row.get(column) and contact and getattr(contact, name) != person[name]:
            found.append(Change(row.labels[column], str(getattr(contact, name) or ""), str(person[name])))
    return found


def _known(event_id: int, side: Side) -> _Known:
    statement = sa.select(Organization).where(Organization.side == side, Organization.merged_into_id.is_(None))
    rows = list(db.session.scalars(statement.order_by(Organization.id.desc())))
    entries = db.session.execute(
        sa.select(Participation.organization_id, Participation.id).where(
            Participation.event_id == event_id, Participation.side == side
        )
    )
    entry_of = {row[0]: row[1] for row in entries}
    return _Known(
        {row.business_id_number: row for row in rows if row.business_id_number},
        {row.tax_number: row for row in rows if row.tax_number},
        {(row.name_key, row.regency): row for row in rows},
        {row.name_key: row for row in rows},
        entry_of,
        contacts_of(list(entry_of.values())),
    )


def _match(known: _Known, values: dict[str, Any]) -> tuple[Organization | None, str]:
    """Return the organisation this row surely is, or a sentence when its numbers contradict each other."""
    number, tax = values.get("business_id_number"), values.get("tax_number")
    by_number = known.by_number.get(number) if number else None
    if by_number:
        return by_number, ""
    by_tax = known.by_tax.get(tax) if tax else None
    place = (fold_name(values["legal_name"]), values.get("regency"))
    found = by_tax or known.by_place.get(place)
    if by_tax and number and by_tax.business_id_number and by_tax.business_id_number != number:
        return None, _("The NPWP belongs to “%(name)s”, which has another NIB.", name=by_tax.legal_name)
    if found and not by_tax and number and found.business_id_number and found.business_id_number != number:
        return None, ""  # another business of the same name: the doubt is told
    return found, ""


def _doubt(known: _Known, values: dict[str, Any]) -> str:
    namesake = known.by_name.get(fold_name(values["legal_name"]))
    if namesake is None:
        return ""
    return _("There is “%(name)s” with another place or NIB: perhaps the same.", name=namesake.legal_name)


def _repeated(row: ReadRow, values: dict[str, Any], seen: dict[str, int]) -> list[Fault]:
    """The same organisation twice in one file: which of the two counts, nobody can say."""
    if not values.get("legal_name"):
        return []
    keys = [f"nib:{values['business_id_number']}"] if values.get("business_id_number") else []
    if not keys:
        keys = [f"npwp:{values['tax_number']}"] if values.get("tax_number") else []
    keys = keys or [f"name:{fold_name(values['legal_name'])}:{values.get('regency')}"]
    first = next((seen[key] for key in keys if key in seen), None)
    for key in keys:
        seen.setdefault(key, row.number)
    if first is None:
        return []
    return [row.fault("legal_name", _("The same business or agency stands in row %(row)s already.", row=first))]


def _change(one: dict[str, Any]) -> Change:
    words = labels.VALUE_LABELS.get(one["field"], {})
    return Change(FIELD_LABELS.get(one["field"], one["field"]), _said(one["old"], words), _said(one["new"], words))


def _said(value: Any, words: dict[Any, Any]) -> str:
    if isinstance(value, bool):
        return str(_l("Yes") if value else _l("No"))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(words.get(value, value if value is not None else ""))


def _stored_values(organization: Organization, side: Side) -> dict[str, str]:
    """Return an organisation's values as its form would send them."""
    found = {}
    for name in names_of(side):
        value = getattr(organization, name)
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, list):
            value = " ".join(value)
        found[name] = "" if value is None else str(getattr(value, "value", value))
    return found


EXHIBITORS = ParticipantsKind(
    "exhibitors",
    Side.EXHIBITOR,
    _l("IKM (exhibitors)"),
    _l("One row for each business; known by NIB, NPWP or name and place."),
)
BUYERS = ParticipantsKind(
    "buyers", Side.BUYER, _l("Buyers"), _l("One row for each agency or company; known by name and place.")
)
