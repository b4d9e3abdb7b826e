"""The picture of a run: for each objective in turn, the best so far and the bound over the seconds, as lines and as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal

from matchmaking.i18n import gettext as _
from matchmaking.i18n import ngettext, select_locale

WIDTH, HEIGHT = 600.0, 150.0
#: In the contract's order; +1: more is better.
LEVELS = (("disruption", -1), ("min_shortfall", -1), ("weight", 1), ("breaks", -1))

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Chart:
    """One objective. ``best``, ``bound`` and ``gap`` are coordinates for SVG; ``rows``: seconds, best, bound as text."""

    name: str
    title: str
    words: str
    summary: str
    best: str
    bound: str
    gap: str
    top: int
    bottom: int
    until: str
    rows: tuple[tuple[str, str, str], ...]


def words_of(values: Values) -> list[str]:
    """Return what was reached of at most how much, an objective a line: ``312 of at most 314``."""
    return [_words(name, values) for name, _sign in LEVELS if values.get(name) is not None and _is_told(name, values)]


def charts_of(points: Sequence[Values], until: float) -> list[Chart]:
    """Return a chart for each objective that is not proven from the first point on; at least one where there is a point.

    An objective is drawn from where those before it had their last value: before that its figures say nothing.
    """
    charts: list[Chart] = []
    shown = [point for point in points if point.get("weight") is not None]
    for name, sign in LEVELS:
        if not shown or shown[-1].get(name) is None:
            continue
        is_open = shown[-1].get(f"{name}_bound") != shown[-1][name] or len({point[name] for point in shown}) > 1
        if is_open or (name == "breaks" and not charts):
            charts.append(_chart(name, sign, shown, until))
        shown = [point for point in shown if point[name] == shown[-1][name]]
    return charts


def _is_told(name: str, values: Values) -> bool:
    return name in ("weight", "breaks") or values[name] != 0 or bool(values.get(f"{name}_bound"))


def _words(name: str, values: Values) -> str:
    value, bound = values[name], values.get(f"{name}_bound")
    if bound is None:
        return f"{title_of(name)}: {value}"
    if bound == value:
        return _("%(what)s: %(value)s, the best possible", what=title_of(name), value=value)
    if name == "weight":
        return _("%(what)s: %(value)s of at most %(bound)s", what=title_of(name), value=value, bound=bound)
    return _("%(what)s: %(value)s, at least %(bound)s", what=title_of(name), value=value, bound=bound)


def title_of(name: str) -> str:
    """Return what an objective is called."""
    return {
        "disruption": _("Disturbance of what is announced"),
        "min_shortfall": _("Meetings lacking to the minimum"),
        "weight": _("Weight of the wishes that are met"),
        "breaks": _("Idle slots between meetings"),
    }[name]


def _chart(name: str, sign: int, points: Sequence[Values], until: float) -> Chart:
    last = max(until, points[-1]["seconds"], 0.1)
    bounds = _filled([point.get(f"{name}_bound") for point in points])
    best = [(point["seconds"], point[name]) for point in points]
    bound = [(point["seconds"], value) for point, value in zip(points, bounds, strict=True) if value is not None]
    figures = [value for _second, value in best + bound]
    low, high = min(figures), max(figures)
    frame = _Frame(last, low, high)
    best_line, bound_line = frame.steps(best), frame.steps(bound)
    return Chart(
        name=name,
        title=title_of(name),
        words=_words(name, points[-1]),
        summary=_summary(name, sign, best, until),
        best=_joined(best_line),
        bound=_joined(bound_line),
        gap=_joined([*best_line, *reversed(bound_line)]) if bound_line else "",
        top=high,
        bottom=low,
        until=seconds_text(last),
        rows=tuple(
            (seconds_text(point["seconds"]), str(point[name]), "–" if value is None else str(value))
            for point, value in zip(points, bounds, strict=True)
        ),
    )


def _filled(bounds: Sequence[int | None]) -> list[int | None]:
    """Let a point that knows no bound have the one before it, the first ones the first that is known."""
    known: int | None = next((value for value in bounds if value is not None), None)
    filled = []
    for value in bounds:
        known = known if value is None else value
        filled.append(known)
    return filled


def _summary(name: str, sign: int, best: Sequence[tuple[float, int]], until: float) -> str:
    first, final = best[0][1], best[-1][1]
    if first == final:
        return _("%(what)s: %(value)s from the first schedule on.", what=title_of(name), value=final)
    sentence = (
        _("%(what)s rose from %(first)s to %(final)s within %(seconds)s.")
        if sign > 0
        else _("%(what)s fell from %(first)s to %(final)s within %(seconds)s.")
    )
    return sentence % {
        "what": title_of(name),
        "first": first,
        "final": final,
        "seconds": seconds_text(max(until, best[-1][0])),
    }


def seconds_text(seconds: float) -> str:
    """Return ``0.4 seconds``, ``12 seconds``: tenths while little time has passed."""
    if seconds >= 10:
        return ngettext("%(num)s second", "%(num)s seconds", round(seconds))
    tenths = format_decimal(round(seconds, 1), locale=select_locale())
    return _("%(seconds)s seconds", seconds=tenths)


@dataclass(frozen=True)
class _Frame:
    """From seconds and figures to the picture's coordinates, with a margin above and below."""

    last: float
    low: int
    high: int

    def steps(self, values: Sequence[tuple[float, int]]) -> list[tuple[float, float]]:
        """Return a line that stays at each value until the next one."""
        line: list[tuple[float, float]] = []
        for second, value in values:
            x, y = self._x(second), self._y(value)
            if line and line[-1][1] != y:
                line.append((x, line[-1][1]))
            line.append((x, y))
        if line:
            line.append((WIDTH, line[-1][1]))
        return line

    def _x(self, second: float) -> float:
        return round(WIDTH * second / self.last, 1)

    def _y(self, value: int) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return round(HEIGHT * (0.92 - 0.84 * share), 1)


def _joined(line: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in line)
