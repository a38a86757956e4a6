"""The built front-end: which file holds what. Names change with the content: browsers keep them."""

from __future__ import annotations

import json
from pathlib import Path

import structlog
from flask import Flask, url_for

log = structlog.get_logger(__name__)
FOLDER = Path(__file__).resolve().parent / "static" / "build"
A_YEAR = 31_536_000


def read_manifest() -> dict[str, str]:
    """Return the built file of each source; empty, with a warning, when nothing is built."""
    try:
        found: dict[str, str] = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        log.warning("frontend.missing", remedy="run `npm ci && npm run build` in web/")
        return {}
    return found


def install(app: Flask) -> None:
    """Give templates `asset("style.css")`."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = A_YEAR
    manifest = read_manifest()
    app.jinja_env.globals["asset"] = lambda name: url_for(
        "static", filename=manifest.get(name, name)
    )
