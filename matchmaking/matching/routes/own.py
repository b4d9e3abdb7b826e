"""The participants' own pages: whom I want to meet, and when I am there."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking import clock
from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.parties import category_names
from matchmaking.matching.queries.wishes import (
    asker_count,
    wish_card,
    wish_cards,
    wish_counts,
    wishes_are_open,
)
from matchmaking.matching.routes import matching
from matchmaking.matching.routes.entry import Speaker, own_speaker, target_of
from matchmaking.matching.routes.pages import presence_forms, wanted_filter, wanted_presence, wanted_strength
from matchmaking.matching.services import MakeWish, make_wish, set_presence
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import page_number


@matching.get("/my/<event_code>/wishes")
@requires("wish.own")
def my_wishes() -> str:
    """Show the other side's participants with the three words beside each."""
    speaker = own_speaker()
    event_id, wanted = current_event().id, wanted_filter()
    return render_template(
        "matching/my_wishes.html",
        **_frame(speaker),
        page=wish_cards(speaker.entry.id, wanted, page_number()),
        wanted=wanted,
        asked=asker_count(speaker.entry.id),
        is_open=wishes_are_open(event_id, clock.now()),
    )


def _frame(speaker: Speaker) -> dict[str, object]:
    return {
        "speaker": speaker,
        "counts": wish_counts(speaker.entry.id),
        "categories": category_names(select_locale()),
        "wish_url": lambda code: url_for("matching.wish", target_code=code, **speaker.address),
    }


@matching.post("/my/<event_code>/wishes/<target_code>")
@requires("wish.own")
def wish(target_code: str) -> Response | str:
    """Store one tap; answers with the card alone to htmx."""
    speaker = own_speaker()
    target_id = target_of(speaker.entry, target_code)
    said = MakeWish(speaker.entry.id, target_id, wanted_strength())
    with transaction():
        make_wish(current_actor(), said)
    if "HX-Request" in request.headers:
        card = wish_card(speaker.entry.id, target_id)
        return render_template("matching/_wish_answer.html", card=card, is_open=True, **_frame(speaker))
    flash(_("Saved."), "held")
    return redirect(url_for("matching.my_wishes", _anchor=f"wish-{target_code}", **speaker.address), code=303)


@matching.get("/my/<event_code>/availability")
@requires("entry.own")
def my_availability() -> str:
    """Show when the participation's teams are there."""
    speaker = own_speaker()
    event = current_event()
    return render_template(
        "matching/my_availability.html",
        speaker=speaker,
        teams=presence_forms(speaker.entry.id, event.id, event.timezone),
        action=url_for("matching.save_availability", **speaker.address),
    )


@matching.post("/my/<event_code>/availability")
@requires("entry.own")
def save_availability() -> Response:
    """Store when one team is there."""
    speaker = own_speaker()
    presence = wanted_presence(speaker.entry.id)
    with transaction():
        set_presence(current_actor(), presence)
    flash(_("Your times are saved."), "held")
    return redirect(url_for("matching.my_availability", **speaker.address), code=303)
