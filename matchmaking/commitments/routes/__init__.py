"""The pages of commitments: records, signing, papers, the check page."""

from matchmaking.commitments.routes import (
    check,
    copies,
    ink,
    own,
    papers,
    seals,
    settings,
    sign_link,
    signing,
    staff,
    tablet_app,
    witness,
)
from matchmaking.commitments.routes.blueprint import commitments

__all__ = [
    "check",
    "commitments",
    "copies",
    "ink",
    "own",
    "papers",
    "seals",
    "settings",
    "sign_link",
    "signing",
    "staff",
    "tablet_app",
    "witness",
]
