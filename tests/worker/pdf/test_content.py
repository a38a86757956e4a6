"""What goes into a document: sandboxed templates, complete words, charts that repeat themselves."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from jinja2 import UndefinedError
from jinja2.exceptions import SecurityError

from core.supervision.figures import moment, say
from tests.worker.pdf import samples
from tests.worker.pdf.samples import AT
from worker.pdf.charts import draw_chart
from worker.pdf.report import make_environment, write_html
from worker.pdf.wording import Wording, read_catalogue

ROOT = Path(__file__).parents[3]
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ self.__init__.__globals__ }}",
        "{{ cycler.__init__.__globals__.os }}",
        "{{ items.append(1) }}",
    ],
)
def test_a_template_cannot_reach_beyond_what_it_is_given(template: str) -> None:
    with pytest.raises((SecurityError, UndefinedError)):
        make_environment("zh").from_string(template).render(items=[])


def test_content_is_escaped() -> None:
    content = samples.content()
    content["introduction"] = ["<script>alert(1)</script>"]
    assert "<script>alert" not in write_html(content, Wording("zh"))


@pytest.mark.parametrize("part", ["title", "issuer", "sections", "tables", "seal"])
def test_a_missing_part_is_an_error_and_no_blank(part: str) -> None:
    content: dict[str, Any] = samples.content()
    del content[part]
    with pytest.raises(KeyError):
        write_html(content, Wording("zh"))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="one of"):
        Wording("fr")


def test_a_chart_of_the_same_figures_is_the_same_bytes() -> None:
    content = samples.content()
    chart, table = content["charts"]["trend"], content["tables"]["trend"]
    first, second = (draw_chart(chart, table, Wording("zh")) for _ in range(2))
    assert first == second
    assert "2022年7月".encode() in first


def test_every_word_of_the_document_is_in_chinese() -> None:
    catalogue = read_catalogue("zh")
    for text in words():
        assert catalogue.get(text), text
        assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(catalogue[text])), text


def words() -> set[str]:
    """Return every message id of the templates and of the report's content."""
    found: set[str] = set()
    for path in (ROOT / "worker" / "pdf" / "templates").glob("*.html"):
        found |= _ids("jinja2.ext:babel_extract", path, "_", "gettext")
    for path in (ROOT / "core" / "supervision").glob("*.py"):
        found |= _ids("python", path, "say")
    return found


def _ids(method: str, path: Path, *names: str) -> set[str]:
    keywords = dict.fromkeys(names)
    messages = extract_from_file(method, str(path), keywords, options={"trimmed": "true"})
    return {
        text
        for _line, message, _comments, _context in messages
        for text in ([message] if isinstance(message, str) else message)
        if text
    }


@pytest.mark.parametrize(
    ("language", "within", "alone"),
    [
        ("zh", "签名于2023年7月3日9时02分。", "2023-07-03 09:02:03"),
        ("en", "Signed on 3 July 2023, 09:02.", "2023-07-03 09:02:03"),
    ],
)
def test_a_sentence_tells_a_moment_in_words_and_a_table_to_the_second(
    language: str, within: str, alone: str
) -> None:
    wording = Wording(language)
    wording._texts = {"Signed on %(at)s.": "签名于%(at)s。"} if language == "zh" else {}
    assert wording.put(say("Signed on %(at)s.", at=moment(AT))) == within
    assert wording.put(moment(AT)) == alone
