"""An event with one of everything, and the addresses of every endpoint in it: for tests that go through all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from html.parser import HTMLParser
from pathlib import Path

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from matchmaking.accounts.models import AccessLink
from matchmaking.accounts.services.links import issue_status_link
from matchmaking.actor import SYSTEM, Role
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.models import Commitment
from matchmaking.events.models import Device, DeviceKind, MeetingTable, PairRule, Zone
from matchmaking.events.services.devices import add_device, enrol_device
from matchmaking.extensions import db
from matchmaking.jobs.models import Job
from matchmaking.matching.models import WishStrength
from matchmaking.permissions import DEVICE_PERMISSIONS, PERMISSIONS, permission_of
from matchmaking.registration.models import Delegate, Participation
from matchmaking.registration.services.attachments import OWNER, attach_uploads
from matchmaking.scheduling.models import Meeting, ScheduleRun, ScheduleVersion
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.versions import copy_version, publish_version
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.catalogue.builders import COMPLETE, add_need, add_product, kept_photo
from tests.commitments.scene import Deal
from tests.scheduling.scene import Scene, make_scene
from tests.world import DAY, World

#: What somebody may put into an address: too large a number, signs no database takes, another thing's code.
NONSENSE = {"int": ("0", "9" * 30), "text": ("%F0%9F%98%80", "%00", "a" * 300)}
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Full:
    """A scene with products, needs, files, wishes, a published version and a draft, a link, a device, staff, owners."""

    scene: Scene
    users: dict[Role, int]
    administrator: int
    link_token: str
    owner_cookie: str
    device_token: str

    def visitors(self, endpoint: str, app: Flask) -> list[Callable[[], FlaskClient]]:
        """Return, for everybody whom the endpoint lets in, what opens a fresh browser of theirs."""
        permission = permission_of(app.view_functions[endpoint]) or ""
        open_as = self.scene.world.client
        if permission == "public":
            return [lambda: self._with_cookie("session", self.owner_cookie), partial(open_as, self.administrator)]
        if permission in DEVICE_PERMISSIONS:
            return [lambda: self._with_cookie("device", self.device_token)]
        roles = PERMISSIONS[permission]
        if roles is None:
            return [partial(open_as, self.administrator)]
        return [partial(open_as, self.users[Role(role)]) for role in sorted(roles or {Role.BUYER})]

    def _with_cookie(self, name: str, value: str) -> FlaskClient:
        browser = self.scene.world.client()
        browser.set_cookie(name, value)
        return browser

    def addresses(self, rule: Rule) -> Iterator[tuple[str, bool]]:
        """Yield addresses of a rule, each with whether it is one that exists (else: nonsense in it)."""
        values = {name: self.value(name, rule) for name in rule.arguments}
        yield self.fill(rule, values), True
        for name in rule.arguments - {"event_code", "side", "filename"}:
            kind = "int" if f"<int:{name}>" in rule.rule else "text"
            for wrong in NONSENSE[kind]:
                yield self.fill(rule, {**values, name: wrong}), False

    @staticmethod
    def fill(rule: Rule, values: dict[str, str]) -> str:
        return re.sub(r"<(?:[^:<>]*(?:\([^)]*\))?:)?(\w+)>", lambda found: values[found[1]], rule.rule)

    def value(self, name: str, rule: Rule) -> str:
        """Return what stands at this place of the address, as it is in the database."""
        maker, agency = self.scene.makers[0], self.scene.agencies[0]
        if name == "code" and "/commitments/" in rule.rule:
            is_draft = rule.rule.endswith(("/edit", "/propose"))
            wanted_state = Commitment.frozen_at.is_(None) if is_draft else Commitment.frozen_at.is_not(None)
            return str(db.session.scalars(sa.select(Commitment.code).where(wanted_state)).first() or "NONE")
        if name in {"entry", "first", "code"} and (kind := _kind_of_code(rule.rule)):
            return str(db.session.scalars(sa.select(kind.code).order_by(kind.id.desc())).first() or "NONE")
        wanted: dict[str, sa.Select[tuple[object]]] = {
            "code": _code_of(Participation, agency if "needs" in rule.rule else maker),
            "entry": _code_of(Participation, agency if "needs" in rule.rule else maker),
            "first": _code_of(Participation, maker),
            "second": _code_of(Participation, self.scene.makers[1]),
            "target_code": _code_of(Participation, agency),
            "product": sa.select(Product.code),
            "need": sa.select(Need.code),
            "person": sa.select(Delegate.code).where(Delegate.participation_id == maker),
            "delegate_code": sa.select(Delegate.code).where(Delegate.participation_id == maker),
            "file": sa.select(StoredFile.code).where(StoredFile.owner_type == OWNER),
            "job_code": sa.select(Job.code),
            "meeting_code": sa.select(Meeting.code).where(Meeting.exhibitor_team.has(participation_id=maker)),
            "table_id": sa.select(MeetingTable.id),
            "zone_id": sa.select(Zone.id),
            "rule_id": sa.select(PairRule.id),
            "device_id": sa.select(Device.id),
            "link_id": sa.select(AccessLink.id),
        }
        fixed = {
            "event_code": self.scene.code, "side": "exhibitor", "number": "1", "position": "1", "token": self.link_token,
            "category": "tapis", "name": "base", "certificate": "1", "filename": "dist/none.css",
            "party": "exhibitor", "day": DAY.isoformat(),
        }  # fmt: skip
        if name in wanted:
            return str(db.session.scalars(wanted[name]).first() or "NONE")
        return fixed.get(name, "1")


Coded = type[ScheduleVersion] | type[ScheduleRun] | type[Job] | type[StoredFile] | type[Commitment]


def _kind_of_code(rule: str) -> Coded | None:
    kinds: tuple[tuple[str, Coded], ...] = (
        ("/versions/", ScheduleVersion),
        ("/run/", ScheduleRun),
        ("/papers/", Job),
        ("/reminders/job/", Job),
        ("/exports/", Job),
        ("/sign/", Commitment),
        ("/commitments/", Commitment),
        ("/check/", Commitment),
    )
    for part, kind in kinds:
        if part in rule:
            return kind
    return StoredFile if rule.startswith("/files/") else None


def _code_of(model: type[Participation], row_id: int) -> sa.Select[tuple[object]]:
    return sa.select(model.code).where(model.id == row_id)  # type: ignore[return-value]


def build(world: World) -> Full:
    """Store one of everything."""
    scene = make_scene(world)
    event_id, maker, other, agency = scene.event_id, scene.makers[0], scene.makers[1], scene.agencies[0]
    add_product(maker, kept_photo(event_id), **COMPLETE)
    add_product(other)
    add_need(agency, category_id="tapis")
    document = kept_photo(event_id)
    with transaction():
        attach_uploads(db.session.get_one(Participation, maker), (document,))
    scene.wish_all()
    scene.wish(agency, maker, WishStrength.NO)
    deal = Deal(world, event_id, scene.code, agency, maker, scene.actor)
    deal.begin(origin="exhibitor")
    deal.propose(origin="exhibitor")
    world.save(Zone(event_id=event_id, name="Zona A"))
    world.save(PairRule(event_id=event_id, category_id="tapis", buyer_type="private_company"))
    version_id = scene.solve()
    with transaction():
        publish_version(scene.actor, Edit(version_id, scene.version(version_id).revision))
    with transaction():
        copy_version(scene.actor, version_id)
    users = {role: world.user(roles={event_id: role}) for role in (Role.ORGANIZER, Role.DESK, Role.LEADER)}
    users[Role.EXHIBITOR], users[Role.BUYER] = world.login_of(maker), world.login_of(agency)
    with transaction():
        link = issue_status_link(SYSTEM, maker, event_id)
        fresh = add_device(scene.actor, event_id, DeviceKind.TABLET, "Tablet pintu")
    with transaction():
        device = enrol_device(fresh.code)
    phone = db.session.scalars(
        sa.select(Delegate.phone).where(Delegate.participation_id == maker, Delegate.is_contact)
    ).one()
    administrator = world.user(is_administrator=True, roles={event_id: Role.ORGANIZER})
    owner = _owner_by_link(world, link.token, link.id, (phone or "")[-4:])
    return Full(scene, users, administrator, link.token, owner, device.token)


def _owner_by_link(world: World, token: str, link_id: int, digits: str) -> str:
    """Open a status link and give the digits; return the browser's session."""
    browser = world.client()
    opened = browser.get(f"/l/{token}", follow_redirects=True)
    proved = browser.post(f"/link/{link_id}/digits", data={"digits": digits})
    assert (opened.status_code, proved.status_code) == (200, 303)
    cookie = browser.get_cookie("session")
    assert cookie
    return cookie.value


@cache
def form_fields() -> frozenset[str]:
    """Return every name that routes read from a form, as their source says."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("matchmaking/**/routes/*.py"))
    return frozenset(re.findall(r"request\.(?:form|values|files)(?:\.getlist|\.get)?[(\[]\"(\w+)\"", source))


class Forms(HTMLParser):
    """Collects the forms of a page: where each is sent, and what would be sent if nobody typed anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str]]]] = []
        self.files: set[str] = set()
        self._open = False
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a form, or a field of the form that is open."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = given.get("method", "get").lower() == "post"
            if self._open:
                self.found.append((given.get("action", ""), []))
        elif self._open and (name := given.get("name", "")):
            unchecked = given.get("type") in {"checkbox", "radio"} and "checked" not in given
            if tag == "select":
                self._select = name
            elif given.get("type") == "file":
                self.files.add(name)
            elif not unchecked:
                self.found[-1][1].append((name, given.get("value", "")))
        elif self._open and tag == "option" and self._select and "selected" in given:
            self.found[-1][1].append((self._select, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Close what was open."""
        if tag == "form":
            self._open = False
        elif tag == "select":
            self._select = ""
