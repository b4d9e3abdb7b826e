"""What a small office switches off: stored, checked against other changes, audited, copied, and explained."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date

import pytest
import sqlalchemy as sa

from matchmaking.audit.models import AuditEntry
from matchmaking.events.models import Event
from matchmaking.events.services.basics import DaySettings, update_event
from matchmaking.events.services.guards import SetupOutdated
from matchmaking.events.services.lifecycle import copy_event
from matchmaking.extensions import db
from matchmaking.transactions import transaction
from tests.world import BOTH, World


def stored(event_id: int) -> tuple[bool, bool, bool]:
    row = db.session.get_one(Event, event_id, populate_existing=True)
    return row.has_badges, row.has_check_in, row.has_screen_signing


def test_everything_is_on_in_a_new_event(world: World) -> None:
    assert stored(world.event()) == (True, True, True) == astuple(DaySettings())


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_each_is_switched_alone_and_back(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    for number, wanted in enumerate(
        [(False, True, True), (True, False, True), (True, True, False), (True, True, True)], start=1
    ):
        with transaction():
            update_event(actor, event_id, DaySettings(*wanted), number)
        assert stored(event_id) == wanted


def test_change_from_an_old_page_is_refused(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        update_event(actor, event_id, DaySettings(has_badges=False), 1)
    with pytest.raises(SetupOutdated), transaction():
        update_event(actor, event_id, DaySettings(has_check_in=False), 1)
    assert stored(event_id) == (False, True, True)


def test_what_changed_is_in_the_trail(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        update_event(actor, event_id, DaySettings(has_screen_signing=False), 1)
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "events.update")).all()
    assert [entry.data for entry in entries] == [{"fields": ["has_screen_signing"]}]


def test_copy_takes_the_settings_along(world: World) -> None:
    event_id = world.event()
    actor = world.organizer(event_id)
    with transaction():
        update_event(actor, event_id, DaySettings(has_badges=False, has_check_in=False), 1)
        target = copy_event(actor, event_id, "Temu Bisnis 2024", "temu-bisnis-2024", date(2024, 5, 16)).id
    assert stored(target) == (False, False, True)


def test_page_says_what_is_done_on_paper_and_stores_what_is_ticked(world: World) -> None:
    event_id = world.event()
    browser = world.client(world.organizer(event_id).user_id)
    browser.set_cookie("language", "en")
    address = f"/manage/{world.code_of(event_id)}/settings/day"
    page = browser.get(address)
    assert (page.status_code, page.text.count("Without")) == (200, 3)
    assert page.text.count(" checked") == 3
    assert browser.post(address, data={"setup_version": "1", "has_check_in": "y"}).status_code == 303
    assert stored(event_id) == (False, True, False)
    assert browser.get(address).text.count(" checked") == 1
