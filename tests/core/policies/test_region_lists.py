"""The lists of a region file: departments, measures, milestones, groups, federations, exits."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from core.catalogue import Catalogue
from core.errors import NotFoundError
from core.policies import TENANTS, Policies, PolicyError
from tests.core.policies.packs import change

CATALOGUE = Catalogue.load()
BAOTOU = Policies.load(catalogue=CATALOGUE).pack("baotou")
CORPS = Policies.load(catalogue=CATALOGUE).pack("xpcc")


def test_seven_measure_lines_each_led_by_its_department() -> None:
    """包府发〔2019〕47号, part 2 (3) 1 to 7."""
    led = {measure.code: measure.lead for measure in BAOTOU.measures}
    assert led == {
        "employment": "human_resources", "medical": "union",
        "social_insurance": "human_resources", "education": "education", "housing": "housing",
        "safety_net": "civil_affairs", "reform": "human_resources",
    }  # fmt: skip
    assert BAOTOU.measure("education").cooperating == ("finance", "union")
    assert "medical_security" in BAOTOU.measure("safety_net").cooperating
    assert BAOTOU.department("union").name.zh == "总工会"
    assert [one.due for one in BAOTOU.milestones] == [dt.date(2020, 12, 31)]
    assert (BAOTOU.exit, BAOTOU.care.verification_months) == ("worker_exit", 12)


def test_the_corps_names_six_target_groups_and_its_divisions() -> None:
    assert [group.code for group in CORPS.target_groups] == [
        "dibao_not_employed", "below_line", "sudden_spending", "migrant_worker",
        "reform_affected", "listed_by_rule",
    ]  # fmt: skip
    assert len(CORPS.subordinates) == 13
    assert len({one.division_code for one in CORPS.subordinates}) == 13
    assert [measure.code for measure in CORPS.measures] == [
        "employment", "social_insurance", "medical", "education", "housing", "safety_net",
        "warmth_visit",
    ]  # fmt: skip


def test_what_a_region_does_not_have_is_not_found() -> None:
    for look in (BAOTOU.department, BAOTOU.measure, BAOTOU.category):
        with pytest.raises(NotFoundError):
            look("nothing")


MEDICAL = 'lead = "union"\n'
BAD = [
    ("lead nobody knows", MEDICAL, 'lead = "police"\n', "measure[2].lead"),
    ("unknown cooperating", 'cooperating = ["finance", "union"]', 'cooperating = ["police"]',
     "measure[4].cooperating"),
    ("measure twice", 'code = "reform"', 'code = "housing"', "measure[7].code"),
    ("department twice", 'code = "emergency"', 'code = "housing"', "department[14].code"),
    ("milestone without a date", "due = 2020-12-31\n", "", "milestone[1].due"),
    ("milestone with a text for a date", "due = 2020-12-31", 'due = "2020"', "milestone[1].due"),
    ("milestone measured by nothing", 'measure = "released"\n', "", "milestone[1].measure"),
    ("milestone measured by what nobody counts", 'measure = "released"', 'measure = "joy"',
     "milestone[1].measure"),
    ("unknown key of a measure", MEDICAL, MEDICAL + "colour = 1\n", "measure[2].colour"),
    ("category of a department nobody knows", 'code = "deep"', 'code = "deep"\ndepartment = "x"',
     "category[1].department"),
    ("category no rule finds", 'code = "deep"', 'code = "poor"', "category"),
    ("exit no plugin provides", 'exit = "worker_exit"', 'exit = "door"', "exit"),
    ("exit that is no exit", 'exit = "worker_exit"', 'exit = "living_aid"', "exit"),
    ("months below nothing", "verification_months = 12", "verification_months = -1",
     "care.verification_months"),
    ("care without a source", 'section = { zh = "二（一）：2019', 'quelle = { zh = "二（一）：2019',
     "care.section"),
    ("a target group the rule does not know", "[window]\n",
     '[[target_group]]\ncode = "rich"\nname = { zh = "某", en = "some" }\n\n[window]\n',
     "target_group"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_a_bad_list_is_refused(old: str, new: str, key: str, tmp_path: Path) -> None:
    shutil.copytree(TENANTS / "baotou", tmp_path / "baotou")
    change(tmp_path / "baotou" / "region.toml", old, new)
    with pytest.raises(PolicyError) as raised:
        Policies.load(tmp_path, CATALOGUE)
    assert (raised.value.file, raised.value.key) == ("baotou/region.toml", key)
    assert str(raised.value.remedy)
