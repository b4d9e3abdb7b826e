"""Builders for tests: a person, an event, two sides; plain rows, written the way the services would leave them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from matchmaking.accounts.models import User
from matchmaking.actor import Actor, ActorKind, Role
from matchmaking.codes import new_code
from matchmaking.events.models import Event, EventState, MeetingTable, Membership, Session, TimeSlot
from matchmaking.extensions import db
from matchmaking.jobs import services as jobs
from matchmaking.registration.models import (
    BuyerType,
    Delegate,
    Organization,
    Participation,
    ParticipationState,
    Side,
    Team,
    TeamDelegate,
)
from matchmaking.transactions import transaction

BOTH = ["sqlite", "postgresql"]
LONG_AGO = datetime(2023, 1, 1, tzinfo=UTC)
DAY = date(2023, 5, 11)


@dataclass
class World:
    """Everything a test may need to build; each method stores at once and returns the row's id."""

    app: Flask
    _count: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def save(self, *rows: Any) -> int:
        """Store rows; return the first one's id."""
        with transaction():
            db.session.add_all(rows)
            db.session.flush()
            first: int = rows[0].id
        return first

    def user(self, *, roles: dict[int, Role] | None = None, **values: Any) -> int:
        """A person ``Peserta Contoh n``; ``roles`` maps event id to role."""
        n = next(self._count)
        given = {
            "code": new_code(12),
            "name": f"Peserta Contoh {n:02d}",
            "email": f"peserta{n:02d}@contoh.example",
            "created_at": LONG_AGO,
            **values,
        }
        user_id = self.save(User(**given))
        for event_id, role in (roles or {}).items():
            self.save(Membership(event_id=event_id, user_id=user_id, role=role, created_at=LONG_AGO))
        return user_id

    def event(self, **values: Any) -> int:
        """An open event on 11 May 2023 (registration open from long ago, without end)."""
        n = next(self._count)
        given = {
            "code": f"acara-{n}",
            "name": f"Temu Bisnis {n}",
            "starts_on": DAY,
            "ends_on": DAY,
            "state": EventState.OPEN,
            "created_at": LONG_AGO,
            "registration_opens_at": LONG_AGO,
            **values,
        }
        return self.save(Event(**given))

    def slots(self, event_id: int, count: int = 6, minutes: int = 20, *, start: time = time(9, 0)) -> list[int]:
        """A session of ``count`` slots on the event's first day; returns the slots' ids in time order."""
        first = datetime.combine(DAY, start, tzinfo=UTC) - timedelta(hours=7)
        end = (datetime.combine(DAY, start) + timedelta(minutes=minutes * count)).time()
        session = Session(
            event_id=event_id, name="Sesi pagi", day=DAY, starts_at=start, ends_at=end, slot_minutes=minutes
        )
        self.save(session)
        ids = []
        for index in range(count):
            begins = first + timedelta(minutes=minutes * index)
            slot = TimeSlot(
                event_id=event_id,
                session_id=session.id,
                position=index + 1,
                starts_at=begins,
                ends_at=begins + timedelta(minutes=minutes),
            )
            ids.append(self.save(slot))
        return ids

    def tables(self, event_id: int, count: int = 3) -> list[int]:
        """Tables 1..count; returns their ids."""
        return [self.save(MeetingTable(event_id=event_id, number=n)) for n in range(1, count + 1)]

    def participation(
        self,
        event_id: int,
        side: Side,
        *,
        state: ParticipationState = ParticipationState.APPROVED,
        **values: Any,
    ) -> int:
        """An organisation with one team and one contact; ``values`` go to the organisation."""
        n = next(self._count)
        buyer = {"buyer_type": BuyerType.REGIONAL_AGENCY} if side is Side.BUYER else {}
        name = values.pop("legal_name", f"{'Dinas' if buyer else 'Tapis'} Contoh {n:02d}")
        organization = Organization(
            code=new_code(12),
            side=side,
            legal_name=name,
            name_key=name.casefold(),
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
            **{**buyer, **values},
        )
        self.save(organization)
        participation = Participation(
            code=new_code(12),
            event_id=event_id,
            organization_id=organization.id,
            side=side,
            state=state,
            reason="alasan" if state is ParticipationState.REFUSED else "",
            submitted_at=LONG_AGO,
        )
        self.save(participation)
        participation_id = participation.id
        self.team(participation_id)
        return participation_id

    def team(self, participation_id: int) -> int:
        """One more team with one delegate."""
        n = next(self._count)
        participation = db.session.get_one(Participation, participation_id)
        position = len(participation.teams) + 1
        team = Team(
            event_id=participation.event_id,
            participation_id=participation_id,
            side=participation.side,
            position=position,
        )
        delegate = Delegate(
            code=new_code(12),
            event_id=participation.event_id,
            participation_id=participation_id,
            name=f"Peserta Contoh {n:02d}",
            phone=f"+62812{n:08d}",
            is_contact=position == 1,
        )
        self.save(team, delegate)
        team_id, delegate_id = team.id, delegate.id
        with transaction():
            db.session.add(TeamDelegate(team_id=team_id, delegate_id=delegate_id))
        return team_id

    def login_of(self, participation_id: int) -> int:
        """Give the participation's contact an account with the matching role; returns the user's id."""
        participation = db.session.get_one(Participation, participation_id)
        event_id, role = participation.event_id, Role(participation.side.value)
        user_id = self.user(roles={event_id: role})
        with transaction():
            contact = db.session.scalars(
                sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.is_contact)
            ).one()
            contact.user_id = user_id
        return user_id

    def client(self, user_id: int | None = None) -> FlaskClient:
        """A browser, logged in as the person."""
        browser = self.app.test_client()
        if user_id is not None:
            session_id = db.session.get_one(User, user_id).get_id()
            with browser.session_transaction() as session:
                session["_user_id"], session["_fresh"] = session_id, True
        return browser

    def actor(self, user_id: int, event_id: int | None = None, *roles: Role, is_administrator: bool = False) -> Actor:
        """The actor a route would make for this person."""
        return Actor(ActorKind.USER, user_id, event_id, frozenset(roles), is_administrator)

    def organizer(self, event_id: int) -> Actor:
        """An organiser of the event, ready to act."""
        return self.actor(self.user(roles={event_id: Role.ORGANIZER}), event_id, Role.ORGANIZER)

    def code_of(self, event_id: int) -> str:
        """The event's code, for addresses."""
        return db.session.get_one(Event, event_id).code

    def run_jobs(self) -> int:
        """Run what was queued, including what those jobs queue; return how many ran."""
        queued: list[int] = self.app.config["PUSHED_JOBS"]
        ran = 0
        while queued:
            jobs.run_job(queued.pop(0))
            ran += 1
        return ran
