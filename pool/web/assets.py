"""Style, scripts and pictures: served under an address that holds the hash of them all, so that
a browser keeps them for good and a new version is fetched at once.

One hash for the whole folder, in the path: a script's ``import "./menu.js"`` stays right.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Flask, Response, send_from_directory

from pool.web.access import public

FOLDER = Path(str(files("pool.web"))) / "static"


def content_hash(folder: Path) -> str:
    """Twelve hex digits over the names and bytes of every file below ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def install(app: Flask, folder: Path = FOLDER) -> None:
    """Serve ``folder``; ``url_for("static", filename="puljen.css")`` fills the hash in."""
    present = content_hash(folder)

    @public
    def static(version: str, filename: str) -> Response:
        response = send_from_directory(folder, filename)
        if version == present:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:  # an old page during an upgrade: the file as it is now, kept by nobody
            response.headers["Cache-Control"] = "no-cache"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        return response

    app.add_url_rule("/static/<version>/<path:filename>", "static", static)

    def fill_in(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("version", present)

    app.url_defaults(fill_in)
