"""The audit trail: append-only, each entry hashing the one before, free of personal data."""

from matchmaking.audit.services import record, verify_chain

__all__ = ["record", "verify_chain"]
