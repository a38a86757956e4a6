"""The figures of Golden Autumn that a region gives."""

from __future__ import annotations

from bangfu_sdk import Parameter, Text, Unit

PARAMETERS = (
    Parameter(
        "dibao_line",
        Unit.FEN_PER_HEAD_MONTH,
        Text("当地城市最低生活保障标准", "dibao line"),
        low=1,
        high=10**9,
    ),
    Parameter("months_maximum", Unit.MONTHS, Text("最多月数", "most months"), high=120),
    Parameter(
        "share",
        Unit.PERCENT,
        Text("按困难类别的救助比例", "share of the standard by category"),
        by_category=True,
        high=100,
    ),
    Parameter(
        "rounding",
        Unit.FEN,
        Text("四舍五入精确到", "rounded half up to"),
        by_category=True,
        low=1,
        high=10**6,
    ),
    Parameter(
        "stage_maximum",
        Unit.FEN,
        Text("按教育阶段的每生上限", "most for a student by stage"),
        by_stage=True,
    ),
    Parameter(
        "focus",
        Unit.FLAG,
        Text("重点帮扶的教育阶段", "stage to be helped first"),
        by_stage=True,
        high=1,
    ),
    Parameter(
        "other_aid_counts",
        Unit.FLAG,
        Text("同学年其他资助计入上限", "other aid for the school year counts towards the limit"),
        high=1,
    ),
    Parameter(
        "other_aid_excludes",
        Unit.FLAG,
        Text("同学年已获其他资助的不再给予", "nothing where other aid for the year was given"),
        high=1,
    ),
    Parameter(
        "proof_required",
        Unit.FLAG,
        Text("须提交在读或录取证明", "proof of enrolment is required"),
        high=1,
    ),
)
