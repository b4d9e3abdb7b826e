"""The demo's commitments: one in every state, signed in each of the three ways, one large, one with many lines."""

from __future__ import annotations

import io
import random
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from matchmaking import clock
from matchmaking.actor import Actor, ActorKind
from matchmaking.catalogue.models import Need, Product
from matchmaking.commitments.commands import (
    BeginCommitment,
    BeginSuccessor,
    DraftDetails,
    EditDraft,
    EndOrReopen,
    LineDetails,
    ProposeCommitment,
    SignatoryDetails,
)
from matchmaking.commitments.models import (
    COMPETITIVE,
    Commitment,
    IdentifiedHow,
    PartyKind,
    SignatoryRole,
    SigningMethod,
)
from matchmaking.commitments.queries.sources import offered_products
from matchmaking.commitments.queries.standing import warnings_of
from matchmaking.commitments.services.after_signing import ConfirmBudget, confirm_budget
from matchmaking.commitments.services.drafting import begin_commitment, edit_draft
from matchmaking.commitments.services.ink import InkRequest, InkSigner, note_printed, record_ink
from matchmaking.commitments.services.paper_forms import print_forms, spoil_form
from matchmaking.commitments.services.proposing import propose_commitment
from matchmaking.commitments.services.sign_links import SendLink, send_link
from matchmaking.commitments.services.signing import Signatory, SignRequest, sign, sign_by_link
from matchmaking.commitments.services.succession import begin_amendment, begin_withdrawal
from matchmaking.commitments.services.withdrawing import withdraw_commitment
from matchmaking.extensions import db
from matchmaking.operations.demo.scribbles import photographed_paper, sent_strokes
from matchmaking.operations.demo.story import DAY, Story, at
from matchmaking.operations.demo.tables import MINUTE, Sitting
from matchmaking.registration.models import Delegate, Participation
from matchmaking.registration.services.uploads import keep_upload

BUYER, EXHIBITOR = PartyKind.BUYER, PartyKind.EXHIBITOR
MACHINES = "agri_machinery"
#: What an ordinary commitment comes to at most, and the large one.
_ORDINARY, _LARGE = 48_000_000, 620_000_000
_COLOURS = ("merah marun", "hitam", "biru tua", "hijau tua", "ungu", "cokelat", "krem")
_PATTERNS = ("pucuk rebung", "siger", "kapal", "gajah", "bunga melur", "belah ketupat")


@dataclass(frozen=True)
class Deal:
    """One commitment of the demo: how it ends, who makes it, and what it is like."""

    #: draft, proposed, half, agreed, tablet, link, ink, withdrawn, expired; amended, taken_back, invited, next_year, typed.
    ending: str
    whose: str = ""  # exhibitor, buyer or both of those with a log-in; else anybody
    category: str = ""
    lines: int = 2
    is_large: bool = False


DEALS = (
    Deal("proposed", "both"),
    Deal("tablet", "exhibitor"),
    Deal("link", "buyer"),
    Deal("tablet", category=MACHINES, lines=1, is_large=True),
    Deal("ink", category="processed_food"),
    Deal("tablet", category="tapis", lines=14),
    Deal("agreed", category="seminar_kit"),
    Deal("half"),
    Deal("draft"),
    Deal("withdrawn"),
    Deal("expired"),
    Deal("amended"),
    Deal("taken_back"),
    Deal("invited"),
    Deal("next_year"),
    Deal("typed"),
)


@dataclass(frozen=True)
class Pairing:
    """A deal between two entries, out of a meeting where they had one."""

    number: int
    deal: Deal
    exhibitor_id: int
    buyer_id: int
    sitting: Sitting | None

    @property
    def moment(self) -> datetime:
        """When the two sat down to write it."""
        return self.sitting.ends_at + 5 * MINUTE if self.sitting else at(14, 5)


def pair_up(story: Story, held: Sequence[Sitting], unavailable: frozenset[int]) -> list[Pairing]:
    """Return who makes which commitment: out of held meetings, each at most once."""
    left = [row for row in held if not unavailable & {row.exhibitor_id, row.buyer_id}]
    found, ceilings = [], _ceilings(story)
    for number, deal in enumerate(DEALS, start=1):
        fitting = [row for row in left if _fits(story, row, deal)]
        sitting = _best(story, fitting, deal, ceilings)
        if sitting:
            left.remove(sitting)
            found.append(Pairing(number, deal, sitting.exhibitor_id, sitting.buyer_id, sitting))
        elif deal.whose == "both":
            found.append(Pairing(number, deal, story.exhibitors[0], story.buyers[0], None))
    return found


def _fits(story: Story, row: Sitting, deal: Deal) -> bool:
    is_own = {"exhibitor": row.exhibitor_id == story.exhibitors[0], "buyer": row.buyer_id == story.buyers[0]}
    if deal.whose == "both":
        return all(is_own.values())
    return is_own[deal.whose] if deal.whose else not any(is_own.values())


def _best(story: Story, fitting: Sequence[Sitting], deal: Deal, ceilings: dict[tuple[int, str], int]) -> Sitting | None:
    return max(fitting, key=lambda row: _suits(story, row, deal, ceilings), default=None)


def _suits(story: Story, row: Sitting, deal: Deal, ceilings: dict[tuple[int, str], int]) -> tuple[bool, int]:
    """Return how well a meeting suits a deal: its category, then a budget that is large enough (the large one: the largest)."""
    category = _category(story, row.exhibitor_id)
    ceiling = ceilings.get((row.buyer_id, category), 0)
    return category == deal.category, ceiling if deal.is_large else min(ceiling, 40_000_000)


def _category(story: Story, exhibitor_id: int) -> str:
    return story.makers[story.exhibitors.index(exhibitor_id)].category


def _ceilings(story: Story) -> dict[tuple[int, str], int]:
    """Return the largest budget of each buyer for each category."""
    rows = db.session.execute(
        sa.select(Need.participation_id, Need.category_id, sa.func.max(Need.budget_ceiling))
        .where(Need.participation_id.in_(story.buyers))
        .group_by(Need.participation_id, Need.category_id)
    )
    return {(entry_id, category or ""): ceiling or 0 for entry_id, category, ceiling in rows}


def agreed_meetings(pairings: Sequence[Pairing]) -> frozenset[str]:
    """Return the codes of the meetings that ended in a commitment."""
    return frozenset(pairing.sitting.code for pairing in pairings if pairing.sitting)


def make_deals(story: Story, pairings: Sequence[Pairing], this_year: int) -> None:
    """Write the commitments and bring each to its end.

    Args:
        story: the demo's day.
        pairings: who makes which.
        this_year: the fiscal year in which the demo is looked at; what is to be signed must not have expired by then.
    """
    for pairing in sorted(pairings, key=lambda pairing: (pairing.moment, pairing.number)):
        _Writer(story, pairing, this_year).write()


@dataclass
class _Writer:
    """Takes one commitment from its draft to where it ends."""

    story: Story
    pairing: Pairing
    this_year: int
    round: int = 1  # a pairing signs once more when it changes or takes back what it signed

    def write(self) -> None:
        """Do it all."""
        ending, moment = self.pairing.deal.ending, self.pairing.moment
        with clock.frozen(moment):
            commitment = begin_commitment(self.story.desk, self._typed() if ending == "typed" else self._command())
        if ending == "draft":
            return
        with clock.frozen(moment + 4 * MINUTE):
            self._propose(commitment)
            if commitment.awaits_budget and ending != "next_year":
                self._confirm_budget(commitment)
        endings: dict[str, Callable[[Commitment, datetime], None]] = {
            "tablet": self._sign_on_tablet, "link": self._sign_by_link, "ink": self._sign_in_ink,
            "agreed": self._agree, "half": self._sign_half, "withdrawn": self._withdraw, "amended": self._amend,
            "taken_back": self._take_back, "invited": self._sign_on_tablet, "next_year": self._sign_on_tablet,
            "typed": self._sign_in_ink,
        }  # fmt: skip
        if finish := endings.get(ending):
            finish(commitment, moment + 7 * MINUTE)

    def _command(self) -> BeginCommitment:
        pairing, chance = self.pairing, self.story.chance(f"deal {self.pairing.number}")
        need = self._need()
        details = DraftDetails(
            lines=self._lines(need, chance),
            tax_mode="included" if pairing.number % 3 else "none",
            need=need.code if need else "",
            note="Dibahas di meja pertemuan." if pairing.deal.ending == "amended" else "",
            method="tender" if pairing.deal.ending == "invited" else "" if need else "e_purchasing",
            month=str(chance.randrange(6, 12)),
            fiscal_year=str(DAY.year if pairing.deal.ending == "expired" else max(DAY.year, self.this_year)),
            listing_by=date(2023, 7, 31).isoformat() if pairing.number % 2 else "",
            buyer_signatory=self._buyer_signatory(),
            exhibitor_signatory=SignatoryDetails(delegate=self._person(EXHIBITOR).code, role="owner"),
        )
        return BeginCommitment(
            self.story.event_id,
            str(uuid.uuid5(uuid.NAMESPACE_OID, self.story.key("deal", pairing.number))),
            pairing.buyer_id,
            pairing.exhibitor_id,
            details,
            pairing.sitting.code if pairing.sitting else None,
        )

    def _typed(self) -> BeginCommitment:
        """Take one of three blank forms; another one got wet, the third is still in the box."""
        forms = print_forms(self.story.desk, self.story.event_id, 3)
        spoil_form(self.story.desk, self.story.event_id, forms[0].id, "Basah terkena air minum.")
        return replace(
            self._command(), meeting_code=None, origin="paper", paper_number=forms[1].number, paper_on=DAY.isoformat()
        )

    def _confirm_budget(self, commitment: Commitment) -> None:
        """The story is of 2023, its money of the year in which the demo is looked at: that budget is there."""
        key = self.story.key("budget", self.pairing.number)
        number = f"DPA CONTOH/{commitment.fiscal_year}"
        confirm_budget(self.story.desk, ConfirmBudget(self.story.event_id, commitment.code, key, number))

    def _amend(self, commitment: Commitment, moment: datetime) -> None:
        """A week later the agency takes one product less: both sign an addendum."""
        self._sign_on_tablet(commitment, moment)
        with clock.frozen(moment + timedelta(days=7)):
            changed = begin_amendment(
                self.story.desk, self._successor(commitment, "Satu produk dialihkan ke kegiatan lain.")
            )
            details = self._command().details
            details = replace(details, lines=details.lines[:1], note="Diubah dengan addendum.")
            edit_draft(self.story.desk, EditDraft(self.story.event_id, changed.code, details, changed.row_version))
            self._propose(changed)
            if changed.awaits_budget:
                self._confirm_budget(changed)
        self._sign_again(changed, moment)

    def _take_back(self, commitment: Commitment, moment: datetime) -> None:
        """A week later the money is gone: both sign the withdrawal."""
        self._sign_on_tablet(commitment, moment)
        with clock.frozen(moment + timedelta(days=7)):
            taking_back = begin_withdrawal(self.story.desk, self._successor(commitment, "Kegiatan ditiadakan."))
            self._propose(taking_back)
        self._sign_again(taking_back, moment)

    def _successor(self, commitment: Commitment, reason: str) -> BeginSuccessor:
        record_id = str(uuid.uuid5(uuid.NAMESPACE_OID, self.story.key("successor", self.pairing.number)))
        return BeginSuccessor(self.story.event_id, commitment.code, record_id, reason)

    def _sign_again(self, successor: Commitment, moment: datetime) -> None:
        self.round = 2
        self._sign_on_tablet(successor, moment + timedelta(days=7, minutes=20))

    def _lines(self, need: Need | None, chance: random.Random) -> tuple[LineDetails, ...]:
        maker = db.session.get_one(Participation, self.pairing.exhibitor_id)
        products = offered_products(maker.organization_id)
        deal = self.pairing.deal
        numbers = range(deal.lines if deal.lines > 3 else min(deal.lines, len(products)))
        high = _LARGE if deal.is_large else _ORDINARY
        most = min(high, need.budget_ceiling * 9 // 10) if need and need.budget_ceiling else high
        each = chance.randrange(most // 2, most) // len(numbers)
        return tuple(self._line(products[number % len(products)], number, each) for number in numbers)

    def _line(self, product: Product, number: int, value: int) -> LineDetails:
        price = product.price or 100_000
        quantity = max(1, value // price)
        if quantity > 20:
            quantity = quantity // 10 * 10
        words = f"Motif {_PATTERNS[number % len(_PATTERNS)]}, warna {_COLOURS[number % len(_COLOURS)]}"
        return LineDetails(
            product=product.code,
            specification=words if self.pairing.deal.lines > 3 else "",
            quantity=str(quantity),
            unit=product.unit,
            unit_price=str(price),
        )

    def _need(self) -> Need | None:
        category = _category(self.story, self.pairing.exhibitor_id)
        wanted = sa.select(Need).where(Need.participation_id == self.pairing.buyer_id, Need.category_id == category)
        if self.pairing.deal.ending != "invited":
            wanted = wanted.where(Need.procurement_method.not_in(COMPETITIVE))
        return db.session.scalars(wanted.order_by(Need.budget_ceiling.desc())).first()

    def _person(self, kind: PartyKind) -> Delegate:
        entry = self.pairing.buyer_id if kind is BUYER else self.pairing.exhibitor_id
        contact = sa.select(Delegate).where(Delegate.participation_id == entry, Delegate.is_contact)
        return db.session.scalars(contact).one()

    def _buyer_signatory(self) -> SignatoryDetails:
        """Return who is to sign for the buyer: its PPK in the hall, but one agency's KPA has stayed in the office."""
        if self.pairing.deal.ending != "agreed":
            return SignatoryDetails(delegate=self._person(BUYER).code)
        return SignatoryDetails(
            name="Peserta Contoh 950", office="Kuasa Pengguna Anggaran", role="budget_user", phone="089900009050"
        )

    def _propose(self, commitment: Commitment) -> None:
        accepted = tuple(warnings_of(commitment))
        key = self.story.key("propose", self.pairing.number)
        seen = commitment.row_version
        propose_commitment(
            self.story.desk, ProposeCommitment(self.story.event_id, commitment.code, key, seen, accepted)
        )

    def _signatory(self, kind: PartyKind) -> Signatory:
        person = self._person(kind)
        role = SignatoryRole.OWNER if kind is EXHIBITOR else SignatoryRole(person.office_role.value)
        return Signatory(person.name, person.office, role)

    def _key(self, kind: PartyKind) -> str:
        return uuid.uuid5(uuid.NAMESPACE_OID, self.story.key("sign", self.pairing.number, kind.value, self.round)).hex

    def _request(
        self, commitment: Commitment, kind: PartyKind, method: SigningMethod, signatory: Signatory | None = None
    ) -> SignRequest:
        return SignRequest(
            event_id=self.story.event_id,
            code=commitment.code,
            kind=kind,
            key=self._key(kind),
            content_hash=commitment.content_hash or "",
            method=method,
            signatory=signatory or self._signatory(kind),
            strokes=sent_strokes(f"{self.pairing.number} {kind.value}"),
            device_time=clock.now(),
            identified_how=IdentifiedHow.BADGE if method is SigningMethod.TABLET else None,
        )

    def _sign_on_tablet(self, commitment: Commitment, moment: datetime) -> None:
        for wait, kind in enumerate((BUYER, EXHIBITOR)):
            with clock.frozen(moment + wait * MINUTE):
                sign(self.story.desk, self._request(commitment, kind, SigningMethod.TABLET))

    def _sign_half(self, commitment: Commitment, moment: datetime) -> None:
        """The maker has signed; the buyer has the link on the phone and takes its time."""
        with clock.frozen(moment):
            sign(self.story.desk, self._request(commitment, EXHIBITOR, SigningMethod.TABLET))
            self._send_link(commitment, BUYER)

    def _sign_by_link(self, commitment: Commitment, moment: datetime) -> None:
        """The maker signs on its phone in the hall, the buyer four days later in the office."""
        for days, kind in ((0, EXHIBITOR), (4, BUYER)):
            with clock.frozen(moment + timedelta(days=days)):
                link_id = self._send_link(commitment, kind)
                signer = Actor(ActorKind.LINK, link_id, self.story.event_id)
                sign_by_link(signer, link_id, self._request(commitment, kind, SigningMethod.LINK))

    def _send_link(self, commitment: Commitment, kind: PartyKind) -> int:
        who = self._signatory(kind)
        seed = self.story.key("link", self.pairing.number, kind.value)
        command = SendLink(
            self.story.event_id, commitment.code, kind, who.name, who.office, who.role, phone="", seed=seed
        )
        return send_link(self.story.desk, command).id

    def _sign_in_ink(self, commitment: Commitment, moment: datetime) -> None:
        event_id, number = self.story.event_id, self.pairing.number
        with clock.frozen(moment):
            note_printed(self.story.desk, event_id, commitment.code, self.story.key("ink", number))
        with clock.frozen(moment + 12 * MINUTE):
            seeds = [f"{number} {kind.value}" for kind in (BUYER, EXHIBITOR)]
            picture = photographed_paper(commitment.number or "", seeds)
            photo = keep_upload(event_id, io.BytesIO(picture), "contoh-bertanda-tangan.jpg").code
            signers = tuple(
                InkSigner(kind, self._key(kind), self._signatory(kind), IdentifiedHow.KNOWN)
                for kind in (BUYER, EXHIBITOR)
            )
            hashed = commitment.content_hash or ""
            record_ink(self.story.desk, InkRequest(event_id, commitment.code, hashed, (photo,), signers))

    def _agree(self, commitment: Commitment, moment: datetime) -> None:
        """The maker signs; for the buyer the PPTK in the hall agrees, and its KPA has still to sign."""
        with clock.frozen(moment):
            sign(self.story.desk, self._request(commitment, EXHIBITOR, SigningMethod.TABLET))
        with clock.frozen(moment + MINUTE):
            officer = Signatory(self._person(BUYER).name, "PPTK", SignatoryRole.ACTIVITY_OFFICER)
            sign(self.story.desk, self._request(commitment, BUYER, SigningMethod.TABLET, officer))

    def _withdraw(self, commitment: Commitment, moment: datetime) -> None:
        reason = "Anggaran kegiatan digeser ke tahun berikutnya."
        key = self.story.key("withdraw", self.pairing.number)
        with clock.frozen(moment + 30 * MINUTE):
            withdraw_commitment(self.story.desk, EndOrReopen(self.story.event_id, commitment.code, key, reason=reason))
