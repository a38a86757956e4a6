"""Renders a supervision report: its content in, a tagged PDF of the official layout out."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from core.interpreter import without_collections
from worker.pdf.charts import draw_chart
from worker.pdf.fetcher import ASSETS, PackagedFetcher
from worker.pdf.fonts import font_faces
from worker.pdf.pages import compose
from worker.pdf.wording import Wording

TEMPLATES = Path(__file__).parent / "templates"
# Pango's font map is not made for two threads at once.
_ONE_AT_A_TIME = threading.Lock()


class RenderingError(RuntimeError):
    """The document could not be made, because its template asks for what it may not have."""


@dataclass(frozen=True)
class Pdf:
    """A finished document and how many pages it has."""

    data: bytes
    pages: int


def render(content: dict[str, Any], language: str, fonts: Path | None = None) -> bytes:
    """Return a report as a PDF (PDF/UA-1). `fonts` is a folder of a tenant's licensed fonts.

    Raises ValueError for an unknown language, jinja2's errors for content that lacks a part.
    """
    return typeset(content, language, fonts).data


def typeset(content: dict[str, Any], language: str, fonts: Path | None = None) -> Pdf:
    """Return a report as a PDF together with the number of its pages."""
    wording = Wording(language)
    page = write_html(content, wording)
    charts = {
        f"{name}.svg": draw_chart(chart, content["tables"][chart["table"]], wording)
        for name, chart in content["charts"].items()
    }
    return print_html(page, PackagedFetcher(charts, fonts), fonts)


def write_html(content: dict[str, Any], wording: Wording) -> str:
    """Return the HTML of a report: a sandboxed template that sees strings and numbers only."""
    template = make_environment(wording.language).get_template("report.html")
    return template.render(compose(content, wording))


def print_html(page: str, fetcher: PackagedFetcher, fonts: Path | None = None) -> Pdf:
    """Return HTML as a PDF; raises RenderingError where it asks for anything not its own."""
    with _ONE_AT_A_TIME, without_collections():
        configuration, styles = _typography(fonts)
        try:
            document = HTML(string=page, url_fetcher=fetcher).render(
                font_config=configuration, stylesheets=styles, pdf_variant="pdf/ua-1"
            )
            data = document.write_pdf(pdf_variant="pdf/ua-1", pdf_tags=True)
        except FatalURLFetchingError as error:
            raise RenderingError(f"{error}: {error.__cause__}") from error
    return Pdf(data, len(document.pages))


def warm() -> None:
    """Read fonts and styles now, so that processes forked from this one need not."""
    _typography(None)
    for language in ("zh", "en"):
        make_environment(language).get_template("report.html")


@cache
def _typography(fonts: Path | None) -> tuple[FontConfiguration, list[CSS]]:
    configuration = FontConfiguration()
    fetcher = PackagedFetcher(fonts=fonts)
    sheets = (font_faces(fonts), (ASSETS / "report.css").read_text(encoding="utf-8"))
    styles = [CSS(string=sheet, url_fetcher=fetcher, font_config=configuration) for sheet in sheets]
    return configuration, styles


@cache
def make_environment(language: str) -> ImmutableSandboxedEnvironment:
    """Return the sandbox templates of a language are filled in."""
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    translate = Wording(language).translate
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        translate, lambda one, many, count: translate(one if count == 1 else many), newstyle=True
    )
    return environment
