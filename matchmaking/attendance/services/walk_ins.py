"""Somebody who was not expected: registered, approved, given a badge, let in and put among the waiting wishes at once."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from matchmaking.actor import Actor
from matchmaking.attendance.models import Scan, ScanMethod
from matchmaking.attendance.queries.walk_in import organizations_named
from matchmaking.attendance.services.badges import issue_badge
from matchmaking.attendance.services.scans import let_in
from matchmaking.catalogue.models import Category, ParticipationCategory
from matchmaking.catalogue.services.categories_kept import choose_categories
from matchmaking.errors import Conflict, InvalidInput
from matchmaking.events.models import Event
from matchmaking.events.services.guards import editable_event
from matchmaking.extensions import db
from matchmaking.i18n import gettext as _
from matchmaking.identity import fold_name
from matchmaking.matching.models import WishStrength
from matchmaking.matching.services.wishes import MakeWish, make_wish
from matchmaking.registration.commands import (
    ConsentGiven,
    DelegateDetails,
    OrganizationDetails,
    RegisterParticipant,
)
from matchmaking.registration.models import Delegate, Organization, Participation, ParticipationState, Side
from matchmaking.registration.services.deciding import approve_participation
from matchmaking.registration.services.registering import FormSentBefore, register_participant
from matchmaking.registration.services.teams import add_delegate
from matchmaking.typed import one_line


@dataclass(frozen=True)
class RegisterWalkIn:
    """One form of the desk. ``form_key``: sent twice, registered once. ``wished``: codes of the other side."""

    event_id: int
    form_key: str
    side: Side
    organization: str
    person: DelegateDetails
    has_consent: bool
    buyer_type: str = ""
    category: str = ""
    regency: str = ""
    wished: tuple[str, ...] = ()
    locale: str = "id"


@dataclass(frozen=True)
class WalkedIn:
    """Who is in now. ``is_repeat``: this form had been sent before."""

    delegate_id: int
    delegate_code: str
    participation_id: int
    is_repeat: bool = False


def register_walk_in(actor: Actor, command: RegisterWalkIn) -> WalkedIn:
    """Register, approve, give a badge, let in and note whom they want to meet: all of it or nothing.

    Raises:
        InvalidInput: with a sentence for each field.
        Conflict: the entry was refused or withdrawn, or all places are taken.
        FormSentBefore: the key is another person's.
    """
    event = editable_event(command.event_id)
    if repeat := _repeat(command):
        return repeat
    _check(command)
    entry, delegate = _known_entry(actor, command) or _new_entry(actor, command)
    _keep_category(actor, entry, command.category)
    if event.has_badges:
        issue_badge(actor, delegate.id)
    let_in(actor, event.id, delegate.id, _method(event), command.form_key)
    for target in _targets(command):
        make_wish(actor, MakeWish(entry.id, target.id, WishStrength.WANT, origin="walk_in"))
    return WalkedIn(delegate.id, delegate.code, entry.id)


def _method(event: Event) -> ScanMethod:
    return ScanMethod.WALK_IN if event.has_check_in else ScanMethod.PAPER


def _repeat(command: RegisterWalkIn) -> WalkedIn | None:
    known = db.session.scalar(
        sa.select(Delegate)
        .join(Scan, Scan.delegate_id == Delegate.id)
        .where(Scan.event_id == command.event_id, Scan.scan_key == command.form_key)
    )
    if known is None:
        return None
    names = (known.name, known.participation.organization.legal_name)
    if [fold_name(name) for name in names] != [fold_name(command.person.name), fold_name(command.organization)]:
        raise FormSentBefore(known.name)
    return WalkedIn(known.id, known.code, known.participation_id, is_repeat=True)


def _check(command: RegisterWalkIn) -> None:
    fields: dict[str, str] = {}
    if not one_line(command.organization):
        fields["organization"] = _("Please write the name of the organisation.")
    if not command.has_consent:
        fields["has_consent"] = _("Please ask for their consent and tick it: without it we may not keep the data.")
    if command.category and command.category not in set(db.session.scalars(sa.select(Category.id))):
        fields["category"] = _("Please choose a category.")
    if fields:
        raise InvalidInput(_("Please look at the fields once more."), fields=fields)
    _targets(command)


def _known_entry(actor: Actor, command: RegisterWalkIn) -> tuple[Participation, Delegate] | None:
    """Add the person to the organisation's entry where it has one in this event."""
    ids = [row.id for row in organizations_named(command.side, command.organization)]
    entries = db.session.scalars(
        sa.select(Participation).where(
            Participation.event_id == command.event_id, Participation.organization_id.in_(ids)
        )
    ).all()
    if len(entries) > 1:
        raise InvalidInput(
            _("Please look at the fields once more."),
            fields={"organization": _("Several participants have this name. Open the right one under Participants.")},
        )
    if not entries:
        return None
    entry = entries[0]
    if entry.state in (ParticipationState.REFUSED, ParticipationState.WITHDRAWN):
        raise Conflict(_("This entry was refused or withdrawn. Please ask the organiser to open it again first."))
    delegate = _person_of(entry, command.person.name) or _add_person(actor, entry, command)
    if entry.state is not ParticipationState.APPROVED:
        approve_participation(actor, entry.id)
    return entry, delegate


def _person_of(entry: Participation, name: str) -> Delegate | None:
    """Return the person when they had been named before: the desk need not know who was expected."""
    people = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == entry.id, Delegate.erased_at.is_(None))
    )
    return next((row for row in people if fold_name(row.name) == fold_name(name)), None) if one_line(name) else None


def _add_person(actor: Actor, entry: Participation, command: RegisterWalkIn) -> Delegate:
    return add_delegate(actor, entry.id, command.person, by_owner=False)


def _new_entry(actor: Actor, command: RegisterWalkIn) -> tuple[Participation, Delegate]:
    known = organizations_named(command.side, command.organization)
    taken = known[0] if len(known) == 1 else None
    registered = register_participant(
        actor,
        RegisterParticipant(
            event_id=command.event_id,
            side=command.side,
            organization=_details(command, taken),
            delegates=(command.person,),
            origin="walk_in",
            submission_key=f"w-{command.form_key}"[:40],
            consent=ConsentGiven(("registration",), command.locale),
            organization_id=taken.id if taken else None,
        ),
    )
    entry = approve_participation(actor, registered.participation_id)
    delegate = db.session.scalars(
        sa.select(Delegate).where(Delegate.participation_id == entry.id).order_by(Delegate.id)
    ).first()
    if delegate is None:
        raise RuntimeError("an entry was stored without a person")
    return entry, delegate


def _details(command: RegisterWalkIn, known: Organization | None) -> OrganizationDetails:
    """What the desk typed; a known organisation's own values fill what it left open."""
    kind = known.buyer_type.value if known and known.buyer_type else ""
    return OrganizationDetails(
        legal_name=known.legal_name if known else command.organization,
        regency=command.regency or ((known.regency or "") if known else ""),
        buyer_type=command.buyer_type or kind if command.side is Side.BUYER else "",
    )


def _keep_category(actor: Actor, entry: Participation, category: str) -> None:
    if not category:
        return
    if entry.side is Side.BUYER:
        ticked = db.session.scalars(
            sa.select(ParticipationCategory.category_id).where(ParticipationCategory.participation_id == entry.id)
        )
        choose_categories(actor, entry.id, {*ticked, category})
    elif db.session.get(ParticipationCategory, (entry.id, category)) is None:
        db.session.add(ParticipationCategory(participation_id=entry.id, category_id=category))
        db.session.flush()


def _targets(command: RegisterWalkIn) -> list[Participation]:
    rows = db.session.scalars(
        sa.select(Participation)
        .where(
            Participation.event_id == command.event_id,
            Participation.code.in_(command.wished),
            Participation.side != command.side,
            Participation.state == ParticipationState.APPROVED,
        )
        .order_by(Participation.id)
    ).all()
    if len(rows) != len(set(command.wished)):
        raise InvalidInput(
            _("Please look at the fields once more."),
            fields={"wished": _("One of those chosen is not taking part (any more). Please choose again.")},
        )
    return list(rows)
