"""How a region says that households are admitted by a route, and what is refused of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.policies import TENANTS, Policies, PolicyError

PACKS = Policies.load()
APPROVAL = '{ kind = "approval", level = "county", due_days = 10 }'


@pytest.mark.parametrize("slug", ["liupanshui", "guangxi"])
def test_the_community_investigates_the_township_reviews_the_county_approves(slug: str) -> None:
    admission = PACKS.pack(slug).admission
    assert admission is not None
    assert [(step.kind, step.level) for step in admission.steps] == [
        ("investigation", "grassroots"), ("review", "township"), ("approval", "county"),
    ]  # fmt: skip
    assert admission.section.zh


def test_each_category_is_admitted_by_the_department_that_approves_it() -> None:
    assert PACKS.pack("liupanshui").admitting == {
        "three_without": "civil_affairs", "dibao": "civil_affairs",
        "dibao_marginal": "civil_affairs", "expenditure_hardship": "civil_affairs",
        "housing_hardship": "housing", "worker_hardship": "union",
    }  # fmt: skip
    assert set(PACKS.pack("guangxi").admitting.values()) == {"civil_affairs"}


@pytest.mark.parametrize("slug", ["city_2023", "xpcc", "baotou"])
def test_a_region_that_asks_for_none_has_none(slug: str) -> None:
    pack = PACKS.pack(slug)
    assert (pack.admission, pack.admitting) == (None, {})


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        (APPROVAL, '{ kind = "consent", level = "county", due_days = 10 }',
         "admission.steps[3].kind"),
        (APPROVAL, '{ kind = "approval", level = "city", due_days = 10 }',
         "admission.steps[3].level"),
        (APPROVAL, '{ kind = "approval", level = "county", due_days = 0 }',
         "admission.steps[3].due_days"),
        (APPROVAL, '{ kind = "approval", level = "county", due_days = 10, from_amount = "1.00" }',
         "admission.steps[3].from_amount"),
        (APPROVAL, '{ kind = "review", level = "county", due_days = 10 }', "admission.steps"),
        (APPROVAL, '{ kind = "approval", level = "grassroots", due_days = 10 }',
         "admission.steps"),
        ('kind = "review"', 'kind = "approval"', "admission.steps"),
        ("steps = [", "due = 3\nsteps = [", "admission.due"),
        ("section =", "source =", "admission.section"),
        ('department = "housing"', "", "admission"),
        ('department = "housing"', 'department = "council"', "category[5].department"),
    ],
)  # fmt: skip
def test_a_bad_admission_is_refused(old: str, new: str, key: str, tmp_path: Path) -> None:
    shutil.copytree(TENANTS / "liupanshui", tmp_path / "liupanshui")
    path = tmp_path / "liupanshui" / "region.toml"
    before, begin, admission = path.read_text("utf-8").partition("[admission]\n")
    assert old in admission
    path.write_text(before + begin + admission.replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError) as raised:
        Policies.load(tmp_path)
    assert raised.value.key == key
    assert str(raised.value.remedy)
