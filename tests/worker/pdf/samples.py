"""Contents of reports for the tests: shaped like the real ones, any length, odd names in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.supervision.figures import (
    TEXT,
    bilingual,
    chart,
    column,
    day,
    moment,
    month,
    say,
    share,
    table,
    yuan,
)

AT = dt.datetime(2023, 7, 3, 1, 2, 3, tzinfo=dt.UTC)
RARE_NAMES = ("买买提江·吐尔逊", "喆堃珺祎昇玥", "㛃䶮𠅤")


def part(title: Any, **given: Any) -> dict[str, Any]:
    empty: dict[str, Any] = {"paragraphs": [], "items": [], "table": None, "chart": None}
    return {"title": title} | empty | given


def trend_table() -> dict[str, Any]:
    rows = [
        [month(dt.date(2022 + (6 + i) // 12, (6 + i) % 12 + 1, 1)), 10 + i * 3 % 17, 5 + i * 7 % 13]
        for i in range(12)
    ]
    columns = [column("月份", TEXT), column("新建档"), column("申请")]
    return table("按月趋势", columns, rows, query="trend_by_month", at=AT)


def money_table() -> dict[str, Any]:
    rows = [
        [f"基金{i}", yuan(10_000_000 * (i + 1)), yuan(2_345_678 * (i + 1)), yuan(7_654_321)]
        for i in range(4)
    ]
    columns = [column("基金", TEXT), column("预算(元)"), column("预留(元)"), column("已付(元)")]
    return table("基金", columns, rows, query="funds_by_year", at=AT)


def unit_table(rows: int) -> dict[str, Any]:
    body = [
        [f"{'水城区总工会' if i % 3 else '钟山区总工会'}/第{i}街道工会", RARE_NAMES[i % 3],
         i * 7 % 40, i * 11 % 90, share(i % 10, 10), yuan(i * 123_456)]
        for i in range(rows)
    ]  # fmt: skip
    columns = [column("工会", TEXT), column("联系人", TEXT), column("户数"), column("人数"),
               column("占比"), column("金额(元)")]  # fmt: skip
    total: list[Any] = ["合计", "", 100, 200, share(1, 1), yuan(99_999_999)]
    return table("各工会", columns, body, query="files_by_unit", at=AT, total=total)


def content(rows: int = 20, paragraphs: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Return a report with one long table, two charts and as many paragraphs as asked for."""
    tables = {"units": unit_table(rows), "trend": trend_table(), "funds": money_table()}
    return {
        "kind": "supervision",
        "head": say("%(issuer)s document", issuer=bilingual("某省总工会", "Some Province Union")),
        "title": bilingual(
            "关于某市总工会2023年第二季度|困难职工帮扶工作的督导报告", "Supervision report"
        ),
        "issuer": bilingual("某省总工会", "Some Province Federation of Trade Unions"),
        "number": say("No. %(number)s (%(year)s)", number="3", year="2023"),
        "addressee": bilingual("某国总工会", "Some Nation Federation of Trade Unions"),
        "copies": bilingual("某市总工会", "Some City Federation of Trade Unions"),
        "issued_on": day(dt.date(2023, 7, 3)),
        "made_at": moment(AT),
        "introduction": list(paragraphs) or ["引言。" * 20],
        "seal": ["审计链完好。"],
        "sections": [
            {
                "title": "档案",
                "paragraphs": ["第一段。" * 12],
                "parts": [
                    part("各工会", paragraphs=["说明。" * 10], table="units"),
                    part("趋势", chart="trend", table="trend"),
                ],
            },
            {
                "title": "资金",
                "paragraphs": [],
                "parts": [
                    part("基金", chart="funds", table="funds", items=["甲。", "乙。"]),
                ],
            },
        ],
        "tables": tables,
        "charts": {
            "trend": chart("按月趋势", "trend", 0, [1, 2]),
            "funds": chart("基金使用", "funds", 0, [1, 2, 3]),
        },
    }
