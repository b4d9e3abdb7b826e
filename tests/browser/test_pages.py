"""Every page, as the person who uses it meets it: on a phone and a laptop, light and dark, by keyboard, in Indonesian.

The pages are those of the address map: a new one is looked at without being named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page
from werkzeug.routing import Rule

from matchmaking.accounts.models import User
from matchmaking.actor import Role
from matchmaking.catalogue.models import Product
from matchmaking.extensions import db
from matchmaking.permissions import PERMISSIONS, permission_of
from matchmaking.registration.models import Participation
from tests.browser.barriers import AXE
from tests.browser.conftest import listen
from tests.flows.full_world import Full, build
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
#: The walk is cut into as many tests, so that all processes of a run have their share.
PARTS = 4
#: What is no page: answers for scripts, calendars, papers and files.
NO_PAGES = {
    "attendance.attendance_paper", "attendance.attendance_sheet", "attendance.door_state",
    "attendance.badges_file", "attendance.badges_state", "attendance.my_badge_pdf", "attendance.my_now",
    "catalogue.link_certificate_file", "catalogue.manage_certificate_file", "catalogue.my_certificate_file", "catalogue.photo", "commitments.my_paper", "commitments.paper",
    "commitments.mandate_file", "commitments.mandate_file_own", "commitments.proof", "commitments.proof_own", "commitments.sheet", "events.device_status",
    "commitments.signed_paper", "commitments.sent_file",
    "events.mail_test_part", "events.public_calendar", "health.alive", "health.ready", "registration.attachment",
    "reports.export_file", "reports.export_state", "reports.recap_pdf", "reports.pack_state", "reports.pack_file", "reports.grid_file", "reports.person_agenda_file", "commitments.unsealed_paper", "commitments.forms_pdf", "commitments.paper_copy", "commitments.my_paper_copy", "commitments.tablet_data_file", "commitments.tablet_state", "commitments.tablet_manifest", "commitments.service_worker",
    "registration.import_faults", "registration.import_progress", "registration.import_template", "registration.my_document",
    "scheduling.agenda_of_calendar", "scheduling.agenda_of_pdf", "scheduling.my_agenda_calendar", "scheduling.my_agenda_pdf",
    "scheduling.papers_file", "scheduling.papers_state", "scheduling.reminders_state", "scheduling.run_state", "scheduling.verdicts", "scheduling.changes", "scheduling.table_card", "static",
    "web.public_file",
}  # fmt: skip
#: Pages that this world does not have, each with where it is looked at instead.
ELSEWHERE = {
    "attendance.replan": "needs a plan that was asked for: tests/browser/test_day_trouble.py, with axe",
    "commitments.note": "only with a note to take back: tests/commitments",
    "commitments.review": "only with a record kept aside: tests/commitments/test_reviews.py",
    "commitments.tablet": "tests/browser/test_tablet.py, with a tablet that is enrolled",
    "commitments.tablet_page": "tests/browser/test_tablet.py, with axe and at three widths",
    "accounts.setup": "only before the first account: tests/accounts",
    "accounts.coded_link": "after a short code, and ends in the page of its digits: tests/accounts",
    "accounts.hand_over": "only right after the link was made: tests/accounts",
    "accounts.slip": "only right after the link was made: tests/accounts",
    "catalogue.manage_certificate": "the form of a new certificate, filled",
    "catalogue.my_certificate": "the form of a new certificate, filled",
    "catalogue.link_certificate": "the form of a new certificate, filled",
    "catalogue.link_needs": "this world's link is the maker's; the pages are the buyer's own: tests/catalogue/test_link_door.py",
    "catalogue.link_need": "likewise",
    "catalogue.link_new_need": "likewise",
    "commitments.link_sign": "behind a sign link of its own: tests/browser/test_signing.py",
    "events.mail_test_result": "needs a mail server: tests/events/test_mail_test_message.py",
    "operations.ask_remove_demo": "only where the demo is loaded: tests/operations",
    "registration.import_preview": "after a sheet was read: tests/registration",
    "registration.import_columns": "after a sheet was read: tests/registration",
    "registration.compare": "needs two entries of one firm: tests/registration",
    "scheduling.preview_back": "needs two announcements: tests/browser/test_versions.py, with axe",
    "styleguide.show": "tests/browser/test_styleguide.py",
    "styleguide.layout": "tests/browser/test_styleguide.py",
}
#: Names for a person's code in addresses.
PERSONS = {"user_code", "person_code", "person"}
#: Who looks at a page that several may use: who works with it most.
FIRST = (Role.EXHIBITOR, Role.BUYER, Role.ORGANIZER, Role.DESK, Role.LEADER)


def pages(app: Flask) -> list[Rule]:
    """Return the rules of all pages to look at."""
    return sorted(
        (
            rule
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and rule.endpoint not in NO_PAGES | ELSEWHERE.keys()
        ),
        key=lambda rule: rule.rule,
    )


def address_of(full: Full, rule: Rule) -> str:
    """Return the address of a page that exists, with things that belong together."""
    maker = db.session.get_one(Participation, full.scene.makers[0])
    values = {name: full.value(name, rule) for name in rule.arguments}
    if "product" in values:
        values["product"] = db.session.scalars(
            sa.select(Product.code).where(Product.organization_id == maker.organization_id)
        ).one()
    account = db.session.get_one(User, full.users[Role.EXHIBITOR])
    if rule.endpoint in {"events.change_contact", "operations.person"}:
        values |= dict.fromkeys(rule.arguments & PERSONS, account.code) | {"kind": "account"}
    return full.fill(rule, values)


def readers(full: Full, app: Flask, endpoint: str) -> Iterator[FlaskClient]:
    """Yield a browser of each person whose page this is; participants have one of each side."""
    permission = permission_of(app.view_functions[endpoint]) or ""
    roles = PERMISSIONS.get(permission)
    if not roles:
        yield full.visitors(endpoint, app)[0]()
        return
    mine = [role for role in FIRST if role in roles]
    for role in [role for role in mine if role in {Role.EXHIBITOR, Role.BUYER}] or mine[:1]:
        yield full.scene.world.client(full.users[role])


def open_as(page: Page, reader: FlaskClient, server: str) -> None:
    """Give the real browser the cookies of a reader."""
    page.context.clear_cookies()
    found = [(name, reader.get_cookie(name)) for name in ("session", "device")]
    page.context.add_cookies([{"name": name, "value": c.value, "url": server} for name, c in found if c])


# --- what is looked for -----------------------------------------------------------------------------------------------


@cache
def english() -> re.Pattern[str]:
    """Everything that is said otherwise in Indonesian, as one pattern; what both languages write alike is left out."""
    said, meant = set[str](), set[str]()
    for path in ROOT.glob("matchmaking/**/translations/id/LC_MESSAGES/messages.po"):
        with path.open("rb") as stream:
            for message in read_po(stream):
                said |= _texts(message.id)
                meant |= _texts(message.string)
    patterns = []
    for text in said - meant:
        letters = re.sub(r"%\(\w+\)\w|%[sd]", "", text)
        if len(re.findall(r"[A-Za-z]{2,}", letters)) >= (1 if letters == text else 2):
            patterns.append(re.sub(r"%\\\(\w+\\\)\w|%[sd]", ".+?", re.escape(text)))
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


def _texts(either: object) -> set[str]:
    """Return the singular and plural of a message, or its one text."""
    return {str(text) for text in (either if isinstance(either, tuple | list) else (either,)) if text}


TEXTS = """() => {
  const texts = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const owner = walker.currentNode.parentElement;
    if (!owner.closest('script, style, [lang=en], [translate=no]')) texts.add(walker.currentNode.data.trim());
  }
  for (const owner of document.querySelectorAll('[aria-label], [placeholder], [title], [alt], [data-label]'))
    for (const name of ['aria-label', 'placeholder', 'title', 'alt', 'data-label']) texts.add(owner.getAttribute(name) || '');
  return [document.title, ...texts].filter(Boolean);
}"""
MEASURES = """() => ({
  wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  titles: [...document.querySelectorAll('h1')].length,
  primaries: [...document.querySelectorAll('main .btn-primary')].filter((b) => b.offsetParent && !b.closest('dialog')).map((b) => b.innerText),
})"""
FOCUS = """() => {
  const e = [...document.querySelectorAll('main :is(a[href], button, select, input:not([type=hidden]))')].find((e) => e.offsetParent && !e.disabled);
  if (!e) return true;
  e.focus();  // after a key was pressed this counts as focus by keyboard
  const s = getComputedStyle(e);
  return document.activeElement === e && ((s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0) || s.boxShadow !== 'none');
}"""
FINDINGS = """async (only) => {
  const chosen = only ? {runOnly: [only], resultTypes: ['violations']} : {resultTypes: ['violations']};
  const {violations} = await axe.run(document, chosen);
  return violations.filter((v) => ['serious', 'critical'].includes(v.impact)).flatMap((v) => v.nodes.map((n) => [v.id, n.html.slice(0, 120)]));
}"""


def faults(page: Page, address: str, server: str) -> Iterator[object]:
    """Yield what would trip somebody up on a page, at 390 light (every rule) and at 1440 dark (the colours)."""
    for width, theme, rule in ((390, "light", None), (1440, "dark", "color-contrast")):
        page.set_viewport_size({"width": width, "height": 900})
        page.context.add_cookies([{"name": "theme", "value": theme, "url": server}])
        page.goto(address, wait_until="load")
        measured = page.evaluate(MEASURES)
        if measured["wide"] > 0:
            yield width, "runs over by", measured["wide"]
        yield from ((width, theme, *found) for found in page.evaluate(FINDINGS, rule))
    if measured["titles"] != 1:
        yield "titles", measured["titles"]
    if len(measured["primaries"]) > 1:
        yield "more than one primary action", measured["primaries"]
    yield from (("English", text) for text in page.evaluate(TEXTS) if english().fullmatch(text))
    page.keyboard.press("Tab")
    if not page.evaluate(FOCUS):
        yield "the focus cannot be seen on", page.evaluate("document.activeElement.outerHTML.slice(0, 120)")


# --- the walk ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_can_be_used_by_whom_it_is_for(
    app: Flask, world: World, browser: Browser, server: str, part: int
) -> None:
    full, wrong, complaints = build(world), [], list[str]()
    visitor = browser.new_context(base_url=server, locale="id-ID", reduced_motion="reduce")
    visitor.set_default_timeout(20_000)
    visitor.add_init_script(path=AXE)
    page = visitor.new_page()
    listen(page, complaints)
    for rule in pages(app)[part::PARTS]:
        address = address_of(full, rule)
        seen = 0
        for reader in readers(full, app, rule.endpoint):
            with reader.get(address, follow_redirects=True) as answer:
                if answer.status_code == 404:
                    continue  # a page of the other side
                assert answer.status_code == 200, (rule.endpoint, address, answer.status_code)
            seen += 1
            open_as(page, reader, server)
            wrong += [(rule.endpoint, address, found) for found in faults(page, address, server)]
        if not seen:
            wrong.append((rule.endpoint, address, "nobody finds this page"))
    visitor.close()
    assert complaints == []
    assert [str(found) for found in wrong] == []


def test_what_is_left_out_still_exists(app: Flask) -> None:
    assert (NO_PAGES | ELSEWHERE.keys()) - {rule.endpoint for rule in app.url_map.iter_rules()} == set()


@pytest.mark.parametrize(
    ("text", "is_english"),
    [("Participants", True), ("Peserta", False), ("36 approved, 7 wait", False), ("Status", False), ("Log in", True)],
)
def test_english_is_told_from_indonesian(text: str, is_english: bool) -> None:
    assert bool(english().fullmatch(text)) is is_english
