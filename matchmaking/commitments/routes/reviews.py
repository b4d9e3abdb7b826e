"""The organiser's pages for what tablets signed without a network: records to be reviewed, a tablet's file, the list of numbers."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from matchmaking import audit
from matchmaking.commitments import content_labels, paper_labels, sign_labels, sync_labels
from matchmaking.commitments.forms.reviews import AsideForm, QueueForm
from matchmaking.commitments.labels import PARTY_LABELS
from matchmaking.commitments.queries.number_list import number_list
from matchmaking.commitments.queries.reviews import review_of, review_rows
from matchmaking.commitments.queries.sent_papers import file_of_paper, waiting_papers
from matchmaking.commitments.queries.tablets import tablets_of
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.taking_in import rejected, take_in_item
from matchmaking.commitments.services.queue_files import open_item, read_queue
from matchmaking.commitments.services.receiving import Came, Receipt
from matchmaking.commitments.services.reviewing import keep_record, set_aside
from matchmaking.commitments.signed_record import Malformed, SignedRecord
from matchmaking.errors import DomainError, InvalidInput, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import show_problems
from matchmaking.web.routes import send_stored


@dataclass(frozen=True)
class Imported:
    """What became of one entry of a file."""

    position: int
    number: str
    receipt: Receipt


@commitments.get("/manage/<event_code>/commitments/review")
@requires("commitment.review")
def reviews() -> str:
    """List what did not go in by itself, and the tablets with what they still hold."""
    event_id = current_event().id
    return render_template(
        "commitments/reviews.html",
        rows=review_rows(event_id),
        tablets=tablets_of(event_id),
        labels=sync_labels,
        papers=waiting_papers(event_id),
        paper_labels=paper_labels,
        parties=PARTY_LABELS,
    )


@commitments.get("/manage/<event_code>/commitments/sent/<paper>/file")
@requires("commitment.write")
def sent_file(paper: str) -> Response:
    """Hand out a mandate that a tablet sent, also one that is kept beside its record or waits for it."""
    stored = file_of_paper(current_event().id, paper)
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


@commitments.get("/manage/<event_code>/commitments/review/<code>")
@requires("commitment.review")
def review(code: str) -> str:
    """Show a record whole, beside the commitment that stands in its way."""
    return _review_page(code, AsideForm(formdata=None))


@commitments.post("/manage/<event_code>/commitments/review/<code>/keep")
@requires("commitment.review")
def keep_received(code: str) -> Response | tuple[str, int]:
    """Make a commitment of the record."""
    try:
        with transaction():
            kept = keep_record(current_actor(), current_event().id, code).code
    except NotFound:
        raise
    except DomainError as refusal:
        abandon()
        form = AsideForm(formdata=None)
        form.form_errors.append(str(refusal))
        return _review_page(code, form), refusal.status
    flash(_("The record is kept as a commitment. Nothing else was changed."), "held")
    return redirect(url_for("commitments.view", code=kept), code=303)


@commitments.post("/manage/<event_code>/commitments/review/<code>/aside")
@requires("commitment.review")
def set_received_aside(code: str) -> Response | tuple[str, int]:
    """Decide that the record is no commitment, and why."""
    form = AsideForm()
    if form.validate_on_submit():
        try:
            with transaction():
                set_aside(current_actor(), current_event().id, code, form.reason.data or "")
        except NotFound:
            raise
        except DomainError as refusal:
            show_problems(form, refusal)
            abandon()
        else:
            flash(_("The record is set aside with its reason. It stays here whole."), "held")
            return redirect(url_for("commitments.reviews"), code=303)
    return _review_page(code, form), 422


def _review_page(code: str, form: AsideForm) -> str:
    found = review_of(current_event().id, code)
    if found is None:
        raise NotFound(_("There is no such record in this event."))
    return render_template(
        "commitments/review.html",
        review=found,
        form=form,
        labels=sign_labels,
        words=sync_labels,
        parties=PARTY_LABELS,
        papers=waiting_papers(current_event().id, found.sent.content_hash),
        paper_labels=paper_labels,
        content=content_labels,
    )


@commitments.route("/manage/<event_code>/commitments/import", methods=["GET", "POST"])
@requires("commitment.review")
def import_queue() -> str | tuple[str, int]:
    """Take in a file that a tablet exported, each record as if the tablet had sent it."""
    form = QueueForm()
    if not form.is_submitted():
        return _import_page(form)
    if form.validate_on_submit():
        try:
            queue = read_queue(form.file.data.read())
        except InvalidInput as refusal:
            show_problems(form, refusal)
        else:
            found = [_take_in(position, sealed) for position, sealed in enumerate(queue.sealed, start=1)]
            _note_import(found)
            return _import_page(QueueForm(formdata=None), found)
    return _import_page(form), 422


def _take_in(position: int, sealed: str) -> Imported:
    event_id = current_event().id
    try:
        item = open_item(event_id, sealed)
    except Malformed as problem:
        return Imported(position, "", rejected(problem.code))
    receipt = take_in_item(item, Came(event_id, received_by=current_actor().user_id))
    number = item.content.number if isinstance(item, SignedRecord) else _("Mandate of %(name)s", name=item.name)
    return Imported(position, number, receipt)


def _note_import(found: list[Imported]) -> None:
    """Write the import down: how many, never what."""
    event_id = current_event().id
    counts: dict[str, int] = {}
    for entry in found:
        counts[entry.receipt.outcome] = counts.get(entry.receipt.outcome, 0) + 1
    with transaction():
        audit.record(current_actor(), "commitments.import_queue", ("event", event_id), event_id=event_id, data=counts)


def _import_page(form: QueueForm, found: list[Imported] | None = None) -> str:
    return render_template("commitments/import_queue.html", form=form, found=found, labels=sync_labels)


@commitments.get("/manage/<event_code>/commitments/numbers")
@requires("commitment.read")
def numbers() -> str:
    """List how the event's numbers were used, for whoever asks where a missing one is."""
    return render_template("commitments/numbers.html", numbers=number_list(current_event().id))
