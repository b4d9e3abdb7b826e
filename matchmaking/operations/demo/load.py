"""Loading the demo through the same services people use, so that it can never show what the rules forbid."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from time import sleep

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.accounts.models import User
from matchmaking.accounts.services.passwords import hash_password
from matchmaking.accounts.services.users import NewPerson, make_user, set_password
from matchmaking.actor import SYSTEM, Actor, ActorKind, Role
from matchmaking.catalogue.commands import NeedDetails, ProductDetails
from matchmaking.catalogue.services.needs import create_need
from matchmaking.catalogue.services.products import create_product
from matchmaking.commitments.queries.sealing import SEAL_JOB
from matchmaking.errors import Conflict
from matchmaking.events.models import Event, Membership
from matchmaking.events.programme import BreakPlan, Programme, SessionPlan
from matchmaking.events.services import basics, hall
from matchmaking.events.services.programme import change_programme
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.jobs.models import Job, JobState
from matchmaking.jobs.services import run_job
from matchmaking.matching.models import WishStrength
from matchmaking.matching.services.wishes import MakeWish, make_wish
from matchmaking.operations.demo import cast
from matchmaking.operations.demo.day import pass_day
from matchmaking.operations.demo.people import Agency, Maker
from matchmaking.operations.demo.pictures import product_picture
from matchmaking.operations.demo.story import DAY, Story
from matchmaking.registration.commands import (
    ConsentGiven,
    DelegateDetails,
    OrganizationDetails,
    RegisterParticipant,
)
from matchmaking.registration.models import Delegate, Side
from matchmaking.registration.services.deciding import approve_participation
from matchmaking.registration.services.registering import register_participant
from matchmaking.registration.services.uploads import keep_upload
from matchmaking.scheduling.models import ScheduleRun, ScheduleVersion
from matchmaking.scheduling.services.placements import Edit
from matchmaking.scheduling.services.runs import RequestRun, request_run
from matchmaking.scheduling.services.versions import publish_version
from matchmaking.transactions import end_read, transaction

CODE = "emersia-2023"
#: When the demo's people did what they did, in UTC: registration in April, the schedule two days before.
REGISTERED_AT = datetime(2023, 4, 18, 3, tzinfo=UTC)
SCHEDULED_AT = datetime(2023, 5, 9, 2, tzinfo=UTC)
SOLVE_SECONDS = 6
Progress = Callable[[str], None]


@dataclass(frozen=True)
class DemoSize:
    """How many come (``None``: the written cast) and the seed of the wishes."""

    exhibitors: int | None = None
    buyers: int | None = None
    seed: int = 1


@dataclass(frozen=True)
class DemoLogIn:
    """A log-in of the demo, shown once."""

    role: str
    login: str
    password: str


class DemoExists(Conflict):
    """The demo is loaded already."""

    code = "operations.demo_exists"


def has_any_event() -> bool:
    """Say whether the installation is in use."""
    return db.session.scalar(sa.select(Event.id).limit(1)) is not None


def is_present() -> bool:
    """Say whether demo accounts or the demo event exist."""
    found = db.session.scalar(sa.select(User.id).where(User.is_demo).limit(1))
    return found is not None or db.session.scalar(sa.select(Event.id).where(Event.is_demo).limit(1)) is not None


def load_demo(size: DemoSize, say: Progress) -> list[DemoLogIn]:
    """Make the demo event with its people, wishes, a published schedule and its day; return its log-ins.

    Raises:
        DemoExists: it is there already.
    """
    if db.session.scalar(sa.select(Event.id).where(Event.code == CODE)):
        raise DemoExists(_("The demo event is loaded already."))
    sellers, agencies = cast.exhibitors(size.exhibitors), cast.buyers(size.buyers)
    passwords = _passwords()
    hashes = {role: hash_password(password) for role, password in passwords.items()}
    with clock.frozen(REGISTERED_AT), transaction():
        say("people")
        event_id = _make_event(len(sellers), len(agencies))
        organizer = Actor(ActorKind.USER, _make_staff(event_id, hashes), event_id, frozenset({Role.ORGANIZER}), True)
        say("participants")
        exhibitor_ids = [_register_maker(organizer, event_id, n, maker) for n, maker in enumerate(sellers, 1)]
        offset = len(sellers) + 1
        buyer_ids = [_register_agency(organizer, event_id, n, agency) for n, agency in enumerate(agencies, offset)]
        say("wishes")
        for pair in cast.wishes(sellers, agencies, size.seed):
            _wish(organizer, exhibitor_ids[pair.exhibitor], buyer_ids[pair.buyer], pair)
        _open_logins(event_id, exhibitor_ids[0], buyer_ids[0], hashes)
    say("schedule")
    _schedule(organizer, event_id, size.seed)
    say("the day")
    desk = Actor(ActorKind.USER, _staff_id(event_id, Role.DESK), event_id, frozenset({Role.DESK}))
    story = Story(event_id, organizer, desk, sellers, agencies, exhibitor_ids, buyer_ids, size.seed)
    pass_day(story, clock.today().year)
    say("seals")
    _seal(event_id)
    with transaction():
        _mark_accounts(event_id)  # of who walked in
    return [DemoLogIn(role, _login(role), password) for role, password in passwords.items()]


def _seal(event_id: int) -> None:
    """Do here what the worker would do next: whoever loads the demo finds its papers sealed."""
    wanted = sa.select(Job.id).where(Job.kind == SEAL_JOB, Job.event_id == event_id, Job.state == JobState.QUEUED)
    for job_id in db.session.scalars(wanted.order_by(Job.id)).all():
        run_job(job_id)


def _staff_id(event_id: int, role: Role) -> int:
    found = sa.select(Membership.user_id).where(Membership.event_id == event_id, Membership.role == role)
    return db.session.scalars(found.order_by(Membership.id)).one()


_ROLES = ("organizer", "desk", "leader", "exhibitor", "buyer")


def _passwords() -> dict[str, str]:
    return {role: f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}" for role in _ROLES}


def _login(role: str) -> str:
    return f"{role}@demo.example"


def _make_event(exhibitors: int, buyers: int) -> int:
    event = basics.create_event(
        SYSTEM,
        basics.EventBasics(
            code=CODE,
            name="Business Matching P3DN: Suvenir, Seminar Kit, Alat dan Mesin Pertanian (contoh)",
            starts_on=DAY,
            ends_on=DAY,
            venue="Hotel Emersia, Bandar Lampung",
            address="Bandar Lampung",
            summary=(
                "Mempertemukan IKM tapis, suvenir, seminar kit, mesin pertanian, dan makanan olahan dengan pengelola "
                "kegiatan pada instansi vertikal, perangkat daerah, BUMN, dan BUMD. Ini acara contoh: semua usaha, "
                "instansi, dan peserta di dalamnya rekaan."
            ),
            programme=(
                "07.30 Registrasi\n09.00 Pembukaan dan sambutan\n15.20 Rekap dan penandatanganan komitmen\n16.00 Penutupan"
            ),
            contact_name="Panitia Contoh",
            contact_phone="+62721000000",
            contact_email="panitia@demo.example",
        ),
    )
    event.is_demo = True
    version = event.setup_version
    for values in (
        basics.Letterhead(
            "PEMERINTAH PROVINSI CONTOH", "DINAS PERINDUSTRIAN DAN PERDAGANGAN (CONTOH)", "Jalan Contoh No. 1"
        ),
        basics.RegistrationWindow(
            datetime(2023, 3, 31, 17, tzinfo=UTC),
            datetime(2023, 5, 7, 16, 59, tzinfo=UTC),
            datetime(2023, 5, 8, 16, 59, tzinfo=UTC),
        ),
        basics.MeetingLimits(exhibitor_min_meetings=2, exhibitor_max_meetings=10, buyer_max_meetings=12),
    ):
        version = basics.update_event(SYSTEM, event.id, values, version).setup_version
    hall.add_tables(SYSTEM, event.id, 1, max(20, -(-min(exhibitors, buyers) * 9 // 10)))
    change_programme(SYSTEM, event.id, _programme(), event.setup_version)
    basics.open_event(SYSTEM, event.id)
    return event.id


def _programme() -> Programme:
    """A Thursday: meetings from 9.40, coffee, prayer and meal free, the stage from 15.20: 14 slots of 20 minutes."""
    return Programme(
        (
            SessionPlan(DAY, time(9, 40), time(12, 0), 20, 0, "Sesi pagi"),
            SessionPlan(DAY, time(13, 0), time(15, 20), 20, 0, "Sesi siang"),
        ),
        (
            BreakPlan(DAY, time(9, 0), time(9, 40), "Pembukaan", "ceremony"),
            BreakPlan(DAY, time(12, 0), time(13, 0), "Salat Zuhur dan makan siang", "prayer"),
        ),
    )


def _make_staff(event_id: int, hashes: dict[str, str]) -> int:
    """Make organiser, desk staff and leader; return the organiser's id."""
    names = {"organizer": "Panitia Contoh", "desk": "Petugas Contoh", "leader": "Pimpinan Contoh"}
    ids = {}
    for role, name in names.items():
        person = NewPerson(name, email=_login(role), password_hash=hashes[role])
        user = make_user(SYSTEM, person, is_administrator=role == "organizer")
        user.is_demo = True
        db.session.flush()
        db.session.add(Membership(event_id=event_id, user_id=user.id, role=Role(role), created_at=clock.now()))
        ids[role] = user.id
    return ids["organizer"]


def _phone(number: int) -> str:
    """Return an invented mobile number; the block 0899-0000 is only used here."""
    return f"08990000{number:04d}"


def _register_maker(actor: Actor, event_id: int, number: int, maker: Maker) -> int:
    details = OrganizationDetails(
        legal_name=maker.name,
        regency=maker.regency,
        phone=_phone(number),
        address=f"Jalan Contoh No. {number}",
        owner_name=f"Peserta Contoh {number:02d}",
        business_form="sole_proprietor",
        business_scale=maker.scale,
        scale_basis="stated",
        business_id_number=f"9{number:012d}",
        catalog_seller=("yes", "in_process", "no")[number % 3],
        has_siinas_account="yes" if number % 4 == 0 else "no",
    )
    registered = _register(actor, event_id, Side.EXHIBITOR, details, (_delegate(number),))
    for position, (name, unit, price, capacity, days) in enumerate(maker.products):
        product = ProductDetails(
            name=name,
            category_id=maker.category,
            price=str(price),
            unit=unit,
            is_tax_included="yes",
            monthly_capacity=str(capacity),
            lead_time_days=str(days),
            catalog_listing_status="listed" if number % 3 == 0 else "none",
            catalog_version="6" if number % 3 == 0 else "",
        )
        picture = io.BytesIO(product_picture(maker.category, number + 7 * position))
        photo = keep_upload(event_id, picture, f"contoh-{number}-{position + 1}.png").code
        create_product(actor, registered, product, photo_code=photo, origin="staff")
    approve_participation(actor, registered)
    return registered


def _register_agency(actor: Actor, event_id: int, number: int, agency: Agency) -> int:
    details = OrganizationDetails(
        legal_name=agency.name,
        regency=agency.regency,
        phone=_phone(number),
        address=f"Jalan Contoh No. {number}",
        buyer_type=agency.type,
    )
    people = tuple(_delegate(number, extra, is_official=True) for extra in range(agency.delegates))
    registered = _register(actor, event_id, Side.BUYER, details, people)
    for position, need in enumerate(agency.needs):
        wanted = NeedDetails(
            name=need.name,
            category_id=need.category or "",
            item_text=need.item_text,
            quantity_text=need.quantity,
            budget_ceiling=str(need.ceiling),
            rup_code=f"99{number:03d}{position:03d}"
            if agency.type not in {"state_owned_company", "private_company"}
            else "",
            procurement_method=need.method,
            account_code=need.account,
            planned_month=str(need.month),
            fiscal_year="2023",
        )
        create_need(actor, registered, wanted, origin="staff")
    approve_participation(actor, registered)
    return registered


_OFFICES = (("PPK", "commitment_officer"), ("PPTK", "activity_officer"), ("Pejabat Pengadaan", "procurement_officer"))


def _delegate(number: int, extra: int = 0, *, is_official: bool = False) -> DelegateDetails:
    office, role = _OFFICES[extra % 3] if is_official else ("Pemilik", "owner")
    name = f"Peserta Contoh {number:02d}" + ("" if not extra else chr(ord("A") + extra))
    return DelegateDetails(name, phone=_phone(number + 5000 * extra), office=office, office_role=role)


def _register(
    actor: Actor, event_id: int, side: Side, details: OrganizationDetails, people: tuple[DelegateDetails, ...]
) -> int:
    consent = ConsentGiven(("registration", "publish_photo"))
    command = RegisterParticipant(event_id, side, details, people, origin="staff", consent=consent)
    return register_participant(actor, command).participation_id


def _wish(actor: Actor, exhibitor_id: int, buyer_id: int, pair: cast.Pair) -> None:
    wisher, target = (exhibitor_id, buyer_id) if pair.by_exhibitor else (buyer_id, exhibitor_id)
    make_wish(actor, MakeWish(wisher, target, WishStrength(pair.strength), origin="staff"))


def _mark_accounts(event_id: int) -> None:
    """Mark every account of the event as demo, so that it goes with it."""
    users = db.session.scalars(
        sa.select(User).join(Membership, Membership.user_id == User.id).where(Membership.event_id == event_id)
    ).all()
    for user in users:
        user.is_demo = True


def _open_logins(event_id: int, exhibitor_id: int, buyer_id: int, hashes: dict[str, str]) -> None:
    """Give one exhibitor and one buyer a log-in of their own."""
    _mark_accounts(event_id)
    for role, participation_id in (("exhibitor", exhibitor_id), ("buyer", buyer_id)):
        contact = db.session.scalars(
            sa.select(Delegate).where(Delegate.participation_id == participation_id, Delegate.is_contact)
        ).one()
        if contact.user_id is None:
            raise LookupError(participation_id)
        set_password(SYSTEM, contact.user_id, hashes[role])
        db.session.get_one(User, contact.user_id).email = _login(role)
    db.session.flush()


def _schedule(actor: Actor, event_id: int, seed: int) -> None:
    """Solve as the worker would and publish what came out."""
    with clock.frozen(SCHEDULED_AT):
        with transaction():
            run_id = request_run(actor, RequestRun(event_id, seconds=SOLVE_SECONDS, seed=seed)).id
        job_id = db.session.get_one(ScheduleRun, run_id).job_id
        if job_id is None:
            raise LookupError(run_id)
        run_job(job_id)  # a worker that was faster has it already: then wait for that one
        while db.session.get_one(Job, job_id, populate_existing=True).is_active:
            end_read()
            sleep(0.2)
        version = db.session.scalars(
            sa.select(ScheduleVersion).where(ScheduleVersion.event_id == event_id).order_by(ScheduleVersion.id.desc())
        ).first()
        if version is None:
            raise Conflict(db.session.get_one(ScheduleRun, run_id, populate_existing=True).message)
        edit = Edit(version.id, version.revision)
        with transaction():
            publish_version(actor, edit)
