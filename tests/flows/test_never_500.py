"""Whatever is sent to whichever endpoint by whoever may use it: an answer, never an error on our side."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from tests.flows.full_world import Forms, build, form_fields
from tests.world import BOTH, World

#: Last, because afterwards there is not much left to try.
ENDING = (
    "registration.hand_over", "registration.link_withdraw", "registration.my_withdraw", "scheduling.discard",
    "events.renew_link", "events.close_account", "events.change_role", "events.archive", "events.delete", "operations.remove_demo",
)  # fmt: skip
#: The answers that say "not ready" on purpose.
MAY_BE_UNREADY = {"health.ready"}
#: What no form expects: too large, below zero, no ASCII digit, markup with reversed reading, far too long.
GARBAGE = ("9" * 40, "-1", "\u00b2", "\u202e\u200b\U0001f600'\";--<script>%_\\", "x" * 5000)


#: The walks are cut into as many tests, each in a world of its own, so that all processes of a run have their share.
PARTS = 3


def rules(app: Flask, method: str, part: int = 0, of: int = 1) -> list[Rule]:
    """Return the rules that take this method (every so many-th of them), the destructive ones last."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (*(rule.endpoint == ending for ending in ENDING), rule.endpoint))[part::of]


def ask(browser: FlaskClient, method: str, address: str, data: Any = None) -> int:
    """Send one request; return the status of its answer."""
    with browser.open(address, method=method, data=data) as answer:
        return answer.status_code


def fields_of(browser: FlaskClient, address: str) -> tuple[set[str], set[str]]:
    """Return the names of the fields to fill, and of those for files: the page's own, and those that routes read."""
    with browser.get(address) as page:
        forms = Forms(page.get_data(as_text=True))
    return {name for _action, fields in forms.found for name, _value in fields} | form_fields(), forms.files


def filled(fields: tuple[set[str], set[str]], value: str) -> dict[str, object]:
    """Return the value in every field, and a program with a picture's or a sheet's name in every field for files."""
    names, files = fields
    programs = {name: (io.BytesIO(b"MZ\x90\x00<svg onload=alert(1)>"), "../a\u202e.xlsx") for name in files}
    return {**dict.fromkeys(names, value), **programs}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_reading_never_fails_on_our_side(app: Flask, world: World, part: int) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    full, wrong = build(world), []
    queries = ("", "?page=-1&q=%25_%5C&sort=x&entry=x&state=x&side=x&next=//x", f"?page={'9' * 30}&id={'9' * 30}")
    for rule in rules(app, "GET", part, PARTS):
        for visit in full.visitors(rule.endpoint, app):
            browser = visit()
            for address, exists in full.addresses(rule):
                for query in queries if exists else ("",):
                    status = ask(browser, "GET", address + query)
                    if status >= 500 and rule.endpoint not in MAY_BE_UNREADY:
                        wrong.append((rule.endpoint, address, query, status))
    assert wrong == []


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("database", BOTH, indirect=True)
def test_sending_never_fails_on_our_side(app: Flask, world: World, part: int) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    full, wrong = build(world), []
    for rule in rules(app, "POST", part, PARTS):
        for number, visit in enumerate(full.visitors(rule.endpoint, app)):
            for address, exists in full.addresses(rule):
                whole = exists and not number
                fields = fields_of(visit(), address) if whole else (set(), set())
                for value in ("", *GARBAGE) if whole else ("",):  # a fresh browser: the one before may be logged out
                    status = ask(visit(), "POST", address, filled(fields, value) if value else {})
                    if status >= 500:
                        wrong.append((rule.endpoint, address, value[:12], status))
    assert wrong == []


def test_every_form_can_be_sent_as_it_stands(app: Flask, world: World) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    full, wrong, sent = build(world), [], set()
    for rule in (rule for rule in rules(app, "GET") if rule.endpoint != "styleguide.show"):  # its forms are specimens
        for number, visit in enumerate(full.visitors(rule.endpoint, app)):
            address = next(full.addresses(rule))[0]
            with visit().get(address) as page:
                forms = Forms(page.get_data(as_text=True)).found if page.mimetype == "text/html" else []
            for action, fields in forms:
                target = (action or address).partition("#")[0]
                if (number, target, str(fields)) in sent or target.endswith(("delete", "demo/remove")):
                    continue
                sent.add((number, target, str(fields)))
                status = ask(visit(), "POST", target, MultiDict(fields))
                if status >= 500 or status in {400, 405}:
                    wrong.append((rule.endpoint, target, status))
    assert len(sent) > 100
    assert wrong == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_sign_that_no_database_takes_is_refused(app: Flask, world: World) -> None:
    code, browser = world.code_of(world.event()), app.test_client()
    assert ask(browser, "GET", f"/events/{code}/catalogue?q=%00") == 400
    assert ask(browser, "GET", "/files/%00") == 404
    assert ask(browser, "POST", "/log-in", {"login": "a\x00b", "password": "rahasia"}) == 400
    assert ask(browser, "GET", f"/code/{2**31}") == 404
