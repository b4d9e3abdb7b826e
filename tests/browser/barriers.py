"""What axe-core finds on a page that would keep a person out."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"


SETTLED = """() => Promise.all(document.getAnimations()
  .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
  .map((one) => one.finished.catch(() => null)))"""
"""What is still fading in has not got its contrast yet."""


def grave_findings(page: Page) -> list[tuple[str, str]]:
    """Return (rule, element) of everything serious or critical; evaluation is not bound by the page's content policy."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate(SETTLED)
    results = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        (found["id"], node["html"][:160])
        for found in results["violations"]
        if found["impact"] in {"serious", "critical"}
        for node in found["nodes"]
    ]
