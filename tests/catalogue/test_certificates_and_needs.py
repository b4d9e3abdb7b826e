"""Certificates by their number formats or a photo, and a buyer's needs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from matchmaking.actor import SYSTEM
from matchmaking.catalogue.commands import CertificateDetails, NeedDetails
from matchmaking.catalogue.models import Certificate, Need, ParticipationCategory
from matchmaking.catalogue.services.categories_kept import choose_categories
from matchmaking.catalogue.services.certificates import (
    add_certificate,
    certificate_of,
    edit_certificate,
    remove_certificate,
)
from matchmaking.catalogue.services.needs import create_need, edit_need, need_of, restore_need, retire_need
from matchmaking.errors import InvalidInput, NotFound
from matchmaking.extensions import db
from matchmaking.registration import hooks
from matchmaking.registration.models import Participation, Side
from matchmaking.storage.models import StoredFile
from matchmaking.transactions import transaction
from tests.catalogue.builders import add_need, add_product, kept_photo
from tests.world import World


@pytest.fixture
def exhibitor(world: World) -> int:
    return world.participation(world.event(), Side.EXHIBITOR)


@pytest.fixture
def buyer(world: World) -> int:
    return world.participation(world.event(), Side.BUYER)


def add(participation_id: int, file_code: str = "", **values: str) -> int:
    entry = db.session.get_one(Participation, participation_id)
    with transaction():
        given = CertificateDetails(**{"kind": "halal", **values})
        return add_certificate(SYSTEM, entry.organization_id, given, event_id=entry.event_id, file_code=file_code).id


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("halal", "id 32110000293810822", "ID32110000293810822"),
        ("home_food_permit", "P-IRT 2103571010012-28", "P-IRT 2103571010012-28"),
        ("marketing_permit", "md234567890123", "MD 234567890123"),
        ("sni", "sni 7388-2009", "SNI 7388:2009"),
        ("trademark", "IDM000123456", "IDM000123456"),
        ("other", "Sertifikat 12/2025", "Sertifikat 12/2025"),
    ],
)
def test_numbers_are_read_by_their_format(exhibitor: int, kind: str, typed: str, stored: str) -> None:
    assert db.session.get_one(Certificate, add(exhibitor, kind=kind, number=typed)).number == stored


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"kind": "halal", "number": "KH123"}, "number"),
        ({"kind": "home_food_permit", "number": "123"}, "number"),
        ({"kind": "lain"}, "kind"),
        ({"kind": "halal"}, "number"),
        ({"kind": "other", "number": "1", "issued_on": "2099-01-01"}, "issued_on"),
        ({"kind": "other", "number": "1", "issued_on": "2020-01-02", "expires_on": "2020-01-02"}, "expires_on"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(exhibitor: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add(exhibitor, **values)
    assert set(refusal.value.fields) == {field}


def test_a_photo_alone_waits_to_be_typed_in(exhibitor: int) -> None:
    entry = db.session.get_one(Participation, exhibitor)
    organization_id, event_id = entry.organization_id, entry.event_id
    certificate_id = add(exhibitor, file_code=kept_photo(event_id))
    row = certificate_of(organization_id, certificate_id)
    assert (row.number, row.file_id is None) == ("", False)
    with transaction():
        typed_in = CertificateDetails("halal", "ID32110000293810822")
        assert edit_certificate(SYSTEM, certificate_id, typed_in, event_id=event_id) == ["number"]
    for _again in range(2):
        with transaction():
            remove_certificate(SYSTEM, certificate_id, event_id=event_id)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(StoredFile)) == 0


def test_the_same_number_again_changes_nothing(exhibitor: int) -> None:
    first = add(exhibitor, number="ID32110000293810822")
    assert add(exhibitor, number="ID 32110000293810822") == first


def test_certificates_belong_to_their_organisation(world: World, exhibitor: int) -> None:
    entry = db.session.get_one(Participation, exhibitor)
    other = db.session.get_one(Participation, world.participation(entry.event_id, Side.EXHIBITOR)).organization_id
    certificate_id = add(exhibitor, number="ID32110000293810822")
    with pytest.raises(NotFound):
        certificate_of(other, certificate_id)
    product_id = add_product(exhibitor)
    with pytest.raises(NotFound), transaction():
        add_certificate(SYSTEM, other, CertificateDetails("other", "1"), event_id=1, product_id=product_id)


def categories(participation_id: int) -> set[str]:
    rows = sa.select(ParticipationCategory.category_id).where(
        ParticipationCategory.participation_id == participation_id
    )
    return set(db.session.scalars(rows))


def test_a_need_is_stored_with_its_category_for_matching(buyer: int) -> None:
    need_id = add_need(buyer, category_id="souvenir", budget_ceiling="9,9 jt", rup_code="60832782", planned_month="Mei")
    need = db.session.get_one(Need, need_id)
    assert (need.budget_ceiling, need.rup_code, need.planned_month) == (9_900_000, "60832782", 5)
    assert categories(buyer) == {"souvenir"}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"rup_code": "123"}, "rup_code"),
        ({"budget_ceiling": "0"}, "budget_ceiling"),
        ({"planned_month": "13"}, "planned_month"),
        ({"fiscal_year": "99"}, "fiscal_year"),
        ({"procurement_method": "lelang"}, "procurement_method"),
        ({"procurement_type": "apa"}, "procurement_type"),
        ({"funding_source": "kas"}, "funding_source"),
        ({"category_id": "mobil"}, "category_id"),
    ],
)
def test_a_wrong_need_is_refused_at_its_field(buyer: int, values: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        add_need(buyer, **values)
    assert set(refusal.value.fields) == {field}
    assert categories(buyer) == set()


def test_the_same_need_sent_again_is_one(buyer: int) -> None:
    first = add_need(buyer, rup_code="60832782", category_id="souvenir", budget_ceiling="9,9 jt", planned_month="Mei")
    again = add_need(buyer, rup_code="60832782", category_id="souvenir", budget_ceiling="9,9 jt", planned_month="Mei")
    plain = add_need(buyer)
    assert (again, add_need(buyer), add_need(buyer, quantity_text="40 buah") in {first, plain}) == (first, plain, False)


def test_one_rup_code_stands_once_in_an_entry(buyer: int) -> None:
    first = add_need(buyer, rup_code="60832782")
    with pytest.raises(InvalidInput):
        add_need(buyer, name="Belanja lain", rup_code="60832782")
    with transaction():
        retire_need(SYSTEM, first, event_id=1)
    second = add_need(buyer, rup_code="60832782")
    with pytest.raises(InvalidInput), transaction():
        restore_need(SYSTEM, first, event_id=1)
    with transaction():
        assert edit_need(SYSTEM, second, NeedDetails("Belanja suvenir", rup_code="60832782"), event_id=1) == []


def test_only_buyers_have_needs(exhibitor: int) -> None:
    with pytest.raises(NotFound), transaction():
        create_need(SYSTEM, exhibitor, NeedDetails("Kain"))


def test_a_need_of_another_entry_is_not_found(world: World, buyer: int) -> None:
    need = db.session.get_one(Need, add_need(buyer))
    other = world.participation(db.session.get_one(Participation, buyer).event_id, Side.BUYER)
    assert need_of(buyer, need.code).id == need.id
    with pytest.raises(NotFound):
        need_of(other, need.code)


def test_ticked_categories_stay_and_needs_add_theirs(buyer: int) -> None:
    add_need(buyer, category_id="souvenir")
    with transaction():
        choose_categories(SYSTEM, buyer, ["tapis"])
    assert categories(buyer) == {"souvenir", "tapis"}
    with pytest.raises(InvalidInput), transaction():
        choose_categories(SYSTEM, buyer, ["mobil"])
    with transaction():
        choose_categories(SYSTEM, buyer, [])
    assert categories(buyer) == {"souvenir"}


def test_merged_entries_share_their_needs(world: World, buyer: int) -> None:
    other = world.participation(db.session.get_one(Participation, buyer).event_id, Side.BUYER)
    add_need(buyer, rup_code="60832782", category_id="souvenir")
    add_need(other, rup_code="60832782", category_id="souvenir")
    add_need(other, name="Seminar kit", category_id="seminar_kit")
    with transaction():
        hooks.participations_merged(SYSTEM, buyer, other)
    live = db.session.scalars(
        sa.select(Need.name).where(Need.participation_id == buyer, Need.retired_at.is_(None)).order_by(Need.id)
    ).all()
    assert live == ["Belanja suvenir", "Seminar kit"]
    assert categories(buyer) == {"souvenir", "seminar_kit"}
