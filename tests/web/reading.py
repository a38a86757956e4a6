"""Reading what a page shows."""

from __future__ import annotations

from html.parser import HTMLParser


class _Rows(HTMLParser):
    """Collects the texts of the cells of every body row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "thead":
            self.rows.pop()
        elif tag in ("td", "th") and self._cell is not None:
            self.rows[-1].append(" ".join("".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)


def cells(page: str) -> list[list[str]]:
    """Return the rows of all tables of a page, each as the texts of its cells."""
    reader = _Rows()
    reader.feed(page)
    return reader.rows
