"""From rows to facts: each fact of the files, as it stood on the day, and what is not known."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from bangfu_sdk import FACTS

from core.errors import NotDecidableError
from core.federations import NewTenant, add_tenant
from core.households.circumstances import state_circumstances, state_months
from core.households.fact_columns import SOURCES, read_fact_columns, read_known_facts
from core.households.judgements import judge_household, judge_many
from core.households.models import Household, Member
from core.households.queries import read_household
from core.installation import Installation
from core.judging import missing_facts
from core.money import parse_yuan as yuan
from core.policies.figures import month_ends
from core.tenancy import TenantView
from tests.factories import C1, Relative, file_household, found_tree

ON = dt.date(2020, 10, 15)
UNABLE = Relative("王老", "parent", "unemployed")
ABLE = Relative("王青", "child", "unemployed")
FARMER = Relative("王农", "child", "farmer")


@pytest.fixture(scope="module")
def division(module_installation: Installation) -> TenantView:
    """Return a division of the Corps: its region judges target groups and exits."""
    found_tree(module_installation)
    corps = NewTenant("corps", "province", "兵团总工会", "Corps", "xpcc", "650000", "nation")
    six = NewTenant("division-6", "city", "第六师总工会", "Division 6", "xpcc", "659004", "corps")
    for new in (corps, six):
        add_tenant(module_installation, new)
    return module_installation.tenant("division-6")


@pytest.fixture
def place(module_installation: Installation, division: TenantView) -> Place:
    """Return the division with ways to file and to ask."""
    return Place(module_installation, division)


class Place:
    """A federation in which files are made as a test wants them."""

    def __init__(self, installation: Installation, tenant: TenantView) -> None:
        self.installation, self.tenant = installation, tenant

    def file(self, *relatives: Relative, income: str = "90000", **values: Any) -> uuid.UUID:
        statement = dict.fromkeys(C1, 0) | {"income": yuan(income), "still_difficult": False}
        filed = file_household(
            self.installation, self.tenant, unit="", relatives=relatives, statement=statement,
            as_of=dt.date(2020, 1, 1),
        )  # fmt: skip
        with self.installation.system(self.tenant) as ctx:
            household = ctx.session.get_one(Household, (ctx.tenant_id, filed.id))
            for name, value in values.items():
                setattr(household, name, value)
        return filed.id

    def state(
        self, household_id: uuid.UUID, on: dt.date = dt.date(2020, 1, 1), **what: Any
    ) -> None:
        with self.installation.system(self.tenant) as ctx:
            state_circumstances(ctx, household_id, on, what)

    def known(self, household_id: uuid.UUID, on: dt.date = ON) -> dict[str, Any]:
        with self.installation.system(self.tenant) as ctx:
            return read_known_facts(ctx, household_id, on, [*SOURCES]) or pytest.fail()


def test_what_nobody_stated_is_no_and_what_nobody_found_out_is_unknown(place: Place) -> None:
    facts = place.known(place.file())
    assert (facts["in_dibao"], facts["relief"], facts["members"]) == (False, 0, 1)
    assert facts["old_age"] == 0
    assert not {"property_fits", "causes_removed", "income_month_1"} & facts.keys()


def test_an_area_that_nobody_told_is_none_and_keeps_no_file_from_being_judged(
    place: Place,
) -> None:
    told, untold = place.file(housing_area_centi=4_499), place.file(housing_area_centi=None)
    with place.installation.system(place.tenant) as ctx:
        found = read_fact_columns(ctx, ON, ("housing_area",), [told, untold])
    assert dict(zip(found.ids, found.columns["housing_area"].tolist(), strict=True)) == {
        told: 4_499, untold: 0,
    }  # fmt: skip
    assert found.undecidable == {}


def test_who_works_and_who_could(place: Place) -> None:
    household = place.file(UNABLE, ABLE, FARMER, work_status="laid_off")
    with place.installation.system(place.tenant) as ctx:
        for member in ctx.session.query(Member).filter_by(household_id=household):
            member.health = "serious_illness" if member.name == UNABLE.name else "healthy"
    facts = place.known(household)
    assert (facts["employed"], facts["able_unemployed"]) == (1, 2)


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        ({"disability_grade": "grade_2"}, "severe_disability", True),
        ({"disability_grade": "grade_3"}, "severe_disability", False),
        ({"disability_kind": "mental", "disability_grade": "grade_4"}, "mental_disability", True),
        ({"disability_kind": "sight", "disability_grade": "grade_4"}, "mental_disability", False),
        ({"housing_kind": "none"}, "no_home", True),
        ({"housing_kind": "dangerous"}, "dangerous_home", True),
        ({"housing_kind": "owned"}, "owns_home", True),
        ({"housing_kind": "dangerous"}, "owns_home", False),
        ({"housing_kind": "public_rental"}, "public_rental", True),
        ({"housing_kind": "rented"}, "public_rental", False),
        ({"main_cause": "major_illness"}, "cause_illness", True),
        ({"main_cause": "other", "further_causes": ["disaster"]}, "cause_disaster", True),
        ({"main_cause": "other", "further_causes": ["schooling"]}, "cause_accident", False),
    ],
)
def test_what_stands_in_the_file_is_told_as_a_fact(
    place: Place, values: dict[str, Any], name: str, expected: bool
) -> None:
    assert place.known(place.file(**values))[name] is expected


def test_months_are_counted_back_from_the_day(place: Place) -> None:
    household = place.file()
    firsts = [end.replace(day=1) for end in month_ends(ON, 7)]
    with place.installation.system(place.tenant) as ctx:
        state_months(ctx, household, {first: 100 + i for i, first in enumerate(firsts)})
    facts = place.known(household)
    assert [facts[f"income_month_{back}"] for back in range(1, 7)] == [100, 101, 102, 103, 104, 105]
    assert place.known(household, dt.date(2020, 9, 1))["income_month_1"] == 101


def test_circumstances_after_the_day_do_not_count(place: Place) -> None:
    household = place.file()
    place.state(household, on=ON + dt.timedelta(days=1), in_dibao=True)
    assert place.known(household)["in_dibao"] is False


def test_files_that_lack_a_fact_are_set_apart_by_name(place: Place) -> None:
    whole, lacking = place.file(), place.file()
    place.state(whole, property_fits=True)
    with place.installation.system(place.tenant) as ctx:
        names = ("members", "property_fits")
        found = read_fact_columns(ctx, ON, names, [whole, lacking])
    assert found.ids == [whole]
    assert found.columns["property_fits"].tolist() == [True]
    assert found.undecidable == {lacking: ("property_fits",)}


class TestTargetGroups:
    def test_a_file_shows_its_groups_and_keeps_them_with_the_judgement(self, place: Place) -> None:
        household = place.file(ABLE)
        place.state(household, in_dibao=True, migrant_worker=True)
        with place.installation.system(place.tenant) as ctx:
            kept = judge_household(ctx, household, ON)
            assert (kept.category, kept.groups) == ("listed", ["dibao_not_employed"])
            told = read_household(ctx, household).data
        assert told["target_groups"] == ["dibao_not_employed"]

    def test_many_get_what_each_gets_alone(self, place: Place) -> None:
        ids = [place.file(ABLE), place.file(income="8000", main_cause="other"), place.file()]
        place.state(ids[0], in_dibao=True)
        with place.installation.system(place.tenant) as ctx:
            assert judge_many(ctx, ids, ON) == {"listed": 1, "deep": 1, "none": 1}
        with place.installation.system(place.tenant) as ctx:
            many = [ctx.session.get_one(Household, (ctx.tenant_id, one)) for one in ids]
            groups = [household.target_groups for household in many]
            alone = [judge_household(ctx, one, ON).groups for one in ids]
        assert groups == alone == [["dibao_not_employed"], ["below_line"], []]


def test_the_line_is_that_of_the_federation_s_own_place(place: Place) -> None:
    """The Sixth Division's line rose to 710.00 in July 2020; the Corps' own stayed at 700.00."""
    household = place.file(income="8400")
    with place.installation.system(place.tenant) as ctx:
        before = judge_household(ctx, household, dt.date(2020, 6, 30)).category
        after = judge_household(ctx, household, dt.date(2020, 7, 1)).category
    assert (before, after) == ("none", "deep")


def test_a_missing_fact_is_named_in_both_languages() -> None:
    error = missing_facts(FACTS.values(), ["property_fits", "income_month_3"])
    assert isinstance(error, NotDecidableError)
    facts = error.message.values["facts"]
    assert facts.zh == "家庭财产符合规定、认定日前第3个整月的家庭收入"
    assert str(error) == (
        "Not decidable, missing: property within the rule, income of full month 3 before the day."
    )
