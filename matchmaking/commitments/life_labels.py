"""The words for what happens to a record after signing, in the order they are offered."""

from __future__ import annotations

from typing import Any

from matchmaking.commitments.life_models import OrderKind
from matchmaking.i18n import lazy_gettext as _l

MEDIA: dict[str, Any] = {"paper": _l("Meterai tempel (on paper)"), "electronic": _l("E-meterai")}
PROVIDERS: dict[str, Any] = {
    "bsre": _l("BSrE (BSSN)"),
    "privy": _l("Privy"),
    "peruri": _l("Peruri"),
    "other": _l("Another certified provider"),
}
ORDERS: dict[str, Any] = {
    OrderKind.CATALOG_6.value: _l("Order in e-Katalog version 6"),
    OrderKind.CATALOG_5.value: _l("Order in e-Katalog version 5"),
    OrderKind.PURCHASE_ORDER.value: _l("Purchase order (surat pesanan, PO)"),
    OrderKind.WORK_ORDER.value: _l("Work order (SPK)"),
    OrderKind.CONTRACT.value: _l("Contract"),
    OrderKind.RECEIPT.value: _l("Receipt (kuitansi)"),
    OrderKind.INVOICE.value: _l("Invoice"),
}
STAGES: dict[str, Any] = {
    "agreed": _l("when it was agreed"),
    "day_3": _l("after 3 days"),
    "day_7": _l("after 7 days"),
    "day_14": _l("after 14 days"),
}
CHANNELS: dict[str, Any] = {"mail": _l("by e-mail"), "whatsapp": _l("by WhatsApp"), "told": _l("told in person")}
