"""The public check page: what anybody who holds the paper may learn, and nothing more."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from matchmaking.codes import read_typed
from matchmaking.commitments.labels import STATE_LABELS, STATE_SIGNALS
from matchmaking.commitments.papers import short_hash
from matchmaking.commitments.queries.checking import check_of
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.extensions import client_address, limiter
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public

#: A hall of visitors shares one address; a code has 100 random bits, so this only slows who tries codes.
TRIES = "120 per 10 minutes"
#: Longest text that is looked up: a code with blanks between its signs.
MAX_TYPED = 60


@commitments.get("/check")
@limiter.limit(TRIES, key_func=client_address)
@public
def check_form() -> str | AnyResponse:
    """Ask for the code of a paper."""
    typed = request.args.get("code", "").strip()
    code = read_typed(typed[:MAX_TYPED])
    if code:
        return redirect(url_for("commitments.check", code=code), 303)
    error = _("Type the code that stands at the foot of the paper.") if "code" in request.args else ""
    return render_template("commitments/check_form.html", error=error, typed="")


@commitments.get("/check/<code>")
@limiter.limit(TRIES, key_func=client_address)
@public
def check(code: str) -> Response:
    """Say what is stored under this code, and whether it still is what was agreed."""
    found = check_of(code[:MAX_TYPED])
    if found is None:
        page = render_template("commitments/check_form.html", error=_unknown(), typed=read_typed(code[:MAX_TYPED]))
        return _answer(page, 404)
    page = render_template(
        "commitments/check.html",
        found=found,
        short=short_hash(found.content_hash),
        word=STATE_LABELS[found.state],
        signal_kind=STATE_SIGNALS[found.state],
    )
    return _answer(page, 200)


def _unknown() -> str:
    return _("There is no commitment with this code. Compare it with the foot of the paper, sign by sign.")


def _answer(page: str, status: int) -> Response:
    answer = current_app.response_class(page, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
