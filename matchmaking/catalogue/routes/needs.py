"""A buyer's needs and the categories looked for, behind each door."""

from __future__ import annotations

from functools import partial

from flask import render_template, request
from wtforms import Form

from matchmaking.catalogue.forms.entries import CategoriesForm, NeedForm, need_details
from matchmaking.catalogue.queries import needs as need_queries
from matchmaking.catalogue.routes.doors import Answer, Page, Place, act_on_entry, open_doors, save_entry
from matchmaking.catalogue.services import needs
from matchmaking.catalogue.services.categories_kept import categories_of, choose_categories
from matchmaking.catalogue.services.reading import as_text
from matchmaking.i18n import lazy_gettext as _l
from matchmaking.registration.models import Side
from matchmaking.web.access import current_actor, current_event


def needs_page(place: Place) -> Answer:
    """Show the buyer's needs and the categories looked for."""
    return render_template(
        "catalogue/needs.html",
        place=place,
        views=need_queries.need_views(need_queries.needs_of(place.entry.id)),
        retired=need_queries.retired_needs_of(place.entry.id),
        form=CategoriesForm(data={"categories": sorted(categories_of(place.entry.id))}),
        layout=place.layout,
    )


def choose_categories_page(place: Place) -> Answer:
    """Keep the categories ticked."""
    ticked = CategoriesForm(request.form).categories.data or []
    act = partial(choose_categories, current_actor(), place.entry.id, ticked)
    return act_on_entry(place, act, _l("The categories are saved."), "needs")


def new_need_page(place: Place) -> Answer:
    """Add a need."""
    form = NeedForm(request.form if request.method == "POST" else None)
    entry_id = place.entry.id
    if request.method == "POST":
        return save_entry(
            place,
            form,
            lambda: needs.create_need(current_actor(), entry_id, need_details(form), origin=place.door),
            _l("The need is added."),
            "needs",
            partial(_need_form, place, form),
        )
    return _need_form(place, form)


def need_page(place: Place, need: str) -> Answer:
    """Change a need."""
    row = needs.need_of(place.entry.id, need)
    stored = {name: as_text(getattr(row, name)) for name in NeedForm().data}
    form = NeedForm(request.form if request.method == "POST" else None, data=stored)
    row_id = row.id
    if request.method == "POST":
        return save_entry(
            place,
            form,
            lambda: needs.edit_need(current_actor(), row_id, need_details(form), event_id=current_event().id),
            _l("The need is saved."),
            "needs",
            partial(_need_form, place, form, need),
        )
    return _need_form(place, form, need)


def _need_form(place: Place, form: Form, code: str = "") -> str:
    found = need_queries.suggestions_for(
        form["name"].data or "", form.item_text.data or "", form.account_code.data or ""
    )
    return render_template(
        "catalogue/need_form.html",
        place=place,
        form=form,
        need=needs.need_of(place.entry.id, code) if code else None,
        suggestions=found if not form.category_id.data else (),
        layout=place.layout,
    )


def settle_need_page(place: Place, need: str) -> Answer:
    """Take one of the proposed categories for a need."""
    row = needs.need_of(place.entry.id, need)
    stored = {name: as_text(getattr(row, name)) for name in NeedForm().data}
    form = NeedForm(data={**stored, "category_id": request.form.get("category_id", "")})
    act = partial(needs.edit_need, current_actor(), row.id, need_details(form), event_id=current_event().id)
    return act_on_entry(place, act, _l("The category is settled."), "needs")


def retire_need_page(place: Place, need: str) -> Answer:
    """Take a need back."""
    row_id = needs.need_of(place.entry.id, need).id
    act = partial(needs.retire_need, current_actor(), row_id, event_id=current_event().id)
    return act_on_entry(place, act, _l("The need is taken back. You find it below."), "needs")


def restore_need_page(place: Place, need: str) -> Answer:
    """Bring a need back."""
    row_id = needs.need_of(place.entry.id, need).id
    act = partial(needs.restore_need, current_actor(), row_id, event_id=current_event().id)
    return act_on_entry(place, act, _l("The need is in force again."), "needs")


open_doors(
    Page("needs", "/needs", ["GET"], needs_page, Side.BUYER),
    Page("choose_categories", "/needs/categories", ["POST"], choose_categories_page, Side.BUYER),
    Page("new_need", "/needs/new", ["GET", "POST"], new_need_page, Side.BUYER),
    Page("need", "/needs/<need>", ["GET", "POST"], need_page, Side.BUYER),
    Page("settle_need", "/needs/<need>/category", ["POST"], settle_need_page, Side.BUYER),
    Page("retire_need", "/needs/<need>/retire", ["POST"], retire_need_page, Side.BUYER),
    Page("restore_need", "/needs/<need>/restore", ["POST"], restore_need_page, Side.BUYER),
)
