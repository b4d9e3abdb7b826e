"""Three doors to products, certificates and needs of one entry, and how each of their forms is saved.

Its owner logged in (``/my/…``), its owner by the status link after the four digits (``/events/…/entry``), and staff.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, request, url_for
from werkzeug.wrappers import Response
from wtforms import Form

from matchmaking.catalogue.routes.blueprint import bp
from matchmaking.catalogue.services import products
from matchmaking.errors import DomainError, NotFound
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public, requires
from matchmaking.registration.forms.entries import place_errors
from matchmaking.registration.models import Participation, Side
from matchmaking.registration.queries.entries import own_participations, participation_of_event
from matchmaking.registration.routes.blueprint import event_row, keep_files
from matchmaking.registration.routes.owner import Visit, visit_by_link
from matchmaking.registration.services.editing import can_edit
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event

Answer = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Place:
    """An entry and the door through which it is seen."""

    entry: Participation
    door: str  # my, link or manage

    @property
    def is_owner(self) -> bool:
        """Say whether the owner looks."""
        return self.door != "manage"

    @property
    def layout(self) -> str:
        """The layout of the door's pages; behind a link there is no account and no bar."""
        return {"my": "base_person.html", "link": "base.html", "manage": "base_event.html"}[self.door]

    def url(self, action: str, **values: Any) -> str:
        """Return the address of an action behind the same door."""
        given: dict[str, Any] = {"entry": self.entry.code} if self.door == "manage" or request.args.get("entry") else {}
        if self.door == "link":
            given = {"code": self.entry.code}
        return url_for(f"catalogue.{self.door}_{action}", **given, **values)

    @property
    def back_url(self) -> str | None:
        """Where the lists lead back to; the logged-in owner has the bar."""
        if self.door == "my":
            return None
        if self.door == "link":
            return url_for("registration.link_entry", code=self.entry.code)
        return url_for("catalogue.products" if self.entry.side is Side.EXHIBITOR else "catalogue.needs")

    @property
    def organization_id(self) -> int:
        """The organisation behind the entry."""
        return self.entry.organization_id


def own_place(side: Side) -> Place:
    """Return the logged-in person's entry of this side, or answer 404."""
    wanted = request.args.get("entry")
    mine = own_participations(current_actor().user_id or 0, current_event().id)
    chosen = [entry for entry in mine if entry.side is side and wanted in (None, entry.code)]
    if not chosen:
        raise NotFound(_("You have no entry in this event. Ask the organiser if you should have one."))
    return Place(chosen[0], "my")


def linked_place(side: Side, code: str) -> Place | Response:
    """Return the entry whose status link this browser opened and proved; else lead to where the digits are asked."""
    visit = visit_by_link(code)
    if not isinstance(visit, Visit):
        return visit
    if visit.entry.side is not side:
        raise NotFound(_("There is no such entry in this event."))
    g.actor = visit.actor
    return Place(visit.entry, "link")


def managed_place(side: Side, entry: str) -> Place:
    """Return an entry of the event for staff, or answer 404."""
    found = participation_of_event(current_event().id, entry)
    if found.side is not side:
        raise NotFound(_("There is no such entry in this event."))
    return Place(found, "manage")


def chosen_file(form: Form, name: str) -> str:
    """Return the code of the file chosen in this field, empty without one."""
    return next(iter(form[name].data or ()), "")


def save_entry(
    place: Place, form: Form, store: Callable[[], object], done: Any, target: str, again: Callable[[], str]
) -> Answer:
    """Keep the files, store, and go on; or show the form again with what is wrong and everything that was entered."""
    address = place.url(target)
    if not keep_files(form):
        return again(), 422
    try:
        with transaction():
            _require_open(place)
            store()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        place_errors(form, refusal)
        return again(), refusal.status
    flash(done, "held")
    return redirect(address, code=303)


def act_on_entry(place: Place, act: Callable[[], object], done: Any, target: str) -> Response:
    """Do what a button says and go back to the list; a refusal is said there."""
    address = place.url(target)
    try:
        with transaction():
            _require_open(place)
            act()
    except DomainError as refusal:
        if refusal.status == 404:
            raise
        flash(str(refusal), "warning")
    else:
        flash(done, "held")
    return redirect(address, code=303)


def _require_open(place: Place) -> None:
    if place.is_owner:
        products.require_open(place.entry)


def _require_window(place: Place) -> None:
    """Behind a link everything can be changed only while the registration's window is open."""
    if not can_edit(event_row(), place.entry):
        raise products.ProductsClosed(_("This entry can no longer be changed here. Please call the organiser."))


@dataclass(frozen=True)
class Page:
    """A page behind every door. ``is_file``: never behind a link, which is forwarded in groups."""

    action: str
    address: str  # behind the door
    methods: list[str]
    show: Callable[..., Answer]
    side: Side
    is_file: bool = False


def open_doors(*pages: Page) -> None:
    """Give each page its three endpoints."""
    for page in pages:
        own, staff, link = _own_view(page), _staff_view(page), _link_view(page)
        own.__doc__ = staff.__doc__ = link.__doc__ = page.show.__doc__
        action, tail, methods = page.action, page.address, page.methods
        bp.add_url_rule(f"/events/<event_code>/entry/<code>{tail}", f"link_{action}", public(link), methods=methods)
        bp.add_url_rule(f"/my/<event_code>{tail}", f"my_{action}", requires("entry.own")(own), methods=methods)
        address = f"/manage/<event_code>/entries/<entry>{tail}"
        bp.add_url_rule(address, f"manage_{action}", requires("catalogue.manage")(staff), methods=methods)


def _own_view(page: Page) -> Callable[..., Answer]:
    def view(**values: Any) -> Answer:
        return page.show(own_place(page.side), **values)

    return view


def _staff_view(page: Page) -> Callable[..., Answer]:
    def view(entry: str, **values: Any) -> Answer:
        return page.show(managed_place(page.side, entry), **values)

    return view


def _link_view(page: Page) -> Callable[..., Answer]:
    def view(code: str, **values: Any) -> Answer:
        place = linked_place(page.side, code)
        if not isinstance(place, Place):
            return place
        if page.is_file:
            raise NotFound(_("This file does not exist any more."))
        if request.method == "POST":
            _require_window(place)
        return page.show(place, **values)

    return view
