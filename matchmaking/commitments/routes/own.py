"""A participant's own commitments: the same form and rules, found through the person."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from matchmaking.commitments import labels
from matchmaking.commitments.models import PartyKind
from matchmaking.commitments.queries.commitments import RowFilters, commitment_rows
from matchmaking.commitments.queries.sources import Pair, approved_of, meeting_pair, pair_of
from matchmaking.commitments.routes import doors, mandate_doors
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.doors import Answer, Door
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.matching.routes.entry import Speaker, own_speaker
from matchmaking.permissions import requires
from matchmaking.registration.models import Side
from matchmaking.web.access import current_event
from matchmaking.web.paging import Page, page_number


def own_door(speaker: Speaker | None = None) -> Door:
    """Return the door of the person's own participation."""
    speaker = speaker or own_speaker()
    return Door(PartyKind(speaker.entry.side.value), speaker.entry.id, speaker.address)


@commitments.get("/my/<event_code>/commitments")
@requires("commitment.own")
def my_commitments() -> str:
    """List my commitments."""
    speaker = own_speaker()
    wanted = RowFilters(participation_id=speaker.entry.id)
    rows = commitment_rows(current_event().id, wanted, page_number())
    return render_template(
        "commitments/my_commitments.html",
        rows=rows,
        page=Page(rows.items, rows.number, rows.pages, rows.total),
        labels=labels,
        door=own_door(speaker),
        speaker=speaker,
    )


@commitments.route("/my/<event_code>/commitments/new", methods=["GET", "POST"])
@requires("commitment.own")
def new_own() -> Answer:
    """Make a commitment of my own: of a meeting, or with a partner who is chosen first."""
    speaker = own_speaker()
    door = own_door(speaker)
    pair = _chosen_pair(speaker)
    if pair is None:
        other = Side.EXHIBITOR if speaker.entry.side is Side.BUYER else Side.BUYER
        return render_template(
            "commitments/my_partner.html", door=door, other=other, partners=approved_of(current_event().id, other)
        )
    return doors.new_page(door, pair)


def _chosen_pair(speaker: Speaker) -> Pair | None:
    event_id, mine = current_event().id, speaker.entry
    if meeting := request.args.get("meeting"):
        pair = meeting_pair(event_id, meeting)
        if pair is None or mine.id not in (pair.buyer.id, pair.exhibitor.id):
            raise NotFound(_("There is no such meeting in this event."))
        return pair
    other = Side.EXHIBITOR if mine.side is Side.BUYER else Side.BUYER
    partners = {code: row_id for row_id, code, _name in approved_of(event_id, other)}
    partner_id = partners.get(request.args.get("partner", ""))
    if partner_id is None:
        return None
    ids = (mine.id, partner_id) if mine.side is Side.BUYER else (partner_id, mine.id)
    return pair_of(event_id, *ids)


@commitments.post("/my/<event_code>/commitments/total")
@requires("commitment.own")
def total_own() -> str:
    """Answer the total of the rows as they are typed."""
    return doors.total_page()


@commitments.get("/my/<event_code>/commitments/<code>")
@requires("commitment.own")
def my_commitment(code: str) -> Answer:
    """Show one of my commitments."""
    return doors.view_page(own_door(), code)


@commitments.route("/my/<event_code>/commitments/<code>/edit", methods=["GET", "POST"])
@requires("commitment.own")
def edit_own(code: str) -> Answer:
    """Change a draft that my side made."""
    return doors.edit_page(own_door(), code)


@commitments.post("/my/<event_code>/commitments/<code>/propose")
@requires("commitment.own")
def propose_own(code: str) -> Answer:
    """Freeze a draft that my side made."""
    return doors.propose_page(own_door(), code)


@commitments.post("/my/<event_code>/commitments/<code>/reopen")
@requires("commitment.own")
def reopen_own(code: str) -> Answer:
    """Open a commitment that my side proposed again."""
    return doors.reopen_page(own_door(), code)


@commitments.post("/my/<event_code>/commitments/<code>/withdraw")
@requires("commitment.own")
def withdraw_own(code: str) -> Answer:
    """Withdraw one of my commitments."""
    return doors.withdraw_page(own_door(), code)


@commitments.route("/my/<event_code>/commitments/<code>/mandate/<party>", methods=["GET", "POST"])
@requires("commitment.own")
def mandate_own(code: str, party: str) -> Answer:
    """Add a mandate for my side."""
    return mandate_doors.mandate_page(own_door(), code, party)


@commitments.get("/my/<event_code>/commitments/<code>/mandate/<party>/file")
@requires("commitment.own")
def mandate_file_own(code: str, party: str) -> Response:
    """Hand out my side's mandate."""
    return mandate_doors.mandate_file_page(own_door(), code, party)
