"""What a document may load: packaged assets, its own charts and a tenant's fonts, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).parent / "assets"
SCHEME = "bangfu"
_ADDRESS = re.compile(rf"{SCHEME}:(assets|fonts|charts)/([a-z0-9][a-z0-9_-]*\.([a-z0-9]+))")
_MEDIA_TYPES = {
    "css": "text/css",
    "svg": "image/svg+xml",
    "otf": "font/otf",
    "ttf": "font/ttf",
    "woff2": "font/woff2",
}


class RefusedError(ValueError):
    """The document asked for something that is not its own."""


class PackagedFetcher(URLFetcher):  # type: ignore[misc]
    """Answers `bangfu:assets/…`, `bangfu:charts/…` and `bangfu:fonts/…`; refuses all else.

    The parent's handlers for files and networks are never reached: `fetch` does not call them.
    A refusal stops the document, since a template that asks for more is wrong.
    """

    def __init__(
        self, charts: Mapping[str, bytes] | None = None, fonts: Path | None = None
    ) -> None:
        super().__init__(allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True)
        self._charts = dict(charts or {})
        self._folders = {"assets": ASSETS} | ({"fonts": fonts} if fonts else {})

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the asset an address names; raise RefusedError for any other address."""
        match = _ADDRESS.fullmatch(url)
        if match is None:
            raise RefusedError(f"a document may not load {url[:200]}")
        kind, name, suffix = match.groups()
        if suffix not in _MEDIA_TYPES:
            raise RefusedError(f"a document may not load files of type {suffix}")
        body = self._charts.get(name) if kind == "charts" else self._read(kind, name)
        if body is None:
            raise RefusedError(f"there is no {name} among the {kind}")
        return URLFetcherResponse(url, body, {"Content-Type": _MEDIA_TYPES[suffix]})

    def _read(self, kind: str, name: str) -> bytes | None:
        folder = self._folders.get(kind)
        path = folder / name if folder else None
        # A link could lead anywhere, so only regular files of the folder itself are served.
        if path is None or path.is_symlink() or not path.is_file():
            return None
        return path.read_bytes()
