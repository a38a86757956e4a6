"""Comparison, rule by rule, at its edges: exact, tolerant only where a region says so."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from core.verification.comparison import compare
from core.verification.declared import Declared, Member, Told

HEAD, SPOUSE, CHILD = b"head", b"spouse", b"child"
DAY = dt.date(2023, 6, 20)


def household(*answers: Told, **changes: Any) -> Declared:
    given: dict[str, Any] = {
        "id": uuid.uuid4(), "member_count": 3, "work_status": "employed",
        "housing_kind": "rented", "marital_status": "married", "income": 1_000_000,
        "self_paid": 0, "in_dibao": False,
    }  # fmt: skip
    members = {
        HEAD: Member(HEAD, "王建国", True, ""),
        SPOUSE: Member(SPOUSE, "李芳", False, "employed"),
        CHILD: Member(CHILD, "王小明", False, "student"),
    }
    return Declared(**(given | changes), members=members, answers=list(answers))


def told(index: bytes = HEAD, *, whole: bool = False, name: str = "", **facts: Any) -> Told:
    moment = dt.datetime(2023, 7, 1, tzinfo=dt.UTC)
    source = "civil_affairs" if whole else "tax"
    return Told(uuid.uuid4(), index, source, facts, DAY, moment, name, whole)


def differences(one: Declared, **allowed: int) -> list[tuple[str, str, str]]:
    return [(found.kind, found.declared, found.told) for found in compare(one, allowed)]


@pytest.mark.parametrize(
    ("income", "found"),
    [
        (1_000_000, []),
        (1_000_001, [("income", "1000000", "1000001")]),
        (999_999, [("income", "1000000", "999999")]),
        (0, [("income", "1000000", "0")]),
    ],
)
def test_a_fen_more_or_less_of_the_household_income_differs(
    income: int, found: list[tuple[str, str, str]]
) -> None:
    assert differences(household(told(whole=True, household_income=income))) == found


def test_what_a_region_allows_is_included_and_a_fen_more_is_not() -> None:
    for income, differs in ((1_010_000, False), (1_010_001, True), (990_000, False),
                            (989_999, True)):  # fmt: skip
        one = household(told(whole=True, household_income=income))
        assert bool(differences(one, income=10_000)) is differs
    one = household(told(whole=True, deposits=3_000_000))
    assert differences(one, deposits=3_000_000) == []
    assert differences(one, deposits=2_999_999) == [("deposits", "0", "3000000")]


def test_incomes_of_persons_add_up_and_too_little_waits_for_the_last_member() -> None:
    some = (told(HEAD, income=600_000), told(SPOUSE, income=300_000))
    assert differences(household(*some)) == []
    assert differences(household(*some, told(CHILD, income=0))) == [
        ("income", "1000000", "900000")
    ]  # fmt: skip
    assert differences(household(*some, told(CHILD, income=100_000))) == []
    assert differences(household(told(HEAD, income=1_000_001))) == [
        ("income", "1000000", "1000001")
    ]  # fmt: skip


def test_without_a_statement_no_income_is_compared() -> None:
    one = household(told(whole=True, household_income=5), income=None)
    assert differences(one) == []


@pytest.mark.parametrize(
    ("kind", "homes", "found"),
    [
        ("owned", 1, []),
        ("owned", 2, [("real_estate", "1", "2")]),
        ("owned", 0, [("real_estate", "1", "0")]),
        ("dangerous", 0, []),
        ("dangerous", 1, []),
        ("dangerous", 2, [("real_estate", "1", "2")]),
        ("rented", 0, []),
        ("rented", 1, [("real_estate", "0", "1")]),
        ("none", 1, [("real_estate", "0", "1")]),
    ],
)
def test_homes_against_the_kind_of_housing(
    kind: str, homes: int, found: list[tuple[str, str, str]]
) -> None:
    one = household(told(whole=True, real_estate=homes), housing_kind=kind)
    assert differences(one) == found


def test_an_own_home_may_be_registered_to_whoever_was_not_answered_on_yet() -> None:
    one = household(told(HEAD, real_estate=0), housing_kind="owned")
    assert differences(one) == []
    one.answers += [told(SPOUSE, real_estate=0), told(CHILD, real_estate=0)]
    assert differences(one) == [("real_estate", "1", "0")]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"dibao": "no"}, []),
        ({"dibao": "yes"}, [("dibao", "no", "yes")]),
        ({"vehicles": 0}, []),
        ({"vehicles": 1}, [("vehicles", "0", "1")]),
        ({"securities": 1}, [("securities", "0", "1")]),
        ({"insurance_value": 0}, []),
        ({"business": "yes"}, [("business", "no", "yes")]),
        ({"dead": "yes"}, [("dead", "no", "yes")]),
        ({"dead": "no", "moved": "no"}, []),
        ({"moved": "yes"}, [("moved", "no", "yes")]),
        ({"registered_members": 3}, []),
        ({"registered_members": 4}, [("members", "3", "4")]),
        ({"registered_members": 2}, [("members", "3", "2")]),
        ({"marital_status": "married"}, []),
        ({"marital_status": "divorced"}, [("marital_status", "married", "divorced")]),
        ({"medical_cost": 0}, []),
        ({"employed": "yes", "housing_fund": 60_000}, []),
    ],
)
def test_each_fact_against_what_was_declared(
    facts: dict[str, Any], found: list[tuple[str, str, str]]
) -> None:
    assert differences(household(told(whole=True, **facts))) == found


def test_dibao_that_was_declared_and_is_not_told_differs_too() -> None:
    assert differences(household(told(whole=True, dibao="no"), in_dibao=True)) == [
        ("dibao", "yes", "no")
    ]  # fmt: skip


@pytest.mark.parametrize("status", ["laid_off", "unemployed", "retired_ill", "retired"])
def test_who_pays_into_the_housing_fund_works(status: str) -> None:
    one = household(told(whole=True, housing_fund=1), work_status=status)
    assert differences(one) == [("employment", status, "yes")]
    assert differences(household(told(whole=True, housing_fund=0), work_status=status)) == []


def test_a_pupil_who_works_or_left_school_differs() -> None:
    assert differences(household(told(CHILD, employed="yes"))) == [
        ("employment", "student", "yes")
    ]  # fmt: skip
    assert differences(household(told(CHILD, enrolled="no"))) == [("enrolled", "yes", "no")]
    assert differences(household(told(CHILD, enrolled="yes"))) == []
    assert differences(household(told(HEAD, enrolled="no"))) == []


def test_a_business_declared_as_flexible_employment_does_not_differ() -> None:
    one = household(told(HEAD, business="yes"), work_status="flexible")
    assert differences(one) == []
    one.answers.append(told(SPOUSE, business="yes"))
    assert differences(one) == [("business", "no", "yes")]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("王建国", []),
        ("王 建国", []),
        ("王·建国", []),
        ("", []),
        ("王建华", [("name", "王建国", "王建华")]),
    ],
)
def test_another_name_under_the_same_number_differs(
    name: str, found: list[tuple[str, str, str]]
) -> None:
    assert differences(household(told(HEAD, name=name, vehicles=0))) == found
