"""Every endpoint × every role: who gets in is written down beside each feature's tests and checked here."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from flask import Flask

from matchmaking.actor import Role
from matchmaking.permissions import PERMISSIONS, permission_of

EVERYBODY = "everybody"
LOGGED_IN = "logged in"
ADMINISTRATOR = "administrator"
DEVICE = "device"

TESTS = Path(__file__).resolve().parent.parent


def declared() -> dict[str, object]:
    """Merge ``ACCESS`` of ``tests/<feature>/access.py``: endpoint -> EVERYBODY, LOGGED_IN, ADMINISTRATOR or a set of roles."""
    merged: dict[str, object] = {}
    for path in sorted(TESTS.glob("*/access.py")):
        module = importlib.import_module(f"tests.{path.parent.name}.access")
        overlap = merged.keys() & module.ACCESS.keys()
        assert not overlap, overlap
        merged.update(module.ACCESS)
    return merged


def actual(app: Flask) -> dict[str, object]:
    found: dict[str, object] = {}
    for endpoint, view in app.view_functions.items():
        if endpoint == "static":
            continue
        permission = permission_of(view)
        assert permission is not None, f"{endpoint} declares neither a permission nor @public"
        found[endpoint] = _meaning(permission)
    return found


def _meaning(permission: str) -> object:
    if permission == "public":
        return EVERYBODY
    if permission not in PERMISSIONS:
        return DEVICE
    roles = PERMISSIONS[permission]
    if roles is None:
        return ADMINISTRATOR
    return {Role(role) for role in roles} or LOGGED_IN


def test_every_endpoint_lets_in_whom_its_feature_says(app: Flask) -> None:
    assert actual(app) == declared()


@pytest.mark.parametrize("role", [None, *Role])
def test_request_is_refused_without_the_permission(app: Flask, world, role: Role | None) -> None:  # type: ignore[no-untyped-def]
    """Ask for every endpoint of an event as each role: a role that is not declared never gets a page."""
    event_id = world.event()
    user_id = world.user(roles={event_id: role}) if role else None
    browser = world.client(user_id)
    code = world.code_of(event_id)
    wrong = []
    for rule in app.url_map.iter_rules():
        allowed = declared().get(rule.endpoint)
        if rule.endpoint == "static" or allowed == EVERYBODY or "event_code" not in rule.arguments:
            continue
        if isinstance(allowed, set) and role in allowed:
            continue
        values = {name: code if name == "event_code" else "1" for name in rule.arguments}
        address = rule.build(values, append_unknown=False)
        method = "POST" if "POST" in (rule.methods or set()) else "GET"
        status = browser.open(address[1] if address else "", method=method).status_code
        if status not in ((302, 401) if role is None else (403, 404)):
            wrong.append((rule.endpoint, role, status))
    assert wrong == []
