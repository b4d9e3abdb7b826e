"""How the cost of a schedule grows with the event: seconds to the first schedule, to 99.9 % of the weight bound, and memory.

    ./dev bench growth [--sizes S1 S2 S3 S4 S5 S6] [--seconds 30] [--seeds 1] [--plot FILE.svg]

Each run has a process of its own, so that memory is its own too. Standard output: one line per run, then one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from operator import itemgetter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from matchmaking.scheduling.engine import Limits, Progress, solve, violations, warm_up
from matchmaking.scheduling.engine.generate import SIZES, EventSize, generate

BETWEEN = {"S2": EventSize(100, 50, 16, 45, 900), "S4": EventSize(450, 225, 25, 180, 4_500)}
EVERY = dict(sorted((SIZES | BETWEEN).items()))


def run(name: str, seconds: float, seed: int) -> dict[str, Any]:
    """Solve one made-up event in this process and say what it took."""
    problem = generate(EVERY[name], seed)
    warm_up(problem)
    seen: list[Progress] = []
    begun = time.process_time()
    solution = solve(problem, Limits(seconds, 2, seed), seen.append)
    spent = time.process_time() - begun
    if violations(problem, solution):
        raise AssertionError(f"{name}: the checker refuses the schedule")
    o = solution.objective
    bound = o.weight_bound or 1
    return {
        "size": name,
        "wishes": len(problem.meetings),
        "seed": seed,
        "first_seconds": seen[0].seconds,
        "seconds_to_0.999": next((p.seconds for p in seen if p.weight >= 0.999 * bound), None),
        "weight": o.weight,
        "weight_bound": bound,
        "breaks": o.breaks,
        "breaks_bound": o.breaks_bound,
        "seconds": solution.seconds,
        "processor_seconds": round(spent, 2),
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def plot(rows: list[dict[str, Any]], path: Path) -> None:
    """Draw seconds and megabytes over wishes, both axes logarithmic."""
    from reportlab.graphics import renderSVG
    from reportlab.graphics.charts.axes import LogXValueAxis, LogYValueAxis
    from reportlab.graphics.charts.lineplots import LinePlot
    from reportlab.graphics.shapes import Drawing, String
    from reportlab.graphics.widgets.markers import makeMarker
    from reportlab.lib.colors import HexColor

    lines = (
        ("first schedule, seconds", "first_seconds", HexColor("#0f766e")),
        ("99.9 % of the weight bound, seconds", "seconds_to_0.999", HexColor("#b45309")),
        ("memory, hundreds of megabytes", "megabytes", HexColor("#4338ca")),
    )
    drawing, chart = Drawing(640, 380), LinePlot()
    chart.x, chart.y, chart.width, chart.height = 60, 50, 550, 260
    chart.xValueAxis, chart.yValueAxis = LogXValueAxis(), LogYValueAxis()
    chart.xValueAxis.valueMin, chart.xValueAxis.valueMax = 100, 100_000
    chart.yValueAxis.valueMin, chart.yValueAxis.valueMax = 0.01, 100
    chart.data = [[(r["wishes"], _value(r, key)) for r in rows if r[key]] for _, key, _ in lines]
    for i, (label, _, colour) in enumerate(lines):
        chart.lines[i].strokeColor = colour
        chart.lines[i].strokeWidth = 5 - 2 * i  # the first two often lie on each other
        chart.lines[i].symbol = makeMarker("FilledCircle", size=6)
        drawing.add(String(64, 355 - 16 * i, label, fontName="Helvetica", fontSize=11, fillColor=colour))
    drawing.add(chart)
    drawing.add(String(300, 12, "wishes", fontName="Helvetica", fontSize=11))
    path.write_text(renderSVG.drawToString(drawing), encoding="utf-8")


def _value(row: dict[str, Any], key: str) -> float:
    return row[key] / 100 if key == "megabytes" else max(row[key], 0.001)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", nargs="*", choices=list(EVERY), default=list(EVERY))
    parser.add_argument("--seconds", type=float, default=30.0, help="limit of each run")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds of each size")
    parser.add_argument("--plot", type=Path, help="where to draw seconds and memory over wishes, as SVG")
    options = parser.parse_args()
    rows = []
    context = multiprocessing.get_context("spawn")
    for name in options.sizes:
        for seed in range(1, options.seeds + 1):
            with context.Pool(1) as pool:
                rows.append(pool.apply(run, (name, options.seconds, seed)))
            print(json.dumps(rows[-1]), flush=True)
    if options.plot:
        plot(sorted((row for row in rows if row["seed"] == 1), key=itemgetter("wishes")), options.plot)
    print(json.dumps({"seconds_limit": options.seconds, "runs": rows}))


if __name__ == "__main__":
    main()
