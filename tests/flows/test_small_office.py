"""A small office switches everything off: the papers still work, and no page leads to what is switched off."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from matchmaking.actor import Role
from matchmaking.events.services.basics import DaySettings, update_event
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import transaction
from tests.scheduling.scene import Scene, make_scene
from tests.world import World

#: Pages that make no sense without badges, check-in or signing on screens.
BADGES = ("attendance.badges", "attendance.my_badge")
CHECK_IN = ("attendance.check_in",)
SIGNING = ("commitments.sign", "signing.sign")


@pytest.fixture
def office(world: World) -> Scene:
    scene = make_scene(world)
    scene.wish_all()
    version_id = scene.solve()
    with transaction():
        publish_version(scene.actor, Edit(version_id, scene.version(version_id).revision))
    with transaction():
        update_event(scene.actor, scene.event_id, DaySettings(False, False, False), 1)
    return scene


def endpoints_linked(scene: Scene, browser: FlaskClient, start: str, depth: int = 2) -> dict[str, str]:
    """Follow a person's links from a page; return each endpoint that is led to, with a page that leads there."""
    urls = scene.world.app.create_url_adapter(None) or scene.world.app.url_map.bind("localhost")
    seen: dict[str, str] = {}
    waiting, done = [(start, 0)], {start}
    while waiting:
        address, level = waiting.pop(0)
        answer = browser.get(address)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            answer.close()
            continue
        for link in re.findall(r'(?:href|action)="(/[^"#]*)', answer.text):
            path = urlsplit(link.replace("&amp;", "&")).path
            try:
                endpoint, _values = urls.match(path, method="GET")
            except HTTPException:
                continue
            seen.setdefault(endpoint, address)
            if level < depth and path not in done and scene.code in path:
                done.add(path)
                waiting.append((path, level + 1))
    return seen


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.DESK, Role.LEADER])
def test_no_page_of_staff_leads_to_what_is_switched_off(office: Scene, role: Role) -> None:
    found = endpoints_linked(office, office.staff(role), f"/manage/{office.code}/")
    assert {name: found[name] for name in (*BADGES, *CHECK_IN, *SIGNING) if name in found} == {}
    assert "scheduling.schedule" in found


def test_no_page_of_a_participant_leads_to_what_is_switched_off(office: Scene) -> None:
    for participation_id in (office.makers[0], office.agencies[0]):
        found = endpoints_linked(office, office.browser(participation_id), f"/my/{office.code}/")
        assert {name: found[name] for name in (*BADGES, *CHECK_IN, *SIGNING) if name in found} == {}
        assert "scheduling.my_agenda" in found


def test_schedule_and_recap_come_on_paper(office: Scene) -> None:
    organizer = office.staff()
    assert organizer.post(f"/manage/{office.code}/agendas/papers", data={"kind": "tables"}).status_code == 303
    assert organizer.get(f"/manage/{office.code}/reports/recap").status_code == 200
    assert organizer.get(f"/manage/{office.code}/reports/recap.pdf").data.startswith(b"%PDF")
    answer = organizer.post(f"/manage/{office.code}/reports/exports", data={"list": "people"})
    assert answer.data.startswith(b"PK")
