"""Badges: one live for a person, ended for a reason, printed again only with a word why."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaking import clock
from matchmaking.accounts import hooks as accounts
from matchmaking.accounts.hooks import PersonRef
from matchmaking.actor import SYSTEM
from matchmaking.attendance.badge_codes import BadgeTextKind, read_badge_text
from matchmaking.attendance.models import Badge, BadgeEnd, Substitution
from matchmaking.attendance.services.badges import (
    WhyAgain,
    end_badge,
    ensure_badges,
    issue_badge,
    live_badge,
    note_printed,
    reprint_badge,
)
from matchmaking.audit.models import AuditEntry
from matchmaking.errors import Conflict, DomainError, InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.registration.commands import DelegateDetails
from matchmaking.registration.models import Delegate, ParticipationState, Side
from matchmaking.registration.services.deciding import (
    approve_participation,
    reopen_participation,
    waitlist_participation,
    withdraw_participation,
)
from matchmaking.registration.services.merging import merge_organizations
from matchmaking.registration.services.teams import add_delegate, remove_delegate
from matchmaking.transactions import transaction
from tests.threads import at_once
from tests.world import BOTH, LONG_AGO, World

ANI = DelegateDetails(name="Peserta Contoh Ani", phone="0812 3456 7890")


@pytest.fixture
def event_id(world: World) -> int:
    return world.event()


@pytest.fixture
def maker(world: World, event_id: int) -> int:
    return world.participation(event_id, Side.EXHIBITOR)


def people(participation_id: int) -> list[Delegate]:
    db.session.rollback()
    rows = sa.select(Delegate).where(Delegate.participation_id == participation_id).order_by(Delegate.id)
    return list(db.session.scalars(rows))


def badges(delegate_id: int | None = None) -> list[Badge]:
    db.session.rollback()
    statement = sa.select(Badge).order_by(Badge.id)
    return list(
        db.session.scalars(statement if delegate_id is None else statement.where(Badge.delegate_id == delegate_id))
    )


def ended(participation_id: int) -> list[BadgeEnd | None]:
    ids = [person.id for person in people(participation_id)]
    return [badge.end_reason for badge in badges() if badge.delegate_id in ids]


def issued(delegate_id: int, *, printed: bool = False) -> Badge:
    with transaction():
        badge = issue_badge(SYSTEM, delegate_id)
        if printed:
            note_printed(SYSTEM, [badge.id])
    return badge


def test_issuing_twice_gives_the_same_badge(maker: int, event_id: int) -> None:
    (person,) = people(maker)
    first, again = issued(person.id), issued(person.id)
    assert (first.id, first.event_id, first.print_count, first.ended_at) == (again.id, event_id, 0, None)
    assert read_badge_text(first.code).kind is BadgeTextKind.CODE
    assert read_badge_text(first.short_code).kind is BadgeTextKind.SHORT
    trail = db.session.scalars(sa.select(AuditEntry.action).where(AuditEntry.subject_type == "badge")).all()
    assert trail == ["attendance.issue_badge"]


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_at_once_make_one_badge(app: Flask, world: World, maker: int) -> None:
    (person,) = people(maker)
    delegate_id = person.id

    def issue(_number: int) -> str:
        with transaction():
            return issue_badge(SYSTEM, delegate_id).code

    codes = at_once(app, issue)
    assert codes == [badges(delegate_id)[0].code] * 8
    assert len(badges()) == 1


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_at_once_make_one_badge_for_each_of_an_event(app: Flask, world: World, event_id: int) -> None:
    for _n in range(3):
        world.participation(event_id, Side.BUYER)

    def ensure(_number: int) -> int:
        with transaction():
            return ensure_badges(SYSTEM, event_id)

    assert not [outcome for outcome in at_once(app, ensure) if isinstance(outcome, Exception)]
    assert len({badge.delegate_id for badge in badges()}) == len(badges()) == 3


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_eight_at_once_replace_a_badge_once(app: Flask, world: World, event_id: int, maker: int) -> None:
    (person,) = people(maker)
    delegate_id, code = person.id, person.code
    issued(delegate_id, printed=True)

    def reprint(_number: int) -> str:
        with transaction():
            return reprint_badge(SYSTEM, event_id, code, WhyAgain.LOST).code

    outcomes = at_once(app, reprint)
    assert [isinstance(outcome, str) for outcome in outcomes].count(True) == 1
    assert all(isinstance(outcome, str | DomainError) for outcome in outcomes)
    assert [badge.ended_at is None for badge in badges(delegate_id)] == [False, True]


def test_taken_codes_are_drawn_again(maker: int, world: World, event_id: int, monkeypatch: pytest.MonkeyPatch) -> None:
    first = issued(people(maker)[0].id)
    other = people(world.participation(event_id, Side.BUYER))[0].id
    drawn = iter([first.short_code, "ABCDEFG"])
    monkeypatch.setattr("matchmaking.attendance.services.badges.new_short_code", lambda: next(drawn))
    assert issued(other).short_code == "ABCDEFG"


@pytest.mark.parametrize("state", [s for s in ParticipationState if s is not ParticipationState.APPROVED])
def test_who_does_not_take_part_gets_no_badge(world: World, event_id: int, state: ParticipationState) -> None:
    (person,) = people(world.participation(event_id, Side.BUYER, state=state))
    with pytest.raises(Conflict), transaction():
        issue_badge(SYSTEM, person.id)
    with transaction():
        assert ensure_badges(SYSTEM, event_id) == 0


def test_forgotten_or_unknown_people_get_no_badge(maker: int, event_id: int) -> None:
    (person,) = people(maker)
    with transaction():
        db.session.get_one(Delegate, person.id).erased_at = clock.now()
    for delegate_id in (person.id, 999_999):
        with pytest.raises(NotFound), transaction():
            issue_badge(SYSTEM, delegate_id)
    with transaction():
        assert ensure_badges(SYSTEM, event_id) == 0


def test_who_is_replaced_gets_no_badge_until_that_is_taken_back(world: World, event_id: int, maker: int) -> None:
    world.team(maker)
    absent, substitute = people(maker)
    swap = Substitution(
        event_id=event_id, substitution_key="k", absent_delegate_id=absent.id, substitute_delegate_id=substitute.id,
        has_letter=True, at=LONG_AGO,
    )  # fmt: skip
    world.save(swap)
    with pytest.raises(Conflict), transaction():
        issue_badge(SYSTEM, absent.id)
    with transaction():
        assert ensure_badges(SYSTEM, event_id) == 1
    assert (live_badge(absent.id), live_badge(substitute.id) is not None) == (None, True)
    with transaction():
        db.session.get_one(Substitution, swap.id).undone_at = clock.now()
    assert issued(absent.id).ended_at is None


def test_everybody_of_one_event_gets_a_badge_once(world: World, event_id: int, maker: int) -> None:
    world.team(maker)
    elsewhere = world.participation(world.event(), Side.BUYER)
    for made in (2, 0):
        with transaction():
            assert ensure_badges(SYSTEM, event_id) == made
    assert sorted(badge.delegate_id for badge in badges()) == [person.id for person in people(maker)]
    assert people(elsewhere)[0].id not in {badge.delegate_id for badge in badges()}


def test_a_badge_ends_once_and_says_why(world: World, event_id: int, maker: int) -> None:
    actor = world.organizer(event_id)
    badge = issued(people(maker)[0].id)
    with clock.frozen(LONG_AGO), transaction():
        end_badge(actor, badge, BadgeEnd.REVOKED, "  dicuri   orang ")
    with clock.frozen(LONG_AGO + timedelta(days=1)), transaction():
        end_badge(actor, badge, BadgeEnd.LEFT, "lain")
    (row,) = badges()
    assert (row.end_reason, row.end_note, row.ended_at, row.ended_by) == (
        BadgeEnd.REVOKED, "dicuri orang", LONG_AGO, actor.user_id,
    )  # fmt: skip
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "attendance.end_badge")).one()
    assert entry.data == {"reason": "revoked"}


def test_a_printed_badge_is_replaced_and_the_old_one_ends(world: World, event_id: int, maker: int) -> None:
    (person,) = people(maker)
    old = issued(person.id, printed=True)
    with transaction():
        new = reprint_badge(SYSTEM, event_id, person.code, WhyAgain.OTHER, " robek  di tas ")
    first, second = badges(person.id)
    assert (first.end_reason, first.end_note) == (BadgeEnd.REPRINTED, "other: robek di tas")
    assert (second.id, second.replaces_id, second.printed_at, second.print_count) == (new.id, first.id, None, 0)
    assert {first.code, first.short_code}.isdisjoint({second.code, second.short_code})
    assert old.id == first.id


def test_what_was_never_printed_is_not_replaced(event_id: int, maker: int) -> None:
    (person,) = people(maker)
    badge = issued(person.id)
    with pytest.raises(Conflict), transaction():
        reprint_badge(SYSTEM, event_id, person.code, WhyAgain.LOST)
    assert [row.id for row in badges()] == [badge.id]


@pytest.mark.parametrize(
    ("why", "note", "field"),
    [("", "", "why"), ("stolen", "x", "why"), ("other", " ", "note"), ("lost", "x" * 151, "note")],
)
def test_printing_again_needs_a_reason(event_id: int, maker: int, why: str, note: str, field: str) -> None:
    (person,) = people(maker)
    issued(person.id, printed=True)
    with pytest.raises(InvalidInput) as refused, transaction():
        reprint_badge(SYSTEM, event_id, person.code, why, note)
    assert list(refused.value.fields) == [field]
    assert [row.ended_at for row in badges()] == [None]


def test_badges_of_another_event_or_nobody_are_not_found(world: World, event_id: int, maker: int) -> None:
    (person,) = people(maker)
    other = world.event()
    for event, code in ((other, person.code), (event_id, "NONE"), (event_id, person.code)):
        with pytest.raises(NotFound), transaction():
            reprint_badge(SYSTEM, event, code, WhyAgain.LOST)


def test_printing_is_counted_and_says_who_and_when(world: World, event_id: int, maker: int) -> None:
    actor = world.organizer(event_id)
    badge = issued(people(maker)[0].id)
    for day in (1, 2):
        with clock.frozen(LONG_AGO + timedelta(days=day)), transaction():
            note_printed(actor, [badge.id])
    (row,) = badges()
    assert (row.print_count, row.printed_at, row.printed_by) == (2, LONG_AGO + timedelta(days=2), actor.user_id)
    entries = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "attendance.print_badges")).all()
    assert [(entry.event_id, entry.data) for entry in entries] == [(event_id, {"badges": [badge.id]})] * 2


# -- what happens to entries ----------------------------------------------------------------------------------------


def test_approval_makes_badges_and_leaving_ends_them(world: World, event_id: int) -> None:
    actor = world.organizer(event_id)
    entry = world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    world.team(entry)
    with transaction():
        waitlist_participation(actor, entry)
    assert ended(entry) == []
    with transaction():
        approve_participation(actor, entry)
    assert ended(entry) == [None, None]
    with transaction():
        withdraw_participation(actor, entry, by_owner=False)
    assert ended(entry) == [BadgeEnd.LEFT, BadgeEnd.LEFT]


def test_an_entry_that_comes_back_gets_new_badges(world: World, event_id: int) -> None:
    actor = world.organizer(event_id)
    entry = world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    for act in (approve_participation, withdraw_participation, reopen_participation, approve_participation):
        with transaction():
            act(actor, entry, **({"by_owner": False} if act is withdraw_participation else {}))
    assert ended(entry) == [BadgeEnd.LEFT, None]


def test_who_is_added_gets_a_badge_and_who_is_taken_off_keeps_none(world: World, event_id: int, maker: int) -> None:
    actor = world.organizer(event_id)
    with transaction():
        added = add_delegate(actor, maker, ANI, by_owner=False)
    delegate_id, code = added.id, added.code
    assert [badge.ended_at for badge in badges(delegate_id)] == [None]
    with transaction():
        remove_delegate(actor, maker, code, by_owner=False)
    assert badges(delegate_id) == []


def test_who_is_added_to_an_entry_that_waits_gets_none_yet(world: World, event_id: int) -> None:
    entry, actor = (
        world.participation(event_id, Side.BUYER, state=ParticipationState.SUBMITTED),
        world.organizer(event_id),
    )
    with transaction():
        added = add_delegate(actor, entry, ANI, by_owner=False)
    assert badges(added.id) == []


def test_badges_go_along_when_two_entries_are_joined(world: World, event_id: int, maker: int) -> None:
    other = world.participation(event_id, Side.EXHIBITOR, state=ParticipationState.SUBMITTED)
    (stays,), (comes,) = people(maker), people(other)
    badge = issued(stays.id, printed=True)
    kept, gone = stays.participation.organization.code, comes.participation.organization.code
    comes_id, code, actor = comes.id, badge.code, world.organizer(event_id)
    with transaction():
        merge_organizations(actor, event_id, kept, gone, {})
    assert [person.id for person in people(maker)] == [stays.id, comes_id]
    assert [row.code for row in badges(stays.id)] == [code]
    assert [row.ended_at for row in badges(comes_id)] == [None]


def test_a_person_who_is_forgotten_has_no_valid_badge(event_id: int, maker: int) -> None:
    (person,) = people(maker)
    issued(person.id, printed=True)
    with transaction():
        reprint_badge(SYSTEM, event_id, person.code, WhyAgain.OTHER, "Bapak Contoh lupa")
    reference = PersonRef(delegate_ids=(person.id,))
    (file,) = [f for answer in accounts.person_data(reference) for f in answer if f.name == "badges"]
    assert [(row["end_reason"], row["end_note"]) for row in file.rows] == [
        ("reprinted", "other: Bapak Contoh lupa"), (None, ""),
    ]  # fmt: skip
    with transaction():
        accounts.person_erasing(SYSTEM, reference)
    assert [(row.end_reason, row.end_note) for row in badges(person.id)] == [
        (BadgeEnd.REPRINTED, ""), (BadgeEnd.ERASED, ""),
    ]  # fmt: skip


def test_somebody_without_badges_has_no_such_file(world: World, event_id: int, maker: int) -> None:
    (person,) = people(maker)
    files = [f.name for answer in accounts.person_data(PersonRef(delegate_ids=(person.id,))) for f in answer]
    assert "badges" not in files
