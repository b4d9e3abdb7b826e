"""Announcing a schedule while another is computed: a run that keeps to what people know says that they know another now."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from matchmaking.scheduling import tasks
from matchmaking.scheduling.errors import StaleInputs
from matchmaking.scheduling.models import RunState, VersionState
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.attendance.meetings import publish
from tests.scheduling.scene import Scene, solve_here


def published(scene: Scene) -> int:
    scene.wish_all()
    version_id = scene.solve()
    publish(scene, version_id)
    return version_id


def announce_a_copy(scene: Scene, version_id: int) -> int:
    with transaction():
        copy = copy_version(scene.actor, version_id).id
    with transaction():
        publish_version(scene.actor, Edit(copy, 1), accept_stale=True)
    return copy


def finish(scene: Scene, run_id: int) -> int:
    with patch.object(tasks, "run_solver", solve_here):
        scene.world.run_jobs()
    assert scene.run(run_id).state is RunState.DONE
    return int(scene.run(run_id).outcome["version_id"])


def test_a_run_that_keeps_to_what_was_told_notices_that_another_was_announced(scene: Scene) -> None:
    first = published(scene)
    run_id = scene.request(keep_told=True)

    def solve_while_somebody_announces(*given: object, **more: object) -> object:
        announce_a_copy(scene, first)
        return solve_here(*given, **more)

    with patch.object(tasks, "run_solver", solve_while_somebody_announces):
        scene.world.run_jobs()
    run = scene.run(run_id)
    assert run.outcome["changes"] == {"told": 1}
    assert "jadwal lain sudah diumumkan" in run.message
    draft = scene.version(run.outcome["version_id"])
    assert draft.state is VersionState.DRAFT
    with pytest.raises(StaleInputs):
        publish(scene, draft.id)
    with transaction():
        publish_version(scene.actor, Edit(draft.id, draft.revision), accept_stale=True)


def test_a_draft_made_for_what_was_told_is_old_once_another_is_announced(scene: Scene) -> None:
    first = published(scene)
    draft = finish(scene, scene.request(keep_told=True))
    announce_a_copy(scene, first)
    with pytest.raises(StaleInputs):
        publish(scene, draft)


def test_a_run_from_nothing_and_one_without_news_are_published_as_before(scene: Scene) -> None:
    first = published(scene)
    afresh = finish(scene, scene.request())
    announce_a_copy(scene, first)
    publish(scene, afresh)
    publish(scene, finish(scene, scene.request(keep_told=True)))
