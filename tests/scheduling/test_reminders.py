"""Reminders before the first meeting: when, to whom, once; by mail or by hand; the day as it really begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.errors import InvalidInput
from matchmaking.events.models import Event, EventState
from matchmaking.extensions import db
from matchmaking.mail.backends import delivered
from matchmaking.mail.models import MailMessage
from matchmaking.registration.models import Delegate
from matchmaking.scheduling.queries.reminders import PersonDay, Rule, meeting_days
from matchmaking.scheduling.reminder_models import MeetingReminder, ReminderTiming
from matchmaking.scheduling.reminding_job import remind_due
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.reminders import hand_over_reminder, set_reminder_rule
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, make_scene
from tests.threads import at_once
from tests.world import BOTH, DAY, World

#: 09.00 WIB on the day, when the first slot begins.
FIRST = datetime(2023, 5, 11, 2, 0, tzinfo=UTC)
EVENING_BEFORE = datetime(2023, 5, 10, 10, 0, tzinfo=UTC)  # 17.00 WIB


def publish(scene: Scene) -> int:
    """Exhibitor 1 (e-mail) meets buyers 1 and 2 (phone only) in the first two slots."""
    with transaction():
        mailed = sa.update(Delegate).where(Delegate.participation_id == scene.makers[0])
        db.session.execute(mailed.values(email="satu@contoh.example"))
    for agency in scene.agencies[:2]:
        scene.wish(scene.makers[0], agency)
    version_id = scene.solve(with_suggestions=False)
    with transaction():
        for n, row in enumerate(scene.placements(version_id)):
            row.slot_id, row.table_id = scene.slots[n], scene.tables[0]
        publish_version(scene.actor, Edit(version_id, 1))
    scene.world.run_jobs()
    delivered.clear()
    return version_id


def choose(scene: Scene, timing: ReminderTiming, hours: int = 2) -> None:
    with transaction():
        set_reminder_rule(scene.actor, scene.event_id, Rule(timing, hours))


def remind_at(scene: Scene, moment: datetime) -> int:
    with clock.frozen(moment):
        count = remind_due()
        scene.world.run_jobs()
    return count


def people(scene: Scene, version_id: int) -> dict[str, PersonDay]:
    return {person.organization: person for person in meeting_days(scene.version(version_id), "Asia/Jakarta")}


def test_rule_says_when() -> None:
    assert Rule().due_at(DAY, FIRST, "Asia/Jakarta") is None
    assert Rule(ReminderTiming.EVENING).due_at(DAY, FIRST, "Asia/Jakarta") == EVENING_BEFORE
    assert Rule(ReminderTiming.EVENING).due_at(DAY, FIRST, "Asia/Jayapura") == EVENING_BEFORE - timedelta(hours=2)
    assert Rule(ReminderTiming.HOURS, 3).due_at(DAY, FIRST, "Asia/Jakarta") == FIRST - timedelta(hours=3)


@pytest.mark.parametrize(
    ("timing", "due"), [(ReminderTiming.EVENING, EVENING_BEFORE), (ReminderTiming.HOURS, FIRST - timedelta(hours=2))]
)
def test_reminded_from_the_hour_on_once_until_the_first_meeting(
    scene: Scene, timing: ReminderTiming, due: datetime
) -> None:
    version_id = publish(scene)
    choose(scene, timing)
    assert remind_at(scene, due - timedelta(minutes=1)) == 0
    assert remind_at(scene, FIRST) == 0
    assert remind_at(scene, due) == 1
    assert remind_at(scene, due + timedelta(minutes=5)) == 0
    (message,) = delivered
    body = message.get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    assert message["To"] == "satu@contoh.example"
    assert "09.00 WIB" in str(message["Subject"])
    assert "2 pertemuan" in text
    assert all(scene.name(agency) in text for agency in scene.agencies[:2])
    assert scene.name(scene.agencies[2]) not in text
    reached = {name: person.is_reached for name, person in people(scene, version_id).items()}
    assert reached == {
        scene.name(scene.makers[0]): True, scene.name(scene.agencies[0]): False, scene.name(scene.agencies[1]): False,
    }  # fmt: skip


def test_nobody_is_reminded_where_it_is_off_or_the_event_is_over(scene: Scene) -> None:
    publish(scene)
    assert remind_at(scene, EVENING_BEFORE) == 0
    choose(scene, ReminderTiming.EVENING)
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    assert remind_at(scene, EVENING_BEFORE) == 0
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.OPEN
    assert remind_at(scene, EVENING_BEFORE) == 1


def test_two_days_are_two_reminders(scene: Scene) -> None:
    version_id = publish(scene)
    choose(scene, ReminderTiming.EVENING)
    from matchmaking.events.models import TimeSlot

    second = scene.placements(version_id)[1].slot_id
    with transaction():
        slot = db.session.get_one(TimeSlot, second)
        slot.starts_at += timedelta(days=1)
        slot.ends_at += timedelta(days=1)
    days = [person.day for person in meeting_days(scene.version(version_id), "Asia/Jakarta")]
    assert days == [DAY, DAY, DAY + timedelta(days=1), DAY + timedelta(days=1)]
    assert remind_at(scene, EVENING_BEFORE) == 1
    assert remind_at(scene, EVENING_BEFORE + timedelta(days=1)) == 1
    assert len(delivered) == 2


def test_whom_staff_reminded_gets_no_mail_and_the_first_name_stays(scene: Scene) -> None:
    version_id = publish(scene)
    choose(scene, ReminderTiming.EVENING)
    person = people(scene, version_id)[scene.name(scene.makers[0])]
    browser = scene.staff()
    address = f"/manage/{scene.code}/schedule/reminders/{person.day.isoformat()}/{person.delegate_code}"
    page = browser.get(address).text
    assert "wa.me/" in page
    assert "satu@contoh.example" in page
    for _ in range(2):
        assert browser.post(address).status_code == 303
    row = db.session.scalars(sa.select(MeetingReminder)).one()
    first = row.handed_over_at
    with transaction():
        hand_over_reminder(scene.actor, scene.event_id, person.delegate_code, person.day)
    assert db.session.scalars(sa.select(MeetingReminder)).one().handed_over_at == first
    assert remind_at(scene, EVENING_BEFORE) == 0
    assert delivered == []


def test_button_reminds_those_with_an_address_and_lists_the_others(scene: Scene) -> None:
    publish(scene)
    home, browser = f"/manage/{scene.code}/schedule/reminders", scene.staff()
    with clock.frozen(EVENING_BEFORE - timedelta(hours=5)):
        page = browser.get(home).text
        assert page.count("Perlu Anda sampaikan") == 2
        for _ in range(2):
            assert browser.post(f"{home}/send", data={"day": DAY.isoformat()}).status_code == 303
        scene.world.run_jobs()
        assert len(delivered) == 1
        assert browser.post(f"{home}/send", data={"day": "2023-05-12"}).status_code == 404
        assert "Terkirim" in browser.get(home).text


def test_page_keeps_the_rule_and_refuses_impossible_hours(scene: Scene) -> None:
    home, browser = f"/manage/{scene.code}/schedule/reminders", scene.staff()
    assert browser.post(home, data={"timing": "hours", "hours": "3"}).status_code == 303
    assert browser.post(home, data={"timing": "hours", "hours": "25"}).status_code == 422
    with pytest.raises(InvalidInput), transaction():
        set_reminder_rule(scene.actor, scene.event_id, Rule(ReminderTiming.HOURS, 25))
    assert 'value="3"' in browser.get(home).text


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_workers_at_once_remind_everybody_once(app: Flask, world: World) -> None:
    scene = make_scene(world)
    publish(scene)
    choose(scene, ReminderTiming.EVENING)

    def work(_number: int) -> int:
        with clock.frozen(EVENING_BEFORE):
            return remind_due()

    db.session.rollback()
    assert sorted(at_once(app, work, 4)) == [0, 0, 0, 1]  # type: ignore[type-var]
    assert db.session.scalar(sa.select(sa.func.count()).where(MailMessage.purpose == "reminder")) == 1
    row = db.session.scalars(sa.select(MeetingReminder)).one()
    assert (row.day, row.mail_message_id is None) == (date(2023, 5, 11), False)


def test_statements_do_not_grow_with_the_number_of_people(scene: Scene) -> None:
    version_id = publish(scene)

    def count() -> int:
        seen: list[int] = []
        version = scene.version(version_id)
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: seen.append(1))
        meeting_days(version, "Asia/Jakarta")
        return len(seen)

    few = count()
    from matchmaking.registration.models import Side

    for _ in range(8):
        scene.world.participation(scene.event_id, Side.BUYER)
    assert count() <= few
