"""Announcing an earlier version again: what it gives, who is told of it, and two who do it at once."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Role
from matchmaking.errors import NotFound
from matchmaking.events.models import Event, EventState, MeetingTable, TimeSlot
from matchmaking.events.services.guards import EventArchived
from matchmaking.extensions import db
from matchmaking.mail.backends import delivered
from matchmaking.registration.models import Delegate, Participation, ParticipationState
from matchmaking.scheduling.errors import ChangedMeanwhile, NothingToUndo
from matchmaking.scheduling.models import AgendaNotice, Meeting, Placement, ScheduleVersion, Unmet
from matchmaking.scheduling.queries.previews import would_be_told
from matchmaking.scheduling.services.going_back import go_back
from matchmaking.scheduling.services.notices import hand_over_notice, mail_notice
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.storing import new_meeting, new_version
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene
from tests.threads import at_once
from tests.world import BOTH, LONG_AGO

EARLY = datetime(2023, 5, 1, 2, tzinfo=UTC)
Pairs = list[tuple[int, int, int, int]]
#: (maker, agency, slot, table), each counted from 0. Version 2 moves the first meeting, drops the second, adds a third.
FIRST: Pairs = [(0, 0, 0, 0), (1, 1, 0, 1)]
SECOND: Pairs = [(0, 0, 2, 0), (1, 2, 1, 1)]


def lay(scene: Scene, pairs: Pairs) -> int:
    """Make a draft of these meetings."""
    with transaction():
        version = new_version(scene.actor, scene.event_id)
        known = {(m.exhibitor_team_id, m.buyer_team_id): m.id for m in db.session.scalars(sa.select(Meeting))}
        for maker, agency, slot, table in pairs:
            teams = scene.team(scene.makers[maker]), scene.team(scene.agencies[agency])
            db.session.add(
                Placement(
                    version_id=version.id, meeting_id=known.get(teams) or new_meeting(scene.event_id, teams, "wish").id,
                    slot_id=scene.slots[slot], table_id=scene.tables[table],
                    exhibitor_team_id=teams[0], buyer_team_id=teams[1],
                )
            )  # fmt: skip
        return version.id


def announce(scene: Scene, pairs: Pairs) -> int:
    version_id = lay(scene, pairs)
    with transaction():
        publish_version(scene.actor, Edit(version_id, 1))
    return version_id


def back(scene: Scene, seen: int, to: int) -> int:
    with transaction():
        return go_back(scene.actor, seen, to).id


def seats(scene: Scene, version_id: int) -> Pairs:
    db.session.rollback()
    makers, agencies = ([scene.team(id) for id in ids] for ids in (scene.makers, scene.agencies))
    return sorted(
        (makers.index(r.exhibitor_team_id), agencies.index(r.buyer_team_id), scene.slots.index(r.slot_id), scene.tables.index(r.table_id))
        for r in scene.placements(version_id)
    )  # fmt: skip


def states(scene: Scene) -> list[str]:
    db.session.rollback()
    return [v.state.value for v in db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number))]


def noted(version_id: int) -> set[int]:
    """The participations whose delegates must be told of a version."""
    rows = db.session.scalars(
        sa.select(Delegate.participation_id)
        .join(AgendaNotice, AgendaNotice.delegate_id == Delegate.id)
        .where(AgendaNotice.version_id == version_id)
    )
    return set(rows)


@pytest.fixture(autouse=True)
def before_the_day() -> Iterator[None]:
    """What has begun keeps its place (tests/attendance/test_going_back.py); here nothing has."""
    with clock.frozen(EARLY):
        yield


@pytest.fixture
def mailed(scene: Scene) -> Scene:
    """Everybody has an e-mail address."""
    with transaction():
        for delegate in db.session.scalars(sa.select(Delegate)):
            delegate.email = f"{delegate.code.lower()}@contoh.example"
    return scene


def news(scene: Scene) -> dict[int, list[str]]:
    """Send what waits; by participation the lines that say what changed (none: the whole agenda, nothing of a change)."""
    delivered.clear()
    scene.world.run_jobs()
    entry = {f"{d.code.lower()}@contoh.example": d.participation_id for d in db.session.scalars(sa.select(Delegate))}
    found: dict[int, list[str]] = {}
    for message in delivered:
        assert entry[message["To"]] not in found, "told twice"
        found[entry[message["To"]]] = [line[2:] for line in text_of(message).splitlines() if line.startswith("- ")]
    return found


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_earlier_places_are_announced_again_as_the_next_version(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)
    ids = {row.meeting_id for row in scene.placements(first)}
    third = back(scene, second, first)
    assert seats(scene, third) == FIRST
    assert {row.meeting_id for row in scene.placements(third)} == ids
    assert states(scene) == ["superseded", "superseded", "published"]
    version = scene.version(third)
    assert (version.based_on_id, version.undoes_id, version.number) == (first, second, 3)
    assert seats(scene, second) == sorted(SECOND)  # what was announced is never changed in place
    fourth = back(scene, third, second)  # and back again
    assert seats(scene, fourth) == sorted(SECOND)


def test_calendars_know_the_newer_entry(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)

    def sequences() -> dict[tuple[int, int], int]:
        db.session.rollback()
        makers, agencies = ([scene.team(id) for id in ids] for ids in (scene.makers, scene.agencies))
        rows = db.session.scalars(sa.select(Meeting))
        return {(makers.index(m.exhibitor_team_id), agencies.index(m.buyer_team_id)): m.calendar_sequence for m in rows}

    assert sequences() == {(0, 0): 2, (1, 1): 2, (1, 2): 1}
    back(scene, second, first)
    assert sequences() == {(0, 0): 3, (1, 1): 3, (1, 2): 2}


def test_sent_again_or_by_two_at_once_it_is_one_step(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)
    assert back(scene, second, first) == back(scene, second, first)
    assert states(scene) == ["superseded", "superseded", "published"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_organisers_who_go_back_at_once_make_one_version(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)

    def act(_number: int) -> int:
        with clock.frozen(EARLY), transaction():
            return go_back(scene.actor, second, first).number

    assert at_once(scene.world.app, act, 6) == [3] * 6
    assert states(scene) == ["superseded", "superseded", "published"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_going_back_and_publishing_at_once_the_later_one_hears_of_the_other(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)
    draft = lay(scene, [(0, 1, 3, 0)])

    def act(number: int) -> str:
        with clock.frozen(EARLY), transaction():
            if number:
                publish_version(scene.actor, Edit(draft, 1))
                return "published"
            go_back(scene.actor, second, first)
            return "back"

    outcomes = at_once(scene.world.app, act, 2)
    assert outcomes[1] == "published"  # a draft may follow whatever is announced
    assert outcomes[0] == "back" or isinstance(outcomes[0], ChangedMeanwhile)
    assert states(scene).count("published") == 1
    assert scene.version(draft).state.value == "published"


def test_what_was_announced_in_between_is_said_and_nothing_changes(scene: Scene) -> None:
    first, second = announce(scene, FIRST), announce(scene, SECOND)
    third = announce(scene, [(0, 1, 3, 0)])
    with pytest.raises(ChangedMeanwhile, match="3"):
        back(scene, second, first)
    assert scene.version(third).state.value == "published"
    back(scene, third, first)
    with pytest.raises(ChangedMeanwhile):
        back(scene, third, second)  # to another one than the step that was made
    assert len(states(scene)) == 4


def test_only_what_was_announced_and_only_what_changes_something(scene: Scene) -> None:
    first = announce(scene, FIRST)
    draft = lay(scene, SECOND)
    with pytest.raises(NotFound):
        back(scene, first, draft)
    with pytest.raises(NotFound):
        back(scene, first, first)
    second = announce(scene, FIRST)
    with pytest.raises(NothingToUndo):
        back(scene, second, first)
    with transaction():
        db.session.get_one(Event, scene.event_id).state = EventState.ARCHIVED
    with pytest.raises(EventArchived):
        back(scene, second, first)
    assert states(scene) == ["superseded", "draft", "published"]


def test_what_is_not_possible_any_more_stays_out_with_its_reason(scene: Scene) -> None:
    for maker, agency in ((0, 0), (1, 1)):
        scene.wish(scene.makers[maker], scene.agencies[agency])
    first, second = announce(scene, FIRST), announce(scene, [(0, 2, 1, 0)])
    with transaction():
        db.session.get_one(Participation, scene.agencies[1]).state = ParticipationState.WITHDRAWN
    third = back(scene, second, first)
    assert seats(scene, third) == [(0, 0, 0, 0)]
    assert db.session.scalars(sa.select(Unmet.id).where(Unmet.version_id == third)).all() == []  # no wish of now


def test_what_cannot_go_back_stays_where_it_is_and_the_rest_goes(scene: Scene) -> None:
    for maker, agency in ((0, 0), (1, 1)):
        scene.wish(scene.makers[maker], scene.agencies[agency])
    first, second = announce(scene, FIRST), announce(scene, [(0, 0, 2, 0), (1, 1, 3, 0)])
    with transaction():
        db.session.get_one(MeetingTable, scene.tables[1]).retired_at = LONG_AGO
    third = back(scene, second, first)
    assert seats(scene, third) == [(0, 0, 0, 0), (1, 1, 3, 0)]
    with transaction():
        db.session.get_one(TimeSlot, scene.slots[3]).retired_at = LONG_AGO
    fourth = announce(scene, [(0, 0, 1, 0)])
    fifth = back(scene, fourth, third)
    assert seats(scene, fifth) == [(0, 0, 0, 0)]
    lost = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == fifth)).one()
    assert (lost.exhibitor_id, lost.buyer_id) == (scene.makers[1], scene.agencies[1])
    assert lost.text_id == "Giliran ini sudah tidak ada dalam acara."


def test_a_wish_that_only_the_later_version_held_waits_again_with_its_reason(scene: Scene) -> None:
    scene.wish(scene.makers[1], scene.agencies[2])
    first, second = announce(scene, FIRST), announce(scene, SECOND)
    third = back(scene, second, first)
    lost = db.session.scalars(sa.select(Unmet).where(Unmet.version_id == third)).one()
    assert (lost.buyer_id, lost.reason) == (scene.agencies[2], "lost")
    assert (lost.text_id, lost.text_en) == (
        "Versi 1, yang diumumkan lagi, tidak memuatnya.", "Version 1, which is announced again, does not hold it.",
    )  # fmt: skip


def test_only_those_whose_agenda_changed_are_told_once_with_what_changed(mailed: Scene) -> None:
    scene = mailed
    makers, agencies = scene.makers, scene.agencies
    first = announce(scene, [*FIRST, (0, 2, 1, 0)])
    assert {id: [] for id in (*makers, *agencies)} == news(scene)
    second = announce(scene, [(0, 0, 2, 0), (1, 1, 0, 1), (0, 2, 1, 0)])
    told = news(scene)
    assert set(told) == {makers[0], agencies[0]}
    assert [line.split(",")[0] for line in told[agencies[0]]] == [f"Pindah: {scene.name(makers[0])}"]
    assert "dari 11 Mei 2023, 09.00 WIB" in told[agencies[0]][0]
    back(scene, second, first)
    told = news(scene)
    assert set(told) == {makers[0], agencies[0]}
    assert "ke 11 Mei 2023, 09.00 WIB" in told[agencies[0]][0]
    assert news(scene) == {}  # once


def test_published_gone_back_published_again_each_hears_what_is_new_to_them(mailed: Scene) -> None:
    scene = mailed
    makers, agencies = scene.makers, scene.agencies
    first = announce(scene, FIRST)
    news(scene)
    second = announce(scene, SECOND)  # nobody is written to yet
    third = back(scene, second, first)
    assert noted(third) == set()  # everybody was told of version 1 and never of version 2: there is no news
    assert news(scene) == {}
    fourth = announce(scene, SECOND)
    told = news(scene)
    assert set(told) == {makers[0], agencies[0], makers[1], agencies[1], agencies[2]}
    assert "dari 11 Mei 2023, 09.00 WIB" in told[agencies[0]][0]
    assert told[agencies[1]][0].startswith(f"Dibatalkan: {scene.name(makers[1])}")
    assert told[agencies[2]] == []  # never told before: an agenda, not a change
    back(scene, fourth, first)
    told = news(scene)
    assert set(told) == {makers[0], agencies[0], makers[1], agencies[1], agencies[2]}
    assert "ke 11 Mei 2023, 09.00 WIB" in told[agencies[0]][0]
    assert told[agencies[2]][0].startswith(f"Dibatalkan: {scene.name(makers[1])}")


def test_who_was_told_of_the_middle_one_hears_of_the_way_back_and_who_was_not_does_not(scene: Scene) -> None:
    first = announce(scene, [(0, 0, 0, 0)])
    with transaction():
        db.session.execute(sa.update(AgendaNotice).values(handed_over_at=LONG_AGO))
    second = announce(scene, [(0, 0, 1, 0)])
    code = db.session.scalars(sa.select(Delegate.code).where(Delegate.participation_id == scene.makers[0])).one()
    with transaction():
        hand_over_notice(scene.actor, second, code)
    third = back(scene, second, first)
    assert noted(third) == {scene.makers[0]}


def test_a_draft_that_is_what_somebody_knows_tells_them_nothing(scene: Scene) -> None:
    announce(scene, [(0, 0, 0, 0), (1, 1, 0, 1)])
    with transaction():
        db.session.execute(sa.update(AgendaNotice).values(handed_over_at=LONG_AGO))
    announce(scene, [(0, 0, 1, 0), (1, 1, 0, 1)])
    draft = lay(scene, [(0, 0, 0, 0), (1, 1, 2, 1)])
    told = {person.organization for person in would_be_told(scene.version(draft))}
    assert told == {scene.name(scene.makers[1]), scene.name(scene.agencies[1])}
    with transaction():
        publish_version(scene.actor, Edit(draft, 1))
    assert noted(draft) == {scene.makers[1], scene.agencies[1]}


def test_mail_of_a_version_that_was_taken_back_does_not_go_any_more(mailed: Scene) -> None:
    from matchmaking.mail import Message

    scene = mailed
    first = announce(scene, [(0, 0, 0, 0)])
    news(scene)
    second = announce(scene, [(0, 0, 1, 0)])
    waiting = db.session.scalars(sa.select(AgendaNotice.id).where(AgendaNotice.version_id == second)).all()
    back(scene, second, first)
    with transaction():  # a job that had begun before
        sent = [mail_notice(scene.actor, id, Message("a@contoh.example", "x", "y", "agenda", "k")) for id in waiting]
    assert sent == [False, False]


def test_preview_says_what_changes_and_who_would_be_told_and_the_button_does_it(scene: Scene) -> None:
    first = announce(scene, FIRST)
    for_all = sa.update(AgendaNotice).values(handed_over_at=LONG_AGO)
    with transaction():
        db.session.execute(for_all)
    second = announce(scene, SECOND)
    with transaction():
        db.session.execute(for_all)
    browser, home = scene.staff(), f"/manage/{scene.code}/schedule"
    address = f"{home}/versions/{scene.version(first).code}/back"
    assert address in browser.get(home).text
    page = html.unescape(browser.get(address).text)
    assert len(re.findall(r"<li>(Pindah|Baru|Dibatalkan): ", page)) == 3
    assert "5 orang akan diberi tahu" in page
    seen = scene.version(second).code
    for _ in range(2):
        answer = browser.post(address, data={"seen": seen}, follow_redirects=True)
        assert "Jadwal sebelumnya diumumkan lagi" in answer.text
    assert states(scene) == ["superseded", "superseded", "published"]
    announce(scene, SECOND)
    refused = browser.post(address, data={"seen": seen}, follow_redirects=True)
    assert "Sementara itu versi 4 sudah diumumkan" in refused.text
    assert browser.post(address).status_code == 404


def test_there_is_nothing_to_go_back_to_before_the_second_publication(scene: Scene) -> None:
    browser, home = scene.staff(), f"/manage/{scene.code}/schedule"
    draft = lay(scene, FIRST)
    address = f"{home}/versions/{scene.version(draft).code}/back"
    assert browser.get(address).status_code == 422
    first = announce(scene, SECOND)
    assert browser.get(address).status_code == 404
    assert "/back" not in browser.get(home).text
    same = announce(scene, SECOND)
    page = browser.get(f"{home}/versions/{scene.version(first).code}/back").text
    assert "Tidak ada yang akan berubah" in page
    assert 'name="seen"' not in page
    assert scene.version(same).state.value == "published"
    assert "/back" not in scene.staff(Role.LEADER).get(home).text
