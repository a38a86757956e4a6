"""Synthetic registries: reproducible, valid to the last digit, and shaped like real ones."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from itertools import chain

import numpy as np
import pytest
from stdnum import luhn
from stdnum.cn import ric, uscc

from core.errors import InvalidError
from core.households.export import write_workbook
from core.households.generation.numbers import IdIssuer, make_cards, make_phones
from core.households.generation.registry import BLOCK, FILING_LEVELS, Place, generate, list_places
from core.households.records import HouseholdRecord
from core.policies import Policies
from tests.core.households.workbooks import TODAY, UNITS, read

DIVISIONS = ["520201", "520204", "520281"]
PLACES = [Place(unit, code) for unit, code in zip(sorted(UNITS), DIVISIONS, strict=True)]
LINE = 700_00


def make(count: int, seed: int = 7, on: dt.date = TODAY) -> list[HouseholdRecord]:
    return [record for block in generate(PLACES, count, seed, on=on) for record in block.records]


@pytest.fixture(scope="module")
def registry() -> list[HouseholdRecord]:
    """A registry of more than two blocks."""
    return make(2 * BLOCK + 500)


def category(record: HouseholdRecord) -> str:
    """Judge by the rule of the city's scheme, written out once more and independently."""
    year = LINE * 12 * record.member_count
    rest = record.income - record.illness - record.disability - record.schooling
    if rest < year:
        return "deep"
    if rest - record.work_cost < 2 * year:
        return "relative"
    hit = record.loss - record.compensation >= 24_000_00 and record.still_difficult
    return "accidental" if hit else "none"


def test_it_has_as_many_households_as_asked_for(registry: list[HouseholdRecord]) -> None:
    assert len(registry) == 2 * BLOCK + 500
    assert [len(make(count)) for count in (0, 1, BLOCK, BLOCK + 1)] == [0, 1, BLOCK, BLOCK + 1]


def test_the_same_seed_gives_the_same_registry_and_another_another() -> None:
    assert make(300) == make(300)
    assert make(300) != make(300, seed=8)


def test_a_small_registry_is_the_beginning_of_a_large_one(
    registry: list[HouseholdRecord],
) -> None:
    assert make(300) == registry[:300]
    assert make(BLOCK + 10) == registry[: BLOCK + 10]


def test_it_imports_without_a_fault(registry: list[HouseholdRecord]) -> None:
    sample = registry[BLOCK - 200 : BLOCK + 200]
    workbook = read(write_workbook(sample))
    assert workbook.faults == ()
    assert list(workbook.records) == sample


def test_every_number_is_valid_and_given_once(registry: list[HouseholdRecord]) -> None:
    ids = [record.id_number for record in registry]
    ids += [member.id_number for record in registry for member in record.members]
    assert len(set(ids)) == len(ids) > 2 * len(registry)
    assert all(ric.calc_check_digit(number) == number[-1] for number in ids[::17])
    for numbers in ([record.card for record in registry], [record.phone for record in registry]):
        assert len(set(numbers)) == len(registry)
    assert all(luhn.is_valid(record.card) for record in registry[::17])
    codes = {record.employer_code for record in registry}
    assert len(codes) > 100
    assert all(map(uscc.is_valid, codes))
    assert len({record.file_number for record in registry}) == len(registry)


def test_ids_say_the_sex_and_an_age_that_fits(registry: list[HouseholdRecord]) -> None:
    for record in registry[:2000]:
        born = ric.get_birth_date(record.id_number)
        assert (int(record.id_number[16]) % 2 == 1) == (record.sex == "male")
        assert record.id_number[:6] == record.division_code
        for member in record.members:
            other = ric.get_birth_date(member.id_number)
            assert (int(member.id_number[16]) % 2 == 1) == (member.sex == "male")
            assert other < TODAY
            gap = (other - born).days / 365
            assert {"child": gap > 16, "parent": gap < -16, "spouse": abs(gap) < 6}[member.relation]


def test_families_hold_together(registry: list[HouseholdRecord]) -> None:
    for record in registry:
        relations = Counter(member.relation for member in record.members)
        assert record.member_count == len(record.members) + 1
        assert relations["spouse"] <= 1
        assert relations["parent"] <= 2
        assert (relations["spouse"] == 1) == (record.marital_status == "married")
        assert record.single_parent == (not relations["spouse"] and relations["child"] > 0)
        for member in record.members:
            assert (member.occupation == "student") == bool(member.education_stage)
            assert bool(member.education_stage) == (member.enrolment_year is not None)
            assert bool(member.school) == bool(member.education_stage)


def test_figures_fit_the_family(registry: list[HouseholdRecord]) -> None:
    for record in registry:
        students = sum(member.occupation == "student" for member in record.members)
        assert (record.schooling > 0) == (students > 0)
        assert (record.disability > 0) == (record.health == "disabled")
        assert (record.disability > 0) == bool(record.disability_kind and record.disability_grade)
        assert record.self_paid <= record.illness
        assert record.compensation <= record.loss
        assert record.filed_on <= TODAY
        assert record.verified_on is None or record.filed_on <= record.verified_on <= TODAY
        assert record.main_cause not in record.further_causes
        assert len(record.further_causes) <= 3
    earners = ("employed", "flexible")
    assert all(record.work_status not in earners for record in registry if record.zero_employment)


def test_categories_come_up_as_in_real_registers(registry: list[HouseholdRecord]) -> None:
    shares = Counter(map(category, registry))
    total = len(registry)
    for name, low, high in (("deep", 0.37, 0.45), ("relative", 0.29, 0.38),
                            ("accidental", 0.04, 0.08), ("none", 0.15, 0.24)):  # fmt: skip
        assert low < shares[name] / total < high, name


def test_some_households_lie_exactly_on_a_boundary(registry: list[HouseholdRecord]) -> None:
    edges = Counter[str]()
    for record in registry:
        year = LINE * 12 * record.member_count
        rest = record.income - record.illness - record.disability - record.schooling
        edges["line"] += rest == year
        edges["twice"] += rest - record.work_cost == 2 * year
        edges["loss"] += record.loss - record.compensation == 24_000_00
    assert min(edges["line"], edges["twice"], edges["loss"]) >= 10


def test_every_union_files_about_as_many(registry: list[HouseholdRecord]) -> None:
    counted = Counter(record.unit for record in registry)
    assert set(counted) == UNITS
    assert min(counted.values()) > len(registry) / 4


def test_another_line_moves_the_incomes() -> None:
    blocks = generate(PLACES, 500, 7, on=TODAY, line_fen=2 * LINE)
    raised = [record for block in blocks for record in block.records]
    assert sum(one.income for one in raised) > 1.5 * sum(one.income for one in make(500))


def test_file_numbers_carry_the_prefix() -> None:
    block = next(generate(PLACES, 3, 7, on=TODAY, prefix="LPS"))
    assert block.households["file_number"] == ["LPS00000001", "LPS00000002", "LPS00000003"]


def test_a_region_without_unions_is_refused() -> None:
    with pytest.raises(InvalidError, match="no union"):
        next(generate([], 1, 7, on=TODAY))


def test_ids_run_out_rather_than_repeat() -> None:
    issuer = IdIssuer(["520201"], TODAY)
    one = np.zeros(500, dtype=np.int64)
    born = np.full(500, np.datetime64("1980-01-01", "D"))
    male = np.ones(500, dtype=np.bool_)
    assert len(set(issuer.issue(one, born, male))) == 500
    assert len(set(issuer.issue(one, born, ~male))) == 500
    with pytest.raises(InvalidError, match="too few divisions"):
        issuer.issue(one[:1], born[:1], male[:1])


def test_running_numbers_never_meet() -> None:
    numbers = np.arange(50_000, dtype=np.int64)
    rng = np.random.default_rng(1)
    assert len(set(make_cards(numbers, 5))) == len(numbers)
    assert len({phone[3:] for phone in make_phones(numbers, 5, rng)}) == len(numbers)


def test_places_come_from_the_unions_below_the_counties() -> None:
    units = Policies.load().pack("city_2023").unit_names()
    places = list_places(units)
    assert set(chain(UNITS)) <= {place.unit for place in places}
    assert all(units[place.unit].level in FILING_LEVELS for place in places)
    counties = {name: unit for name, unit in units.items() if unit.level == "county"}
    assert {place.unit for place in list_places(counties)} == set(counties)


def test_an_address_names_county_and_township() -> None:
    assert Place("钟山区总工会/荷城街道工会", "520201").locality == "钟山区荷城街道"
    assert Place("六枝特区总工会", "520203").locality == "六枝特区"


def test_a_large_registry_takes_no_more_than_its_share_of_a_minute() -> None:
    # 500,000 households in a minute are 6 seconds for 50,000; a busy machine gets half again.
    begin = time.process_time()
    made = sum(block.good for block in generate(PLACES, 50_000, 3, on=TODAY))
    assert made == 50_000
    assert time.process_time() - begin < 9
