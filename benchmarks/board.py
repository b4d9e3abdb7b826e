"""The schedule's board at 40 tables × 20 slots: what each request takes, and what a drop touches in a real browser.

    ./dev bench board [--tables 40] [--slots 20] [--repeat 10] [--drops 8] [--seed 1] [--no-browser]

Makes an event of its own in a temporary database (three quarters of the places taken: 600 meetings of 800 places; 60 wishes
without one), then measures in one run:

- requests, in this process without a network: the page, the page with a meeting in hand, the verdicts, a move, the poll unchanged
  (304) and changed. Median and worst, wall and processor milliseconds: others may use the machine.
- in Chromium, against *loading the board anew* in the same run: the time from letting go to the cell shown, elements put into
  the page, bytes fetched; frames longer than 50 ms while a meeting is dragged over the grid, beside as long a time at rest.

Standard output: one line for each measure, then one JSON object. The baseline is what a board without its script would do after
each change: load the page anew. Exit status 1 where a drop costs as much as that or draws the grid anew.
"""

from __future__ import annotations

import argparse
import json
import logging
import re
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from _board_event import Made, make_event
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from werkzeug.serving import make_server

from matchmaking.accounts.models import User
from matchmaking.extensions import db
from matchmaking.factory import create_app

ROOT = Path(__file__).resolve().parents[1]
Figures = dict[str, float]


def board_address(made: Made) -> str:
    return f"/manage/{made.event_code}/schedule/versions/{made.version_code}"


# --- requests


def timed(act: Callable[[], object], repeat: int) -> Figures:
    """Do it once unmeasured, then ``repeat`` times."""
    act()
    walls, works = [], []
    for _ in range(repeat):
        wall, work = time.perf_counter(), time.process_time()
        act()
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    return {
        "median_ms": round(statistics.median(walls), 1),
        "worst_ms": round(max(walls), 1),
        "processor_ms": round(statistics.median(works), 1),
    }


class Requests:
    """The board's requests as an organiser's browser makes them."""

    def __init__(self, app: Flask, made: Made, session_id: str, repeat: int) -> None:
        self.client: FlaskClient = app.test_client()
        with self.client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = session_id, True
        self.address, self.repeat = board_address(made), repeat
        self.codes = re.findall(r'data-meeting="(\w+)"', self.get("").get_data(as_text=True))
        self.revision = 1

    def get(self, query: str, **headers: str) -> Any:
        answer = self.client.get(self.address + query, headers=headers)
        assert answer.status_code in {200, 304}, (query, answer.status_code)
        return answer

    def free_place(self, code: str) -> str:
        cells = self.get(f"/verdicts?meeting={code}").json["cells"]
        return next(verdict[2] for verdict in cells.values() if verdict[0] == "free")

    def move(self, code: str, place: str) -> int:
        """Move a meeting; return the size of the answer."""
        data = {"revision": self.revision, "meeting": code, "place": place}
        answer = self.client.post(f"{self.address}/move", data=data, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.revision = answer.json["revision"]
        return len(answer.get_data())

    def measure(self) -> dict[str, Figures]:
        held = self.codes[len(self.codes) // 2]
        found = {
            "page": timed(lambda: self.get(""), self.repeat),
            "page_in_hand": timed(lambda: self.get(f"?meeting={held}"), self.repeat),
            "verdicts": timed(lambda: self.get(f"/verdicts?meeting={held}"), self.repeat),
            "poll_unchanged": timed(
                lambda: self.get("/changes?since=1", **{"If-None-Match": '"1-draft"'}), self.repeat
            ),
        }
        places = iter([(code, self.free_place(code)) for code in self._apart()])
        found["move"] = timed(lambda: self.move(*next(places)), self.repeat)
        before = self.revision - 1
        found["poll_changed"] = timed(lambda: self.get(f"/changes?since={before}"), self.repeat)
        found["page"]["bytes"] = len(self.get("").get_data())
        found["verdicts"]["bytes"] = len(self.get(f"/verdicts?meeting={held}").get_data())
        found["poll_changed"]["bytes"] = len(self.get(f"/changes?since={before}").get_data())
        return found

    def _apart(self) -> Iterator[str]:
        """Meetings whose free places no other one of them takes: asked for one by one, just before they move."""
        taken: set[str] = set()
        for code in self.codes[:: max(1, len(self.codes) // (3 * self.repeat + 3))]:
            place = self.free_place(code)
            slot = place.partition("-")[0]
            if place not in taken and slot not in {each.partition("-")[0] for each in taken}:
                taken.add(place)
                yield code
            if len(taken) > self.repeat:
                return


# --- the browser

WATCH = """() => {
  const seen = window.seen = { gaps: [], added: 0, shown: null, up: null, target: null, code: null };
  let last = performance.now();
  const tick = (now) => { if (seen.watching && now - last > 50) seen.gaps.push(Math.round(now - last)); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  document.addEventListener("pointerup", () => { seen.up = performance.now(); seen.added = 0; }, true);
  new MutationObserver((changes) => {
    for (const change of changes) for (const node of change.addedNodes)
      if (node.nodeType === 1) seen.added += 1 + node.querySelectorAll("*").length;
    const cell = seen.target && document.getElementById(seen.target);
    if (seen.up && !seen.shown && cell && cell.querySelector(`[data-meeting="${seen.code}"]`)) seen.shown = performance.now();
  }).observe(document.getElementById("board"), { childList: true, subtree: true, attributes: true });
}"""
BEGIN = """([target, code]) => Object.assign(window.seen, { gaps: [], added: 0, shown: null, up: null, target, code, watching: true })"""
LOADED = """() => { const [entry] = performance.getEntriesByType("navigation");
  return { ms: entry.loadEventEnd - entry.startTime, bytes: entry.decodedBodySize, nodes: document.querySelectorAll("*").length,
           grid: document.querySelectorAll("#board .schedule *").length }; }"""
PICK = """async ([address, skip]) => {
  const frame = document.querySelector(".schedule-frame").getBoundingClientRect();
  const inSight = (element) => { const box = element.getBoundingClientRect(), x = box.left + box.width / 2, y = box.top + box.height / 2;
    return x > frame.left + 60 && x < frame.right - 60 && y > Math.max(frame.top, 0) + 60 && y < Math.min(frame.bottom, innerHeight) - 60
      && element.contains(document.elementFromPoint(x, y)); };
  for (const source of Array.from(document.querySelectorAll("#board .schedule [data-meeting]")).filter(inSight).slice(skip)) {
    const answer = await fetch(`${address}/verdicts?meeting=${source.dataset.meeting}`, { headers: { Accept: "application/json" } });
    const { cells } = await answer.json();
    const found = Object.keys(cells).find((id) => cells[id][0] === "free" && inSight(document.getElementById(id)));
    if (found) return [source.dataset.meeting, found];
  }
  return null; }"""
ANSWERED = """() => performance.getEntriesByType("resource").filter((entry) => entry.name.endsWith("/move")).map((entry) => entry.decodedBodySize).pop() || 0"""


def browser_figures(address: str, made: Made, cookie: str, drops: int) -> dict[str, Any]:
    """Drag meetings with a mouse as a person does, and load the board anew as often."""
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium or not (ROOT / "static" / "dist" / "manifest.json").exists():
        raise SystemExit("Chromium or the built assets are missing: ./dev test brings both; or use --no-browser.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = started.new_context(base_url=address, viewport={"width": 1440, "height": 1100})
        context.add_cookies([{"name": "session", "value": cookie, "url": address}])
        page = context.new_page()
        loads = []
        for _ in range(drops + 1):
            page.goto(board_address(made), wait_until="load")
            page.wait_for_timeout(100)
            loads.append(page.evaluate(LOADED))
        page.evaluate(WATCH)
        grid = page.evaluate_handle("document.querySelector('#board .schedule tbody')")
        rest = at_rest(page)
        results = [drop(page, made, number) for number in range(drops)]
        kept = grid.evaluate("element => element.isConnected")
        started.close()
    return summary(loads[1:], results, rest, is_kept=kept)


def at_rest(page: Any) -> int:
    """Frames longer than 50 ms while nothing is done, for as long as a drag takes: what the machine itself costs."""
    page.evaluate(BEGIN, ["", ""])
    page.wait_for_timeout(2000)
    return len(page.evaluate("() => window.seen.gaps"))


def drop(page: Any, made: Made, number: int) -> dict[str, float]:
    """Drag one meeting in sight over the grid to a free place in sight."""
    code, id = page.evaluate(PICK, [board_address(made), 3 * number]) or page.evaluate(PICK, [board_address(made), 0])
    source, target = page.locator(f'.schedule [data-meeting="{code}"]'), page.locator(f"#{id}")
    box = target.bounding_box()
    page.evaluate(BEGIN, [id, code])
    began = time.perf_counter()
    source.hover()
    page.mouse.down()
    page.mouse.move(box["x"] + 12, box["y"] + 12, steps=25)
    while "slot-possible" not in (target.locator("[data-cell]").get_attribute("class") or ""):
        page.wait_for_timeout(20)
        if time.perf_counter() - began > 30:
            raise RuntimeError("no verdict came")
    held = (time.perf_counter() - began) * 1000
    for _ in range(3):  # near an edge the grid scrolls by itself: come to rest on the cell
        box = target.bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
        page.wait_for_timeout(60)
    page.mouse.up()
    for _ in range(500):
        seen = page.evaluate("() => window.seen")
        if seen["shown"]:
            break
        page.wait_for_timeout(20)
    else:
        raise RuntimeError("the cell was never shown")
    page.wait_for_timeout(200)
    seen = page.evaluate("() => window.seen")
    return {
        "shown_ms": seen["shown"] - seen["up"], "elements": seen["added"], "bytes": page.evaluate(ANSWERED),
        "long_frames": len(seen["gaps"]), "longest_frame_ms": max(seen["gaps"], default=0), "held_ms": held,
    }  # fmt: skip


def summary(loads: list[Any], drops: list[dict[str, float]], rest: int, *, is_kept: bool) -> dict[str, Any]:
    def middle(rows: list[Any], name: str) -> float:
        return float(statistics.median(row[name] for row in rows))

    reload_ms, shown = middle(loads, "ms"), middle(drops, "shown_ms")
    return {
        "reload_ms": round(reload_ms, 1),
        "drop_shown_ms": round(shown, 1),
        "drop_to_reload": round(shown / reload_ms, 3),
        "page_elements": int(middle(loads, "nodes")),
        "grid_elements": int(middle(loads, "grid")),
        "drop_elements": int(middle(drops, "elements")),
        "drop_elements_to_page": round(middle(drops, "elements") / middle(loads, "nodes"), 4),
        "page_bytes": int(middle(loads, "bytes")),
        "drop_bytes": int(middle(drops, "bytes")),
        "drop_bytes_to_page": round(middle(drops, "bytes") / middle(loads, "bytes"), 4),
        "long_frames_per_drag": round(statistics.mean(row["long_frames"] for row in drops), 2),
        "longest_frame_ms": max(row["longest_frame_ms"] for row in drops),
        "long_frames_at_rest_2s": rest,
        "grid_kept": is_kept,
    }


# --- the run


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()


def run(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "DATABASE_URL": f"sqlite:///{folder}/board.sqlite3",
            "LOG_LEVEL": "ERROR",
            "WTF_CSRF_ENABLED": False,
        }
        app = create_app(settings, instance=Path(folder) / "instance")
        with app.app_context():
            upgrade(directory=str(ROOT / "migrations"))
            made = make_event(options.tables, options.slots, options.seed)
            session_id = db.session.get_one(User, made.user_id).get_id()
            db.session.remove()
        requests = Requests(app, made, session_id, options.repeat)
        found: dict[str, Any] = {
            "tables": options.tables, "slots": options.slots, "meetings": made.meetings, "unmet": made.unmet,
            "requests": requests.measure(),
        }  # fmt: skip
        if options.browser:
            cookie = requests.client.get_cookie("session")
            assert cookie
            with serving(app) as address:
                found["browser"] = browser_figures(address, made, cookie.value, options.drops)
        with app.app_context():
            db.engine.dispose()
        return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=40)
    parser.add_argument("--slots", type=int, default=20)
    parser.add_argument("--repeat", type=int, default=10)
    parser.add_argument("--drops", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-browser", dest="browser", action="store_false")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    found = run(parser.parse_args())
    for name, figures in found["requests"].items():
        print(name.ljust(16), "  ".join(f"{key} {value:g}" for key, value in figures.items()))
    for key, value in found.get("browser", {}).items():
        print(key.ljust(24), value)
    print(json.dumps(found))
    browser = found.get("browser")
    return int(bool(browser) and not browser["grid_kept"])


if __name__ == "__main__":
    sys.exit(main())
