"""The figures that draw the line between the categories, and the line of leaving hardship."""

from __future__ import annotations

from bangfu_sdk import Parameter, Text, Unit

DIBAO_LINE = Parameter(
    "dibao_line",
    Unit.FEN_PER_HEAD_MONTH,
    Text("当地城市最低生活保障标准", "dibao line"),
    low=1,
    high=10**9,
)
WINDOW_MONTHS = Parameter(
    "window_months",
    Unit.MONTHS,
    Text("收入和支出核算期", "window of income and spending"),
    low=1,
    high=120,
)
PARAMETERS = (
    DIBAO_LINE,
    WINDOW_MONTHS,
    Parameter(
        "relative_multiple",
        Unit.TIMES,
        Text("相对困难的低保标准倍数", "multiple of the dibao line for relative hardship"),
        low=1,
        high=100 * 100,
    ),
    Parameter(
        "accidental_threshold",
        Unit.FEN,
        Text("意外致困费用(损失)认定标准", "loss or spending that makes hardship accidental"),
    ),
)
