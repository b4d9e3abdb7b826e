"""A person's scans in the export; forgetting the person keeps the counts."""

from __future__ import annotations

from matchmaking import clock
from matchmaking.accounts.hooks import PersonRef, person_data, person_erasing
from matchmaking.attendance.models import Substitution
from matchmaking.attendance.queries.presence import door_counts, present_delegates
from matchmaking.attendance.services.substitutes import RecordSubstitute, record_substitute
from matchmaking.extensions import db
from matchmaking.registration.commands import DelegateDetails
from matchmaking.transactions import transaction
from tests.attendance.door import MORNING, Door
from tests.world import DAY


def test_scans_are_exported_and_erasing_keeps_the_counts(door: Door) -> None:
    with clock.frozen(MORNING):
        person, absent = door.delegate(door.maker), door.delegate(door.agency)
        door.scan(door.badge(person.id).code)
        details = DelegateDetails(name="Pengganti Contoh")
        with transaction():
            stored = record_substitute(
                door.actor, RecordSubstitute(door.event_id, absent.code, "form-key-1", details, note="surat 12")
            )
        both = PersonRef(delegate_ids=(person.id, stored.delegate_id))
        parts = {part.name: part.rows for files in person_data(both) for part in files}
        assert [row["method"] for row in parts["scans"]] == ["camera", "substitute"]
        with transaction():
            person_erasing(door.actor, both)
        assert db.session.get_one(Substitution, stored.substitution_id, populate_existing=True).note == ""
        assert present_delegates(door.event_id, DAY) == {person.id, stored.delegate_id}
        assert door_counts(door.event_id, DAY).inside == 2
