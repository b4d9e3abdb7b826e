"""The staff's pages: the list with its sums, a new commitment, one commitment, the spreadsheet."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from matchmaking import audit
from matchmaking.commitments import labels
from matchmaking.commitments.models import CommitmentKind
from matchmaking.commitments.queries.commitments import RowFilters, commitment_figures, commitment_rows
from matchmaking.commitments.queries.reviews import waiting_reviews
from matchmaking.commitments.queries.sources import Pair, approved_of, meeting_pair, pair_of
from matchmaking.commitments.routes import doors, mandate_doors
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.doors import Answer, Door
from matchmaking.commitments.sheet import commitment_sheet
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.models import Side
from matchmaking.sheets import XLSX_TYPE
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import Page, page_number

STAFF = Door()


@commitments.get("/manage/<event_code>/commitments", endpoint="commitments")
@requires("commitment.read")
def commitment_list() -> str:
    """List the event's commitments with their sums."""
    event, wanted = current_event(), _wanted()
    rows = commitment_rows(event.id, wanted, page_number())
    return render_template(
        "commitments/list.html",
        rows=rows,
        page=Page(rows.items, rows.number, rows.pages, rows.total),
        wanted=wanted,
        figures=commitment_figures(event.id),
        labels=labels,
        states=_states(),
        door=STAFF,
        reviews=waiting_reviews(event.id),
    )


def _wanted() -> RowFilters:
    state = request.args.get("state", "")
    known = {value for value, _label in _states()}
    return RowFilters(state if state in known else "", request.args.get("q", "").strip()[:100])


def _states() -> list[tuple[str, str]]:
    found = [(str(state), str(label)) for state, label in labels.STATE_LABELS.items()]
    kinds = [
        (str(kind), str(labels.KIND_LABELS[kind])) for kind in (CommitmentKind.INVITATION, CommitmentKind.WITHDRAWAL)
    ]
    return [("committed", _("Counts as commitment")), ("next_year", _("Signed, menunggu DPA")), *found, *kinds]


@commitments.get("/manage/<event_code>/commitments.xlsx")
@requires("commitment.read")
def sheet() -> Response:
    """Hand out the list as a spreadsheet: a row for each product, and the totals."""
    event, wanted = current_event(), _wanted()
    with transaction():
        audit.record(current_actor(), "commitments.export", ("event", event.id), event_id=event.id)
    content = commitment_sheet(event.id, wanted, event.timezone)
    headers = {
        "Content-Disposition": f'attachment; filename="komitmen-{event.code}.xlsx"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers=headers, content_type=XLSX_TYPE)


@commitments.route("/manage/<event_code>/commitments/new", methods=["GET", "POST"])
@requires("commitment.write")
def new() -> Answer:
    """Make a commitment: of a meeting, or of two parties that are chosen first."""
    pair = _chosen_pair()
    if pair is None:
        event_id = current_event().id
        return render_template(
            "commitments/form_parties.html",
            door=STAFF,
            buyers=approved_of(event_id, Side.BUYER),
            exhibitors=approved_of(event_id, Side.EXHIBITOR),
            chosen=request.args,
        )
    return doors.new_page(STAFF, pair)


def _chosen_pair() -> Pair | None:
    event_id = current_event().id
    if meeting := request.args.get("meeting"):
        pair = meeting_pair(event_id, meeting)
        if pair is None:
            raise NotFound(_("There is no such meeting in this event."))
        return pair
    buyers = {code: row_id for row_id, code, _name in approved_of(event_id, Side.BUYER)}
    makers = {code: row_id for row_id, code, _name in approved_of(event_id, Side.EXHIBITOR)}
    buyer_id = buyers.get(request.args.get("buyer", ""))
    exhibitor_id = makers.get(request.args.get("exhibitor", ""))
    return pair_of(event_id, buyer_id, exhibitor_id) if buyer_id and exhibitor_id else None


@commitments.post("/manage/<event_code>/commitments/total")
@requires("commitment.write")
def total() -> str:
    """Answer the total of the rows as they are typed."""
    return doors.total_page()


@commitments.get("/manage/<event_code>/commitments/<code>")
@requires("commitment.read")
def view(code: str) -> Answer:
    """Show a commitment."""
    return doors.view_page(STAFF, code)


@commitments.route("/manage/<event_code>/commitments/<code>/edit", methods=["GET", "POST"])
@requires("commitment.write")
def edit(code: str) -> Answer:
    """Change a draft."""
    return doors.edit_page(STAFF, code)


@commitments.post("/manage/<event_code>/commitments/<code>/propose")
@requires("commitment.write")
def propose(code: str) -> Answer:
    """Freeze a draft."""
    return doors.propose_page(STAFF, code)


@commitments.post("/manage/<event_code>/commitments/<code>/reopen")
@requires("commitment.write")
def reopen(code: str) -> Answer:
    """Open a proposed commitment again."""
    return doors.reopen_page(STAFF, code)


@commitments.post("/manage/<event_code>/commitments/<code>/withdraw")
@requires("commitment.write")
def withdraw(code: str) -> Answer:
    """Withdraw a commitment."""
    return doors.withdraw_page(STAFF, code)


@commitments.route("/manage/<event_code>/commitments/<code>/mandate/<party>", methods=["GET", "POST"])
@requires("commitment.write")
def mandate(code: str, party: str) -> Answer:
    """Add a mandate for a party."""
    return mandate_doors.mandate_page(STAFF, code, party)


@commitments.get("/manage/<event_code>/commitments/<code>/mandate/<party>/file")
@requires("commitment.write")
def mandate_file(code: str, party: str) -> Response:
    """Hand out a mandate."""
    return mandate_doors.mandate_file_page(STAFF, code, party)
