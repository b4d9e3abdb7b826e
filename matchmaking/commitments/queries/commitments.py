"""Commitments as pages, papers and reports read them: one whole, a list, and the figures of an event."""

from matchmaking.commitments.queries.figures import Amount, Figures, commitment_figures
from matchmaking.commitments.queries.rows import (
    CommitmentRow,
    RowFilters,
    Rows,
    commitment_rows,
    visible_to,
    waiting_for_signatory,
)
from matchmaking.commitments.queries.single import commitment_view
from matchmaking.commitments.views import (
    CommitmentView,
    EventView,
    LineView,
    PartyView,
    SignatureView,
    SourceView,
    quantity_text,
)

__all__ = [
    "Amount",
    "CommitmentRow",
    "CommitmentView",
    "EventView",
    "Figures",
    "LineView",
    "PartyView",
    "RowFilters",
    "Rows",
    "SignatureView",
    "SourceView",
    "commitment_figures",
    "commitment_rows",
    "commitment_view",
    "quantity_text",
    "visible_to",
    "waiting_for_signatory",
]
