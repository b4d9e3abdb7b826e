"""Organisations that may be one: the list of pairs, the comparison, and joining them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.errors import DomainError
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.queries.duplicates import duplicate_pairs, shared_values
from matchmaking.registration.routes.blueprint import bp
from matchmaking.registration.services.details import FIELD_LABELS, names_of
from matchmaking.registration.services.merging import dismiss_duplicate, merge_organizations, organization_pair
from matchmaking.registration.services.organizations import plain
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number


@bp.get("/manage/<event_code>/duplicates")
@requires("registration.decide")
def duplicates() -> str:
    """List the pairs that may be one organisation."""
    return render_template(
        "registration/duplicates.html", page=duplicate_pairs(current_event().id, page_number()), fields=FIELD_LABELS
    )


@bp.get("/manage/<event_code>/duplicates/<first>/<second>")
@requires("registration.decide")
def compare(first: str, second: str) -> str:
    """Show two organisations side by side, to choose what is kept."""
    a, b = organization_pair(current_event().id, first, second)
    names = names_of(a.side)
    rows = [(name, FIELD_LABELS[name], getattr(a, name), getattr(b, name)) for name in names]
    return render_template(
        "registration/compare.html",
        first=a,
        second=b,
        shared=shared_values(a, b),
        rows=[row for row in rows if row[2] or row[3]],
        differing={row[0] for row in rows if plain(row[2]) != plain(row[3])},
    )


@bp.post("/manage/<event_code>/duplicates/<first>/<second>")
@requires("registration.decide")
def decide_duplicate(first: str, second: str) -> Response:
    """Join the two, or note that they are different."""
    is_merge = request.form.get("action") == "merge"
    take = {name for name in FIELD_LABELS if request.form.get(f"value-{name}") == "second"}
    try:
        with transaction():
            if is_merge:
                merge_organizations(current_actor(), current_event().id, first, second, take)
            else:
                dismiss_duplicate(current_actor(), current_event().id, first, second)
    except DomainError as refusal:
        flash(str(refusal), "warning")
    else:
        flash(_("The two are one now.") if is_merge else _("Noted: these are two different organisations."), "held")
    return redirect(url_for(".duplicates"), code=303)
