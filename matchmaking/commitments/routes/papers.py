"""The commitment's paper: for staff, and for its two parties."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from matchmaking.commitments.papers import paper_pdf
from matchmaking.commitments.queries.commitments import CommitmentView, commitment_view
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.errors import NotFound
from matchmaking.i18n import gettext as _
from matchmaking.matching.queries.parties import own_entries
from matchmaking.permissions import requires
from matchmaking.scheduling.routes.files import file_answer
from matchmaking.web.access import current_actor, current_event


@commitments.get("/manage/<event_code>/commitments/<code>/paper.pdf")
@requires("commitment.read")
def paper(code: str) -> Response:
    """Hand out the paper; ``?originals=2`` gives both originals for ink in one file."""
    originals = 2 if request.args.get("originals") == "2" else 1
    return paper_answer(commitment_view(current_event().id, code), originals=originals)


@commitments.get("/my/<event_code>/commitments/<code>/paper.pdf")
@requires("commitment.own")
def my_paper(code: str) -> Response:
    """Hand out the paper of a commitment of one's own, once it has been proposed."""
    view = commitment_view(current_event().id, code)
    mine = {entry.id for entry in own_entries(current_actor().user_id, current_event().id)}
    if not view.is_frozen or not mine.intersection(party.participation_id for party in view.parties):
        raise NotFound(_("There is no such commitment in this event."))
    return paper_answer(view)


def paper_answer(view: CommitmentView, *, originals: int = 1) -> Response:
    """Answer with the paper as PDF.

    Raises:
        NoPublicAddress: it would carry a link that nobody can open outside the hall.
    """
    return file_answer(paper_pdf(view, originals=originals), "application/pdf", f"{_file_name(view)}.pdf")


def _file_name(view: CommitmentView) -> str:
    """Name the file by the number, in signs every disk takes; a draft by its code."""
    plain = "".join(sign if sign.isalnum() else "-" for sign in view.number if sign.isascii()) if view.is_frozen else ""
    return f"komitmen-{plain or view.code}".lower()
