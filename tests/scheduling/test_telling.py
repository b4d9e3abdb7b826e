"""Who is written to when a schedule is published, and what."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
import sqlalchemy as sa
from icalendar import Calendar

from matchmaking.extensions import db
from matchmaking.jobs.models import Job, JobState
from matchmaking.mail.backends import delivered
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.models import AgendaNotice
from matchmaking.scheduling.queries.notices import addressees, announcement_of, open_notices
from matchmaking.scheduling.services.notices import hand_over_notice
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting, remove_meeting
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import NO, Scene, insist


@pytest.fixture
def told(scene: Scene) -> tuple[Scene, int]:
    """Exhibitor 1 (e-mail) meets buyers 1 and 2 (phone only); published."""
    with transaction():
        db.session.execute(
            sa.update(Delegate).where(Delegate.participation_id == scene.makers[0]).values(email="satu@contoh.example")
        )
    for agency in scene.agencies[:2]:
        scene.wish(scene.makers[0], agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[n], scene.tables[0]
        publish_version(scene.actor, Edit(version_id, 1))
    scene.world.run_jobs()
    return scene, version_id


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def calendar_of(message: EmailMessage) -> list[dict[str, str]]:
    parts = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert len(parts) == 1
    content = parts[0].get_payload(decode=True)
    return [
        {key: str(event[key]) for key in ("UID", "SEQUENCE", "STATUS", "SUMMARY")}
        for event in Calendar.from_ical(content).walk("VEVENT")  # type: ignore[arg-type]
    ]


def republish(scene: Scene, version_id: int) -> int:
    with transaction():
        publish_version(scene.actor, Edit(version_id, scene_revision(version_id)))
    scene.world.run_jobs()
    return version_id


def scene_revision(version_id: int) -> int:
    from matchmaking.scheduling.models import ScheduleVersion

    return db.session.get_one(ScheduleVersion, version_id).revision


def test_who_has_an_address_gets_agenda_pdf_and_calendar(told: tuple[Scene, int]) -> None:
    scene, _version = told
    assert [message["To"] for message in delivered] == ["satu@contoh.example"]
    text = text_of(delivered[0])
    assert "09.00" in text
    assert "WIB" in text
    assert all(scene.name(agency) in text for agency in scene.agencies[:2])
    assert scene.name(scene.agencies[2]) not in text
    kinds = sorted(part.get_content_type() for part in delivered[0].iter_attachments())
    assert kinds == ["application/pdf", "text/calendar"]
    assert {(e["SEQUENCE"], e["STATUS"]) for e in calendar_of(delivered[0])} == {("1", "CONFIRMED")}
    assert len(calendar_of(delivered[0])) == 2


def test_the_job_run_again_writes_to_nobody_twice(told: tuple[Scene, int]) -> None:
    from matchmaking.jobs import services as jobs

    scene, version_id = told
    job_id = db.session.scalars(sa.select(Job.id).where(Job.kind == "scheduling.tell")).one()
    with transaction():
        db.session.get_one(Job, job_id).state = JobState.QUEUED
    jobs.run_job(job_id)
    scene.world.run_jobs()
    assert len(delivered) == 1
    # Even when the note that it was mailed is lost, the outbox knows the occasion.
    with transaction():
        db.session.execute(sa.update(AgendaNotice).values(mail_message_id=None))
        db.session.get_one(Job, job_id).state = JobState.QUEUED
    jobs.run_job(job_id)
    scene.world.run_jobs()
    assert len(delivered) == 1
    assert db.session.scalars(sa.select(MailMessage.dedupe_key)).all() == [
        f"agenda:{version_id}:{db.session.scalars(sa.select(Delegate.id).where(Delegate.email.is_not(None))).one()}:2"
    ]


def test_change_is_told_in_words_with_a_higher_sequence_and_the_same_uid(told: tuple[Scene, int]) -> None:
    scene, first = told
    before = {event["UID"] for event in calendar_of(delivered[0])}
    with transaction():
        second = copy_version(scene.actor, first).id
    row = scene.placements(second)[0]
    meeting_id = row.meeting_id
    moved = scene.name(row.meeting.buyer_team.participation_id)
    insist(move_meeting, scene.actor, Edit(second, 1), meeting_id, Place(scene.slots[3], scene.tables[1]))
    republish(scene, second)
    assert len(delivered) == 2
    events = calendar_of(delivered[1])
    assert {event["UID"] for event in events} == before
    assert sorted(event["SEQUENCE"] for event in events) == ["1", "2"]
    changed = next(line for line in text_of(delivered[1]).splitlines() if line.startswith("- "))
    assert moved in changed
    assert "09.00 WIB" in changed
    assert "10.00 WIB" in changed


def test_cancelled_meeting_is_taken_out_of_calendars(told: tuple[Scene, int]) -> None:
    scene, first = told
    with transaction():
        second = copy_version(scene.actor, first).id
    meeting_id = scene.placements(second)[0].meeting_id
    with transaction():
        remove_meeting(scene.actor, Edit(second, 1), meeting_id)
    republish(scene, second)
    events = calendar_of(delivered[1])
    assert sorted((event["STATUS"], event["SEQUENCE"]) for event in events) == [("CANCELLED", "2"), ("CONFIRMED", "1")]


def test_who_did_not_change_is_not_told_again(told: tuple[Scene, int]) -> None:
    scene, first = told
    scene.wish(scene.makers[1], scene.agencies[2])
    with transaction():
        second = copy_version(scene.actor, first).id
    from matchmaking.scheduling.services.placements import place_pair

    with transaction():
        place_pair(
            scene.actor, Edit(second, 1), scene.team(scene.makers[1]), scene.team(scene.agencies[2]),
            Place(scene.slots[3], scene.tables[1]),
        )  # fmt: skip
    with transaction():
        publish_version(scene.actor, Edit(second, 2), accept_stale=True)
    scene.world.run_jobs()
    assert len(delivered) == 1
    # Buyers 1 and 2 have no e-mail and were not handed the first agenda yet: they stay on the list.
    assert {person.organization for person in addressees(second)} == {
        scene.name(scene.makers[1]), *(scene.name(agency) for agency in scene.agencies),
    }  # fmt: skip


def test_who_was_not_told_yet_is_told_by_the_next_version(told: tuple[Scene, int]) -> None:
    scene, first = told
    assert {p.organization for p in addressees(first)} == {
        scene.name(p) for p in (scene.makers[0], *scene.agencies[:2])
    }
    code = next(p.delegate_code for p in addressees(first) if p.organization == scene.name(scene.agencies[0]))
    with transaction():
        hand_over_notice(scene.actor, first, code)
        second = copy_version(scene.actor, first).id
    republish(scene, second)
    assert {p.organization for p in addressees(second)} == {scene.name(scene.agencies[1])}


def test_others_are_handed_over_by_staff_and_counted_down(told: tuple[Scene, int]) -> None:
    scene, version_id = told
    assert open_notices(scene.event_id) == 2
    people = [person for person in addressees(version_id) if person.channel == "whatsapp"]
    for _ in range(2):
        with transaction():
            hand_over_notice(scene.actor, version_id, people[0].delegate_code)
    assert open_notices(scene.event_id) == 1
    again = next(person for person in addressees(version_id) if person.delegate_id == people[0].delegate_id)
    assert again.handed_over_at is not None
    assert again.handed_over_by.startswith("Peserta Contoh")


def test_superseded_before_the_job_began_nobody_is_told_of_the_old_one(told: tuple[Scene, int]) -> None:
    scene, first = told
    delivered.clear()
    versions = []
    for slot in (3, 2):
        with transaction():
            versions.append(copy_version(scene.actor, first).id)
        meeting_id = scene.placements(versions[-1])[0].meeting_id
        place = Place(scene.slots[slot], scene.tables[1])
        insist(move_meeting, scene.actor, Edit(versions[-1], 1), meeting_id, place)
        with transaction():
            publish_version(scene.actor, Edit(versions[-1], 2))
    scene.world.run_jobs()
    assert [message["To"] for message in delivered] == ["satu@contoh.example"]
    assert {person.mail_state for person in addressees(versions[0]) if person.channel == "email"} == {None}


def test_no_message_tells_of_a_no(told: tuple[Scene, int]) -> None:
    scene, _first = told
    delivered.clear()
    scene.wish(scene.agencies[2], scene.makers[0], NO)
    scene.wish(scene.makers[0], scene.agencies[2])
    second = scene.solve(with_suggestions=False)
    version = scene.version(second)
    with transaction():
        publish_version(scene.actor, Edit(second, 1))
    scene.world.run_jobs()
    refused = scene.name(scene.agencies[2])
    assert all(refused not in text_of(message) for message in delivered)
    news = announcement_of(scene.version(second))
    assert all(refused not in item.title for agenda in news.agendas.values() for item in agenda.meetings)
    assert version.number == 2


def test_statements_do_not_grow_with_the_number_of_people(told: tuple[Scene, int]) -> None:
    scene, version_id = told

    def count() -> int:
        version, seen = scene.version(version_id), []
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: seen.append(1))
        announcement_of(version)
        addressees(version_id)
        return len(seen)

    few = count()
    from matchmaking.registration.models import Side

    for _ in range(8):
        scene.world.participation(scene.event_id, Side.BUYER)
    assert count() == few
