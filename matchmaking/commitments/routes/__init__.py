"""The pages of commitments: records, signing, papers, the check page."""

from matchmaking.commitments.routes import check, ink, own, papers, settings, sign_link, signing, staff, tablet_app
from matchmaking.commitments.routes.blueprint import commitments

__all__ = ["check", "commitments", "ink", "own", "papers", "settings", "sign_link", "signing", "staff", "tablet_app"]
