"""Which addresses may be printed on paper."""

from __future__ import annotations

import pytest

from matchmaking.web.addresses import is_reachable_address


@pytest.mark.parametrize("address", ["https://temubisnis.contoh.example", "http://103.10.66.1:8080/x"])
def test_address_the_world_can_open_is_reachable(address: str) -> None:
    assert is_reachable_address(address)


@pytest.mark.parametrize(
    "address",
    ["", "temubisnis.example", "http://localhost:8000", "http://127.0.0.1", "https://192.168.1.4", "http://10.0.0.1",
     "https://[::1]/", "https://laptop.local", "https://laptop", "ftp://temubisnis.example"],
)  # fmt: skip
def test_address_of_the_hall_is_not_reachable(address: str) -> None:
    assert not is_reachable_address(address)
