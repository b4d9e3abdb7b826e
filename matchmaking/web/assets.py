"""Addresses of built assets: hashed names from the build's manifest, cached for a year."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, current_app, url_for


@lru_cache(maxsize=4)
def _manifest(path: Path, _changed: float) -> dict[str, str]:
    manifest: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def asset_url(name: str) -> str:
    """Return the address of a built asset such as ``app.css``; the plain name when nothing was built."""
    path = Path(current_app.static_folder or "static") / "dist" / "manifest.json"
    built = _manifest(path, path.stat().st_mtime) if path.exists() else {}
    return url_for("static", filename=f"dist/{built.get(name, name)}")


def init_assets(app: Flask) -> None:
    """Offer ``asset_url`` to templates."""
    app.add_template_global(asset_url)
