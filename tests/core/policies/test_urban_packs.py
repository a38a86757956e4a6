"""The packs of Liupanshui and Guangxi: departments, guarantees, standards on their days."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from bangfu_sdk import UNLIMITED

from core.errors import InvalidError
from core.policies import TENANTS, NotInForceError, Policies, PolicyError
from tests.core.policies.packs import change

POLICIES = Policies.load()
CITY, REGION = POLICIES.pack("liupanshui"), POLICIES.pack("guangxi")


def test_each_category_is_approved_by_its_department() -> None:
    """The first four by civil affairs, homes by housing, workers by the superior union."""
    approving = {category.code: category.department for category in CITY.categories}
    assert approving == {
        "three_without": "civil_affairs", "dibao": "civil_affairs",
        "dibao_marginal": "civil_affairs", "expenditure_hardship": "civil_affairs",
        "housing_hardship": "housing", "worker_hardship": "union",
    }  # fmt: skip
    assert {category.department for category in REGION.categories} == {"civil_affairs"}


HOUSING = ("urban_households", "housing_area_per_head")


def test_room_is_set_in_square_metres_within_bounds() -> None:
    """A document without a figure: the pack gives one and says so, a federation sets its own."""
    figures = CITY.figures("urban_households", dt.date(2018, 1, 14))
    told = figures.shown("housing_area_per_head")
    assert (told["value"], told["shown"]["zh"], told["shown"]["en"]) == (
        1_500, "15.00平方米", "15.00 m²",
    )  # fmt: skip
    assert "文件未列数额，暂取此数，各级可另行规定" in told["source"]["zh"]
    assert figures["housing_percent"] == 300
    assert CITY.check_override(*HOUSING, "13.50") == 1_350
    assert CITY.check_override(*HOUSING, "30") == 3_000


@pytest.mark.parametrize("value", ["4.99", "30.01", "13.505", "-15", "fifteen", "unlimited"])
def test_room_out_of_bounds_is_refused(value: str) -> None:
    with pytest.raises(InvalidError) as caught:
        CITY.check_override(*HOUSING, value)
    assert caught.value.field == "value"
    assert "yuan" not in str(caught.value.message)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('value = "15.00"', "value = 15", "housing_area_per_head.values[1].value"),
        ('value = "15.00"', 'value = "wide"', "housing_area_per_head.values[1].value"),
        ('value = "15.00"', 'value = "15.005"', "housing_area_per_head.values[1].value"),
        ('value = "15.00"', 'value = "unlimited"', "housing_area_per_head.values[1].value"),
        ('value = "15.00"', 'value = "0.00"', "housing_area_per_head.values[1].value"),
        ('minimum = "5.00"', 'minimum = "31.00"', "housing_area_per_head.override.minimum"),
    ],
)
def test_a_pack_whose_area_cannot_be_read_is_refused(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    shutil.copytree(TENANTS / "liupanshui", tmp_path / "liupanshui")
    change(tmp_path / "liupanshui" / "policy" / "urban_households.toml", old, new)
    with pytest.raises(PolicyError) as caught:
        Policies.load(tmp_path)
    assert caught.value.key == key


@pytest.mark.parametrize("value", ["99", "501", "3.5"])
def test_the_income_of_those_in_need_of_a_home_is_set_within_bounds(value: str) -> None:
    with pytest.raises(InvalidError):
        CITY.check_override("urban_households", "housing_percent", value)


def test_five_guarantees_and_seven_departments_of_the_ledger() -> None:
    assert [measure.code for measure in CITY.measures] == [
        "safety_net", "medical", "education", "housing", "employment",
    ]  # fmt: skip
    assert [department.code for department in CITY.departments] == [
        "civil_affairs", "housing", "human_resources", "education", "health", "union",
        "poverty_relief",
    ]  # fmt: skip


def test_who_recognises_employment_and_education_hardship() -> None:
    for code, department, said in (
        ("employment", "human_resources", "就业困难人员由人社部门认定"),
        ("education", "education", "教育致困家庭由教育部门审批"),
    ):
        measure = CITY.measure(code)
        assert measure.lead == department
        assert said in measure.name.zh


def test_six_lines_two_coverages_and_three_milestones() -> None:
    assert [measure.code for measure in REGION.measures] == [
        "basic_living", "medical", "education", "housing", "employment", "social_insurance",
        "temporary_relief", "social_resources",
    ]  # fmt: skip
    assert [one.due.isoformat() for one in REGION.milestones] == [
        "2019-07-31", "2019-10-01", "2020-12-31",
    ]  # fmt: skip
    assert len({one.division_code for one in REGION.subordinates}) == 14
    assert REGION.care.tolerance_percent == 2


@pytest.mark.parametrize(
    ("name", "by_year"),
    [
        ("dibao_line", (59_000, 65_000, 72_000)),
        ("special_hardship_standard", (76_700, 84_500, 93_600)),
        ("yearly_rise_percent", (None, 10, 10)),
        ("special_hardship_percent", (130, 130, 130)),
        ("care_incapable_percent", (None, 60, 60)),
        ("care_partly_incapable_percent", (None, 30, 30)),
        ("orphan_at_home", (60_000, 80_000, 80_000)),
        ("orphan_in_institution", (100_000, 120_000, 120_000)),
        ("disabled_living_subsidy", (5_000, 8_000, 8_000)),
        ("disabled_nursing_subsidy", (5_000, 8_000, 8_000)),
        ("premium_full_percent", (None, 100, 100)),
        ("premium_part_percent", (None, 60, 60)),
        ("medical_relief_percent", (None, 70, 70)),
        ("pension_full", (None, 10_000, 10_000)),
        ("pension_part", (None, 5_000, 5_000)),
        ("phase_out_months_minimum", (None, 6, 6)),
        ("phase_out_months_maximum", (None, 12, 12)),
    ],
)
def test_the_table_of_guangxi_on_its_days(name: str, by_year: tuple[int | None, ...]) -> None:
    for year, value in zip((2018, 2019, 2020), by_year, strict=True):
        for day in (dt.date(year, 1, 1), dt.date(year, 12, 31)):
            figures = REGION.standards_in_force(day)
            assert figures.values.get(name) == value, day
            if value is not None:
                assert figures.sources[name].section.zh


@pytest.mark.parametrize("day", [dt.date(2019, 1, 1), dt.date(2020, 12, 31)])
def test_relief_case_by_case_is_capped_by_the_year(day: dt.date) -> None:
    figures = REGION.figures("case_by_case_relief", day)
    assert REGION.caps_in_force(day)["case_by_case_a_year"] == 5_000_000
    assert set(figures.by_category("offered").values()) == {1}
    assert all(REGION.several_items(category.code) for category in REGION.categories)


def test_relief_case_by_case_is_decided_in_the_county() -> None:
    steps = REGION.route("case_by_case_relief", 5_000_000)
    assert [(step.kind, step.level) for step in steps] == [
        ("investigation", "grassroots"), ("review", "township"), ("approval", "county"),
    ]  # fmt: skip


def test_liupanshui_s_applications_go_from_the_community_over_the_street_to_the_county() -> None:
    steps = CITY.route("education_support", 0)
    assert [(step.kind, step.level) for step in steps] == [
        ("investigation", "grassroots"), ("review", "township"), ("approval", "county"),
    ]  # fmt: skip
    line = CITY.measure(CITY.referrals["education_support"].measure)
    assert CITY.department(line.lead).name.zh == "教育局"
    assert CITY.notice_days("education_support") == 0


def test_the_pension_premium_ends_with_2020() -> None:
    assert "pension_full" not in REGION.standards_in_force(dt.date(2021, 1, 1)).values
    assert REGION.figures("pension_premium", dt.date(2020, 12, 31))["pension_part"] == 5_000
    with pytest.raises(NotInForceError) as caught:
        REGION.figures("pension_premium", dt.date(2021, 1, 1))
    assert "pension_full" in str(caught.value.message)
    assert "2020-12-31" in str(caught.value.message)
    assert "2021-01-01" in str(caught.value.message)


@pytest.mark.parametrize(
    ("programme", "names"),
    [
        ("medical_premium", ("premium_full_percent", "premium_part_percent")),
        ("pension_premium", ("pension_full", "pension_part")),
    ],
)
def test_premiums_are_paid_by_the_very_standards_that_are_looked_up(
    programme: str, names: tuple[str, ...]
) -> None:
    """One figure with one source, so the two cannot drift apart."""
    day = dt.date(2020, 6, 30)
    paid, looked_up = REGION.figures(programme, day), REGION.standards_in_force(day)
    for name in names:
        assert (paid[name], paid.sources[name]) == (looked_up[name], looked_up.sources[name])


@pytest.mark.parametrize("slug", ["baotou", "guangxi", "liupanshui", "xpcc"])
def test_help_with_work_goes_to_human_resources(slug: str) -> None:
    pack = POLICIES.pack(slug)
    line = pack.measure(pack.referrals["employment_support"].measure)
    assert (line.code, line.lead) == ("employment", "human_resources")
    assert pack.notice_days("employment_support") == 0


def test_the_nursing_subsidy_is_noted_to_take_in_mental_disability() -> None:
    figures = REGION.standards_in_force(dt.date(2019, 1, 1))
    note = figures.sources["disabled_nursing_subsidy"].note
    assert note is not None
    assert "三级、四级精神残疾" in note.zh


@pytest.mark.parametrize(
    ("file", "old", "new", "key"),
    [
        ("region.toml", 'code = "yearly_rise_percent"', 'code = "dibao_line"', "standard[2].code"),
        ("region.toml", 'unit = "percent"\n\n[[standard]]\ncode = "special_hardship_percent"',
         'unit = "share"\n\n[[standard]]\ncode = "special_hardship_percent"', "standard[2].unit"),
        ("policy/standards.toml", "[yearly_rise_percent]\n", "[rise]\n", "rise"),
        ("policy/premiums.toml", "until = 2020-12-31\nvalue = \"50.00\"",
         "until = 2018-12-31\nvalue = \"50.00\"", "pension_part.values[1].until"),
        ("policy/standards.toml", 'programme = "standards"', 'programme = "living_aid"',
         "programme"),
        ("policy/case_by_case_relief.toml", "[offered]", "[offers]", "offers"),
        ("policy/case_by_case_relief.toml", "low_income = true", "low_income = 1",
         "offered.values[1].value.low_income"),
        ("policy/case_by_case_relief.toml", "low_income = true", "rich = true",
         "offered.values[1].value.low_income"),
        ("policy/between.toml", 'value = "50000.00"', "value = 50000",
         "case_by_case_a_year.values[1].value"),
        ("policy/between.toml", 'maximum = "50000.00"', 'maximum = "0.00"',
         "case_by_case_a_year.override.minimum"),
        ("policy/urban_classes.toml", "value = 3\n", "value = 4\n", "dibao_months.values[1].value"),
        ("policy/urban_classes.toml", "low_income = 4 }", "low_income = 0 }",
         "precedence.values[1].value.low_income"),
        ("policy/several_items.toml", "[several_items]", "[some_items]", "some_items"),
        ("region.toml", 'level = "city"\ndivision_code = "450100"',
         'level = "town"\ndivision_code = "450100"', "tenant[1].level"),
        ("region.toml", 'level = "city"\ndivision_code = "450100"',
         'level = "city"\ndivision_code = "4501"', "tenant[1].division_code"),
        ("region.toml", "tolerance_percent = 2", "tolerance_percent = 101",
         "care.tolerance_percent"),
        ("region.toml", "tolerance_percent = 2", 'tolerance_percent = "2"',
         "care.tolerance_percent"),
        ("region.toml", '"employment_support", "medical_relief"]\nsteps',
         '"living_aid"]\nsteps', "route[1].programmes"),
        ("region.toml", 'kind = "approval", level = "county", due_days = 10 },\n]\nsection',
         'kind = "review", level = "county", due_days = 10 },\n]\nsection', "route[1].steps"),
    ],
)  # fmt: skip
def test_a_bad_standard_is_refused(file: str, old: str, new: str, key: str, tmp_path: Path) -> None:
    shutil.copytree(TENANTS / "guangxi", tmp_path / "guangxi")
    change(tmp_path / "guangxi" / file, old, new)
    with pytest.raises(PolicyError) as raised:
        Policies.load(tmp_path)
    assert raised.value.key == key
    assert raised.value.file.endswith(file)
    assert str(raised.value.remedy)


def test_two_values_from_one_day_and_a_gap_are_refused(tmp_path: Path) -> None:
    """A city's line stands beside the region's; two of one city for one day do not."""
    line = (TENANTS / "guangxi" / "policy" / "dibao_line.toml").read_text("utf-8")

    def load(more: str) -> None:
        shutil.copytree(TENANTS / "guangxi", tmp_path / "guangxi", dirs_exist_ok=True)
        (tmp_path / "guangxi" / "policy" / "dibao_line.toml").write_text(line + more, "utf-8")
        Policies.load(tmp_path)

    def own(start: str, until: str = "") -> str:
        ends = f"until = {until}\n" if until else ""
        return (
            f'\n[[dibao_line.values]]\nfrom = {start}\n{ends}division = "450100"\n'
            'value = "700.00"\nsection = { zh = "南宁市", en = "Nanning" }\n'
        )

    load(own("2019-01-01", "2019-06-30") + own("2019-07-01"))
    for spoiled in (
        own("2019-01-01") + own("2019-01-01"),
        own("2019-01-01", "2019-07-01") + own("2019-07-01"),
        own("2019-01-01", "2019-06-29") + own("2019-07-01"),
    ):
        with pytest.raises(PolicyError) as raised:
            load(spoiled)
        assert raised.value.key == "dibao_line.values"
        assert raised.value.file == "guangxi/policy/dibao_line.toml"
        assert str(raised.value.remedy)


def test_a_city_sets_its_cap_on_medical_relief_and_no_lower_share() -> None:
    figures = REGION.figures("medical_relief", dt.date(2019, 5, 6))
    assert set(figures.by_category("share").values()) == {70}
    assert set(figures.by_category("cap").values()) == {UNLIMITED}
    assert REGION.check_override("medical_relief", "cap.dibao", "50000.00") == 5_000_000
    assert REGION.check_override("medical_relief", "share.dibao", "80") == 80
    with pytest.raises(InvalidError):
        REGION.check_override("medical_relief", "share.dibao", "69")
    with pytest.raises(NotInForceError):
        REGION.figures("medical_relief", dt.date(2018, 12, 31))
