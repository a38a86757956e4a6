"""A document may load its own assets and nothing else: no file, no network, no way around."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from worker.pdf.fetcher import PackagedFetcher, RefusedError
from worker.pdf.report import RenderingError, print_html


class Listener(HTTPServer):
    """A server that counts who comes."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[str] = []


class Handler(BaseHTTPRequestHandler):
    """Answers everything, and says who asked."""

    server: Listener

    def do_GET(self) -> None:
        """Count the request and answer."""
        self.server.requests.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"secret")

    def log_message(self, *_arguments: object) -> None:
        return


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd", "/etc/passwd", "../report.py", "bangfu:assets/../report.py",
        "bangfu:assets//etc/passwd", "bangfu:assets/%2e%2e/report.py", "bangfu:other/report.css",
        "ftp://127.0.0.1/a.css", "data:text/css,body{}", "bangfu:assets/report.py",
        "bangfu:fonts/a.ttf", "bangfu:charts/none.svg", "BANGFU:assets/report.css",
    ],
)  # fmt: skip
def test_whatever_is_not_its_own_is_refused(address: str) -> None:
    with pytest.raises(RefusedError):
        PackagedFetcher().fetch(address)


def test_its_own_assets_charts_and_fonts_are_served(tmp_path: Path) -> None:
    (tmp_path / "own.ttf").write_bytes(b"font")
    fetcher = PackagedFetcher({"a.svg": b"<svg/>"}, tmp_path)
    assert fetcher.fetch("bangfu:charts/a.svg").read() == b"<svg/>"
    assert fetcher.fetch("bangfu:fonts/own.ttf").read() == b"font"
    assert b"@page" in fetcher.fetch("bangfu:assets/report.css").read()


def test_a_link_out_of_the_font_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "sly.ttf").symlink_to("/etc/passwd")
    with pytest.raises(RefusedError):
        PackagedFetcher(fonts=tmp_path).fetch("bangfu:fonts/sly.ttf")


def test_a_document_reaches_no_server(listener: Listener) -> None:
    address = f"http://127.0.0.1:{listener.server_port}/a"
    for page in (
        f'<img src="{address}">', f'<link rel="stylesheet" href="{address}">',
        f'<style>@import url("{address}");</style>', f'<object data="{address}"></object>',
        f'<p style="background: url({address})">x</p>',
    ):  # fmt: skip
        with pytest.raises(RenderingError):
            print_html(f"<html><body>{page}</body></html>", PackagedFetcher())
    assert listener.requests == []


def test_a_document_embeds_no_file_of_the_machine() -> None:
    page = (
        '<html><head><link rel="attachment" href="file:///etc/passwd"></head><body>x</body></html>'
    )
    with pytest.raises(RenderingError):
        print_html(page, PackagedFetcher())
