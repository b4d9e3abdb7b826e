"""A tablet's data in parts: what other tablets sign costs the others one small part, and put together it is the whole."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaking.commitments.models import EventKind
from matchmaking.commitments.tablet_parts import PARTS_1, parts_of, versions_of
from matchmaking.extensions import db
from matchmaking.registration.models import Organization, Participation
from matchmaking.transactions import transaction
from tests.commitments.scene import Deal
from tests.commitments.tablets import Tablet, make_tablet
from tests.commitments.test_javascript import in_node
from tests.world import BOTH


def whole(tablet: Tablet) -> dict[str, Any]:
    return tablet.client.get("/tablet/data").get_json()


def parts(tablet: Tablet, names: list[str]) -> dict[str, Any]:
    return tablet.client.get(f"/tablet/data?parts={','.join(names)}").get_json()


def changed(before: dict[str, Any], tablet: Tablet) -> list[str]:
    [names] = in_node(("parts", "changedParts", [before["versions"], tablet.state()["versions"]]))
    return list(names)


def together(before: dict[str, Any], tablet: Tablet) -> dict[str, Any]:
    """What a tablet has after it has asked for what changed."""
    [made] = in_node(("parts", "withParts", [before, parts(tablet, changed(before, tablet))]))
    return dict(made)


def same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    return {**first, "made_at": ""} == {**second, "made_at": ""}


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_a_record_of_another_tablet_changes_one_part_and_the_rest_stays(deal: Deal, tablet: Tablet) -> None:
    other = make_tablet(deal, "Tablet 2")
    before = whole(tablet)
    record = other.record()
    assert other.send(record)[0]["outcome"] == "stored"
    assert changed(before, tablet) == [record["record_id"][0]]
    after = together(before, tablet)
    assert [row["record_id"] for row in after["beside"]["records"]] == [record["record_id"]]
    assert same(after, whole(tablet))


def test_put_together_it_is_the_whole_whatever_changed(deal: Deal, tablet: Tablet) -> None:
    for _record in range(6):
        deal.signed()
    deal.propose()
    before = whole(tablet)
    gone = deal.propose()
    deal.happen(gone, EventKind.WITHDRAWN, reason="batal")
    for _record in range(5):
        deal.signed()
    with transaction():
        entry = db.session.get_one(Participation, deal.buyer_id)
        db.session.get_one(Organization, entry.organization_id).legal_name = "Dinas Lain"
    assert "base" in changed(before, tablet)
    assert same(together(before, tablet), whole(tablet))


def test_a_part_that_is_empty_by_now_comes_empty(deal: Deal, tablet: Tablet) -> None:
    code = deal.propose()
    before = whole(tablet)
    digit = deal.row(code).record_id[0]
    deal.happen(code, EventKind.WITHDRAWN, reason="batal")
    assert changed(before, tablet) == [digit]
    assert parts(tablet, [digit])["parts"] == {digit: {"records": [], "waiting": []}}
    assert same(together(before, tablet), whole(tablet))


def test_own_numbers_are_a_part_of_their_own(deal: Deal, tablet: Tablet) -> None:
    before, other = whole(tablet), make_tablet(deal, "Tablet 2")
    assert changed(before, tablet) == []  # another tablet's numbers are not ours
    mine = whole(other)
    assert [name for name in mine["versions"] if mine["versions"][name] != before["versions"][name]] == ["numbers"]


def test_the_parts_are_all_of_it_and_each_has_a_version(deal: Deal, tablet: Tablet) -> None:
    deal.signed()
    data = whole(tablet)
    assert data["versions"] == versions_of(data)
    found = parts_of(data)
    told = {**found["base"], "beside": {**found["base"]["beside"], "records": data["beside"]["records"]}}
    extra = {name: data[name] for name in ("number_blocks", "waiting", "versions", "data_version", "made_at")}
    assert {**told, **extra} == data
    answer = parts(tablet, ["numbers", "nonsense"])
    assert (answer["format"], list(answer["parts"])) == (PARTS_1, ["numbers"])


def test_without_versions_on_board_the_whole_is_fetched() -> None:
    assert in_node(("parts", "changedParts", [None, {"base": "1"}]), ("parts", "changedParts", [{"base": "1"}, None])) == [
        None, None,
    ]  # fmt: skip
