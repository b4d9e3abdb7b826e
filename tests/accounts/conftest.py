"""What the tests of accounts share: one password, hashed once."""

from __future__ import annotations

import pytest
from flask import Flask

from matchmaking.accounts.services.passwords import hash_password

PASSWORD = "kopi robusta pagi"


@pytest.fixture
def password_hash(app: Flask) -> str:
    return hash_password(PASSWORD)
