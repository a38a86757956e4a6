"""The facts the system knows of a household or of a claim, by the names of the glossary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bangfu_sdk.facts import MOST_MEMBERS, Fact, read_facts
from bangfu_sdk.questions import Option
from bangfu_sdk.texts import UNLIMITED, Text, Unit

STAGES = (
    Option("preschool", Text("学前", "preschool")),
    Option("primary", Text("小学", "primary school")),
    Option("junior_high", Text("初中", "junior high school")),
    Option("senior_high", Text("高中", "senior high school")),
    Option("vocational", Text("中职", "vocational school")),
    Option("college", Text("大专", "college")),
    Option("undergraduate", Text("本科", "university")),
    Option("postgraduate", Text("研究生", "postgraduate")),
)
"""The stages of education, the lowest first."""
NO_STAGE = ""
"""The stage of a household judged for no one student, or of a student whose stage is not told."""

MONTHS_KNOWN = 6
"""How many months before the judging date a household's income is known for."""


def _money(name: str, zh: str, en: str, default: int | None = None) -> Fact:
    return Fact(name, Unit.FEN, Text(zh, en), default=default)


def _count(name: str, zh: str, en: str, default: int | None = None, high: int = 100) -> Fact:
    return Fact(name, Unit.COUNT, Text(zh, en), high=high, default=default)


def _flag(name: str, zh: str, en: str) -> Fact:
    return Fact(name, Unit.FLAG, Text(zh, en), high=1, default=0)


def _found(name: str, zh: str, en: str) -> Fact:
    """Return a yes or no that somebody must have found out: unknown is neither."""
    return Fact(name, Unit.FLAG, Text(zh, en), high=1, may_be_unknown=True)


def _month(back: int) -> Fact:
    return Fact(
        f"income_month_{back}",
        Unit.FEN,
        Text(f"认定日前第{back}个整月的家庭收入", f"income of full month {back} before the day"),
        may_be_unknown=True,
    )


_DECLARED = (
    Fact("members", Unit.COUNT, Text("家庭人口", "members"), low=1, high=MOST_MEMBERS),
    _money("income", "家庭年度总收入", "income of the window"),
    _money("illness", "因病支出", "spending on illness"),
    _money("disability", "因残支出", "spending on disability"),
    _money("schooling", "子女上学支出", "spending on schooling"),
    _money("work_cost", "必要就业成本", "work cost"),
    _money("loss", "意外致困支出", "loss or spending by a sudden event"),
    _money("compensation", "赔偿补偿救助金额", "compensation, insurance, relief and aid"),
    _money("self_paid", "自付医疗费用", "self-paid medical cost"),
    Fact("still_difficult", Unit.FLAG, Text("生活仍有困难", "life is still difficult"), high=1),
    _count("students", "在读子女人数", "students"),
)
_OF_THE_CASE = (
    _money("earlier_aid", "年度内已获救助", "earlier aid of the same window", default=0),
    _count("earlier_items", "年度内已获救助项数", "items of aid given earlier this year", 0, 1000),
    Fact("category", Unit.CODE, Text("困难类别", "category")),
    _money("asked", "申请金额", "amount asked for", default=0),
    Fact(
        "stage",
        Unit.CODE,
        Text("教育阶段", "stage of education"),
        default=NO_STAGE,
        labels=(NO_STAGE, *(stage.code for stage in STAGES)),
    ),
    _flag("new_student", "本学年入学的新生", "enrolled in this school year"),
    _flag("boards", "在校寄宿", "boards at school"),
    _flag("woman", "本人为女性", "the member it is for is a woman"),
    _count("age", "本人周岁", "age of the member it is for, in whole years", 0, high=150),
    _money("other_aid", "本学年已获其他资助", "other aid for the same school year", default=0),
    _money(
        "rent",
        "每月实付租金（未填为不限）",
        "rent paid a month, no limit where nobody told it",
        default=UNLIMITED,
    ),
)
_CIRCUMSTANCES = (
    _flag("in_dibao", "已纳入低保", "in dibao"),
    _flag("migrant_worker", "长期在城市居住的农民工", "migrant worker long resident in the city"),
    _flag("reform_affected", "受供给侧结构性改革影响", "affected by supply-side reform"),
    _flag("listed_by_rule", "其他按规定应当帮扶", "to be helped by another rule"),
    _flag("three_without", "“三无”人员", "three-without"),
    _flag("special_hardship", "特困人员", "person in special hardship"),
    _flag("orphan", "孤儿", "orphan"),
    _flag(
        "dependent_adult",
        "依靠父母或兄弟姐妹供养的成年无业人员",
        "adult without work kept by parents or siblings",
    ),
    _flag("community_corrected", "社区矫正对象", "person under community correction"),
    _flag("union_member", "工会会员", "union member"),
    _found("property_fits", "家庭财产符合规定", "property within the rule"),
    _found("causes_removed", "致困原因已消除", "causes of hardship removed"),
    _money("mutual_aid", "一年内医疗互助补助", "benefits of mutual aid of the year", default=0),
    _money("relief", "政府社会救助", "government relief of the window", default=0),
    _money("old_age", "因老支出", "spending on old age", default=0),
)
_DERIVED = (
    _count("employed", "就业人数", "members with work", 0),
    _count("able_unemployed", "有劳动能力未就业人数", "able to work, without work", 0),
    _flag("severe_disability", "重度残疾（一级、二级）", "severe disability (grade 1 or 2)"),
    _flag(
        "mental_disability",
        "三级、四级精神或智力残疾",
        "mental or intellectual disability (grade 3 or 4)",
    ),
    _flag("no_home", "无房", "no home"),
    _flag("dangerous_home", "居住危房", "dangerous home"),
    _flag("owns_home", "有自有住房", "home of its own"),
    _flag("public_rental", "租住公租房", "lives in a public rental home"),
    Fact(
        "housing_area",
        Unit.AREA,
        Text("建筑面积（未填为0）", "floor area, 0 where nobody told it"),
        high=10**9,
        default=0,
    ),
    _flag("cause_illness", "因重特大疾病致困", "major illness is a cause"),
    _flag("cause_disaster", "因自然灾害致困", "disaster is a cause"),
    _flag("cause_accident", "因意外事故致困", "accident is a cause"),
)
_MONTHS = tuple(_month(back) for back in range(1, MONTHS_KNOWN + 1))

FACTS: Mapping[str, Fact] = {
    fact.name: fact for fact in (*_DECLARED, *_OF_THE_CASE, *_CIRCUMSTANCES, *_DERIVED, *_MONTHS)
}
"""The facts of households by name."""

_LONGEST_COVER = 40_000
_CLAIMED = (
    _money("total", "住院医疗总费用", "the whole hospital bill"),
    _money("basic_insurance", "基本医疗保险支付", "paid by basic insurance"),
    _money("illness_insurance", "大病保险支付", "paid by serious-illness insurance"),
    _money("in_policy", "政策范围内个人自付", "self-paid within the policy"),
    _money("out_of_policy", "政策范围外个人自费", "self-paid outside the policy"),
    _count("days", "住院天数", "days in hospital", high=3660),
    _flag("listed_illness", "属于规定的重大疾病", "a listed serious illness"),
    _flag(
        "listed_before", "本期已因重大疾病领取过补助", "a listed illness was claimed this period"
    ),
    Fact(
        "days_covered",
        Unit.COUNT,
        Text("入院前已连续参加天数", "days of unbroken cover before admission"),
        low=-_LONGEST_COVER,
        high=_LONGEST_COVER,
    ),
    _money("earlier_benefit", "本期已获互助补助", "benefit granted earlier this period", default=0),
)
CLAIM_FACTS: Mapping[str, Fact] = {fact.name: fact for fact in _CLAIMED}
"""The facts of claims on a contributory scheme by name."""


def check_facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the known facts of a registry as checked columns, for several rules to share."""
    known = tuple(
        FACTS[name] for name in given if name in FACTS and FACTS[name].unit is not Unit.CODE
    )
    facts = read_facts(known, given, ())
    return {**given, **facts.columns()}
