"""Importing products: known by their maker and their name; stored through the same services as the forms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.catalogue import labels
from matchmaking.catalogue.commands import ProductDetails
from matchmaking.catalogue.models import Category, Product, name_key_of
from matchmaking.catalogue.queries.categories import categories
from matchmaking.catalogue.queries.listing import LIVE
from matchmaking.catalogue.services.products import create_product, edit_product, with_stored
from matchmaking.catalogue.services.reading import as_text, read_product
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.identity import fold_name
from matchmaking.registration.imports.columns import ImportField
from matchmaking.registration.imports.plan import Change, Outcome, PlannedRow, ReadRow, StoreOptions, faults_of
from matchmaking.registration.models import Organization, Participation, Side
from matchmaking.registration.services.details import Sentences

_YES_NO = {"yes": (_l("Yes"), "ya"), "no": (_l("No"), "tidak")}
_FIELDS = (
    ImportField("price", _l("Price from"), ("harga", "harga mulai dari", "harga satuan", "harga jual", "harga rp"),
                is_required=True, example="450000"),
    ImportField("unit", _l("Unit"), ("satuan",), example="lembar"),
    ImportField("is_tax_included", _l("Price includes PPN"), ("ppn", "termasuk ppn", "harga termasuk ppn"), kind="choice",
                choices={"yes": (_l("Yes"), "ya", "termasuk", "include"), "no": (_l("No"), "tidak", "belum", "exclude")},
                example="Ya"),
    ImportField("description", _l("Description"), ("deskripsi", "keterangan", "spesifikasi"),
                example="Benang emas di atas kain tenun"),
    ImportField("monthly_capacity", _l("Capacity each month"), ("kapasitas", "kapasitas per bulan", "kapasitas produksi",
                "kapasitas bulanan"), example="40"),
    ImportField("lead_time_days", _l("Days to make an order"), ("waktu pengerjaan", "lama pengerjaan", "lama pembuatan",
                "waktu pengerjaan hari"), example="14"),
    ImportField("min_order", _l("Smallest order"), ("minimal pesanan", "pesanan minimal", "minimal order", "moq"),
                example="1"),
    ImportField("shelf_life_days", _l("Keeps for (days)"), ("masa simpan", "daya tahan", "masa kedaluwarsa"),
                example=""),
    ImportField("is_pure_packing", _l("Only packed, not made"), ("hanya dikemas", "pengemasan"), kind="choice",
                choices=_YES_NO, example="Tidak"),
    ImportField("catalog_listing_status", _l("e-Katalog"), ("status e katalog", "status katalog", "tayang",
                "status tayang"), kind="choice",
                choices={"none": (_l("Not in the e-Katalog yet"), "belum", "tidak ada"),
                         "in_process": (_l("Being listed"), "proses", "dalam proses"),
                         "listed": (_l("Listed (tayang)"), "tayang", "ya", "sudah"),
                         "unlisted": (_l("Listed before, now taken down"), "tidak tayang", "turun tayang")},
                example="Belum"),
    ImportField("catalog_reference", _l("e-Katalog address"), ("tautan katalog", "link katalog", "url katalog", "url",
                "alamat e katalog"), example=""),
    ImportField("local_content_status", _l("TKDN certificate"), ("sertifikat tkdn", "status tkdn", "punya tkdn"),
                kind="choice",
                choices={"none": (_l("No TKDN certificate"), "tidak ada", "belum", "tidak", "belum ada"),
                         "in_process": (_l("Applied for"), "proses", "dalam proses"),
                         "certified": (_l("Has a TKDN certificate"), "ada", "ya", "sudah", "bersertifikat")},
                example="Belum", help=_l("“0%” on a certificate is another thing than no certificate.")),
    ImportField("local_content_percent", _l("TKDN value"), ("tkdn", "nilai tkdn", "persen tkdn"), example=""),
    ImportField("company_benefit_percent", _l("BMP value"), ("bmp", "nilai bmp"), example=""),
    ImportField("local_content_number", _l("TKDN certificate number"), ("nomor tkdn", "no tkdn", "nomor sertifikat tkdn"),
                example=""),
    ImportField("local_content_expires_on", _l("TKDN valid until"), ("tkdn berlaku sampai", "masa berlaku tkdn",
                "berlaku sampai"), kind="date", example=""),
)  # fmt: skip


@dataclass(frozen=True)
class _Makers:
    """The event's exhibitors by what a row may name, and their products by name."""

    by_number: dict[str, tuple[int, int]]  # NIB -> (organisation, entry)
    by_name: dict[str, list[tuple[int, int]]]
    products: dict[tuple[int, str], Product]


class ProductsKind:
    """Products of exhibitors that are in the event already."""

    name = "products"
    label = _l("Products")
    about = _l("One row for each product; its maker is known by NIB, else by name. Import the makers first.")
    has_state = False

    def fields(self) -> Sequence[ImportField]:
        """Return the fields a column can be; the categories are those of the scheme."""
        offered = {row.id: _words(row) for row in categories()}
        return (
            ImportField("maker", _l("Maker (IKM)"), ("nama usaha", "nama ikm", "ikm", "usaha", "pelaku usaha",
                        "nama umkm"), example="Tapis Contoh Sejati"),
            ImportField("business_id_number", _l("NIB of the maker"), ("nib", "nomor induk berusaha"), kind="identity",
                        digits=13, example="0123456789012"),
            ImportField("name", _l("Product name"), ("nama produk", "produk", "nama barang", "barang"), is_required=True,
                        example="Selendang tapis"),
            ImportField("category_id", _l("Category"), ("kategori", "kategori produk", "jenis produk"), kind="choice",
                        is_required=True, choices=offered, example=str(next(iter(offered.values()), ("",))[0])),
            *_FIELDS,
        )  # fmt: skip

    def plan(self, event_id: int, rows: Sequence[ReadRow]) -> list[PlannedRow]:
        """Say what would become of each row."""
        makers, seen = _makers(event_id), dict[tuple[int, str], int]()
        names = {row.id: row.name_id for row in categories()}
        return [_plan_row(row, makers, seen, names) for row in rows]

    def store(self, actor: Actor, event_id: int, row: PlannedRow, options: StoreOptions) -> None:
        """Add or change one product."""
        details = _details(row.values)
        if row.outcome is Outcome.UPDATE and row.target_id:
            product = db.session.get_one(Product, row.target_id)
            edit_product(actor, product.id, with_stored(product, details), event_id=event_id)
        elif row.target_id:
            create_product(actor, row.target_id, details, origin="import")


def _words(row: Category) -> tuple[str, ...]:
    return (row.name_id, row.name_en, row.id.replace("_", " "))


def _plan_row(
    row: ReadRow, makers: _Makers, seen: dict[tuple[int, str], int], category_names: Mapping[str, str]
) -> PlannedRow:
    sentences = Sentences()
    values = read_product(_details(row.values), sentences)
    maker, said = _maker(row, makers)
    if said:
        sentences.note("business_id_number" if row.get("business_id_number") else "maker", said)
    key = (maker[0] if maker else 0, name_key_of(row.get("name")))
    if maker and row.get("name") and key in seen:
        sentences.note("name", _("The same product stands in row %(row)s already.", row=seen[key]))
    seen.setdefault(key, row.number)
    faults = (*row.faults, *faults_of(row, sentences.fields))
    title = " · ".join(part for part in (row.get("name"), row.get("maker")) if part) or _("Row %(row)s", row=row.number)
    if faults or maker is None:
        return PlannedRow(row.number, title, Outcome.FAULTY, row.values, faults=faults)
    product = makers.products.get(key)
    if product is None:
        return PlannedRow(row.number, title, Outcome.NEW, row.values, target_id=maker[1])
    changes = _changes(product, row.values, values, category_names)
    outcome = Outcome.UPDATE if changes else Outcome.SAME
    return PlannedRow(row.number, title, outcome, row.values, changes=changes, target_id=product.id)


def _maker(row: ReadRow, makers: _Makers) -> tuple[tuple[int, int] | None, str]:
    number, name = "".join(filter(str.isdigit, row.get("business_id_number"))), row.get("maker")
    if number:
        found = makers.by_number.get(number)
        return found, "" if found else _("No IKM with this NIB is in this event. Import or register the IKM first.")
    if not name:
        return None, _("Please write the maker's name or NIB.")
    named = makers.by_name.get(fold_name(name), [])
    if len(named) == 1:
        return named[0], ""
    if named:
        return None, _("Several IKM have this name. Please write the NIB too.")
    return None, _("No IKM of this name is in this event. Import or register the IKM first.")


def _makers(event_id: int) -> _Makers:
    rows = db.session.execute(
        sa.select(Participation.id, Organization)
        .join(Organization, Organization.id == Participation.organization_id)
        .where(Participation.event_id == event_id, Participation.side == Side.EXHIBITOR, Participation.state.in_(LIVE))
        .order_by(Participation.id)
    ).all()
    by_name: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        for key in {fold_name(row.Organization.legal_name), fold_name(row.Organization.brand)} - {""}:
            by_name[key].append((row.Organization.id, row.id))
    products = db.session.scalars(
        sa.select(Product).where(
            Product.organization_id.in_([row.Organization.id for row in rows]), Product.retired_at.is_(None)
        )
    )
    numbers = {r.Organization.business_id_number: (r.Organization.id, r.id) for r in rows}
    return _Makers(
        {number: place for number, place in numbers.items() if number},
        by_name,
        {(product.organization_id, product.name_key): product for product in products},
    )


def _changes(
    product: Product, given: Mapping[str, str], values: Mapping[str, Any], category_names: Mapping[str, str]
) -> tuple[Change, ...]:
    found = []
    for name, value in values.items():
        old = getattr(product, name)
        if given.get(name) and old != value:
            found.append(
                Change(
                    labels.PRODUCT_FIELDS[name], _said(name, old, category_names), _said(name, value, category_names)
                )
            )
    return tuple(found)


def _said(name: str, value: Any, category_names: Mapping[str, str]) -> str:
    if name == "category_id":
        return category_names.get(value, str(value))
    said = {"catalog_listing_status": labels.LISTING_LABELS, "local_content_status": labels.LOCAL_CONTENT_LABELS}
    return str(said[name][value]) if name in said else as_text(value)


def _details(values: Mapping[str, str]) -> ProductDetails:
    """A value and a number of a certificate say that there is one; 0 alone does not."""
    given = {name: values.get(name, "") for name in ProductDetails.__dataclass_fields__}
    percent = given["local_content_percent"].strip(" %0,.")
    if not given["local_content_status"] and percent and given["local_content_number"]:
        given["local_content_status"] = "certified"
    return ProductDetails(**given)


PRODUCTS = ProductsKind()
