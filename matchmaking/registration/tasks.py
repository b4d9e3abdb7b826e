"""Work of registration outside the request: storing a large import."""

from __future__ import annotations

from typing import Any

from matchmaking.actor import Actor, ActorKind
from matchmaking.events.queries import roles_of
from matchmaking.jobs import JobHandle, job_handler
from matchmaking.registration.imports.plan import StoreOptions
from matchmaking.registration.services.importing import store_import
from matchmaking.transactions import transaction

STORE_IMPORT = "registration.store_import"


@job_handler(STORE_IMPORT)
def store_large_import(handle: JobHandle) -> dict[str, Any]:
    """Store one import in one transaction; run again after a killed worker it starts from nothing, or finds it done."""
    event_id = handle.event_id or 0
    handle.report(step="storing")
    roles = roles_of(handle.requested_by, event_id) if handle.requested_by else frozenset()
    actor = Actor(ActorKind.USER, handle.requested_by, event_id, roles)
    options = StoreOptions(bool(handle.args["is_approved"]), bool(handle.args["are_doubtful_added"]))
    with transaction():
        return {"counts": store_import(actor, handle.args["batch_id"], options)}
