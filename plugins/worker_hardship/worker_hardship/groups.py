"""The six target groups of workers in hardship; a household belongs to one or more."""

from __future__ import annotations

from bangfu_sdk import Facts, Flags, Option, Reason, Text, Trace, Unit

TARGET_GROUPS = (
    Option(
        "dibao_not_employed",
        Text(
            "纳入低保且具有劳动能力、未实现充分就业", "in dibao, able to work, not fully employed"
        ),
    ),
    Option(
        "below_line",
        Text("低于低保线、尚未纳入低保", "below the dibao line, not yet in dibao"),
    ),
    Option(
        "sudden_spending",
        Text(
            "患重特大疾病、遭受灾害或意外事故致支出突增",
            "major illness, disaster or accident with a jump in spending",
        ),
    ),
    Option(
        "migrant_worker",
        Text("长期居住在城市、生活遇到特殊困难的农民工", "migrant worker in special difficulty"),
    ),
    Option(
        "reform_affected",
        Text("供给侧结构性改革中生活困难的职工", "affected by supply-side reform"),
    ),
    Option(
        "listed_by_rule",
        Text("其他按规定应当帮扶救助的职工", "to be helped by another rule"),
    ),
)
NEEDED = (
    "in_dibao",
    "able_unemployed",
    "cause_illness",
    "cause_disaster",
    "cause_accident",
    "migrant_worker",
    "reform_affected",
    "listed_by_rule",
)


def find_groups(facts: Facts, trace: Trace, below: Flags) -> dict[str, Flags]:
    """Return by code who belongs to each group; `below` says who lives below the dibao line.

    Source: 兵团《关于进一步做好兵团困难职工解困脱困工作的实施方案》, objects of the work.
    """
    dibao = facts.flag("in_dibao")
    struck = (
        facts.flag("cause_illness") | facts.flag("cause_disaster") | facts.flag("cause_accident")
    )
    # What befell a household makes it one of the group only where life has become difficult.
    difficult = below | facts.flag("still_difficult")
    found = {
        "dibao_not_employed": dibao & (facts.number("able_unemployed") > 0),
        "below_line": below & ~dibao,
        "sudden_spending": struck & difficult,
        "migrant_worker": facts.flag("migrant_worker") & difficult,
        "reform_affected": facts.flag("reform_affected") & difficult,
        "listed_by_rule": facts.flag("listed_by_rule"),
    }
    return {
        group.code: trace.step(f"group_{group.code}", found[group.code], Unit.FLAG, group.text)
        for group in TARGET_GROUPS
    }


def tell_groups(groups: dict[str, Flags]) -> tuple[Reason, ...]:
    """Return a reason for each group, where a household belongs to it."""
    return tuple(
        Reason(
            f"group_{group.code}",
            Text(f"属于帮扶对象：{group.text.zh}", f"belongs to the target group: {group.text.en}"),
            groups[group.code],
        )
        for group in TARGET_GROUPS
    )


def in_any(groups: dict[str, Flags], size: int) -> Flags:
    """Say who belongs to at least one group."""
    answer = Flags.constant(False, size)
    for who in groups.values():
        answer |= who
    return answer
