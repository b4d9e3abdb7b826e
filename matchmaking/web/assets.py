"""Built assets: hashed names from the build's manifest, cached for a year, sent compressed where the build did so."""

from __future__ import annotations

import json
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, send_from_directory, url_for
from werkzeug.utils import safe_join
from werkzeug.wrappers import Response


@lru_cache(maxsize=4)
def _manifest(path: Path, _changed: float) -> dict[str, str]:
    manifest: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return manifest


def asset_url(name: str) -> str:
    """Return the address of a built asset such as ``app.css``; the plain name when nothing was built."""
    path = _built_folder() / "manifest.json"
    built = _manifest(path, path.stat().st_mtime) if path.exists() else {}
    return url_for("static", filename=f"dist/{built.get(name, name)}")


def _built_folder() -> Path:
    return Path(current_app.static_folder or "static") / "dist"


def built_file(name: str) -> Path | None:
    """Return where a built asset lies, ``None`` when it was not built."""
    found = safe_join(str(_built_folder()), asset_url(name).rpartition("/dist/")[2])
    return Path(found) if found and Path(found).is_file() else None


def precache_list() -> dict[str, Any]:
    """Return what the build says the tablet keeps (``version``, ``files``); empty when nothing was built."""
    path = _built_folder() / "precache.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def send_static(filename: str) -> Response:
    """Send a file of ``static/``: its ``.gz`` from the build where there is one and the browser takes it."""
    folder = current_app.static_folder or "static"
    packed = safe_join(folder, f"{filename}.gz")
    if packed is None or not Path(packed).is_file():
        return current_app.send_static_file(filename)
    if not request.accept_encodings.quality("gzip"):
        response = current_app.send_static_file(filename)
    else:
        mimetype = mimetypes.guess_type(filename)[0]
        response = send_from_directory(folder, f"{filename}.gz", mimetype=mimetype, max_age=_max_age())
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response


def _max_age() -> int | None:
    return current_app.get_send_file_max_age(None)


def init_assets(app: Flask) -> None:
    """Offer ``asset_url`` to templates and send the build's compressed files."""
    app.add_template_global(asset_url)
    app.view_functions["static"] = send_static
