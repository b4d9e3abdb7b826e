"""The pages of the audit trail and of background work."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaking import audit, clock
from matchmaking.actor import Role
from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.transactions import transaction
from tests.world import World


@pytest.fixture
def event(world: World) -> int:
    return world.event(code="acara")


@pytest.fixture
def browser(world: World, event: int):  # type: ignore[no-untyped-def]
    return world.client(world.user(roles={event: Role.ORGANIZER}, name="Panitia Utama"))


def note(world: World, event: int, action: str) -> None:
    with transaction():
        audit.record(world.actor(1, event), action, ("zone", 5), data={"state": "approved"})


def job(event: int, **values: object) -> str:
    given = {
        "code": f"J{event}{len(values)}{values.get('kind', '')}",
        "kind": "mail.send",
        "args": {},
        "event_id": event,
        "state": JobState.QUEUED,
        "created_at": clock.now(),
    }
    with transaction():
        row = Job(**{**given, **values})
        db.session.add(row)
        db.session.flush()
        code: str = row.code
    return code


def test_trail_shows_own_event_only_and_filters_by_action(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    note(world, event, "x.first")
    note(world, event, "x.second")
    note(world, world.event(), "x.foreign")
    page = browser.get("/manage/acara/audit").text
    assert [f"{name}</td>" in page for name in ("x.first", "x.second", "x.foreign")] == [True, True, False]
    page = browser.get("/manage/acara/audit?action=x.second").text
    assert [f"{name}</td>" in page for name in ("x.first", "x.second")] == [False, True]


def test_trail_is_paged_with_a_constant_number_of_statements(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    def statements(page: int) -> tuple[int, int]:
        seen: list[str] = []
        listener = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        sa.event.listen(db.engine, "before_cursor_execute", listener)
        text = browser.get(f"/manage/acara/audit?page={page}").text
        sa.event.remove(db.engine, "before_cursor_execute", listener)
        return len(seen), text.count("x.note</td>")

    for _n in range(3):
        note(world, event, "x.note")
    few, rows = statements(1)
    with transaction():
        for _n in range(57):
            audit.record(world.actor(1, event), "x.note", ("zone", 5))
    assert (rows, statements(1), statements(2)[1]) == (3, (few, 50), 10)


def test_verify_says_intact_then_broken(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    note(world, event, "x.first")
    browser.post("/manage/acara/audit/verify")
    assert 'notice-held"' in browser.get("/manage/acara/audit").text
    with transaction():
        db.session.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
        db.session.execute(sa.text("UPDATE audit_entry SET action = 'x.other'"))
    browser.post("/manage/acara/audit/verify")
    assert 'notice-refused"' in browser.get("/manage/acara/audit").text


def test_jobs_show_state_error_and_progress_of_own_event(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    job(event, code="A", state=JobState.RUNNING, progress={"percent": 42})
    job(event, code="B", state=JobState.FAILED, error="Peladen surel tidak menjawab")
    job(world.event(), code="C", state=JobState.FAILED, error="Milik acara lain")
    page = browser.get("/manage/acara/jobs").text
    assert ['value="42"' in page, "Peladen surel tidak menjawab" in page, "Milik acara lain" in page] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("state", "after", "asked"),
    [
        (JobState.QUEUED, JobState.STOPPED, True),
        (JobState.RUNNING, JobState.RUNNING, True),
        (JobState.DONE, JobState.DONE, False),
    ],
)
def test_stop(world: World, event: int, browser, state: JobState, after: JobState, asked: bool) -> None:  # type: ignore[no-untyped-def]
    code = job(event, code="A", state=state)
    assert browser.post(f"/manage/acara/jobs/{code}/stop").status_code == 303
    row = db.session.scalars(sa.select(Job).execution_options(populate_existing=True)).one()
    assert (row.state, row.stop_requested) == (after, asked)


def test_job_of_another_event_is_not_stopped(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    code = job(world.event(), code="A")
    assert browser.post(f"/manage/acara/jobs/{code}/stop").status_code == 404
    assert db.session.scalars(sa.select(Job.stop_requested)).all() == [False]


def test_page_follows_only_while_something_runs(world: World, event: int, browser) -> None:  # type: ignore[no-untyped-def]
    job(event, code="A", state=JobState.DONE, finished_at=clock.now() - timedelta(hours=1))
    assert "every 3s" not in browser.get("/manage/acara/jobs").text
    job(event, code="B")
    assert "every 3s" in browser.get("/manage/acara/jobs").text
