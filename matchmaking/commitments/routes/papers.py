"""The commitment's paper as a file: the sealed one, the unsealed one for ink and stamping, registered copies."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from flask import request
from werkzeug.wrappers import Response

from matchmaking.commitments.paper_models import PaperFile
from matchmaking.commitments.papers import paper_pdf
from matchmaking.commitments.queries.commitments import CommitmentView, commitment_view
from matchmaking.commitments.queries.sealing import paper_file, sealed_file
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.services.sealing import note_unsealed
from matchmaking.errors import NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.matching.queries.parties import own_entries
from matchmaking.permissions import requires
from matchmaking.scheduling.routes.files import file_answer
from matchmaking.storage.models import StoredFile
from matchmaking.storage.services import path_of
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

PDF = "application/pdf"


@commitments.get("/manage/<event_code>/commitments/<code>/paper.pdf")
@requires("commitment.read")
def paper(code: str) -> Response:
    """Hand out the paper; ``?originals=2`` gives both originals for ink in one file, without a seal."""
    view = commitment_view(current_event().id, code)
    return unsealed_answer(view, originals=2) if request.args.get("originals") == "2" else paper_answer(view)


@commitments.get("/manage/<event_code>/commitments/<code>/paper-unsealed.pdf")
@requires("commitment.read")
def unsealed_paper(code: str) -> Response:
    """Hand out the paper without its seal, to be stamped: byte for byte what was or will be sealed."""
    return unsealed_answer(commitment_view(current_event().id, code))


@commitments.get("/manage/<event_code>/commitments/<code>/papers/<file>.pdf")
@requires("commitment.read")
def paper_copy(code: str, file: str) -> Response:
    """Hand out a registered copy."""
    return _kept_answer(commitment_view(current_event().id, code), file)


@commitments.get("/my/<event_code>/commitments/<code>/paper.pdf")
@requires("commitment.own")
def my_paper(code: str) -> Response:
    """Hand out the paper of a commitment of one's own, once it has been proposed."""
    return paper_answer(_own(code))


@commitments.get("/my/<event_code>/commitments/<code>/papers/<file>.pdf")
@requires("commitment.own")
def my_paper_copy(code: str, file: str) -> Response:
    """Hand out a registered copy of a commitment of one's own."""
    return _kept_answer(_own(code), file)


def _own(code: str) -> CommitmentView:
    view = commitment_view(current_event().id, code)
    mine = {entry.id for entry in own_entries(current_actor().user_id, current_event().id)}
    if not view.is_frozen or not mine.intersection(party.participation_id for party in view.parties):
        raise NotFound(_("There is no such commitment in this event."))
    return view


def paper_answer(view: CommitmentView) -> Response:
    """Answer with the sealed paper, or with the unsealed one while there is none.

    Raises:
        NoPublicAddress: it would carry a link that nobody can open outside the hall.
    """
    row = sealed_file(view.id)
    return file_answer(_content(row), PDF, f"{_file_name(view)}.pdf") if row else unsealed_answer(view)


def unsealed_answer(view: CommitmentView, *, originals: int = 1) -> Response:
    """Answer with the paper without a seal, and remember its hash for the check.

    Raises:
        NoPublicAddress: it would carry a link that nobody can open outside the hall.
    """
    row = sealed_file(view.id) if originals == 1 else None
    content = _content(row)[: row.unsealed_size] if row else paper_pdf(view, originals=originals)
    if view.is_frozen:
        _remember(view, content)
    name = _file_name(view) + ("-2-asli" if originals > 1 else "-tanpa-segel" if row else "")
    return file_answer(content, PDF, f"{name}.pdf")


def _remember(view: CommitmentView, content: bytes) -> None:
    known = sa.select(PaperFile.id).where(
        PaperFile.commitment_id == view.id, PaperFile.sha256 == hashlib.sha256(content).hexdigest()
    )
    if db.session.scalar(known) is None:
        with transaction():
            note_unsealed(view.id, view.content_hash, content)


def _kept_answer(view: CommitmentView, file: str) -> Response:
    row = paper_file(view.id, file)
    if row is None:
        raise NotFound(_("This file does not exist any more."))
    return file_answer(_content(row), PDF, f"{_file_name(view)}-{row.kind.value}-{row.code.lower()}.pdf")


def _content(row: PaperFile) -> bytes:
    stored = db.session.get_one(StoredFile, row.file_id)
    path = path_of(stored.code)
    if not path.exists():
        raise NotFound(_("This file is missing on the server's disk. Please tell the organiser."))
    return path.read_bytes()


def _file_name(view: CommitmentView) -> str:
    """Name the file by the number, in signs every disk takes; a draft by its code."""
    plain = "".join(sign if sign.isalnum() else "-" for sign in view.number if sign.isascii()) if view.is_frozen else ""
    return f"komitmen-{plain or view.code}".lower()
