"""The organiser's pages of participants."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from matchmaking.accounts.models import DataAccess
from matchmaking.actor import Role
from matchmaking.codes import new_code
from matchmaking.extensions import db
from matchmaking.registration import hooks
from matchmaking.registration.models import (
    Delegate,
    Participation,
    ParticipationState,
    Side,
)
from matchmaking.storage.models import StoredFile
from tests.catalogue.builders import COMPLETE, add_product
from tests.registration.entries import register
from tests.registration.forms import FORM, entries, text_of
from tests.world import World


def test_organiser_of_another_event_gets_nothing(world: World) -> None:
    event_id, other_event = world.event(), world.event()
    entry = db.session.get_one(Participation, world.participation(event_id, Side.EXHIBITOR)).code
    browser = world.client(world.user(roles={other_event: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(other_event)}/participants/{entry}"
    assert browser.get(there).status_code == 404
    for action in ("edit", "planning", "people"):
        assert browser.get(f"{there}/{action}").status_code == 404
    assert browser.post(f"{there}/decide", data={"action": "approve"}).status_code == 404


def test_revealing_a_phone_is_written_down(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    person = db.session.scalars(sa.select(Delegate.code)).one()
    browser = world.client(world.user(roles={event_id: Role.DESK}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}"
    assert "0812-3456-7890" not in text_of(browser.get(there))
    assert "0812-3456-7890" in text_of(browser.post(f"{there}/people/{person}/reveal"))
    assert db.session.scalars(sa.select(DataAccess.what)).all() == ["contact.revealed"]


def test_decision_on_an_old_view_is_told_what_happened(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}"
    version = entries()[0].row_version
    browser.post(f"{there}/decide", data={"action": "approve", "version": version})
    late = browser.post(
        f"{there}/decide", data={"action": "refuse", "reason": "penuh", "version": version}, follow_redirects=True
    )
    db.session.expire_all()
    assert entries()[0].state is ParticipationState.APPROVED
    assert "lebih dulu" in text_of(late)


def test_refusal_needs_a_reason(world: World) -> None:
    event_id = world.event()
    outcome = register(event_id)
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(event_id)}/participants/{outcome.code}/decide"
    browser.post(there, data={"action": "refuse", "reason": " "})
    assert entries()[0].state is ParticipationState.SUBMITTED


def test_selected_entries_are_approved_together(world: World) -> None:
    event_id = world.event()
    ids = [world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED) for _n in range(3)]
    foreign = world.participation(world.event(), Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    codes = [db.session.get_one(Participation, i).code for i in (*ids[:2], foreign)]
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    browser.post(
        f"/manage/{world.code_of(event_id)}/participants/approve", data={"selected": codes, "action": "approve"}
    )
    db.session.expire_all()
    states = [db.session.get_one(Participation, i).state.value for i in (*ids, foreign)]
    assert states == ["approved", "approved", "submitted", "submitted"]


@pytest.mark.parametrize("page", ["", "/documents", "/handover", "/duplicates"])
def test_lists_need_no_more_statements_for_more_rows(world: World, page: str) -> None:
    counts = []
    for rows in (3, 30):
        event_id = world.event()
        for n in range(rows):
            values = {"legal_name": "Tapis Sama", "regency": "18.71"} if page == "/duplicates" and n < 4 else {}
            world.participation(event_id, Side.EXHIBITOR, **values)
            keep_document(world, event_id, entries()[-1].id)
        browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
        part = page or "/participants"
        counts.append(statements(lambda b=browser, e=event_id, p=part: b.get(f"/manage/{world.code_of(e)}{p}")))
    assert counts[0] == counts[1]


def keep_document(world: World, event_id: int, participation_id: int) -> None:
    world.save(
        StoredFile(
            code=new_code(26), event_id=event_id, owner_type="participation", owner_id=participation_id,
            purpose="document_waiting", media_type="image/jpeg", sha256="0" * 64, size=1,
            created_at=datetime(2023, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip


def statements(act) -> int:  # type: ignore[no-untyped-def]
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert act().status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return len(seen)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("side=buyer", ["Dinas Contoh"]),
        ("state=submitted", ["Tapis Contoh Sirih"]),
        ("regency=18.72", ["Tapis Metro"]),
        ("q=sirih", ["Tapis Contoh Sirih"]),
        ("q=Peserta+Contoh+07", ["Tapis Contoh Sirih"]),
        ("q=%25", []),
        ("missing=no", ["Tapis Metro"]),
        ("state=nonsense&side=nonsense", ["Tapis Contoh Sirih", "Tapis Metro", "Dinas Contoh"]),
    ],
)
def test_list_is_narrowed(world: World, monkeypatch: pytest.MonkeyPatch, query: str, names: list[str]) -> None:
    monkeypatch.setattr(hooks.missing_items, "_handlers", [])  # what registration itself finds missing
    monkeypatch.setattr(hooks.missing_condition, "_handlers", [])
    event_id = world.event()
    register(event_id)
    complete = {"owner_name": "Peserta Contoh 09", "business_scale": "small", "business_id_number": "1234567890123"}
    metro = world.participation(event_id, Side.EXHIBITOR, legal_name="Tapis Metro", regency="18.72", **complete)
    add_product(metro, **COMPLETE)
    world.participation(event_id, Side.BUYER, legal_name="Dinas Contoh")
    browser = world.client(world.user(roles={event_id: Role.ORGANIZER}))
    page = text_of(browser.get(f"/manage/{world.code_of(event_id)}/participants?{query}"))
    listed = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', page)
    assert listed == names


def test_staff_register_somebody_who_called(world: World) -> None:
    event_id = world.event(registration_closes_at=datetime(2023, 2, 1, tzinfo=UTC))
    browser = world.client(world.user(roles={event_id: Role.DESK}))
    there = f"/manage/{world.code_of(event_id)}/participants/new/exhibitor"
    assert browser.get(there).status_code == 200
    assert browser.get(there.replace("exhibitor", "nonsense")).status_code == 404
    sent = browser.post(there, data={**FORM, "delegates-0-phone": ""})
    assert sent.status_code == 303
    assert browser.get(sent.headers["Location"]).status_code == 200
    assert entries()[0].origin == "staff"


def test_chosen_organisations_come_from_an_earlier_event(world: World) -> None:
    source, target, foreign = world.event(), world.event(), world.event()
    first, second = (world.participation(source, Side.EXHIBITOR) for _n in range(2))
    stranger = world.participation(foreign, Side.EXHIBITOR)
    codes = [db.session.get_one(Participation, i).organization.code for i in (first, second, stranger)]
    browser = world.client(world.user(roles={source: Role.ORGANIZER, target: Role.ORGANIZER}))
    there = f"/manage/{world.code_of(target)}/returning"
    assert codes[0] in text_of(browser.get(f"{there}?from={world.code_of(source)}"))
    assert codes[2] not in text_of(browser.get(f"{there}?from={world.code_of(foreign)}"))
    browser.post(there, data={"from": world.code_of(source), "selected": [codes[0], codes[2]]})
    assert browser.post(there, data={"from": world.code_of(foreign), "selected": [codes[2]]}).status_code == 404
    taken = db.session.scalars(sa.select(Participation).where(Participation.event_id == target)).all()
    assert [(p.organization.code, p.state.value, p.origin) for p in taken] == [(codes[0], "submitted", "copy")]
