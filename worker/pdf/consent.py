"""Prints the authorisation of means verification of one household: a form to be signed, A4."""

from __future__ import annotations

import datetime as dt
from typing import Any

from worker.pdf.fetcher import PackagedFetcher
from worker.pdf.pages import LANGUAGE_TAGS
from worker.pdf.report import Pdf, make_environment, print_html
from worker.pdf.wording import Wording


def typeset(content: dict[str, Any], language: str) -> Pdf:
    """Return the form as a PDF (PDF/UA-1); ValueError for a language there is not."""
    return print_html(write_html(content, Wording(language)), PackagedFetcher())


def write_html(content: dict[str, Any], wording: Wording) -> str:
    """Return the HTML of the form: a sandboxed template that sees strings and lists only."""
    template = make_environment(wording.language).get_template("consent.html")
    printed_on = dt.date.fromisoformat(content["printed_on"])
    between = "、" if wording.language == "zh" else ", "
    return template.render(
        **content | {"sources": between.join(content["sources"])},
        language=wording.language,
        language_tag=LANGUAGE_TAGS[wording.language],
        printed=wording.put({"day": printed_on.isoformat()}),
    )
