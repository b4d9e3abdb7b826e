"""The category scheme, kept by the organiser."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.catalogue.forms.entries import CategoryForm, category_details
from matchmaking.catalogue.models import Category
from matchmaking.catalogue.queries.categories import categories_with_use, category_name
from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.catalogue.services.categories import add_category, edit_category
from matchmaking.errors import DomainError, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.permissions import requires
from matchmaking.registration.forms.entries import place_errors
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor


@bp.get("/manage/<event_code>/catalogue/categories")
@requires("event.edit")
def categories() -> str:
    """Show the categories, what speaks for each, and how much is in it."""
    return render_template("catalogue/categories.html", uses=categories_with_use(), category_name=category_name)


@bp.route("/manage/<event_code>/catalogue/categories/new", methods=["GET", "POST"])
@requires("event.edit")
def new_category() -> Response | str | tuple[str, int]:
    """Add a category."""
    form = CategoryForm(request.form if request.method == "POST" else None)
    if request.method == "POST":
        try:
            with transaction():
                add_category(current_actor(), category_details(form))
        except DomainError as refusal:
            place_errors(form, refusal)
            return render_template("catalogue/category_form.html", form=form, category=None), refusal.status
        flash(_("The category is added."), "held")
        return redirect(url_for(".categories"), code=303)
    return render_template("catalogue/category_form.html", form=form, category=None)


@bp.route("/manage/<event_code>/catalogue/categories/<category>", methods=["GET", "POST"])
@requires("event.edit")
def category(category: str) -> Response | str | tuple[str, int]:
    """Change a category's names, words and codes."""
    row = db.session.get(Category, category)
    if row is None:
        raise NotFound(_("There is no such category."))
    form = CategoryForm(request.form if request.method == "POST" else None, data=_values(row))
    if request.method == "POST":
        try:
            with transaction():
                edit_category(current_actor(), category, category_details(form))
        except DomainError as refusal:
            place_errors(form, refusal)
            again = db.session.get(Category, category)
            return render_template("catalogue/category_form.html", form=form, category=again), refusal.status
        flash(_("The category is saved."), "held")
        return redirect(url_for(".categories"), code=303)
    return render_template("catalogue/category_form.html", form=form, category=row)


def _values(row: Category) -> dict[str, str]:
    lists = ("keywords", "negative_keywords", "account_codes", "industry_codes")
    return {"name_id": row.name_id, "name_en": row.name_en, **{n: "\n".join(getattr(row, n)) for n in lists}}
