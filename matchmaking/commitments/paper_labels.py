"""The words of papers: seals, copies, and what the check finds, for people."""

from __future__ import annotations

from typing import Any

from matchmaking.commitments.paper_models import CopyKind
from matchmaking.commitments.queries.judging import Reason, Verdict
from matchmaking.commitments.queries.sealing import SealState
from matchmaking.commitments.sent_models import BesideReason, SentKind
from matchmaking.i18n import lazy_gettext as _l

COPY_LABELS: dict[CopyKind, Any] = {
    CopyKind.E_METERAI: _l("e-meterai affixed"),
    CopyKind.CERTIFIED: _l("signed with a certified signature (such as BSrE)"),
    CopyKind.SCAN: _l("scan of the stamped or signed paper"),
    CopyKind.OTHER: _l("another lawful copy"),
}
#: What a tablet sent beside a record, and why it stays beside it.
SENT_LABELS: dict[SentKind, Any] = {
    SentKind.WITNESS: _l("Drawing of a witness"),
    SentKind.MANDATE: _l("Mandate (surat kuasa)"),
}
BESIDE_LABELS: dict[BesideReason, Any] = {
    BesideReason.NOT_SIGNED: _l("Not both had signed yet: a witness signs under what both have signed."),
    BesideReason.WITNESSED: _l("A witness stands under the record already."),
    BesideReason.SEALED: _l("The document was sealed already, and a sealed file is never changed."),
    BesideReason.SIGNED: _l("Both had signed already: the mandate gives nothing any more."),
    BesideReason.ENDED: _l("The record had ended already: called off, replaced or expired."),
    BesideReason.OTHER_PERSON: _l("It is the mandate of somebody else than the person who is named to sign."),
    BesideReason.SHUT_OUT: _l("The tablet was shut out before it arrived."),
    BesideReason.OTHER_TABLET: _l("It came from another tablet than the one that made it."),
}
SEAL_LABELS: dict[SealState, Any] = {
    SealState.NOT_YET: _l("Sealed once both have signed"),
    SealState.WITNESS: _l("Waits for the witness"),
    SealState.WORKING: _l("Being sealed"),
    SealState.FAILED: _l("Could not be sealed"),
    SealState.MISSING: _l("Not sealed yet"),
    SealState.SEALED: _l("Sealed"),
}
SEAL_SIGNALS: dict[SealState, str] = {
    SealState.NOT_YET: "neutral",
    SealState.WITNESS: "waiting",
    SealState.WORKING: "waiting",
    SealState.FAILED: "warning",
    SealState.MISSING: "warning",
    SealState.SEALED: "held",
}
VERDICT_LABELS: dict[Verdict, Any] = {
    Verdict.VALID: _l("Valid: the file is unchanged"),
    Verdict.COPY: _l("A copy of this commitment"),
    Verdict.CHANGED: _l("Changed: do not rely on this file"),
    Verdict.UNKNOWN: _l("Unknown: not a file of this application"),
    Verdict.AMENDED: _l("The file is unchanged, but the commitment was amended"),
    Verdict.WITHDRAWN: _l("The file is unchanged, but the commitment was withdrawn"),
}
VERDICT_SIGNALS: dict[Verdict, str] = {
    Verdict.VALID: "held",
    Verdict.COPY: "held",
    Verdict.CHANGED: "refused",
    Verdict.UNKNOWN: "neutral",
    Verdict.WITHDRAWN: "warning",
    Verdict.AMENDED: "warning",
}
REASON_LABELS: dict[Reason, Any] = {
    Reason.SEALED: _l("It is byte for byte the file that was sealed when both parties had signed."),
    Reason.HANDED_OUT: _l(
        "It is byte for byte a paper that was handed out without a seal. It shows how far signing was then; the sealed file is the final one."
    ),
    Reason.REGISTERED: _l("It is byte for byte a copy that the organiser registered for this commitment."),
    Reason.SEAL_ALONE: _l(
        "It was judged by its seal alone, because no hash of it is stored here. The seal is the organiser's and unbroken."
    ),
    Reason.OTHER_STORED: _l(
        "It was judged by its seal alone: the seal is the organiser's and unbroken, but the file stored here is another one. Ask the organiser which of them counts."
    ),
    Reason.CONTAINER: _l("What it says is what was sealed, but bytes of the seal itself were changed."),
    Reason.SEAL_BROKEN: _l("Its seal is broken: something in it was changed after it was sealed."),
    Reason.APPENDED: _l(
        "It begins with a file of this commitment, but something was added after the seal. If it was stamped or signed later, the organiser can register it as a copy."
    ),
    Reason.FOREIGN_SEAL: _l("Its seal was not made by this organiser, whatever names it carries."),
    Reason.NO_SEAL: _l(
        "It names this commitment, but has no seal and is not byte for byte a paper that was handed out."
    ),
    Reason.OTHER_CONTENT: _l(
        "The file is unchanged, but the commitment was opened again since and says something else now."
    ),
    Reason.RECORD_BROKEN: _l(
        "The file is unchanged, but the stored record is not what was signed. Please tell the organiser."
    ),
    Reason.NO_RECORD: _l("No commitment stored here has the code that the file names."),
    Reason.NOT_OURS: _l(
        "It carries no mark of this application. A scan or a photo has none: use the code at the foot of the paper instead."
    ),
}
