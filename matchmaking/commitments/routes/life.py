"""The pages of a record after signing: addendum, withdrawal by both, meterai, certified signature, budget, what was bought."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response

from matchmaking.actor import Actor
from matchmaking.commitments.commands import BeginSuccessor, ProposeCommitment
from matchmaking.commitments.forms.drafts import new_key
from matchmaking.commitments.forms.life import BudgetForm, CertifiedForm, RealizationForm, StampForm
from matchmaking.commitments.queries.realizations import realizations_of
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.commitments.routes.doors import Answer, Door, act, seen_view
from matchmaking.commitments.routes.own import own_door
from matchmaking.commitments.services.after_signing import (
    AffixStamp,
    ConfirmBudget,
    NoteCertified,
    affix_stamp,
    confirm_budget,
    note_certified,
)
from matchmaking.commitments.services.proposing import propose_commitment
from matchmaking.commitments.services.realizing import EnterRealization, enter_realization, void_realization
from matchmaking.commitments.services.recording import EntryTaken
from matchmaking.commitments.services.succession import begin_amendment, begin_withdrawal
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.permissions import requires
from matchmaking.registration.routes.blueprint import keep_files, sent
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import abandon, transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.forms import FlaskForm, show_problems
from matchmaking.web.routes import send_stored

STAFF = Door()


# Addendum and withdrawal by both


@commitments.post("/manage/<event_code>/commitments/<code>/amend")
@requires("commitment.write")
def amend(code: str) -> Answer:
    """Begin an addendum."""
    return _amend(STAFF, code)


@commitments.post("/my/<event_code>/commitments/<code>/amend")
@requires("commitment.own")
def amend_own(code: str) -> Answer:
    """Begin an addendum to my own commitment."""
    return _amend(own_door(), code)


@commitments.post("/manage/<event_code>/commitments/<code>/take-back")
@requires("commitment.write")
def take_back(code: str) -> Answer:
    """Begin a withdrawal that both sign."""
    return _take_back(STAFF, code)


@commitments.post("/my/<event_code>/commitments/<code>/take-back")
@requires("commitment.own")
def take_back_own(code: str) -> Answer:
    """Begin the withdrawal of my own commitment, which both sign."""
    return _take_back(own_door(), code)


def _begun(door: Door, code: str) -> BeginSuccessor:
    seen_view(door, code)
    given = request.form
    return BeginSuccessor(
        current_event().id, code, given.get("event_key", "")[:40], given.get("reason", ""), door.party_word
    )


def _amend(door: Door, code: str) -> Answer:
    command, made = _begun(door, code), []
    answer = act(
        door, code, lambda: made.append(begin_amendment(current_actor(), command).code),
        _("The addendum is drafted with the content as it is signed. Change what has changed, then propose it."),
    )  # fmt: skip
    return redirect(door.url("edit", code=made[0]), code=303) if made and _is_done(answer) else answer


def _take_back(door: Door, code: str) -> Answer:
    command, made = _begun(door, code), []

    def begin() -> None:
        actor = current_actor()
        row = begin_withdrawal(actor, command)
        if not row.number:
            propose_commitment(
                actor, ProposeCommitment(row.event_id, row.code, f"p-{command.record_id}", row.row_version)
            )
        made.append(row.code)

    done = _("The withdrawal is written. It takes effect once both parties have signed it.")
    answer = act(door, code, begin, done)
    return redirect(door.url("view", code=made[0]), code=303) if made and _is_done(answer) else answer


def _is_done(answer: Answer) -> bool:
    return isinstance(answer, Response)


# What is noted on a signed record


@dataclass(frozen=True)
class _Note:
    """A small form on a page of its own. ``fields``: those with a kind of input or a help; ``store``: form → what it does."""

    title: Any
    intro: Any
    form: type[FlaskForm]
    store: Callable[[Actor, int, str, Any], object]
    done: Any
    dates: tuple[str, ...] = ("on",)
    amounts: tuple[str, ...] = ()


def _given(form: FlaskForm) -> dict[str, Any]:
    return {field.name: field.data or "" for field in form if field.name != "csrf_token"}


_NOTES = {
    "stamp": _Note(
        _l("Meterai"),
        _l(
            "The application neither sells nor checks a meterai: it notes which one stands on the paper and who affixed it."
        ),
        StampForm,
        lambda actor, event_id, code, form: affix_stamp(actor, AffixStamp(event_id, code, **_given(form))),
        _l("The meterai is noted."),
    ),
    "certified": _Note(
        _l("Certified electronic signature"),
        _l(
            "For a signature that was given outside of this application, such as with BSrE. What is drawn here is an ordinary one."
        ),
        CertifiedForm,
        lambda actor, event_id, code, form: note_certified(actor, NoteCertified(event_id, code, **_given(form))),
        _l("The certified signature is noted."),
    ),
    "budget": _Note(
        _l("Budget (DPA) confirmed"),
        _l("From then on this record counts with those of its year instead of apart."),
        BudgetForm,
        lambda actor, event_id, code, form: confirm_budget(actor, ConfirmBudget(event_id, code, **_given(form))),
        _l("The budget is confirmed: the record counts now."),
    ),
    "realization": _Note(
        _l("Enter what was bought"),
        _l("One entry for each order, contract or receipt. The same number is entered once."),
        RealizationForm,
        lambda actor, event_id, code, form: enter_realization(actor, _entered(event_id, code, form, None)),
        _l("What was bought is stored."),
        ("done_on",),
        ("value", "domestic_value", "small_value"),
    ),
}


def _entered(event_id: int, code: str, form: FlaskForm, party: str | None) -> EnterRealization:
    given = _given(form)
    upload = next(iter(given.pop("proof")), "")
    return EnterRealization(event_id, code, given.pop("event_key"), party=party, upload=upload, **given)


@commitments.route("/manage/<event_code>/commitments/<code>/note/<what>", methods=["GET", "POST"])
@requires("commitment.write")
def note(code: str, what: str) -> Answer:
    """Note a meterai, a certified signature, the budget or what was bought."""
    if what not in _NOTES:
        raise NotFound(_("There is no such page."))
    return _note_page(STAFF, code, _NOTES[what], _NOTES[what].store)


@commitments.route("/my/<event_code>/commitments/<code>/realization", methods=["GET", "POST"])
@requires("commitment.own")
def realize_own(code: str) -> Answer:
    """Enter what was bought on my own commitment."""
    door = own_door()

    def store(actor: Actor, event_id: int, code: str, form: Any) -> object:
        return enter_realization(actor, _entered(event_id, code, form, door.party_word))

    return _note_page(door, code, _NOTES["realization"], store)


def _note_page(door: Door, code: str, note: _Note, store: Callable[[Actor, int, str, Any], object]) -> Answer:
    view = seen_view(door, code)
    start = {"event_key": new_key()}
    form = note.form(sent() if request.method == "POST" else None, data=start)
    if request.method == "POST" and keep_files(form) and form.validate_on_submit():
        try:
            with transaction():
                store(current_actor(), current_event().id, code, form)
        except DomainError as refusal:
            if refusal.status == NotFound.status:
                raise
            show_problems(form, refusal)
            abandon()
            if isinstance(refusal, EntryTaken):  # told now: sent once more it is an entry of its own
                form.event_key.data = new_key()
        else:
            flash(str(note.done), "held")
            return redirect(door.url("view", code=code), code=303)
    page = render_template(
        "commitments/note.html",
        door=door,
        layout=door.layout,
        note=note,
        form=form,
        view=view,
        back=door.url("view", code=code),
    )
    return (page, 422) if request.method == "POST" else page


@commitments.get("/manage/<event_code>/commitments/<code>/realization/<entry>/proof")
@requires("commitment.write")
def proof(code: str, entry: str) -> Response:
    """Hand out the proof of what was bought."""
    return _proof(STAFF, code, entry)


@commitments.get("/my/<event_code>/commitments/<code>/realization/<entry>/proof")
@requires("commitment.own")
def proof_own(code: str, entry: str) -> Response:
    """Hand out the proof of what was bought on my own commitment."""
    return _proof(own_door(), code, entry)


def _proof(door: Door, code: str, entry: str) -> Response:
    entries = realizations_of(seen_view(door, code).id)
    file_id = next((one.file_id for one in entries if one.code == entry), None)
    stored = db.session.get(StoredFile, file_id) if file_id else None
    if stored is None:
        raise NotFound(_("This file does not exist any more."))
    return send_stored(stored, as_attachment=not stored.media_type.startswith("image/"))


@commitments.post("/manage/<event_code>/commitments/<code>/realization/<entry>/void")
@requires("commitment.write")
def void_entry(code: str, entry: str) -> Answer:
    """Take an entry of what was bought back."""
    reason, event_id = request.form.get("reason", ""), current_event().id
    return act(
        STAFF, code, lambda: void_realization(current_actor(), event_id, entry, reason), _("The entry is taken back.")
    )
