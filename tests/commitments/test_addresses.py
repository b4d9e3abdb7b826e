"""What is printed must still open when the hall's network is gone."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaking.commitments.addresses import check_address, printed_base
from matchmaking.events.models import Event
from matchmaking.web.addresses import LOCAL_ADDRESS, NoPublicAddress

UNREACHABLE = [
    "", "http://127.0.0.1:8000", "http://localhost", "http://192.168.1.5", "http://10.0.0.2:5000", "http://[::1]/", "http://laptop",
    "http://laptop.local", "ftp://temu.example", "http://169.254.1.1", "http://100.64.0.1", "http://0.0.0.0",
]  # fmt: skip


def event(address: str, *, is_demo: bool = False, is_test: bool = False) -> Event:
    return Event(public_address=address, is_demo=is_demo, is_test=is_test)


@pytest.mark.parametrize("address", UNREACHABLE)
def test_an_address_only_the_hall_can_open_is_refused(app: Flask, address: str) -> None:
    with pytest.raises(NoPublicAddress) as caught:
        printed_base(event(address))
    assert "Kop surat" in str(caught.value)


@pytest.mark.parametrize("address", UNREACHABLE)
def test_the_installations_address_is_judged_alike(app: Flask, address: str) -> None:
    app.config["PUBLIC_ADDRESS"] = address
    with pytest.raises(NoPublicAddress):
        printed_base(event(""))


def test_a_public_address_is_printed(app: Flask) -> None:
    assert check_address(event("https://temu.example/bisnis/"), "ABC") == "https://temu.example/bisnis/check/ABC"


def test_the_events_address_wins(app: Flask) -> None:
    app.config["PUBLIC_ADDRESS"] = "https://pasang.example"
    assert printed_base(event("")) == "https://pasang.example"
    assert printed_base(event("https://acara.example")) == "https://acara.example"


@pytest.mark.parametrize("kind", ["is_demo", "is_test"])
def test_a_trial_prints_whatever_there_is(app: Flask, kind: str) -> None:
    trial = {kind: True}
    assert printed_base(event("", **trial)) == LOCAL_ADDRESS
    assert printed_base(event("http://192.168.1.5:8000", **trial)) == "http://192.168.1.5:8000"
    with app.test_request_context(base_url="http://127.0.0.1:5150/"):
        assert printed_base(event("", **trial)) == "http://127.0.0.1:5150"


def test_a_strangers_host_never_reaches_the_paper_of_a_real_event(app: Flask) -> None:
    with app.test_request_context(base_url="https://penipu.example/"), pytest.raises(NoPublicAddress):
        printed_base(event(""))
