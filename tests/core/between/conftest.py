"""A city whose region has rules between its programmes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from core.installation import Installation
from core.policies import TENANTS, Policies
from tests.factories import SPOUSE, STUDENT, Filed, found_tree
from tests.office import Office

RULES = """
[[between]]
kind = "cap"
code = "family_year"
name = { zh = "生活和助学合计", en = "living aid and schooling together" }
programmes = ["living_aid", "golden_autumn"]
by_category = true
section = { zh = "附则一", en = "annex 1" }

[[between]]
kind = "cap"
code = "student_year"
name = { zh = "每生合计", en = "all for a student" }
programmes = ["golden_autumn"]
per = "member"
section = { zh = "附则二", en = "annex 2" }

[[between]]
kind = "order"
code = "living_first"
name = { zh = "先办生活救助", en = "living aid comes first" }
programmes = ["medical_relief"]
after = ["living_aid"]
reached = "used_up"
section = { zh = "附则三", en = "annex 3" }

[[between]]
kind = "exclusion"
code = "never_both"
name = { zh = "医疗救助、助学不兼得", en = "medical relief and schooling are not both given" }
programmes = ["medical_relief", "golden_autumn"]
from = 2023-07-01
section = { zh = "附则四", en = "annex 4" }
"""
CAPS = """
programme = "between"
document = { zh = "附则", en = "annex" }

[family_year]
override = { minimum = "9000.00", maximum = "10000.00" }

[[family_year.values]]
from = 2023-01-01
value = { deep = "10000.00", relative = "5000.00", accidental = "unlimited" }
section = { zh = "一", en = "1" }

[student_year]

[[student_year.values]]
from = 2023-01-01
value = "6500.00"
section = { zh = "二", en = "2" }
"""


def write_packs(root: Path) -> Path:
    """Write the region packs with these rules in the city's, and return their folder."""
    shutil.copytree(TENANTS, root, ignore=shutil.ignore_patterns("__pycache__"))
    region = root / "city_2023" / "region.toml"
    region.write_text(region.read_text("utf-8") + RULES, "utf-8")
    (root / "city_2023" / "policy" / "between.toml").write_text(CAPS, "utf-8")
    return root


@pytest.fixture(scope="module")
def staffed(module_installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The city with somebody in every role."""
    root = write_packs(tmp_path_factory.mktemp("packs") / "tenants")
    policies = Policies.load(root, module_installation.catalogue)
    installation = replace(module_installation, policies=policies)
    return Office(installation, found_tree(installation))


@pytest.fixture
def office(staffed: Office) -> Office:
    """The office on the morning of 30 June 2023."""
    return replace(staffed)


@pytest.fixture
def filed(office: Office) -> Filed:
    """Worked example C1: deep, with one student."""
    return office.file(relatives=(SPOUSE, STUDENT, STUDENT))
