"""Publishing, going back, and who is told."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from matchmaking.errors import InvalidInput
from matchmaking.events.models import TimeSlot
from matchmaking.extensions import db
from matchmaking.jobs.models import Job
from matchmaking.registration.models import Delegate, Participation, ParticipationState, TeamDelegate
from matchmaking.scheduling.errors import ChangedMeanwhile, HasConflicts, NotADraft, NotReady, StaleInputs
from matchmaking.scheduling.models import AgendaNotice, Meeting, Placement, ScheduleVersion, Unmet, VersionState
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting, remove_meeting
from matchmaking.scheduling.services.versions import copy_version, discard_version, name_version, publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import MUST, Scene
from tests.world import BOTH, LONG_AGO


def publish(scene: Scene, version_id: int, **options: bool) -> None:
    seen = Edit(version_id, scene.version(version_id).revision)
    with transaction():
        publish_version(scene.actor, seen, **options)


def states(scene: Scene) -> list[str]:
    db.session.rollback()
    rows = db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number))
    return [row.state.value for row in rows]


def told(version_id: int) -> dict[int, str]:
    """Participation of each delegate who must be told -> channel."""
    rows = db.session.execute(
        sa.select(Delegate.participation_id, AgendaNotice.channel)
        .join(Delegate, Delegate.id == AgendaNotice.delegate_id)
        .where(AgendaNotice.version_id == version_id)
    )
    return dict(rows.all())


def edited_copy(scene: Scene, version_id: int) -> int:
    with transaction():
        return copy_version(scene.actor, version_id).id


def test_published_is_one_and_the_one_before_is_kept(scene: Scene) -> None:
    scene.wish_all()
    first, second = scene.solve(), scene.solve()
    publish(scene, first)
    assert states(scene) == ["published", "draft"]
    publish(scene, second)
    assert states(scene) == ["superseded", "published"]
    with pytest.raises(NotADraft):
        publish(scene, first)


def test_database_itself_refuses_two_published(scene: Scene) -> None:
    scene.wish_all()
    first, second = scene.solve(), scene.solve()
    publish(scene, first)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        db.session.execute(
            sa.update(ScheduleVersion).where(ScheduleVersion.id == second).values(state=VersionState.PUBLISHED)
        )


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_publishing_at_once_publishes_once_each_and_ends_with_one(scene: Scene) -> None:
    scene.wish_all()
    versions = [scene.solve(), scene.solve()]
    outcomes: list[str] = []

    def act(version_id: int) -> None:
        with scene.world.app.app_context():
            try:
                with transaction():
                    publish_version(scene.actor, Edit(version_id, 1))
                outcomes.append("published")
            except (NotADraft, ChangedMeanwhile) as error:
                outcomes.append(type(error).__name__)

    threads = [threading.Thread(target=act, args=(id,)) for id in versions * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["NotADraft"] * 4 + ["published"] * 2
    assert sorted(states(scene)) == ["published", "superseded"]


def test_empty_draft_is_not_published(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    version_id = scene.solve(with_suggestions=False)
    meeting = scene.placements(version_id)[0].meeting_id
    with transaction():
        remove_meeting(scene.actor, Edit(version_id, 1), meeting)
    with pytest.raises(NotReady):
        publish(scene, version_id)


def test_conflicts_forbid_publishing_until_they_are_solved(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    gone = scene.agencies[0]
    with transaction():
        db.session.get_one(Participation, gone).state = ParticipationState.WITHDRAWN
    with pytest.raises(HasConflicts):
        publish(scene, version_id, accept_stale=True)
    for row in [r for r in scene.placements(version_id) if r.buyer_team_id == scene.team(gone)]:
        seen = Edit(version_id, scene.version(version_id).revision)
        meeting_id = row.meeting_id
        with transaction():
            remove_meeting(scene.actor, seen, meeting_id)
    publish(scene, version_id, accept_stale=True)
    assert gone not in told(version_id)


def test_stale_inputs_ask_once(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    scene.wish(scene.agencies[0], scene.makers[0], MUST)
    with pytest.raises(StaleInputs) as error:
        publish(scene, version_id)
    assert error.value.changes == {"pair": 1}
    assert states(scene) == ["draft"]
    publish(scene, version_id, accept_stale=True)
    assert states(scene) == ["published"]


def test_page_that_is_out_of_date_does_not_publish(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()
    meeting_id = scene.placements(version_id)[0].meeting_id
    with transaction():
        remove_meeting(scene.actor, Edit(version_id, 1), meeting_id)
    with pytest.raises(ChangedMeanwhile), transaction():
        publish_version(scene.actor, Edit(version_id, 1))


def test_first_publication_tells_everybody_with_a_meeting(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    with transaction():
        db.session.execute(sa.update(Delegate).values(email="satu@contoh.example").where(
            Delegate.participation_id == scene.makers[0]))  # fmt: skip
        db.session.execute(sa.update(Delegate).values(phone=None).where(Delegate.participation_id == scene.agencies[0]))
    version_id = scene.solve(with_suggestions=False)
    publish(scene, version_id)
    assert told(version_id) == {scene.makers[0]: "email", scene.agencies[0]: "none"}


def test_later_publication_tells_only_those_whose_agenda_changed(scene: Scene) -> None:
    scene.wish_all()
    first = scene.solve()
    publish(scene, first)
    assert set(told(first)) == {*scene.makers, *scene.agencies}
    with transaction():
        db.session.execute(sa.update(AgendaNotice).values(handed_over_at=LONG_AGO))
    second = edited_copy(scene, first)
    row = scene.placements(second)[0]
    meeting_id = row.meeting_id
    pair = {row.meeting.exhibitor_team.participation_id, row.meeting.buyer_team.participation_id}
    with transaction():
        remove_meeting(scene.actor, Edit(second, 1), meeting_id)
    publish(scene, second)
    assert set(told(second)) == pair
    with transaction():
        db.session.execute(sa.update(AgendaNotice).values(handed_over_at=LONG_AGO))
    third = edited_copy(scene, second)
    publish(scene, third)
    assert told(third) == {}


def test_sequence_of_a_meeting_goes_up_with_each_change_that_was_published(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    first = scene.solve(with_suggestions=False)
    meeting_id = scene.placements(first)[0].meeting_id

    def sequence() -> int:
        db.session.rollback()
        return db.session.get_one(Meeting, meeting_id).calendar_sequence

    assert sequence() == 0
    publish(scene, first)
    assert sequence() == 1
    second = edited_copy(scene, first)
    publish(scene, second)
    assert sequence() == 1
    third = edited_copy(scene, second)
    row = scene.placements(third)[0]
    slot = next(id for id in scene.slots if id != row.slot_id)
    table_id = row.table_id
    with transaction():
        move_meeting(scene.actor, Edit(third, 1), meeting_id, Place(slot, table_id))
    assert sequence() == 1
    publish(scene, third)
    assert sequence() == 2


def test_delegate_of_two_teams_is_told_once(scene: Scene) -> None:
    agency = scene.agencies[0]
    second_team = scene.world.team(agency)
    first_delegate = db.session.scalars(
        sa.select(TeamDelegate.delegate_id).where(TeamDelegate.team_id == scene.team(agency))
    ).one()
    with transaction():
        db.session.add(TeamDelegate(team_id=second_team, delegate_id=first_delegate))
    for maker in scene.makers:
        scene.wish(agency, maker)
    version_id = scene.solve(with_suggestions=False)
    publish(scene, version_id)
    notices = db.session.scalars(sa.select(AgendaNotice.delegate_id).where(AgendaNotice.version_id == version_id)).all()
    assert len(notices) == len(set(notices)) == 4


def test_going_back_is_a_new_draft_and_the_old_version_stays(scene: Scene) -> None:
    scene.wish_all()
    scene.wish(scene.agencies[0], scene.makers[0], MUST)
    first = scene.solve()
    publish(scene, first)
    second = edited_copy(scene, first)

    def content(version_id: int) -> set[tuple[int, int, int]]:
        return {(r.meeting_id, r.slot_id, r.table_id) for r in scene.placements(version_id)}

    assert content(second) == content(first)
    assert states(scene) == ["published", "draft"]
    assert scene.version(second).based_on_id == first
    assert len(db.session.scalars(sa.select(Unmet.id).where(Unmet.version_id == second)).all()) == len(
        db.session.scalars(sa.select(Unmet.id).where(Unmet.version_id == first)).all()
    )


def test_draft_is_named_and_discarded_and_what_was_published_is_not(scene: Scene) -> None:
    scene.wish_all()
    first, second = scene.solve(), scene.solve()
    with transaction():
        name_version(scene.actor, second, "Setelah rapat Senin", "")
    assert scene.version(second).name == "Setelah rapat Senin"
    with pytest.raises(InvalidInput), transaction():
        name_version(scene.actor, second, "x" * 121, "Setelah rapat Senin")
    publish(scene, first)
    with pytest.raises(NotADraft), transaction():
        discard_version(scene.actor, first)
    for _ in range(2):
        with transaction():
            discard_version(scene.actor, second)
    assert states(scene) == ["published", "discarded"]
    assert (
        db.session.scalar(sa.select(sa.func.count()).select_from(Placement).where(Placement.version_id == second)) == 6
    )


def test_slot_that_was_retired_is_a_conflict_of_the_copy(scene: Scene) -> None:
    scene.wish_all()
    first = scene.solve()
    publish(scene, first)
    second = edited_copy(scene, first)
    with transaction():
        db.session.get_one(TimeSlot, scene.placements(second)[0].slot_id).retired_at = LONG_AGO
    with pytest.raises(HasConflicts):
        publish(scene, second, accept_stale=True)


def test_mail_job_is_asked_for_only_when_somebody_has_an_address(scene: Scene) -> None:
    scene.wish(scene.makers[0], scene.agencies[0])
    publish(scene, scene.solve(with_suggestions=False))
    assert db.session.scalars(sa.select(Job.kind).where(Job.kind == "scheduling.tell")).all() == []
