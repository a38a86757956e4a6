"""Finished documents the tests look at: one in each language, made once."""

from __future__ import annotations

import pytest

from tests.worker.pdf import samples
from worker.pdf.report import Pdf, typeset

LINE = "困难职工帮扶督导报告正文每行二十八字每面二十二行版式测试"
"""Exactly 28 characters: one full line of the official layout."""


@pytest.fixture(scope="session")
def chinese() -> Pdf:
    """A report with a long table, two charts and three pages of running text."""
    return typeset(samples.content(rows=60, paragraphs=(LINE * 70,)), "zh")


@pytest.fixture(scope="session")
def english() -> Pdf:
    """The same in English."""
    return typeset(samples.content(rows=60), "en")
