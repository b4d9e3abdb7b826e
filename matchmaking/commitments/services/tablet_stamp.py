"""How a tablet's question "has anything changed?" is answered without looking at everything.

Whoever writes to a table that the data are made of gives the installation another stamp, right before the commit and in the same
transaction: who sees the change sees the stamp, who does not see the one does not see the other.
"""

from __future__ import annotations

import sqlalchemy as sa

from matchmaking.codes import new_code
from matchmaking.commitments.sync_models import TabletStamp
from matchmaking.extensions import db
from matchmaking.transactions import when_written

#: All tables that a tablet's data are read from, but for its own numbers (a test follows the statements).
SHOWN = frozenset(
    {
        "category", "certificate", "commitment", "commitment_party", "commitment_settings", "delegate", "event", "meeting",
        "meeting_table", "need", "organization", "participation", "placement", "product", "schedule_version", "sealing_key",
        "signature", "slot_delay", "stored_file", "team", "time_slot",
    }
)  # fmt: skip
_LENGTH = 24


def watch_what_is_shown() -> None:
    """Let every writer to those tables raise the stamp."""
    when_written("tablet_stamp", SHOWN, _raise_stamp)


def stamp_now() -> str:
    """Return the stamp of what is committed."""
    return db.session.scalars(sa.select(TabletStamp.value)).one()  # the migration made it


def _raise_stamp() -> None:
    """Random, not counted: a restored backup never meets a stamp again that stood for something else."""
    statement = sa.update(TabletStamp).values(value=new_code(_LENGTH))
    db.session.execute(statement.execution_options(synchronize_session=False))
