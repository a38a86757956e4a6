"""The layout of GB/T 9704-2012: page, margins, 22 lines of 28 characters, page numbers."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import Any

import pytest
from pypdf import PageObject, PdfReader

from core.supervision.figures import TEXT, column, table, yuan
from tests.worker.pdf.conftest import LINE
from tests.worker.pdf.samples import AT, RARE_NAMES
from worker.pdf.report import Pdf
from worker.pdf.tables import lay_out
from worker.pdf.wording import Wording

MILLIMETRE = 72 / 25.4
LEFT, TOP, WIDTH, HEIGHT = (item * MILLIMETRE for item in (28, 37, 156, 225))


def read(made: Pdf) -> PdfReader:
    return PdfReader(io.BytesIO(made.data))


def lines_of(page: PageObject) -> dict[int, list[tuple[float, str]]]:
    """Return the pieces of text by the height of their line, in points from the top."""
    found: dict[int, list[tuple[float, str]]] = defaultdict(list)
    tall = float(page.mediabox.height)

    def visit(text: str, scale: Any, matrix: Any, _font: Any, _size: Any) -> None:
        if text.strip():
            left = matrix[4] * scale[0] + matrix[5] * scale[2] + scale[4]
            height = matrix[4] * scale[1] + matrix[5] * scale[3] + scale[5]
            found[round(tall - height)].append((left, text.strip()))

    page.extract_text(visitor_text=visit)
    return dict(found)


def full_page(made: Pdf) -> PageObject:
    """Return the page that holds nothing but running text."""
    for page in read(made).pages:
        text = re.sub(r"\s", "", page.extract_text())
        if text.count(LINE) >= 20:
            return page
    raise AssertionError("no page is full of text")


def test_the_page_is_a4(chinese: Pdf) -> None:
    box = read(chinese).pages[0].mediabox
    assert (float(box.width), float(box.height)) == pytest.approx((595.28, 841.89), abs=0.1)


def test_a_full_page_has_22_lines_of_28_characters(chinese: Pdf) -> None:
    lines = lines_of(full_page(chinese))
    texts = ["".join(text for _, text in sorted(pieces)) for _, pieces in sorted(lines.items())]
    body = [text for text in texts if len(text) > 10]
    assert len(body) == 22
    assert {len(text) for text in body} == {28}


def test_text_keeps_inside_the_type_area(chinese: Pdf) -> None:
    lines = lines_of(full_page(chinese))
    body = {height: pieces for height, pieces in lines.items() if len(pieces[0][1]) > 10}
    assert min(left for pieces in body.values() for left, _ in pieces) == pytest.approx(
        LEFT, abs=1.5
    )
    assert min(body) >= TOP
    assert max(body) <= TOP + HEIGHT


def test_the_title_breaks_where_a_phrase_ends_and_no_word_is_torn(chinese: Pdf) -> None:
    reader = read(chinese)
    lines = ["".join(text for _, text in pieces) for pieces in lines_of(reader.pages[0]).values()]
    assert "关于某市总工会2023年第二季度" in lines
    assert "困难职工帮扶工作的督导报告" in lines
    assert reader.metadata is not None
    assert reader.metadata.title == "关于某市总工会2023年第二季度困难职工帮扶工作的督导报告"


def test_page_numbers_stand_outside_between_dashes(chinese: Pdf) -> None:
    for number, page in enumerate(read(chinese).pages, start=1):
        found = [
            (left, height)
            for height, pieces in lines_of(page).items()
            for left, text in pieces
            if re.sub(r"\s", "", text) == f"—{number}—"
        ]
        assert len(found) == 1, number
        left, height = found[0]
        assert height > TOP + HEIGHT
        assert (left > LEFT + WIDTH / 2) == (number % 2 == 1)


def test_long_tables_repeat_their_head(chinese: Pdf) -> None:
    heads = [page for page in read(chinese).pages if "占比" in page.extract_text()]
    assert len(heads) >= 2


@pytest.mark.parametrize("name", RARE_NAMES)
def test_rare_characters_have_glyphs(chinese: Pdf, name: str) -> None:
    text = "".join(page.extract_text() for page in read(chinese).pages)
    assert name in re.sub(r"\s", "", text)


def test_it_is_tagged_titled_and_in_its_language(chinese: Pdf, english: Pdf) -> None:
    for made, language in ((chinese, "zh-CN"), (english, "en-GB")):
        document = read(made)
        root: Any = document.trailer["/Root"]
        assert root["/Lang"] == language
        assert root["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in root
        assert document.metadata is not None
        assert document.metadata.title
        assert document.metadata.author
        assert document.outline


def test_each_language_keeps_to_itself(chinese: Pdf, english: Pdf) -> None:
    zh, en = (
        "".join(page.extract_text() for page in read(made).pages) for made in (chinese, english)
    )
    assert "数据来源" in zh
    assert "Sources of the figures" not in zh
    assert "Sources of the figures" in en


def test_every_table_names_its_query_and_moment(chinese: Pdf) -> None:
    text = "".join(page.extract_text() for page in read(chinese).pages)
    for query in ("files_by_unit", "trend_by_month", "funds_by_year"):
        assert query in text
    assert "2023-07-03 09:02:03" in text


def test_a_crowded_table_keeps_its_numbers_on_one_line() -> None:
    """Long texts beside amounts: the texts give way and wrap, no number runs into the next."""
    columns = [column("地区", TEXT), column("现行标准（元）"), column("最低要求（元）"),
               column("依据", TEXT), column("最低要求出处", TEXT)]  # fmt: skip
    row = ["广西壮族自治区总工会", yuan(6_500_000), yuan(6_490_000), "依据" * 40, "出处" * 20]
    laid = lay_out(table("标准", columns, [row], query="q", at=AT), 1, Wording("zh"))
    cells = laid["rows"][0]
    assert [cell["wraps"] for cell in cells] == [True, False, False, True, True]
    assert abs(sum(laid["widths"]) - 100) < 0.1
