"""Two versions side by side: the figures, who gains, who loses, what moves, and taking one."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from matchmaking.actor import Role
from matchmaking.errors import InvalidInput
from matchmaking.extensions import db
from matchmaking.registration.models import Participation, ParticipationState
from matchmaking.scheduling.comparing import FigureRow, figure_rows
from matchmaking.scheduling.errors import ChangedMeanwhile
from matchmaking.scheduling.models import Placement, ScheduleVersion, VersionState
from matchmaking.scheduling.queries.board import board_of, boards_of
from matchmaking.scheduling.queries.spread import figures_of
from matchmaking.scheduling.queries.versions import version_beside
from matchmaking.scheduling.services.placements import Edit, Place, move_meeting, place_pair, remove_meeting
from matchmaking.scheduling.services.versions import copy_version, discard_version, name_version, publish_version
from matchmaking.transactions import transaction
from tests.attendance.test_outcomes import counted_statements
from tests.scheduling.scene import MUST, WANT, Scene, insist, make_scene
from tests.threads import at_once
from tests.world import BOTH, World


@dataclass
class Two:
    """Version 1 is announced: E1–B1, E1–B2 in slots 1 and 2 at table 1. Draft 2 loses E1–B1, moves E1–B2 to slot 4, gains E2–B3."""

    scene: Scene
    old: int
    new: int

    @property
    def home(self) -> str:
        return f"/manage/{self.scene.code}/schedule"

    def code(self, version_id: int) -> str:
        return self.scene.version(version_id).code

    def page(self, query: str = "", browser: FlaskClient | None = None) -> str:
        return html.unescape((browser or self.scene.staff()).get(f"{self.home}/compare{query}").text)


@pytest.fixture
def two(world: World) -> Two:
    scene = make_scene(world)
    for maker, agency in ((0, 0), (0, 1), (1, 2)):
        scene.wish(scene.makers[maker], scene.agencies[agency], MUST if agency == 0 else WANT)
    old = scene.solve(with_suggestions=False)
    teams = [scene.team(id) for id in scene.agencies]
    with transaction():
        for row in scene.placements(old):
            if row.buyer_team_id == teams[2]:
                db.session.delete(row)
            else:
                row.slot_id, row.table_id = scene.slots[teams.index(row.buyer_team_id)], scene.tables[0]
        publish_version(scene.actor, Edit(old, 1))
    with transaction():
        new = copy_version(scene.actor, old).id
    lost, moved = (row.meeting_id for row in sorted(scene.placements(new), key=lambda r: r.slot_id))
    with transaction():
        remove_meeting(scene.actor, Edit(new, 1), lost)
    insist(move_meeting, scene.actor, Edit(new, 2), moved, Place(scene.slots[3], scene.tables[1]))
    pair = (scene.team(scene.makers[1]), teams[2])
    insist(place_pair, scene.actor, Edit(new, 3), *pair, Place(scene.slots[0], scene.tables[1]))
    return Two(scene, old, new)


def rows(page: str) -> list[list[str]]:
    """The text of the last table's rows (the list), cell by cell."""
    table = re.findall(r"<tbody>(.*?)</tbody>", page, re.S)[-1]
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", table, re.S)
    ]


def move_everybody_on(scene: Scene, version_id: int) -> None:
    """Every meeting one slot later, the last slot's in the first: the constraints look at each row by itself."""
    with transaction():
        kept = [
            {
                name: getattr(row, name)
                for name in ("meeting_id", "slot_id", "table_id", "exhibitor_team_id", "buyer_team_id")
            }
            for row in scene.placements(version_id)
        ]
        db.session.execute(sa.delete(Placement).where(Placement.version_id == version_id))
        for row in kept:
            slot = scene.slots[(scene.slots.index(row.pop("slot_id")) + 1) % len(scene.slots)]
            db.session.add(Placement(version_id=version_id, slot_id=slot, **row))


def test_figures_of_both_are_measured_alike(two: Two) -> None:
    before, after = (figures_of(board) for board in boards_of([two.scene.version(two.old), two.scene.version(two.new)]))
    weights = {(r.exhibitor_id, r.buyer_id): r.weight for r in board_of(two.scene.version(two.old)).matching.requests}
    makers, agencies = two.scene.makers, two.scene.agencies
    lost, kept, won = (weights[pair] for pair in zip((makers[0], makers[0], makers[1]), agencies, strict=True))
    assert (before.meetings, before.wishes_held, before.wished, before.weight) == (2, 2, 3, lost + kept)
    assert (after.meetings, after.wishes_held, after.wished, after.weight) == (2, 2, 3, kept + won)
    assert (before.breaks, before.table_changes, before.lacking, before.impossible) == (0, 0, 0, 0)
    with two.scene.world.app.test_request_context():
        found = {row.label: row for row in figure_rows(before, after)}
    weight = found["Bobot permintaan yang terpenuhi"]
    assert weight == FigureRow(weight.label, str(lost + kept), str(kept + won), f"−{lost - won}", "worse")
    fewest = found["IKM: pertemuan paling sedikit"]
    assert (fewest.old, fewest.new, fewest.difference, fewest.kind) == ("0", "1", "+1", "better")
    even = found["IKM: paling sedikit – tengah – paling banyak"]
    assert (even.old, even.new, even.difference, even.kind) == ("0 – 1 – 2", "1 – 1 – 1", "−2", "better")
    meetings = found["Pertemuan"]
    assert (meetings.old, meetings.new, meetings.difference, meetings.kind) == ("2", "2", "", "")


def test_who_gains_who_loses_and_what_moves_stand_in_sentences(two: Two) -> None:
    scene, browser = two.scene, two.scene.staff()
    e1, e2 = (scene.name(id) for id in scene.makers)
    b1, b2, b3 = (scene.name(id) for id in scene.agencies)
    gains = rows(two.page("", browser))
    assert [row[:3] for row in gains] == [[e2, "IKM", "0 → 1"], [b3, "Pembeli", "0 → 1"]]
    assert gains[0][3].startswith(f"Baru: {b3}, ")
    assert "09.00 WIB" in gains[0][3]
    losses = rows(two.page("?kind=losses", browser))
    assert [row[:3] for row in losses] == [[e1, "IKM", "2 → 1"], [b1, "Pembeli", "1 → 0"]]
    assert losses[0][3].startswith(f"Dibatalkan: {b1}, ")
    assert losses[0][3].endswith("Dikeluarkan dari jadwal oleh panitia.")  # the reason, from the draft's own words
    moves = two.page("?kind=moves", browser)
    assert f"Pindah: {e1} – {b2}, dari " in moves
    turned = f"?old={two.code(two.new)}&new={two.code(two.old)}"
    assert [row[0] for row in rows(two.page(turned, browser))] == [e1, b1]  # the other way round, gains are losses


def test_the_lists_are_filtered_by_either_side(two: Two) -> None:
    scene, browser = two.scene, two.scene.staff()
    assert len(rows(two.page(f"?exhibitor={scene.makers[1]}", browser))) == 2
    assert "Tidak ada yang mendapat pertemuan baru" in two.page(f"?kind=gains&exhibitor={scene.makers[0]}", browser)
    assert len(rows(two.page(f"?kind=losses&buyer={scene.agencies[0]}", browser))) == 2
    assert "Tidak ada yang kehilangan" in two.page(f"?kind=losses&buyer={scene.agencies[1]}", browser)
    assert "Pindah: " in two.page(f"?kind=moves&exhibitor={scene.makers[0]}&buyer={scene.agencies[1]}", browser)
    assert "Tidak ada pertemuan yang pindah" in two.page(f"?kind=moves&buyer={scene.agencies[0]}", browser)


def test_somebody_who_left_is_the_reason(two: Two) -> None:
    with transaction():
        db.session.get_one(Participation, two.scene.agencies[0]).state = ParticipationState.WITHDRAWN
    losses = rows(two.page("?kind=losses"))
    assert losses[0][3].endswith(f"{two.scene.name(two.scene.agencies[0])} tidak lagi mengikuti acara.")


def test_what_is_compared_unless_somebody_chooses(two: Two) -> None:
    scene = two.scene
    assert version_beside(scene.version(two.new)).id == two.old  # type: ignore[union-attr]
    assert version_beside(scene.version(two.old)) is None
    with transaction():
        publish_version(scene.actor, Edit(two.new, scene.version(two.new).revision))
    assert version_beside(scene.version(two.new)).id == two.old  # type: ignore[union-attr]
    with transaction():
        third = copy_version(scene.actor, two.old).id
    assert version_beside(scene.version(third)).id == two.new  # type: ignore[union-attr]


def test_before_anything_is_announced_a_draft_stands_beside_the_draft_before(scene: Scene) -> None:
    scene.wish_all()
    first, second, third = scene.solve(), scene.solve(), scene.solve()
    assert version_beside(scene.version(third)).id == second  # type: ignore[union-attr]
    with transaction():
        discard_version(scene.actor, second)
    assert version_beside(scene.version(third)).id == first  # type: ignore[union-attr]


def test_page_with_one_version_or_one_twice_says_so(scene: Scene) -> None:
    scene.wish_all()
    browser = scene.staff()
    address = f"/manage/{scene.code}/schedule/compare"
    assert "Belum ada dua versi" in browser.get(address).text
    code = scene.version(scene.solve()).code
    assert "Belum ada dua versi" in browser.get(address).text
    scene.solve()
    assert "Ini versi yang sama" in browser.get(f"{address}?old={code}&new={code}").text


def test_statements_do_not_grow_with_the_differences(world: World) -> None:
    counts = []
    for size in (2, 8):
        scene = make_scene(world, slots=8, tables=4, makers=size, agencies=size)
        scene.wish_all()
        first = scene.solve(with_suggestions=False)
        with transaction():
            publish_version(scene.actor, Edit(first, 1))
        with transaction():
            second = copy_version(scene.actor, first).id
        move_everybody_on(scene, second)
        browser, address = scene.staff(), f"/manage/{scene.code}/schedule/compare"
        browser.get(address)
        for kind in ("gains", "losses", "moves"):
            with counted_statements() as statements:
                assert browser.get(f"{address}?kind={kind}").status_code == 200
            counts.append(len(statements))
    assert counts[:3] == counts[3:]


def test_long_lists_have_pages(world: World) -> None:
    scene = make_scene(world, slots=8, tables=8, makers=7, agencies=8)
    scene.wish_all()
    first = scene.solve(with_suggestions=False)
    with transaction():
        publish_version(scene.actor, Edit(first, 1))
        second = copy_version(scene.actor, first).id
    move_everybody_on(scene, second)
    browser, address = scene.staff(), f"/manage/{scene.code}/schedule/compare?kind=moves"
    pages = [browser.get(f"{address}&page={number}").text for number in (1, 2, 3)]
    assert [page.count("<li>Pindah: ") for page in pages] == [25, 25, 6]
    assert len({line for page in pages for line in re.findall(r"<li>Pindah: .*?</li>", page)}) == 56


def test_a_draft_is_published_and_another_version_taken_up_from_there(two: Two) -> None:
    browser = two.scene.staff()
    page = two.page("", browser)
    code = two.code(two.new)
    assert f'action="{two.home}/versions/{code}/publish"' in page
    assert "4 orang diberi tahu" in page  # not the one who loses a meeting that nobody had been told of yet
    assert f'action="{two.home}/versions/{two.code(two.old)}/copy"' in page
    assert f'action="{two.home}/versions/{code}/copy"' not in page  # it is the working draft
    assert browser.post(f"{two.home}/versions/{two.code(two.old)}/copy").status_code == 303
    newest = db.session.scalars(sa.select(ScheduleVersion).order_by(ScheduleVersion.number.desc())).first()
    assert newest is not None
    assert (newest.state, newest.based_on_id) == (VersionState.DRAFT, two.old)


def test_who_only_reads_sees_no_button_that_changes_anything(two: Two) -> None:
    page = two.page("", two.scene.staff(Role.LEADER))
    assert "Siapa yang bertambah" in page
    assert f'action="{two.home}/versions' not in page


def test_the_page_is_reached_from_the_list_and_the_board(two: Two) -> None:
    browser = two.scene.staff()
    address = f"{two.home}/compare?new={two.code(two.new)}"
    assert address in browser.get(two.home).text
    assert address in browser.get(f"{two.home}/versions/{two.code(two.new)}").text


def test_a_name_is_kept_shortened_to_one_line_and_taken_away(two: Two) -> None:
    scene = two.scene

    def name(text: str, seen: str) -> str:
        with transaction():
            name_version(scene.actor, two.new, text, seen)
        return scene.version(two.new).name

    assert name("  Setelah \n rapat ", "") == "Setelah rapat"
    assert name("x" * 120, "Setelah rapat") == "x" * 120
    with pytest.raises(InvalidInput):
        name("x" * 121, "x" * 120)
    assert name("", "x" * 120) == ""


def test_a_name_somebody_gave_meanwhile_is_not_overwritten(two: Two) -> None:
    scene = two.scene
    revision = scene.version(two.new).revision
    with transaction():
        name_version(scene.actor, two.new, "Rina", "")
    with pytest.raises(ChangedMeanwhile), transaction():
        name_version(scene.actor, two.new, "Budi", "")
    with transaction():
        name_version(scene.actor, two.new, "Rina", "")  # sent twice
    assert (scene.version(two.new).name, scene.version(two.new).revision) == ("Rina", revision)
    answer = scene.staff().post(
        f"{two.home}/versions/{two.code(two.new)}/name", data={"name": "Budi", "seen": ""}, follow_redirects=True
    )
    assert "Sementara itu orang lain menamai versi ini “Rina”" in answer.text


@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_two_names_at_once_one_is_kept_and_the_other_hears_of_it(scene: Scene) -> None:
    scene.wish_all()
    version_id = scene.solve()

    def act(number: int) -> str:
        with transaction():
            return name_version(scene.actor, version_id, f"Nama {number}", "").name

    outcomes = at_once(scene.world.app, act, 4)
    kept = [outcome for outcome in outcomes if isinstance(outcome, str)]
    assert len(kept) == 1
    assert [type(outcome) for outcome in outcomes if outcome not in kept] == [ChangedMeanwhile] * 3
    assert scene.version(version_id).name == kept[0]


def test_the_first_list_that_holds_something_is_shown(two: Two) -> None:
    scene, browser = two.scene, two.scene.staff()
    assert 'aria-current="page">Siapa yang bertambah' in two.page("", browser)
    assert 'aria-current="page">Siapa yang berkurang' in two.page(f"?buyer={scene.agencies[0]}", browser)
    assert 'aria-current="page">Apa yang pindah' in two.page(f"?buyer={scene.agencies[1]}", browser)
