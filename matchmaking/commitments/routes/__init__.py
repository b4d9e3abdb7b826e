"""The pages of commitments: records, signing, papers, the check page."""

from matchmaking.commitments.routes import check, own, papers, settings, staff
from matchmaking.commitments.routes.blueprint import commitments

__all__ = ["check", "commitments", "own", "papers", "settings", "staff"]
