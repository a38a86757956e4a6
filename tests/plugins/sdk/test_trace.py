"""The explanation of a row is rebuilt from the columns the rule computed."""

from __future__ import annotations

import datetime as dt

import numpy as np
from bangfu_sdk import (
    Choice,
    Column,
    Figures,
    Flags,
    Parameter,
    Ratio,
    Source,
    Text,
    Trace,
    Unit,
)

LINE = Parameter("line", Unit.FEN_PER_HEAD_MONTH, Text("低保线", "dibao line"))
SHARE = Parameter("share", Unit.PERCENT, Text("比例", "share"), by_category=True)
SOURCE = Source(Text("方案", "scheme"), Text("二", "II"), dt.date(2023, 1, 1), Text("注", "note"))
FIGURES = Figures(
    {"line": 70_000, "share.deep": 100, "share.relative": 80},
    dict.fromkeys(["line", "share.deep", "share.relative"], SOURCE),
    (LINE, SHARE),
)


def column(*values: int) -> Column:
    return Column(np.array(values, dtype=np.int64), min(values), max(values))


def test_a_step_tells_name_text_value_unit_and_source() -> None:
    trace = Trace(FIGURES)
    net = Ratio(column(2_340_000, 1), column(4, 1), 12)
    kept = trace.step("net", net, Unit.FEN_PER_HEAD_MONTH, Text("纯收入", "net"), uses=("line",))
    assert kept is net
    (step,) = trace.at(0)
    assert step["name"] == "net"
    assert step["text"] == {"zh": "纯收入", "en": "net"}
    assert step["value"] == 48_750
    assert step["exact"] == [2_340_000, 48]
    assert step["unit"] == "fen_per_head_month"
    assert step["shown"] == {"zh": "每人每月487.50元", "en": "487.50 yuan per head and month"}
    assert step["source"] == {"zh": "方案 二（注）", "en": "scheme, II (note)"}
    assert step["figures"][0]["value"] == 70_000
    assert step["figures"][0]["from"] == "2023-01-01"


def test_steps_keep_references_and_copy_nothing() -> None:
    trace = Trace(FIGURES)
    values = column(1, 2)
    trace.step("sum", values, Unit.FEN, Text("和", "sum"))
    assert trace.steps[0].result is values


def test_each_row_shows_the_figure_of_its_own_category() -> None:
    category = Choice(np.array([0, 1, 2], dtype=np.uint8), ("deep", "relative", "none"))
    trace = Trace(FIGURES, category)
    trace.step("amount", column(1, 2, 3), Unit.FEN, Text("额", "amount"), uses=("share",))
    used = [[figure["name"] for figure in trace.at(row)[0]["figures"]] for row in range(3)]
    assert used == [["share.deep"], ["share.relative"], []]
    assert trace.at(2)[0]["source"] is None


def test_flags_and_labels_are_shown_as_people_read_them() -> None:
    trace = Trace(FIGURES)
    trace.step("deep", Flags(np.array([True, False])), Unit.FLAG, Text("深", "deep"))
    codes = np.array([1, 0], dtype=np.uint8)
    trace.step("label", Choice(codes, ("deep", "none")), Unit.CODE, Text("类", "category"))
    assert [step["shown"]["zh"] for step in trace.at(0)] == ["是", "none"]
    assert [step["shown"]["en"] for step in trace.at(1)] == ["no", "deep"]
    assert [step["value"] for step in trace.at(1)] == [False, "deep"]


def test_figures_by_category_are_read_together() -> None:
    assert FIGURES.by_category("share") == {"deep": 100, "relative": 80}
    assert FIGURES.parameter("share.deep") is SHARE
    assert FIGURES["line"] == 70_000


def test_a_source_comes_back_from_json_as_it_was() -> None:
    assert Source.from_json(SOURCE.as_json()) == SOURCE
    plain = Source(SOURCE.document, SOURCE.section, SOURCE.holds_from)
    assert Source.from_json(plain.as_json()) == plain
    assert plain.zh == "方案 二"
    assert plain.en == "scheme, II"
