"""Simulated tablets: each freezes, signs and keeps records in a folder, and sends them until the server has answered for each.

Run as a program of its own, so that the benchmark can start and kill the server beside it:
``python _simulated_tablets.py PLAN.json``; a line of JSON for each acknowledged record, the counts of faults at the end.
"""

from __future__ import annotations

import http.client
import json
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks._faulty_proxy import FaultyProxy
from matchmaking.commitments.canonical import (
    CanonicalLine,
    CanonicalParty,
    CanonicalRecord,
    CanonicalSource,
    canonical_form,
    content_hash,
)
from matchmaking.commitments.signed_record import RECORD_1, record_hash

TIME_OUT = 15.0
LONGEST_WAIT = 1.0
MOST_AT_ONCE = 25
SIGNERS = {
    "buyer": ("Pejabat Contoh", "Kepala Bagian Umum", "commitment_officer"),
    "exhibitor": ("Pengrajin Contoh", "Pemilik", "owner"),
}
_output = threading.Lock()


class NoAnswer(Exception):
    """Nothing that can be relied on came back."""


@dataclass
class Plan:
    """What one tablet is to do."""

    secret: str
    folder: Path
    port: int
    count: int
    seed: int
    deadline: float
    blocks: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=dict)


class SimulatedTablet:
    """One tablet. What it has signed lives in its folder only: it forgets everything else now and then, as by a reload."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.random = plan, random.Random(plan.seed)
        self.cookies = {"device": plan.secret}
        self.csrf, self.code, self.wait = "", "", 0.02
        plan.folder.mkdir(parents=True, exist_ok=True)

    def sign_all(self) -> None:
        """Sign everything at once, to be sent later; a busy server is asked again."""
        signed = 0
        while signed < self.plan.count and time.monotonic() < self.plan.deadline:
            try:
                if not self.csrf:
                    self.get_ready()
                if not self.numbers_left():
                    self.fetch_numbers()
                self.sign()
                signed += 1
            except NoAnswer:
                time.sleep(0.5)

    def run(self, signed: int = 0) -> None:
        """Sign and send until everything has been acknowledged, or time is up."""
        while (signed < self.plan.count or self.unsent()) and time.monotonic() < self.plan.deadline:
            try:
                if not self.csrf:
                    self.get_ready()
                if signed < self.plan.count and self.numbers_left():
                    for _ in range(min(self.random.randint(1, 4), self.plan.count - signed, self.numbers_left())):
                        self.sign()
                        signed += 1
                if signed < self.plan.count and self.numbers_left() < 5:
                    self.fetch_numbers()
                self.sync()
                self.wait = 0.02
            except NoAnswer:
                time.sleep(self.wait * (0.5 + self.random.random()))
                self.wait = min(2 * self.wait, LONGEST_WAIT)
            if self.random.random() < 0.05:  # a reload
                self.csrf, self.cookies = "", {"device": self.plan.secret}

    # --- what a tablet does

    def get_ready(self) -> None:
        state = self.ask("GET", "/tablet/state")
        if not self.plan.data:
            self.plan.data = self.ask("GET", "/tablet/data")
            self.plan.blocks = [{**block, "next": block["first"]} for block in self.plan.data["number_blocks"]]
        self.code, self.csrf = state["tablet"], state["csrf"]

    def numbers_left(self) -> int:
        return sum(max(0, block["last"] - block["next"] + 1) for block in self.plan.blocks)

    def fetch_numbers(self) -> None:
        body = {"format": "temu-bisnis-numbers/1", "wanted": 20, "blocks": self.plan.blocks}
        known = {block["code"]: block for block in self.plan.blocks}
        for block in self.ask("POST", "/tablet/numbers", body)["number_blocks"]:
            if block["code"] not in known:
                self.plan.blocks.append({**block, "next": block["first"]})

    def sign(self) -> None:
        block = next(block for block in self.plan.blocks if block["next"] <= block["last"])
        serial = block["next"]
        block["next"] += 1
        record = make_record(self.plan.data, self.code, block["code"], serial, self.random)
        kept = {"record": record, "record_hash": record_hash(record)}
        path = self.plan.folder / f"{record['record_id']}.json"
        path.with_suffix(".part").write_text(json.dumps(kept), encoding="utf-8")
        path.with_suffix(".part").replace(path)

    def unsent(self) -> list[Path]:
        return sorted(self.plan.folder.glob("*.json"))

    def sync(self) -> None:
        paths = self.unsent()
        self.random.shuffle(paths)
        chosen = paths[: self.random.choice((1, 5, MOST_AT_ONCE))]
        if not chosen:
            return
        body = {
            "format": "temu-bisnis-sync/1", "device_time": "2026-11-29T10:00:00+07:00", "unsent": len(paths), "app_version": "bench",
            "records": [json.loads(path.read_text(encoding="utf-8")) for path in chosen],
        }  # fmt: skip
        for item in self.ask("POST", "/tablet/sync", body)["items"]:
            self.settle(item)

    def settle(self, item: dict[str, str]) -> None:
        """Delete what was acknowledged, by id and hash; say so first."""
        path = self.plan.folder / f"{item['record_id']}.json"
        if not path.exists() or json.loads(path.read_text(encoding="utf-8"))["record_hash"] != item["record_hash"]:
            return
        kept = json.loads(path.read_text(encoding="utf-8"))
        if item["outcome"] in ("stored", "duplicate", "needs_review"):
            named = {name: kept["record"][name] for name in ("record_id", "content_hash", "serial")}
            say({**named, "record_hash": kept["record_hash"], "outcome": item["outcome"], "code": item["code"]})
            path.unlink()
        else:
            say({"refused": item})

    # --- the network

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Accept": "application/json", "Connection": "close", "X-CSRFToken": self.csrf}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        content = json.dumps(body).encode() if body else None
        if content:
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.plan.port, timeout=TIME_OUT)
        try:
            connection.request(method, path, content, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer from error
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie" and value.startswith("session="):
                self.cookies["session"] = value.split(";")[0].removeprefix("session=")
        if response.status != 200:
            self.csrf = ""
            raise NoAnswer(str(response.status))
        return dict(answer)


def make_record(data: dict[str, Any], tablet: str, block: str, serial: int, chance: random.Random) -> dict[str, Any]:
    """Freeze and sign a content as the app does, from what the server sent."""
    event = data["event"]
    sides = {
        side: chance.choice([party for party in data["parties"] if party["side"] == side])
        for side in ("buyer", "exhibitor")
    }
    words = {
        side: CanonicalParty(**{name: party[name] for name in ("code", "name", "detail", "address", "regency")})
        for side, party in sides.items()
    }
    lines = tuple(
        CanonicalLine(
            f"Selendang {n}", "benang emas", chance.randint(1, 9000) * 10, "helai", chance.randint(1, 900) * 1000
        )
        for n in range(chance.randint(1, 6))
    )
    form = canonical_form(
        CanonicalRecord(
            record_id=str(uuid.UUID(int=chance.getrandbits(128), version=4)), event=event["code"],
            number=fill(data["number_pattern"], serial, data["today"], event["code"]), made_on=data["today"],
            place=event["place"], fiscal_year=int(event["fiscal_year"]), valid_until=f"{event['fiscal_year']}-12-31",
            buyer=words["buyer"], exhibitor=words["exhibitor"], lines=lines, tax_mode="included", tax_rate_hundredths=1100,
            source=CanonicalSource(method="e_purchasing", month=12),
            clauses=tuple(clause["text"] for clause in data["template"]["clauses"] if clause["text"]),
        )
    )  # fmt: skip
    return {
        "format": RECORD_1, "record_id": form["record_id"], "tablet": tablet, "content": form,
        "content_hash": content_hash(form), "number_block": block, "serial": str(serial), "template_version": "0",
        "refs": {}, "warnings": [], "signatures": [signature(side, form, chance) for side in SIGNERS],
        "events": [], "offset_seconds": "", "app_version": "bench",
    }  # fmt: skip


def fill(parts: list[Any], serial: int, on: str, event_code: str) -> str:
    """The number as the app gives it (``numbers.js``)."""
    roman = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")[int(on[5:7]) - 1]
    values = {"tahun": on[:4], "bulan": roman, "acara": event_code.upper()}
    return "".join(
        part if isinstance(part, str) else values.get(part["name"]) or f"{serial:0{part['width']}d}" for part in parts
    )


def signature(side: str, form: dict[str, Any], chance: random.Random) -> dict[str, str]:
    name, office, role = SIGNERS[side]
    points = [[20 + 6 * n, chance.randint(80, 320), 16 * n, 0.5] for n in range(120)]
    return {
        "key": f"{chance.getrandbits(128):032x}", "party": side, "name": name, "office": office, "role": role,
        "content_hash": content_hash(form), "strokes": json.dumps([points]), "device_time": "2026-11-29T10:00:00+07:00",
    }  # fmt: skip


def say(line: dict[str, Any]) -> None:
    with _output:
        print(json.dumps(line), flush=True)


def main() -> None:
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    proxy = FaultyProxy(("127.0.0.1", given["server_port"]), given["seed"]) if given["faults"] else None
    deadline = time.monotonic() + given["seconds"]
    port = proxy.port if proxy else given["server_port"]
    plans = [
        Plan(secret, Path(given["folder"]) / str(number), port, share, given["seed"] * 1000 + number, deadline)
        for number, (secret, share) in enumerate(zip(given["secrets"], given["shares"], strict=True))
    ]
    tablets = [SimulatedTablet(plan) for plan in plans]
    if not proxy:  # what is measured is sending
        at_once([tablet.sign_all for tablet in tablets])
    begun = time.monotonic()
    at_once([partial(tablet.run, 0 if proxy else tablet.plan.count) for tablet in tablets])
    say({"faults": dict(proxy.happened) if proxy else {}, "syncing": time.monotonic() - begun})


def at_once(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
