"""Changing the category scheme: names, keywords and codes, and new categories. Ids never change."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.audit.services import record
from matchmaking.catalogue.classification import account_codes_in
from matchmaking.catalogue.models import Category, name_key_of
from matchmaking.errors import Conflict, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.transactions import lock_row

MAX_WORDS = 200
MAX_WORD = 80


@dataclass(frozen=True)
class CategoryDetails:
    """A category as typed; words stand on lines or between semicolons, codes between blanks or commas as well."""

    name_id: str
    name_en: str = ""
    keywords: str = ""
    negative_keywords: str = ""
    account_codes: str = ""
    industry_codes: str = ""


def add_category(actor: Actor, details: CategoryDetails) -> Category:
    """Add a category at the end; its id comes from the Indonesian name and stays."""
    values = _read(details)
    category_id = name_key_of(details.name_id).replace(" ", "_")[:40]
    if db.session.get(Category, category_id) or _name_taken(str(values["name_id"]), None):
        raise Conflict(_("There is a category of this name already."))
    last = db.session.scalar(sa.select(sa.func.max(Category.position))) or 0
    category = Category(id=category_id, position=last + 1, **values)
    db.session.add(category)
    db.session.flush()
    record(actor, "catalogue.category_add", ("category", last + 1), data={"category": category_id})
    return category


def edit_category(actor: Actor, category_id: str, details: CategoryDetails) -> Category:
    """Change names, words and codes; what is in the category stays there."""
    category = lock_row(Category, category_id)
    if category is None:
        raise NotFound(_("There is no such category."))
    values = _read(details)
    if _name_taken(str(values["name_id"]), category_id):
        raise Conflict(_("There is a category of this name already."))
    changed = sorted(name for name, value in values.items() if getattr(category, name) != value)
    for name in changed:
        setattr(category, name, values[name])
    if changed:
        data = {"category": category_id, "fields": changed}
        record(actor, "catalogue.category_edit", ("category", category.position), data=data)
    return category


def _name_taken(name: str, but: str | None) -> bool:
    names = db.session.execute(sa.select(Category.id, Category.name_id))
    return any(row.id != but and name_key_of(row.name_id) == name_key_of(name) for row in names)


def _read(details: CategoryDetails) -> dict[str, str | list[str]]:
    name = " ".join(details.name_id.split())
    faults: dict[str, str] = {}
    if not name or len(name) > MAX_WORD:
        faults["name_id"] = _("Please write a name of at most 80 characters.")
    name_en = " ".join(details.name_en.split()) or name
    if len(name_en) > MAX_WORD:
        faults["name_en"] = _("Please write a name of at most 80 characters.")
    words = {
        "keywords": _words(details.keywords),
        "negative_keywords": _words(details.negative_keywords),
    }
    for field, found in words.items():
        if len(found) > MAX_WORDS or any(len(word) > MAX_WORD for word in found):
            faults[field] = _("At most 200 words of at most 80 characters, please.")
    accounts, industries = _codes(details.account_codes), _codes(details.industry_codes)
    wrong = [code for code in accounts if account_codes_in(code) != [code]]
    if wrong:
        faults["account_codes"] = _("“%(code)s” is not an account code such as 5.1.02.01.01.0035.", code=wrong[0][:40])
    wrong = [code for code in industries if not re.fullmatch(r"\d{5}", code)]
    if wrong:
        faults["industry_codes"] = _("“%(code)s” is not a KBLI code: each has five digits.", code=wrong[0][:40])
    if faults:
        raise InvalidInput(_("Some entries need another look. Nothing was lost."), fields=faults)
    return {"name_id": name, "name_en": name_en, **words, "account_codes": accounts, "industry_codes": industries}


def _words(text: str) -> list[str]:
    """Lines may hold commas ("tas, pulpen" is one keyword): only line breaks and semicolons part words."""
    found = (" ".join(part.split()).casefold() for part in re.split(r"[\n\r;]+", text))
    return list(dict.fromkeys(word for word in found if word))


def _codes(text: str) -> list[str]:
    return list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
