"""Rules between programmes as a region and a wheel write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue import Catalogue, Entry
from core.errors import Message
from core.policies import Pack, Policies, PolicyError
from core.policies.settable import list_settable
from core.wheels import install_wheel
from tests.core.between.conftest import write_packs
from tests.vendor import PACKAGE, SOURCE, fresh_imports, pack_wheel

ON = dt.date(2023, 6, 30)
SHEET = (SOURCE / PACKAGE / "regions" / "any.toml").read_text(encoding="utf-8")
OF_WHEEL = f"""
[illness_year]

[[illness_year.values]]
from = 2023-01-01
value = "15000.00"
section = {{ zh = "第五条", en = "article 5" }}

[[between]]
kind = "cap"
code = "illness_year"
name = {{ zh = "大病合计", en = "all for illness" }}
programmes = ["{PACKAGE}", "medical_relief"]
section = {{ zh = "第五条", en = "article 5" }}

[[between]]
kind = "order"
code = "claim_first"
name = {{ zh = "先办医疗救助", en = "medical relief comes first" }}
programmes = ["{PACKAGE}"]
after = ["medical_relief"]
reached = "asked"
section = {{ zh = "第六条", en = "article 6" }}
"""


@pytest.fixture
def region(tmp_path: Path) -> Path:
    """The folder of a region with rules of every kind."""
    return write_packs(tmp_path / "tenants")


def read(root: Path) -> Pack:
    return Policies.load(root).pack("city_2023")


def test_a_region_has_rules_with_dated_figures_and_bounds(region: Path) -> None:
    pack = read(region)
    assert [(one.code, one.kind) for one in pack.between] == [
        ("family_year", "cap"), ("student_year", "cap"), ("living_first", "order"),
        ("never_both", "exclusion"),
    ]  # fmt: skip
    assert pack.between[0].binds == ("living_aid", "golden_autumn")
    assert pack.between[3].holds(dt.date(2023, 7, 1))
    assert not pack.between[3].holds(ON)
    figures = pack.caps_in_force(ON)
    assert figures["family_year.deep"] == 1_000_000
    assert figures.sources["student_year"].en == "annex, 2"
    assert dict(pack.caps_in_force(dt.date(2022, 12, 31)).values) == {}
    told = {one.name for one in list_settable(pack) if one.programme == "between"}
    assert told == {"family_year.deep", "family_year.relative", "family_year.accidental"}


def test_a_region_without_any_has_none() -> None:
    pack = Policies.load().pack("city_2023")
    assert (pack.between, dict(pack.caps_in_force(ON).values)) == ((), {})


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "order"', 'kind = "wish"', "between[3].kind"),
        ('code = "student_year"', 'code = "family_year"', "between[2].code"),
        ('code = "never_both"', 'code = "document"', "between[4].code"),
        ('after = ["living_aid"]', 'after = ["atlantis"]', "between[3].programmes"),
        ('after = ["living_aid"]', 'after = ["medical_relief"]', "between[3].programmes"),
        ('programmes = ["golden_autumn"]', 'programmes = ["atlantis"]', "between[2].programmes"),
        ('programmes = ["medical_relief", "golden_autumn"]', 'programmes = ["medical_relief"]',
         "between[4].programmes"),
        ('reached = "used_up"', 'reached = "soon"', "between[3].reached"),
        ('per = "member"', 'per = "dog"', "between[2].per"),
        ('per = "member"', 'for = "member"', "between[2].for"),
        ('zh = "附则四", en = "annex 4"', 'zh = "附则四"', "between[4].section.en"),
    ],
)  # fmt: skip
def test_a_bad_rule_is_refused(region: Path, old: str, new: str, key: str) -> None:
    file = region / "city_2023" / "region.toml"
    text = file.read_text("utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(PolicyError) as raised:
        read(region)
    assert raised.value.message.values["key"] == key


def test_two_programmes_do_not_wait_for_each_other(region: Path) -> None:
    file = region / "city_2023" / "region.toml"
    turned = """
[[between]]
kind = "order"
code = "relief_first"
name = { zh = "先办医疗救助", en = "medical relief comes first" }
programmes = ["living_aid"]
after = ["medical_relief"]
reached = "asked"
section = { zh = "附则五", en = "annex 5" }
"""
    file.write_text(file.read_text("utf-8") + turned, "utf-8")
    with pytest.raises(PolicyError, match="each come after the other"):
        read(region)


def test_a_cap_needs_its_figure(region: Path) -> None:
    (region / "city_2023" / "policy" / "between.toml").unlink()
    with pytest.raises(PolicyError, match="family_year"):
        read(region)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The plugin folder."""
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    with fresh_imports(monkeypatch):
        yield tmp_path


def with_wheel(folder: Path, sheet: str) -> Pack:
    changes = {f"{PACKAGE}/regions/any.toml": sheet}
    install_wheel(folder / "plugins", pack_wheel(folder, changes=changes), ())
    return Policies.load(catalogue=Catalogue.load()).pack("city_2023")


def test_a_wheel_brings_rules_that_bind_its_own_programme_alone(folder: Path) -> None:
    pack = with_wheel(folder, SHEET + OF_WHEEL)
    assert pack.refused == {}
    assert [(one.code, one.binds) for one in pack.between] == [
        ("illness_year", (PACKAGE,)), ("claim_first", (PACKAGE,)),
    ]  # fmt: skip
    assert pack.caps_in_force(ON)["illness_year"] == 1_500_000


@pytest.mark.parametrize(
    ("old", "new"),
    [(f'programmes = ["{PACKAGE}"]', 'programmes = ["living_aid"]'),
     ("[illness_year]\n", "[sickness_year]\n"), ('code = "illness_year"', 'code = "amount"'),
     ('reached = "asked"', 'reached = "never"')],
)  # fmt: skip
def test_a_faulty_rule_of_a_wheel_leaves_its_programme_out(
    folder: Path, old: str, new: str
) -> None:
    pack = with_wheel(folder, SHEET + OF_WHEEL.replace(old, new))
    assert PACKAGE not in pack.added
    assert ([*pack.refused], pack.between) == ([PACKAGE], ())


def test_a_plugin_that_cannot_be_loaded_leaves_its_region_in_force() -> None:
    """One plugin brings relief case by case and another rule; broken, it names neither."""
    entries = [one for one in Catalogue.load().entries() if one.plugin != "temporary_relief"]
    missing = Catalogue(entries)
    with pytest.raises(PolicyError, match="temporary_relief"):
        Policies.load(catalogue=missing)
    broken = Entry("temporary_relief", "temporary_relief", None, Message("ImportError: x", {}))
    pack = Policies.load(catalogue=Catalogue([*entries, broken])).pack("guangxi")
    assert "case_by_case_relief" in pack.programmes
    assert "case_by_case_relief" not in pack.series
    assert pack.caps_in_force(dt.date(2019, 6, 30))["case_by_case_a_year"] == 5_000_000
