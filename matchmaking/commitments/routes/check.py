"""The public check page: what anybody who holds the paper may learn, and nothing more."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from matchmaking.codes import read_typed
from matchmaking.commitments.labels import KIND_LABELS, STATE_LABELS, STATE_SIGNALS
from matchmaking.commitments.paper_labels import COPY_LABELS, REASON_LABELS, VERDICT_LABELS, VERDICT_SIGNALS
from matchmaking.commitments.papers import short_hash
from matchmaking.commitments.queries.checking import Check, check_of
from matchmaking.commitments.queries.judging import Judgement, judge
from matchmaking.commitments.routes.blueprint import commitments
from matchmaking.extensions import client_address, limiter
from matchmaking.i18n import gettext as _
from matchmaking.permissions import public

#: A hall of visitors shares one address; a code has 100 random bits, so this only slows who tries codes.
TRIES = "120 per 10 minutes"
#: A file costs more to look at than a code.
FILE_TRIES = "30 per 10 minutes"
#: More than any paper of ours or stamped scan of one; what is larger is not read.
MAX_FILE_BYTES = 10 * 1024 * 1024
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
    return _answer(_page(found), 200)


@commitments.post("/check")
@limiter.limit(FILE_TRIES, key_func=client_address)
@public
def check_file() -> Response:
    """Say what a file is: unchanged, changed, unknown, a copy; the file is looked at and not kept."""
    content = _sent_file()
    if not content:
        return _refused(_("Please choose the PDF that is to be checked."), 422)
    if len(content) > MAX_FILE_BYTES:
        return _refused(_too_large(), 413)
    if not looks_like_pdf(content):
        return _refused(_("This is no PDF. A scan or photo of the paper is checked by the code at its foot."), 422)
    judged = judge(content)
    found = check_of(judged.code) if judged.code else None
    page = _page(found, judged) if found else render_template("commitments/check_file.html", judged=judged, **_words())
    return _answer(page, 200)


def _sent_file() -> bytes:
    upload = request.files.get("file")
    if upload is None:
        return b""
    try:
        return upload.stream.read(MAX_FILE_BYTES + 1)
    finally:
        upload.close()


def looks_like_pdf(content: bytes) -> bool:
    """Say whether a file has the beginning or the end of a PDF; one damaged byte must not hide what it is."""
    return b"%PDF-" in content[:1024] or b"%%EOF" in content[-1024:]


def _too_large() -> str:
    return _(
        "The file is larger than 10 MB. Papers of this application are far smaller; check the code at the foot instead."
    )


def _refused(sentence: str, status: int) -> Response:
    return _answer(render_template("commitments/check_form.html", error=sentence, typed=""), status)


def _page(found: Check, judged: Judgement | None = None) -> str:
    return render_template(
        "commitments/check.html",
        found=found,
        judged=judged,
        short=short_hash(found.content_hash),
        kinds=KIND_LABELS,
        word=STATE_LABELS[found.state],
        signal_kind=STATE_SIGNALS[found.state],
        **_words(),
    )


def _words() -> dict[str, object]:
    return {
        "verdicts": VERDICT_LABELS,
        "verdict_signals": VERDICT_SIGNALS,
        "reasons": REASON_LABELS,
        "copies": COPY_LABELS,
    }


def _unknown() -> str:
    return _("There is no commitment with this code. Compare it with the foot of the paper, sign by sign.")


def _answer(page: str, status: int) -> Response:
    answer = current_app.response_class(page, status=status)
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
