"""Which pairs are suggested when nobody asked."""

from __future__ import annotations

from matchmaking.matching.suggestions import Ban, Party, fit_points, may_meet, suggested_pairs
from matchmaking.matching.weights import MOST_FIT


def maker(id: int, *categories: str, minimum: int = 0, regency: str = "") -> Party:
    return Party(id, f"E{id}", f"Tapis {id}", "exhibitor", frozenset(categories), minimum=minimum, regency=regency)


def agency(
    id: int, *ticked: str, needs: dict[str, int] | None = None, kind: str = "regional_agency", regency: str = ""
) -> Party:
    return Party(id, f"B{id}", f"Dinas {id}", "buyer", frozenset(ticked), needs or {}, kind, regency)


def reasons(exhibitor: Party, buyer: Party, *bans: Ban) -> list[str]:
    return [point.reason for point in fit_points(exhibitor, buyer, bans)]


def test_same_category_gives_a_point_and_another_none() -> None:
    assert reasons(maker(1, "tapis"), agency(9, "tapis")) == ["same_category"]
    assert reasons(maker(1, "tapis"), agency(9, "souvenir")) == []


def test_written_needs_several_of_them_and_the_same_regency_add_up() -> None:
    buyer = agency(9, needs={"tapis": 2}, regency="18.71")
    assert reasons(maker(1, "tapis", regency="18.71"), buyer) == [
        "same_category", "written_need", "several_needs", "same_regency",
    ]  # fmt: skip
    assert sum(p.value for p in fit_points(maker(1, "tapis", regency="18.71"), buyer)) == MOST_FIT
    assert reasons(maker(1, "tapis"), agency(9, needs={"tapis": 1})) == ["same_category", "written_need"]


def test_unknown_regencies_are_not_the_same_regency() -> None:
    assert reasons(maker(1, "tapis"), agency(9, "tapis")) == ["same_category"]


def test_rule_keeps_a_type_and_a_category_apart_and_nothing_else() -> None:
    ban = Ban("state_owned_company", "tapis")
    company = agency(9, "tapis", "souvenir", kind="state_owned_company")
    assert reasons(maker(1, "tapis"), company, ban) == []
    assert not may_meet(maker(1, "tapis"), company, (ban,))
    assert reasons(maker(1, "tapis"), agency(8, "tapis"), ban) == ["same_category"]
    assert may_meet(maker(1, "tapis", "souvenir"), company, (ban,))
    assert [p.about for p in fit_points(maker(1, "tapis", "souvenir"), company, (ban,))] == ["souvenir"]


def test_rule_with_one_part_empty_covers_all_of_it() -> None:
    assert not may_meet(maker(1, "tapis"), agency(9), (Ban("regional_agency", ""),))
    assert not may_meet(maker(1), agency(9), (Ban("regional_agency", ""),))
    assert not may_meet(maker(1, "tapis"), agency(9), (Ban("", "tapis"),))
    assert may_meet(maker(1), agency(9), (Ban("", "tapis"),))


def test_refused_pairs_are_not_suggested() -> None:
    makers, agencies = [maker(1, "tapis", minimum=2)], [agency(8, "tapis"), agency(9, "tapis")]
    pairs = suggested_pairs(makers, agencies, (), frozenset({(1, 8)}), 10)
    assert set(pairs) == {(1, 9)}


def test_exhibitor_that_fits_with_nobody_still_gets_enough_to_reach_its_minimum() -> None:
    makers, agencies = [maker(1, "souvenir", minimum=2)], [agency(n, "tapis") for n in range(10, 30)]
    pairs = suggested_pairs(makers, agencies, (), frozenset(), 10)
    assert len(pairs) == 6
    assert {p.reason for points in pairs.values() for p in points} == {"minimum"}
    assert suggested_pairs([maker(1, "souvenir")], agencies, (), frozenset(), 10) == {}


def test_rules_hold_for_the_minimum_too() -> None:
    agencies = [agency(10, "tapis"), agency(11, "tapis", kind="state_owned_company")]
    pairs = suggested_pairs(
        [maker(1, "souvenir", minimum=2)], agencies, (Ban("state_owned_company", ""),), frozenset(), 10
    )
    assert set(pairs) == {(1, 10)}


def test_number_of_suggestions_is_bounded_for_each_participant_of_a_big_event() -> None:
    makers = [maker(n, "tapis") for n in range(1, 61)]
    agencies = [agency(n, "tapis") for n in range(101, 181)]
    pairs = suggested_pairs(makers, agencies, (), frozenset(), 12)
    each = {m.id: sum(1 for pair in pairs if pair[0] == m.id) for m in makers}
    assert min(each.values()) >= 12
    assert len(pairs) <= 12 * (60 + 80)
    assert pairs == suggested_pairs(list(reversed(makers)), list(reversed(agencies)), (), frozenset(), 12)
