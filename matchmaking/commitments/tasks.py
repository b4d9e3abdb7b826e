"""Background work: making a commitment's PDF and sealing it, outside any transaction."""

from __future__ import annotations

from typing import Any

from flask import current_app
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from matchmaking.commitments.papers import Printed, paper_pdf, printed_now
from matchmaking.commitments.queries.commitments import commitment_view
from matchmaking.commitments.queries.sealing import SEAL_JOB, trusted_seals
from matchmaking.commitments.seals.checking import (
    SealFinding,
    TrustedSeal,
    check_seal,
    covered_digest,
    timestamp_certificate,
)
from matchmaking.commitments.seals.making import SealWords, seal_pdf
from matchmaking.commitments.seals.marks import file_mark
from matchmaking.commitments.services.sealing import SealedFile, SealPlan, plan_seal, store_sealed
from matchmaking.errors import Conflict
from matchmaking.i18n import force_locale
from matchmaking.i18n import gettext as _
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.transactions import end_read, transaction

#: A timestamp service that does not answer within this time is taken to be away.
TIMESTAMP_SECONDS = 15


class SealFailed(Conflict):
    """The sealed file did not come out as it should; nothing was stored."""

    code = "commitments.seal_failed"


@job_handler(SEAL_JOB)
def seal_paper(handle: JobHandle) -> dict[str, Any]:
    """Make the paper of a commitment that both have signed, seal it, check the seal, store it."""
    commitment_id = int(handle.args["commitment_id"])
    with force_locale("id"), transaction():
        plan = plan_seal(commitment_id, str(handle.args["base"]), without_witness=bool(handle.args["without_witness"]))
    if plan is None:
        return {}
    view = commitment_view(plan.event_id, plan.code)
    printed = printed_now(view, plan.base)
    content = paper_pdf(view, printed=printed)
    trusted = trusted_seals()
    end_read()
    made = _sealed(plan, content, printed, trusted)
    with transaction():
        row = store_sealed(plan, made)
        return {"paper": row.code} if row else {}


def _sealed(plan: SealPlan, content: bytes, printed: Printed, trusted: list[TrustedSeal]) -> SealedFile:
    words = SealWords(
        mark=file_mark(plan.code, plan.content_hash),
        name=plan.authority_name,
        reason=f"Segel keaslian komitmen {plan.number}",
    )
    try:
        sealed = seal_pdf(content, plan.key, words, _stamper())
    except TimestampRequestError as error:
        raise SealFailed(
            _("The timestamp service did not answer. The commitment is valid; seal it again when there is a network.")
        ) from error
    timestamp = timestamp_certificate(sealed)
    proven = check_seal(sealed, _with_timestamp(trusted, plan.key.fingerprint, timestamp))
    if proven.finding is not SealFinding.HOLDS:
        raise SealFailed(
            _(
                "The seal does not hold: its certificate may have expired. Check it with ./dev flask doctor, then seal again."
            )
        )
    facts = {"base": printed.base, "devices": dict(printed.devices)}
    return SealedFile(sealed, len(content), covered_digest(sealed), timestamp, facts)


def _with_timestamp(trusted: list[TrustedSeal], fingerprint: str, timestamp: str) -> list[TrustedSeal]:
    if not timestamp:
        return trusted
    return [
        TrustedSeal(seal.fingerprint, seal.certificates, (*seal.timestamps, timestamp))
        if seal.fingerprint == fingerprint
        else seal
        for seal in trusted
    ]


def _stamper() -> TimeStamper | None:
    url = str(current_app.config["SEAL_TIMESTAMP_URL"])
    return HTTPTimeStamper(url, timeout=TIMESTAMP_SECONDS) if url else None
