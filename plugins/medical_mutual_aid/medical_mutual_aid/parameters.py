"""The figures the scheme needs; a region gives them, dated, or leaves them to a federation."""

from __future__ import annotations

from bangfu_sdk import Parameter, Text, Unit

BANDS = ("1", "2", "3")
"""Bands of the self-paid part above the deductible; the last one has no upper edge."""


def _share(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Unit.PERCENT, Text(zh, en), high=100)


def _money(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Unit.FEN, Text(zh, en))


def _days(name: str, zh: str, en: str) -> Parameter:
    return Parameter(name, Unit.COUNT, Text(zh, en), high=1000)


PARAMETERS = (
    _days("waiting_days", "等待期（天）", "waiting period (days)"),
    _money("deductible", "每次住院起付线", "deductible of a claim"),
    _money("band_1_to", "第一档上限", "upper edge of the first band"),
    _money("band_2_to", "第二档上限", "upper edge of the second band"),
    _share("band_1_share", "第一档补助比例", "share paid within the first band"),
    _share("band_2_share", "第二档补助比例", "share paid within the second band"),
    _share("band_3_share", "第三档补助比例", "share paid above the second band"),
    _share(
        "out_of_policy_share", "政策外自费补助比例", "share of the self-paid part outside policy"
    ),
    _money("claim_cap", "每次住院按比例补助封顶", "most by shares on one claim"),
    _money("lump_sum", "重大疾病一次性补助", "lump sum for a listed serious illness"),
    _money("day_allowance", "住院津贴（每天）", "allowance for a day in hospital"),
    _days("allowance_days", "每次住院津贴最多天数", "most days with allowance on one claim"),
    _money("period_cap", "每个互助期累计封顶", "most for a worker in one period"),
)
