"""Taking lists out as spreadsheets: who may take personal contacts, what is noted, and when a job does it."""

from __future__ import annotations

from collections.abc import Sequence

from matchmaking import jobs
from matchmaking.accounts.services.access_log import note_access
from matchmaking.actor import Actor, Role
from matchmaking.codes import new_code
from matchmaking.errors import NotAllowed
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job
from matchmaking.jobs.services import active_job

WORKBOOK = "reports.workbook"
#: More rows than this are written by a job, not while somebody waits.
MOST_AT_ONCE = 2_000


def note_export(actor: Actor, event_id: int, *, with_contacts: bool) -> None:
    """Write down that somebody takes out people's phone numbers and addresses; without them nothing is noted.

    Raises:
        NotAllowed: somebody else than an organiser asks for them.
    """
    if not with_contacts:
        return
    if not may_take_contacts(actor):
        raise NotAllowed(_("Only the organiser may take out phone numbers and e-mail addresses."))
    note_access(actor, "list.exported", ("event", event_id))


def may_take_contacts(actor: Actor) -> bool:
    """Say whether the person may have phone numbers and e-mail addresses in a file."""
    return actor.has_any(Role.ORGANIZER)


def request_workbook(actor: Actor, event_id: int, keys: Sequence[str], locale: str, *, with_contacts: bool) -> Job:
    """Queue a workbook of these lists; what the same person is having made already is not made twice."""
    args = {"lists": list(keys), "locale": locale, "with_contacts": with_contacts, "by": actor.user_id}
    running = active_job(WORKBOOK, event_id)
    if running and running.args == args:
        return running
    return jobs.enqueue(actor, WORKBOOK, args, event_id=event_id, dedupe_key=f"workbook:{new_code(16)}")
