"""The pages of one commitment behind two doors: staff, and a party's own people. What each may do stands here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.commitments import labels, life_labels, paper_labels
from matchmaking.commitments.commands import BeginCommitment, EditDraft, EndOrReopen, LineDetails, ProposeCommitment
from matchmaking.commitments.forms.drafts import (
    DraftForm,
    Row,
    details_of,
    new_key,
    place_problems,
    read_rows,
    rows_of,
    values_of,
    with_spare,
)
from matchmaking.commitments.models import Commitment, CommitmentKind, CommitmentState, PartyKind
from matchmaking.commitments.queries.arrivals import arrivals_of
from matchmaking.commitments.queries.commitments import CommitmentView, commitment_view
from matchmaking.commitments.queries.packages import package_standing, split_standing
from matchmaking.commitments.queries.realizations import realizations_of
from matchmaking.commitments.queries.sealing import paper_status
from matchmaking.commitments.queries.sent_papers import late_papers
from matchmaking.commitments.queries.sources import Pair, pair_of
from matchmaking.commitments.queries.standing import problems_of, warnings_of
from matchmaking.commitments.services.drafting import PAPER, RecordTaken, begin_commitment, choices_of, edit_draft
from matchmaking.commitments.services.proposing import propose_commitment, reopen_commitment
from matchmaking.commitments.services.reading import Choices, RowsTotal, role_of, total_of_rows
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.commitments.views import RelatedView
from matchmaking.errors import DomainError, NotFound
from matchmaking.events.models import Event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import transaction
from matchmaking.typed import read_row_number
from matchmaking.web.access import current_actor, current_event

Answer = Response | str | tuple[str, int]
#: action -> endpoint behind the staff's door, and behind a party's own.
_ENDPOINTS = {
    "list": ("commitments", "my_commitments"),
    "new": ("new", "new_own"),
    "total": ("total", "total_own"),
    "view": ("view", "my_commitment"),
    "edit": ("edit", "edit_own"),
    "propose": ("propose", "propose_own"),
    "reopen": ("reopen", "reopen_own"),
    "withdraw": ("withdraw", "withdraw_own"),
    "mandate": ("mandate", "mandate_own"),
    "mandate_file": ("mandate_file", "mandate_file_own"),
    "amend": ("amend", "amend_own"),
    "take_back": ("take_back", "take_back_own"),
    "realize": ("note", "realize_own"),
}


@dataclass(frozen=True)
class Door:
    """Through which door commitments are seen: ``party`` is ``None`` for staff."""

    party: PartyKind | None = None
    entry_id: int | None = None
    address: dict[str, Any] = field(default_factory=dict)

    @property
    def layout(self) -> str:
        """The layout of the door's pages."""
        return "base_person.html" if self.party else "base_event.html"

    @property
    def origin(self) -> str:
        """What is noted as the maker of a new commitment."""
        return self.party.value if self.party else "staff"

    @property
    def party_word(self) -> str | None:
        """The party that acts for itself, for events."""
        return self.party.value if self.party else None

    def url(self, action: str, **values: Any) -> str:
        """Return the address of an action behind the same door."""
        return url_for(f"commitments.{_ENDPOINTS[action][1 if self.party else 0]}", **self.address, **values)

    def is_writing(self) -> bool:
        """Say whether this person may change anything here; a leader only reads."""
        return self.party is not None or current_actor().is_staff

    def may_edit(self, view: CommitmentView) -> bool:
        """Staff change every draft, a party those it made; nothing is to be changed in a withdrawal."""
        if view.kind is CommitmentKind.WITHDRAWAL:
            return False
        return self.is_writing() and (self.party is None or view.origin == self.party.value)

    def may_withdraw(self, view: CommitmentView) -> bool:
        """Say whether the button to withdraw is shown."""
        open_states = {CommitmentState.PROPOSED, CommitmentState.AGREED, CommitmentState.EXPIRED}
        if view.stored_state is CommitmentState.DRAFT:
            return self.is_writing() and (self.party is None or view.origin == self.party.value)
        return self.is_writing() and view.state in open_states and view.stored_state is not CommitmentState.SIGNED

    def may_take_back(self, view: CommitmentView) -> bool:
        """Say whether a withdrawal by both can be begun: of what both have signed, once."""
        is_free = not any(one.is_frozen and one.state is not CommitmentState.WITHDRAWN for one in view.successors)
        is_withdrawal = view.kind is CommitmentKind.WITHDRAWAL
        return self.is_writing() and is_free and not is_withdrawal and view.state is CommitmentState.SIGNED

    def may_amend(self, view: CommitmentView) -> bool:
        """Say whether an addendum can be begun."""
        is_partly = view.state is CommitmentState.PARTLY_REALIZED and self.is_writing() and not view.successors
        return view.is_priced and (self.may_take_back(view) or is_partly)

    def sees(self, one: RelatedView) -> bool:
        """Say whether a related record is shown; the other side's draft is not."""
        return self.party is None or one.is_frozen or one.origin == self.party.value

    def may_add_mandate(self, view: CommitmentView, kind: PartyKind) -> bool:
        """Staff for both, a party for itself, until both have signed."""
        states = {CommitmentState.DRAFT, CommitmentState.PROPOSED, CommitmentState.AGREED}
        return self.is_writing() and self.party in (None, kind) and view.state in states


def seen_view(door: Door, code: str) -> CommitmentView:
    """Return a commitment that may be seen through this door.

    Raises:
        NotFound: there is none, or it is another party's or the other side's draft.
    """
    view = commitment_view(current_event().id, code)
    if door.party is None:
        return view
    mine = view.party(door.party).participation_id == door.entry_id
    if not mine or not (view.is_frozen or view.number or view.origin == door.party.value):
        raise NotFound(_("There is no such commitment in this event."))
    return view


# Making and changing


def _paper_days(pair: Pair) -> date:
    """Return the last day on which a paper of the event was likely signed."""
    return min(db.session.get_one(Event, pair.buyer.event_id).ends_on, clock.today())


def new_page(door: Door, pair: Pair) -> Answer:
    """Show the form of a new commitment, and take it in."""
    # Papers come from the days of the event, however late they are typed in.
    choices = choices_of(pair, on=_paper_days(pair) if is_paper(door) else None)
    meeting_code = pair.meeting.code if pair.meeting else None
    form = DraftForm(data={} if request.method == "POST" else _first_values(pair, choices))
    form.offer(choices)
    if request.method != "POST":
        return _form_page(door, form, [], pair, choices)
    rows = read_rows(request.form)
    command = BeginCommitment(
        current_event().id, form.record_id.data or "", pair.buyer.id, pair.exhibitor.id,
        details_of(form, rows), meeting_code, PAPER if is_paper(door) else door.origin,
        form.paper_number.data or "", form.paper_on.data or "",
    )  # fmt: skip
    buyer_id, exhibitor_id = pair.buyer.id, pair.exhibitor.id
    try:
        with transaction():
            code = begin_commitment(current_actor(), command).code
    except RecordTaken as taken:
        form.record_id.data = new_key()
        form.record_id.raw_data = [form.record_id.data]
        form.form_errors.append(str(taken))
        return _again(door, form, rows, (buyer_id, exhibitor_id), taken)
    except DomainError as refusal:
        return _refused(door, form, rows, (buyer_id, exhibitor_id), refusal)
    flash(_("The draft is saved."), "held")
    return redirect(door.url("view", code=code), code=303)


def is_paper(door: Door) -> bool:
    """Say whether what was signed on paper is typed in: by staff only."""
    return door.party is None and request.args.get("paper") == "1"


def _first_values(pair: Pair, choices: Choices) -> dict[str, str]:
    """Begin with what is known: the first fitting need, the contacts, the method most buyers use."""
    values = {
        "record_id": new_key(),
        "tax_mode": "included",
        "tax_rate": "11",
        "fiscal_year": str(choices.fiscal_year or ""),
    }
    categories = {product.category_id for product in choices.products.values()}
    need = next((need for need in choices.needs.values() if need.category_id in categories), None)
    if need:
        values["need"] = need.code
    for kind, people in choices.people.items():
        for code, person in list(people.items())[:1]:
            at = f"{kind.value}_"
            values |= {f"{at}delegate": code, f"{at}office": person.office, f"{at}role": role_of(person).value}
    return values


def edit_page(door: Door, code: str) -> Answer:
    """Show the form of a draft, and take its changes in."""
    view = seen_view(door, code)
    if view.is_frozen or not door.may_edit(view):
        flash(_("This commitment is no draft any more: its content is fixed. Open it again first."), "warning")
        return redirect(door.url("view", code=code), code=303)
    pair = _pair_of(view.buyer.participation_id, view.exhibitor.participation_id)
    choices = choices_of(pair, db.session.get_one(Commitment, view.id))
    form = DraftForm(data={} if request.method == "POST" else values_of(view))
    form.offer(choices)
    if request.method != "POST":
        return _form_page(door, form, rows_of(view), pair, choices, view=view)
    rows = read_rows(request.form)
    seen = read_row_number(form.seen_version.data) or 0
    ids = (pair.buyer.id, pair.exhibitor.id)
    try:
        with transaction():
            edit_draft(current_actor(), EditDraft(current_event().id, code, details_of(form, rows), seen))
    except DomainError as refusal:
        return _refused(door, form, rows, ids, refusal, code)
    flash(_("The draft is saved."), "held")
    return redirect(door.url("view", code=code), code=303)


def _pair_of(buyer_id: int, exhibitor_id: int) -> Pair:
    pair = pair_of(current_event().id, buyer_id, exhibitor_id)
    if pair is None:
        raise NotFound(_("There is no such buyer or IKM in this event."))
    return pair


def _refused(
    door: Door, form: DraftForm, rows: list[Row], ids: tuple[int, int], refusal: DomainError, code: str = ""
) -> Answer:
    if refusal.status == 404:
        raise refusal
    place_problems(form, rows, refusal)
    return _again(door, form, rows, ids, refusal, code)


def _again(
    door: Door, form: DraftForm, rows: list[Row], ids: tuple[int, int], refusal: DomainError, code: str = ""
) -> Answer:
    """Show the form as it was typed, with what is wrong."""
    pair = _pair_of(*ids)
    view = seen_view(door, code) if code else None
    choices = choices_of(pair, db.session.get_one(Commitment, view.id) if view else None)
    form.offer(choices)
    taken = refusal.stored_code if isinstance(refusal, RecordTaken) else ""
    return _form_page(door, form, rows, pair, choices, view=view, taken=taken), refusal.status


def _form_page(door: Door, form: DraftForm, rows: list[Row], pair: Pair, choices: Choices, **more: Any) -> str:
    """Draw the form; ``more``: the stored ``view`` of a draft, ``taken``: the code under which this record is stored."""
    view: CommitmentView | None = more.get("view")
    return render_template(
        "commitments/form.html",
        door=door,
        layout=door.layout,
        form=form,
        rows=with_spare(rows),
        blank=Row(0, LineDetails()),
        pair=pair,
        choices=choices,
        view=view,
        taken=more.get("taken", ""),
        is_paper=is_paper(door) and view is None,
        total=_total_of(rows),
        back_url=door.url("view", code=view.code) if view else door.url("list"),
    )


def total_page() -> str:
    """Answer the total of the rows as they are typed, in figures and words."""
    return render_template("commitments/_total.html", total=_total_of(read_rows(request.form)))


def _total_of(rows: list[Row]) -> RowsTotal:
    return total_of_rows([row.values for row in rows])


# One


def view_page(door: Door, code: str, status: int = 200, problem: str = "", reason: str = "") -> Answer:
    """Show a commitment: where it stands, what is missing, what can be done."""
    view = seen_view(door, code)
    row = db.session.get_one(Commitment, view.id)
    is_draft = view.stored_state is CommitmentState.DRAFT
    page = render_template(
        "commitments/view.html",
        door=door,
        layout=door.layout,
        view=view,
        labels=labels,
        life_labels=life_labels,
        problems=problems_of(row) if is_draft else [],
        warnings=warnings_of(row) if is_draft else [],
        steps=_steps(view),
        event_key=new_key(),
        problem=problem,
        reason=reason,
        today=clock.today(),
        papers=paper_status(view.id),
        paper_labels=paper_labels,
        package=package_standing(row),
        split=split_standing(row),
        realizations=realizations_of(view.id),
        arrivals={} if door.party else arrivals_of(row),
        late_papers=[] if door.party else late_papers(view.id),
    )
    return (page, status) if status != 200 else page


def _steps(view: CommitmentView) -> list[tuple[Any, str]]:
    """Return the way of a commitment: each step with done, current or later."""
    order = [state for state, _label in labels.STEPS]
    reached = view.stored_state if view.stored_state in order else CommitmentState.SIGNED
    if view.stored_state is CommitmentState.WITHDRAWN:
        return []
    at = order.index(reached)
    is_done = view.is_signed or view.stored_state is CommitmentState.AMENDED
    return [
        (label, "done" if n < at or is_done else "current" if n == at else "later")
        for n, (_state, label) in enumerate(labels.STEPS)
    ]


def propose_page(door: Door, code: str) -> Answer:
    """Freeze the draft."""
    view = _editable(door, code)
    command = ProposeCommitment(
        current_event().id, view.code, request.form.get("event_key", "")[:40],
        read_row_number(request.form.get("seen_version")) or 0, tuple(request.form.getlist("accepted")),
    )  # fmt: skip
    return act(door, code, lambda: propose_commitment(current_actor(), command), _("The commitment is proposed."))


def reopen_page(door: Door, code: str) -> Answer:
    """Open a proposed commitment again."""
    _editable(door, code)
    command = _ending(door, code)
    return act(door, code, lambda: reopen_commitment(current_actor(), command), _("It is a draft again."))


def withdraw_page(door: Door, code: str) -> Answer:
    """Withdraw a commitment."""
    view = seen_view(door, code)
    if view.stored_state is CommitmentState.DRAFT and not door.may_edit(view):
        raise NotFound(_("There is no such commitment in this event."))
    command = _ending(door, code)
    return act(door, code, lambda: withdraw_commitment(current_actor(), command), _("The commitment is withdrawn."))


def _editable(door: Door, code: str) -> CommitmentView:
    view = seen_view(door, code)
    if not door.may_edit(view):
        raise NotFound(_("There is no such commitment in this event."))
    return view


def _ending(door: Door, code: str) -> EndOrReopen:
    given = request.form
    key = given.get("event_key", "")[:40] or new_key()
    return EndOrReopen(current_event().id, code, key, door.party_word, given.get("reason", ""))


def act(door: Door, code: str, do: Callable[[], object], done: str) -> Answer:
    """Do one thing to a commitment and show it again, with what was wrong when it was refused."""
    try:
        with transaction():
            do()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        return view_page(door, code, refusal.status, str(refusal), request.form.get("reason", ""))
    flash(done, "held")
    return redirect(door.url("view", code=code), code=303)
