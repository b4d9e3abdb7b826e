"""What the schedule does when features to its left change something."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.accounts import hooks as accounts
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM
from matchmaking.errors import Conflict
from matchmaking.events import hooks as events
from matchmaking.events.hooks import SetupChange
from matchmaking.events.models import Event, MeetingTable, TimeSlot
from matchmaking.extensions import db
from matchmaking.mail.backends import delivered
from matchmaking.mail.models import MailMessage
from matchmaking.matching.models import Absence, Wish
from matchmaking.registration import hooks as registration
from matchmaking.registration.models import Delegate, Participation, ParticipationState
from matchmaking.scheduling.models import AgendaNotice, Meeting, Placement, ScheduleRun, ScheduleVersion, Unmet
from matchmaking.scheduling.queries.board import board_of
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, NO, WANT, Scene
from tests.world import LONG_AGO


def retire(scene: Scene, *, slots: tuple[int, ...] = (), tables: tuple[int, ...] = ()) -> None:
    """Do what the events feature does: change the rows, then call the hook in the same transaction."""
    with transaction():
        for model, ids in ((TimeSlot, slots), (MeetingTable, tables)):
            for id in ids:
                db.session.get_one(model, id).retired_at = LONG_AGO
        events.setup_changed(scene.actor, scene.event_id, SetupChange(retired_slot_ids=slots, retired_table_ids=tables))


def consequences(scene: Scene, change: SetupChange) -> list[int]:
    db.session.rollback()
    return [item.meetings for part in events.setup_changing(scene.event_id, change) for item in part]


@pytest.fixture
def both(scene: Scene) -> tuple[Scene, int, int]:
    """Published: exhibitor 1 meets buyers 1 and 2 in slots 1 and 2 at table 1; and a draft that is its copy."""
    for agency in scene.agencies[:2]:
        scene.wish(scene.makers[0], agency)
    with transaction():
        db.session.execute(
            sa.update(Delegate).where(Delegate.participation_id == scene.makers[0]).values(email="satu@contoh.example")
        )
    published = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(published)):
            row.slot_id, row.table_id = scene.slots[n], scene.tables[0]
        publish_version(scene.actor, Edit(published, 1))
        draft = copy_version(scene.actor, published).id
    scene.world.run_jobs()
    return scene, published, draft


def places(scene: Scene, version_id: int) -> list[tuple[int, int]]:
    db.session.rollback()
    return [
        (scene.slots.index(r.slot_id) + 1, scene.tables.index(r.table_id) + 1) for r in scene.placements(version_id)
    ]


def test_preview_counts_and_changes_nothing(both: tuple[Scene, int, int]) -> None:
    scene, published, draft = both
    assert consequences(scene, SetupChange(retired_table_ids=(scene.tables[0],))) == [2, 2]
    assert consequences(scene, SetupChange(retired_slot_ids=(scene.slots[0],))) == [1, 1]
    assert consequences(scene, SetupChange(retimed_slot_ids=(scene.slots[0],))) == [1, 1]
    assert (
        consequences(scene, SetupChange(retired_slot_ids=(scene.slots[3],), retired_table_ids=(scene.tables[1],))) == []
    )
    assert places(scene, published) == places(scene, draft) == [(1, 1), (2, 1)]


def test_draft_moves_to_a_free_table_and_the_published_stays(both: tuple[Scene, int, int]) -> None:
    scene, published, draft = both
    retire(scene, tables=(scene.tables[0],))
    assert places(scene, draft) == [(1, 2), (2, 2)]
    assert places(scene, published) == [(1, 1), (2, 1)]
    assert scene.version(draft).revision == 2
    assert scene.version(published).revision == 2
    assert len(board_of(scene.version(published)).rules.conflicts()) == 2
    assert board_of(scene.version(draft)).rules.conflicts() == {}


def test_draft_parks_what_has_no_place_with_the_reason(both: tuple[Scene, int, int]) -> None:
    scene, published, draft = both
    retire(scene, slots=(scene.slots[0],))
    assert places(scene, draft) == [(2, 1)]
    assert places(scene, published) == [(1, 1), (2, 1)]
    parked = db.session.scalars(sa.select(Unmet)).one()
    assert (parked.version_id, parked.reason, parked.buyer_id) == (draft, "parked", scene.agencies[0])
    assert scene.version(draft).objective["wishes_held"] == 1


def test_change_that_touches_no_meeting_leaves_the_draft_alone(both: tuple[Scene, int, int]) -> None:
    scene, _published, draft = both
    retire(scene, slots=(scene.slots[3],), tables=(scene.tables[1],))
    assert scene.version(draft).revision == 1


def test_shifted_times_of_published_meetings_are_told_again_with_a_higher_sequence(
    both: tuple[Scene, int, int],
) -> None:
    from datetime import timedelta

    scene, published, _draft = both
    assert len(delivered) == 1
    with transaction():
        slot = db.session.get_one(TimeSlot, scene.slots[0])
        slot.starts_at += timedelta(minutes=5)
        slot.ends_at += timedelta(minutes=5)
        events.setup_changed(scene.actor, scene.event_id, SetupChange(retimed_slot_ids=(scene.slots[0],)))
    scene.world.run_jobs()
    assert len(delivered) == 2
    assert "09.05" in str(delivered[1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert db.session.scalars(sa.select(Meeting.calendar_sequence).order_by(Meeting.id)).all() == [2, 1]
    noted = db.session.scalars(
        sa.select(Delegate.participation_id).join(AgendaNotice, AgendaNotice.delegate_id == Delegate.id)
        .where(AgendaNotice.version_id == published)
    ).all()  # fmt: skip
    assert sorted(noted) == sorted([scene.makers[0], *scene.agencies[:2]])


def test_deleted_event_takes_its_schedule_along(both: tuple[Scene, int, int]) -> None:
    scene, _published, _draft = both
    with transaction():
        events.event_deleting(scene.actor, scene.event_id)
    for model in (ScheduleVersion, Placement, Meeting, ScheduleRun, Unmet, AgendaNotice):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(model)) == 0
    with transaction():
        db.session.execute(sa.delete(Event).where(Event.id == scene.event_id))


def test_merged_entries_keep_one_word_each_and_the_kept_ones_stands(scene: Scene) -> None:
    kept, gone = scene.agencies[:2]
    scene.wish(kept, scene.makers[0], MUST)
    scene.wish(gone, scene.makers[0], NO)
    scene.wish(gone, scene.makers[1], WANT)
    scene.wish(scene.makers[0], gone, WANT)
    with transaction():
        registration.participations_merged(SYSTEM, kept, gone)
    rows = db.session.scalars(sa.select(Wish).order_by(Wish.id))
    assert [(row.wisher_id, row.target_id, row.strength) for row in rows] == [
        (kept, scene.makers[0], MUST),
        (kept, scene.makers[1], WANT),
        (scene.makers[0], kept, WANT),
    ]


def test_merged_entries_share_their_unmet_wishes(scene: Scene) -> None:
    kept, gone = scene.agencies[:2]
    scene.wish_all()
    version_id = scene.solve()
    for buyer in (kept, gone):
        scene.world.save(
            Unmet(version_id=version_id, exhibitor_id=scene.makers[0], buyer_id=buyer, reason="removed",
                  text_id="x", text_en="x")
        )  # fmt: skip
    scene.world.save(
        Unmet(
            version_id=version_id,
            exhibitor_id=scene.makers[1],
            buyer_id=gone,
            reason="removed",
            text_id="x",
            text_en="x",
        )
    )
    with transaction():
        registration.participations_merged(SYSTEM, kept, gone)
    rows = db.session.execute(sa.select(Unmet.exhibitor_id, Unmet.buyer_id).order_by(Unmet.id)).all()
    assert [tuple(row) for row in rows] == [(scene.makers[0], kept), (scene.makers[1], kept)]


def test_team_with_meetings_cannot_be_removed_and_another_can(both: tuple[Scene, int, int]) -> None:
    scene, _published, _draft = both
    with pytest.raises(Conflict), transaction():
        registration.team_leaving(scene.actor, scene.team(scene.makers[0]))
    with transaction():
        registration.team_leaving(scene.actor, scene.team(scene.makers[1]))


def test_who_left_is_listed_for_the_organizer_and_not_in_the_next_draft(both: tuple[Scene, int, int]) -> None:
    scene, _published, _draft = both
    left = scene.agencies[0]
    browser = scene.staff()
    page = f"/manage/{scene.code}/schedule"
    assert scene.name(left) not in browser.get(page).text
    with transaction():
        db.session.get_one(Participation, left).state = ParticipationState.WITHDRAWN
        registration.participation_left(scene.actor, left)
    assert scene.name(left) in browser.get(page).text
    again = scene.solve(with_suggestions=False)
    assert scene.pairs(again) == {(scene.makers[0], scene.agencies[1])}


def person_of(participation_id: int) -> PersonRef:
    ids = db.session.scalars(sa.select(Delegate.id).where(Delegate.participation_id == participation_id)).all()
    return PersonRef(delegate_ids=tuple(ids))


def test_export_of_a_person_says_what_they_were_told(both: tuple[Scene, int, int]) -> None:
    scene, _published, _draft = both
    files = [file for part in accounts.person_data(person_of(scene.makers[0])) for file in part]
    rows = [row for file in files if file.name == "agenda_notices" for row in file.rows]
    assert rows == [{"event": scene.event_id, "version": 1, "channel": "email", "handed_over_at": None}]
    other = [file for part in accounts.person_data(person_of(scene.makers[1])) for file in part]
    assert [file for file in other if file.name == "agenda_notices"] == []


def test_forgotten_person_leaves_no_name_in_messages_and_notes(both: tuple[Scene, int, int]) -> None:
    scene, _published, _draft = both
    slot = db.session.get_one(TimeSlot, scene.slots[0])
    absence = Absence(team_id=scene.team(scene.makers[0]), kind="away", starts_at=slot.starts_at, ends_at=slot.ends_at,
                      note="Peserta Contoh sakit", created_at=LONG_AGO)  # fmt: skip
    absence_id = scene.world.save(absence)
    person = person_of(scene.makers[0])
    with transaction():
        accounts.person_erasing(SYSTEM, person)
    message = db.session.scalars(sa.select(MailMessage)).one()
    assert (message.to_address, message.subject, message.body, message.attachments) == ("", "", "", [])
    assert db.session.get_one(Absence, absence_id).note == ""


@pytest.mark.parametrize(("audience", "has_link"), [("owner", True), ("staff", True), ("status", False)])
def test_agenda_stands_on_the_entrys_page_for_each_audience(
    both: tuple[Scene, int, int], audience: str, has_link: bool
) -> None:
    from flask import g, render_template

    from matchmaking.events.queries import event_context

    scene, _published, _draft = both
    with scene.world.app.test_request_context():
        g.event = event_context(scene.code)
        panels = registration.panels_of(scene.makers[0], audience)
        (panel,) = [panel for panel in panels if panel.template == "scheduling/_panel.html"]
        text = render_template(panel.template, **panel.context)
    assert scene.name(scene.agencies[0]) in text
    assert ("<a " in text) == has_link
    assert "+62" not in text
