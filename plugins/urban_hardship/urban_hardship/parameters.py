"""The figures both identifications ask for."""

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
PRECEDENCE = Parameter(
    "precedence",
    Unit.COUNT,
    Text("同时符合多类时的认定顺序（1为先）", "which category counts where several fit (1 first)"),
    by_category=True,
    low=1,
    high=100,
)
