"""Reminding whom an agreed record waits for: a fresh link, by WhatsApp text or mail, at each stage once, and written down."""

from __future__ import annotations

from dataclasses import dataclass

from matchmaking import clock
from matchmaking.accounts.services.links import IssuedLink
from matchmaking.actor import Actor
from matchmaking.commitments.commands import RecordEvent
from matchmaking.commitments.life_models import CommitmentReminder
from matchmaking.commitments.models import EventKind, PartyKind
from matchmaking.commitments.queries.waiting import waiting_signatories
from matchmaking.commitments.services.recording import OutOfStep, locked_commitment, record_event
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.errors import Conflict
from matchmaking.i18n import gettext as _
from matchmaking.transactions import insert_new


class AlreadyReminded(Conflict):
    """The signatory was reminded at this stage: nobody is reminded twice for the same."""

    code = "commitments.already_reminded"


@dataclass(frozen=True)
class RemindSignatory:
    """``stage``: as the page showed it due; ``channel``: mail, whatsapp, told. ``seed`` makes a form sent twice one link."""

    event_id: int
    code: str
    party: PartyKind
    stage: str
    channel: str
    seed: str


def remind_signatory(actor: Actor, command: RemindSignatory) -> IssuedLink:
    """Write down that the signatory is reminded and make the link that goes along.

    Raises:
        AlreadyReminded: at this stage; OutOfStep: it waits for nobody (any more); those of ``send_link``.
    """
    commitment = locked_commitment(command.event_id, command.code)
    waiting = next(
        (row for row in waiting_signatories(command.event_id, command.code) if row.party is command.party), None
    )
    if waiting is None:
        raise OutOfStep(_("This record does not wait for a signatory of this party (any more)."))
    if waiting.stage != command.stage or not command.stage:
        raise AlreadyReminded(
            _("This person has been reminded already. The next reminder comes when more days have passed.")
        )
    link = send_link(
        actor,
        SendLink(
            command.event_id, command.code, command.party, waiting.signatory_name, waiting.signatory_office,
            waiting.signatory_role, phone="", seed=command.seed,
        ),
    )  # fmt: skip
    stored = insert_new(
        CommitmentReminder,
        {
            "commitment_id": commitment.id, "party": command.party, "stage": command.stage, "channel": command.channel,
            "at": clock.now(), "user_id": actor.user_id,
        },
    )  # fmt: skip
    if stored is None:  # the lock on the commitment keeps this from happening
        raise AlreadyReminded(
            _("This person has been reminded already. The next reminder comes when more days have passed.")
        )
    details = {"stage": command.stage, "channel": command.channel}
    key = f"remind-{command.stage}-{command.party.value}"
    record_event(actor, commitment, RecordEvent(EventKind.REMINDED, key, command.party.value, details=details))
    return link
