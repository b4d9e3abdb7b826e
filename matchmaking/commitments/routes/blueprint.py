"""The feature's blueprint."""

from __future__ import annotations

from flask import Blueprint

commitments = Blueprint("commitments", __name__)
