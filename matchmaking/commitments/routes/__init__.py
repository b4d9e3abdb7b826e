"""The pages of commitments: records, signing, papers, the check page; the tablet's app, what it asks for and sends."""

from matchmaking.commitments.routes import (
    check,
    copies,
    ink,
    life,
    own,
    paper_forms,
    papers,
    reminders,
    reviews,
    seals,
    settings,
    sign_link,
    signing,
    staff,
    tablet,
    tablet_app,
    witness,
)
from matchmaking.commitments.routes.blueprint import commitments

__all__ = [
    "check",
    "commitments",
    "copies",
    "ink",
    "life",
    "own",
    "paper_forms",
    "papers",
    "reminders",
    "reviews",
    "seals",
    "settings",
    "sign_link",
    "signing",
    "staff",
    "tablet",
    "tablet_app",
    "witness",
]
