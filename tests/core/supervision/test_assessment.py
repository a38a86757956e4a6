"""Assessment and ranking: exact points, shared ranks, nobody ranked alone, where it was lost."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from bangfu_sdk import Text
from hypothesis import given
from hypothesis import strategies as st

from core.installation import Installation
from core.policies import TENANTS, Policies, PolicyError
from core.policies.assessment import INDICATORS, Assessment
from core.supervision.assessment import Score, half_up, rank, score
from core.supervision.figures import points
from core.tenancy import TenantView
from tests.core.policies.packs import change
from tests.core.supervision.guangxi import (
    CHENGZHONG,
    NOW,
    QINGXIU,
    XINGNING,
    Region,
    found_region,
    report,
)
from tests.core.supervision.records import beijing, put_application, put_step
from tests.factories import Filed, file_household, found_tree
from tests.office import Office
from worker.pdf.wording import Wording

PACK = Policies.load().pack("guangxi")
SOURCE = Text("六（五）", "VI (5)")
HERE = (uuid.UUID(int=1), "甲")


def assess(weights: dict[str, int], parts: dict[str, tuple[int, int]]) -> Score | None:
    return score(Assessment(dt.date(2019, 1, 1), weights, SOURCE), HERE, parts)


def total(weights: dict[str, int], parts: dict[str, tuple[int, int]]) -> int:
    found = assess(weights, parts)
    assert found is not None
    return found.total


def test_an_indicator_s_points_are_its_weight_times_its_share() -> None:
    found = assess({"plan": 60, "contact": 40}, {"plan": (1, 3), "contact": (4, 4)})
    assert found is not None
    assert found.points == {"plan": 2_000, "contact": 4_000}
    assert found.total == 6_000


def test_halves_are_rounded_up() -> None:
    assert [half_up(part, 8) for part in (3, 4, 5, 11, 12, 13)] == [0, 1, 1, 1, 2, 2]
    assert total({"plan": 100}, {"plan": (1, 16_000)}) == 1  # 0.625 hundredths
    assert total({"plan": 100}, {"plan": (1, 20_000)}) == 1  # exactly half a hundredth
    assert total({"plan": 100}, {"plan": (1, 20_001)}) == 0


def test_what_there_was_nothing_to_measure_of_neither_wins_nor_loses() -> None:
    found = assess({"plan": 60, "objections": 40}, {"plan": (1, 2), "objections": (0, 0)})
    assert found is not None
    assert found.points == {"plan": 3_000, "objections": None}
    assert found.total == 5_000
    assert assess({"plan": 100}, {}) is None


@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=2, max_size=2),
    st.integers(1, 99),
)
def test_the_total_is_the_exact_one_to_a_hundredth(
    pairs: list[tuple[int, int]], weight: int
) -> None:
    parts = {name: (min(pair), max(pair)) for name, pair in zip(INDICATORS, pairs, strict=False)}
    weights = {INDICATORS[0]: weight, INDICATORS[1]: 100 - weight}
    exact = sum((100 * weights[name] * Fraction(*parts[name]) for name in parts), Fraction(0))
    assert abs(Fraction(total(weights, parts)) - exact) <= Fraction(1)


def test_equal_totals_share_a_rank_and_the_next_is_skipped() -> None:
    scores = [Score((uuid.UUID(int=i), ""), {}, one) for i, one in enumerate((50, 90, 70, 90, 70))]
    assert [(one.rank, one.score.total) for one in rank(scores)] == [
        (1, 90), (1, 90), (3, 70), (3, 70), (5, 50),
    ]  # fmt: skip


def test_the_weights_in_force_on_the_day_count() -> None:
    assert PACK.assessment(dt.date(2018, 12, 31)) is None
    assert PACK.assessment(dt.date(2019, 1, 1)) is PACK.assessments[0]
    for pack in (PACK, Policies.load().pack("liupanshui")):
        for one in pack.assessments:
            assert sum(one.weights.values()) == 100
            assert one.note is not None
            assert "no weights" in one.note.en


WEIGHTS = "weights = { verified = 20,"
BAD = [
    ("not a hundred", WEIGHTS, "weights = { verified = 21,", "assessment[1].weights"),
    ("unknown", WEIGHTS, "weights = { joy = 20,", "assessment[1].weights.joy"),
    ("nothing", WEIGHTS, "weights = { verified = 0,", "assessment[1].weights.verified"),
    ("a text", WEIGHTS, 'weights = { verified = "20",', "assessment[1].weights.verified"),
    ("no date", "[[assessment]]\nfrom = 2019-01-01\n", "[[assessment]]\n", "assessment[1].from"),
    ("unknown key", "[[assessment]]\n", "[[assessment]]\ncolour = 1\n", "assessment[1].colour"),
    ("same day twice", "[[assessment]]\n",
     '[[assessment]]\nfrom = 2019-01-01\nsection = { zh = "一", en = "I" }\n'
     "weights = { plan = 100 }\n\n[[assessment]]\n", "assessment"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"), [one[1:] for one in BAD], ids=[one[0] for one in BAD]
)
def test_a_bad_assessment_is_refused(old: str, new: str, key: str, tmp_path: Path) -> None:
    shutil.copytree(TENANTS / "guangxi", tmp_path / "guangxi")
    change(tmp_path / "guangxi" / "region.toml", old, new)
    with pytest.raises(PolicyError) as raised:
        Policies.load(tmp_path)
    assert (raised.value.file, raised.value.key) == ("guangxi/region.toml", key)
    assert str(raised.value.remedy)


@pytest.fixture(scope="module")
def region(module_installation: Installation) -> Region:
    """Qingxiu: one of two verified in time, one of two steps in time. Xingning: one contact of
    one. Chengzhong: nothing done for its one file."""
    found = found_region(module_installation)
    office = Office(found.installation, found_tree(found.installation))
    done = put(found, found.nanning, QINGXIU, dt.date(2019, 1, 1))
    put(found, found.nanning, QINGXIU, dt.date(2018, 6, 27))
    put(found, found.nanning, XINGNING, dt.date(2018, 6, 28))
    put(found, found.liuzhou, CHENGZHONG, dt.date(2017, 1, 1))
    at = beijing("2019-05-08T10:00")
    application = put_application(office, found.nanning, done, at)
    for position, due in enumerate((8, 7), start=1):
        put_step(office, application, position, state="done", decided_at=at,
                 due_on=dt.date(2019, 5, due))  # fmt: skip
    return found


def put(region: Region, tenant: TenantView, unit: str, verified_on: dt.date) -> Filed:
    return file_household(region.installation, tenant, unit=unit, category="dibao",
                          relatives=(), verified_on=verified_on)  # fmt: skip


def rows(content: dict[str, Any], name: str) -> dict[str, list[Any]]:
    table = content["tables"][name]
    assert all(len(row) == len(table["columns"]) for row in table["rows"])
    return {Wording("en").put(row[1]): [row[0], *row[2:]] for row in table["rows"]}


def test_a_city_s_report_ranks_its_counties_with_every_indicator(region: Region) -> None:
    """Of 100: verified 20, steps 15, contact 10, plan 10, measure 15; nothing else to measure."""
    found = rows(report(region, region.nanning), "ranked_counties")
    assert list(found) == ["兴宁区总工会", "青秀区总工会"]
    qingxiu, xingning = found["青秀区总工会"], found["兴宁区总工会"]
    assert qingxiu[1:] == [
        points(1_000), points(750), None, points(1_000), points(0), points(0), None, None,
        points(3_929),
    ]  # fmt: skip
    assert xingning[1:] == [
        points(2_000), None, None, points(1_000), points(0), points(0), None, None, points(5_455),
    ]  # fmt: skip
    assert (xingning[0], qingxiu[0]) == (1, 2)
    assert "ranked_federations" not in report(region, region.nanning)["tables"]


def test_a_province_s_report_ranks_cities_and_all_counties(region: Region) -> None:
    content = report(region, region.province)
    cities = rows(content, "ranked_federations")
    assert list(cities) == ["Nanning", "Liuzhou"]
    assert [one[0] for one in cities.values()] == [1, 2]
    assert cities["Nanning"][1] == points(1_333)  # Two of three verified in time, of 20.
    counties = rows(content, "ranked_counties")
    assert list(counties) == [
        "兴宁区总工会 (Nanning)", "青秀区总工会 (Nanning)", "城中区总工会 (Liuzhou)",
    ]  # fmt: skip
    assert counties["城中区总工会 (Liuzhou)"][-1] == points(1_818)
    section = next(one for one in content["sections"] if one["title"]["text"] == "Assessment")
    assert "no weights" in Wording("en").put(section["paragraphs"][0])
    assert "六（五）" in Wording("zh").put(section["paragraphs"][0])


def test_one_alone_is_not_ranked(region: Region) -> None:
    content = report(region, region.liuzhou)
    assert "ranked_counties" not in content["tables"]
    assert "Assessment" not in [one["title"]["text"] for one in content["sections"]]


def test_before_the_region_assessed_nobody_is_ranked(region: Region) -> None:
    content = report(region, region.province, "2018Q4", NOW)
    assert "ranked_federations" not in content["tables"]


def test_a_wrong_payment_beyond_the_tolerance_costs_its_points(region: Region) -> None:
    weights = PACK.assessments[0].weights
    found = [
        assess(dict(weights), {"plan": (1, 1), "tolerance": (within, 2)}) for within in (2, 1, 0)
    ]
    assert [one and one.points["tolerance"] for one in found] == [1_500, 750, 0]
    assert [one and one.total for one in found] == [10_000, 7_000, 4_000]
