"""The figures that several of the rules ask for."""

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
DIBAO_MONTHS = Parameter(
    "dibao_months",
    Unit.MONTHS,
    Text("整户低保核算月数", "months of income for dibao"),
    low=1,
    high=3,
)
LOW_INCOME_LINE = Parameter(
    "low_income_line",
    Unit.FEN_PER_HEAD_MONTH,
    Text("设区市城镇低收入家庭标准", "low-income line of the city"),
    low=1,
    high=10**9,
)
PRECEDENCE = Parameter(
    "precedence",
    Unit.COUNT,
    Text("同时符合多类时的认定顺序（1为先）", "which category counts where several fit (1 first)"),
    by_category=True,
    low=1,
    high=100,
)
