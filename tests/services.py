"""Databases for the tests: PostgreSQL and Redis named by the environment, else found on this machine."""

from __future__ import annotations

import os


def postgres_url() -> str:
    return os.environ.get("MATCHMAKING_TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1/postgres")


def redis_url() -> str:
    return os.environ.get("MATCHMAKING_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
