"""The organiser's pages: who wished what, entering it on behalf, and why a pair weighs what it weighs."""

from __future__ import annotations

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from matchmaking.i18n import gettext as _
from matchmaking.i18n import select_locale
from matchmaking.matching.queries.parties import category_names
from matchmaking.matching.queries.requests import MeetingRequest, matching_of
from matchmaking.matching.queries.wishes import (
    silent_count,
    wish_card,
    wish_cards,
    wish_counts,
    wisher_rows,
    words_between,
)
from matchmaking.matching.routes import matching
from matchmaking.matching.routes.entry import Speaker, staff_speaker, target_of
from matchmaking.matching.routes.pages import presence_forms, wanted_filter, wanted_presence, wanted_strength
from matchmaking.matching.services import MakeWish, make_wish, set_presence
from matchmaking.matching.wording import point_sentence, strength_word
from matchmaking.permissions import requires
from matchmaking.transactions import transaction
from matchmaking.web.access import current_actor, current_event
from matchmaking.web.paging import PAGE_SIZE, Page, page_number


@dataclass(frozen=True)
class PairRow:
    """A pair as staff see it: both words, the weight and its reasons."""

    exhibitor: str
    buyer: str
    exhibitor_word: str
    buyer_word: str
    is_wish: bool
    weight: int
    reasons: tuple[str, ...]


@matching.get("/manage/<event_code>/wishes")
@requires("wish.manage")
def wishes() -> str:
    """List the participants with what they wished and how often they were asked for."""
    event_id = current_event().id
    side, text, only = (request.args.get(name, "").strip()[:100] for name in ("side", "q", "only"))
    return render_template(
        "matching/wishes.html",
        page=wisher_rows(event_id, side, text, only, page_number()),
        chosen={"side": side, "q": text, "only": only},
        silent=silent_count(event_id),
    )


@matching.get("/manage/<event_code>/wishes/pairs")
@requires("wish.manage")
def pairs() -> str:
    """List the pairs that may meet, heaviest first, with every point and its reason."""
    only = request.args.get("only", "")
    found = matching_of(current_event().id)
    wanted = [r for r in found.requests if only not in {"wish", "suggestion"} or r.is_wish == (only == "wish")]
    wanted.sort(key=lambda r: (-r.weight, r.exhibitor_id, r.buyer_id))
    number, total = page_number(), len(wanted)
    pages = max(-(-total // PAGE_SIZE), 1)
    number = min(number, pages)
    names = category_names(select_locale())
    shown = wanted[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    rows = [_pair_row(r, {p.id: p.name for p in found.parties.values()}, names) for r in shown]
    return render_template(
        "matching/pairs.html",
        page=Page(rows, number, pages, total),
        only=only,
        refused=len(found.refused),
    )


def _pair_row(pair: MeetingRequest, names: dict[int, str], categories: dict[str, str]) -> PairRow:
    return PairRow(
        exhibitor=names[pair.exhibitor_id],
        buyer=names[pair.buyer_id],
        exhibitor_word=strength_word(pair.exhibitor_strength),
        buyer_word=strength_word(pair.buyer_strength),
        is_wish=pair.is_wish,
        weight=pair.weight,
        reasons=tuple(f"{point.value} · {point_sentence(point, categories)}" for point in pair.points),
    )


@matching.get("/manage/<event_code>/wishes/of/<code>")
@requires("wish.manage")
def wishes_of(code: str) -> str:
    """Show one participant's wishes, to be entered on its behalf."""
    speaker = staff_speaker(code)
    wanted = wanted_filter()
    return render_template(
        "matching/wishes_of.html",
        **_frame(speaker),
        page=wish_cards(speaker.entry.id, wanted, page_number()),
        wanted=wanted,
        words=words_between(speaker.entry.id),
    )


def _frame(speaker: Speaker) -> dict[str, object]:
    return {
        "speaker": speaker,
        "counts": wish_counts(speaker.entry.id),
        "categories": category_names(select_locale()),
        "strength_word": strength_word,
        "wish_url": lambda code: url_for("matching.wish_for", code=speaker.entry.code, target_code=code),
    }


@matching.post("/manage/<event_code>/wishes/of/<code>/<target_code>")
@requires("wish.manage")
def wish_for(code: str, target_code: str) -> Response | str:
    """Store one word on behalf of a participant."""
    speaker = staff_speaker(code)
    target_id = target_of(speaker.entry, target_code)
    said = MakeWish(speaker.entry.id, target_id, wanted_strength(), origin="staff")
    with transaction():
        make_wish(current_actor(), said)
    if "HX-Request" in request.headers:
        words = words_between(speaker.entry.id)
        card = wish_card(speaker.entry.id, target_id)
        return render_template("matching/_wish_answer.html", card=card, words=words, is_open=True, **_frame(speaker))
    flash(_("Saved."), "held")
    return redirect(url_for("matching.wishes_of", code=code, _anchor=f"wish-{target_code}"), code=303)


@matching.get("/manage/<event_code>/availability/<code>")
@requires("availability.manage")
def availability_of(code: str) -> str:
    """Show when a participant's teams are there."""
    speaker, event = staff_speaker(code), current_event()
    return render_template(
        "matching/availability_of.html",
        speaker=speaker,
        teams=presence_forms(speaker.entry.id, event.id, event.timezone),
        action=url_for("matching.save_availability_of", code=code),
    )


@matching.post("/manage/<event_code>/availability/<code>")
@requires("availability.manage")
def save_availability_of(code: str) -> Response:
    """Store when one team is there, on its behalf."""
    presence = wanted_presence(staff_speaker(code).entry.id)
    with transaction():
        set_presence(current_actor(), presence)
    flash(_("The times are saved."), "held")
    return redirect(url_for("matching.availability_of", code=code), code=303)
