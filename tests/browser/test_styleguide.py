"""The style guide in a browser: no barriers, nothing against the content policy, at three widths, themes, languages."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.barriers import grave_findings
from tests.browser.conftest import Visit

LAYOUTS = ("event", "person", "public", "desk", "print", "error", "confirm")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("width", "language"), [(390, "id"), (1440, "en")])
def test_styleguide_has_no_grave_barriers(visit: Visit, theme: str, width: int, language: str) -> None:
    assert grave_findings(visit("/styleguide", theme=theme, width=width, language=language)) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_layout_has_no_grave_barriers(visit: Visit, name: str, theme: str) -> None:
    assert grave_findings(visit(f"/styleguide/layout/{name}", theme=theme, width=390)) == []


@pytest.mark.parametrize("address", ["/styleguide", *(f"/styleguide/layout/{name}" for name in LAYOUTS)])
def test_nothing_is_wider_than_the_screen(visit: Visit, address: str) -> None:
    page = visit(address)
    found = {}
    for width in (360, 390, 820, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("document.documentElement.scrollWidth")
    assert found == {360: 360, 390: 390, 820: 820, 1440: 1440}


def test_touch_targets_of_buttons_are_44_pixels_on_a_phone(browser: Browser, server: str) -> None:
    phone = browser.new_context(base_url=server, viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    page.goto("/styleguide")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.btn:not(.btn-link), .form-control, .form-select, .rail-link')]
            .filter((e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)
            .map((e) => e.outerHTML.slice(0, 90))"""
    )
    phone.close()
    assert small == []


def test_theme_switch_changes_the_page_at_once_and_is_remembered(visit: Visit) -> None:
    page = visit("/styleguide", theme="light", language="en")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Language and display").click()
    with page.expect_response("**/theme"):
        page.locator("[data-theme-choice=dark]").click()
    assert page.evaluate(ground) != light
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_pages_work_without_a_script(browser: Browser, server: str) -> None:
    """Language, dialogs and the rail are forms and addresses."""
    visitor = browser.new_context(base_url=server, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = visitor.new_page()
    page.goto("/styleguide")
    page.locator("details.menu > summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("button", name="Remove table…").click()
    expect(page.get_by_role("heading", name="Remove table 7?")).to_be_visible()
    page.goto("/styleguide/layout/event")
    expect(page.locator("#rail").get_by_role("link", name="Participants")).to_be_hidden()
    page.get_by_label("Menu of this event").click()
    expect(page.locator("#rail").get_by_role("link", name="Participants")).to_be_visible()
    visitor.close()


def test_confirm_dialog_holds_focus_and_closes_by_escape(visit: Visit) -> None:
    page = visit("/styleguide", language="en")
    opener = page.get_by_role("button", name="Remove table…")
    opener.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Remove table 7?")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()


def test_arrow_keys_move_through_the_schedule(visit: Visit) -> None:
    page = visit("/styleguide", language="en")
    cells = page.locator("[data-grid] [data-cell]")
    expect(cells.nth(1)).to_have_attribute("tabindex", "-1")  # the script has come
    assert cells.evaluate_all("(all) => all.filter((cell) => cell.tabIndex === 0).length") == 1
    cells.first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    assert "Alsintan Makmur" in page.evaluate("document.activeElement.textContent")


def test_bulk_selection_counts_and_waits(visit: Visit) -> None:
    page = visit("/styleguide", language="en")
    approve = page.locator("[data-bulk-bar]").get_by_role("button", name="Approve")
    expect(approve).to_be_disabled()
    page.get_by_label("Select all on this page").check()
    expect(page.locator("[data-bulk-count]")).to_have_text("3 selected")
    expect(approve).to_be_enabled()


def test_rail_opens_and_gives_focus_back(visit: Visit) -> None:
    page = visit("/styleguide/layout/event", language="en", width=390)
    opener = page.get_by_label("Menu of this event")
    opener.click()
    expect(page.get_by_label("Close the menu")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#rail").get_by_role("link", name="Participants")).to_be_hidden()
    expect(opener).to_be_focused()
