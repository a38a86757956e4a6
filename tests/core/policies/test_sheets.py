"""What a wheel brings for a region: read like a pack, refused alone where it is faulty."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.catalogue import Catalogue
from core.policies import Pack, Policies
from core.wheels import install_wheel
from tests.vendor import PACKAGE, SOURCE, fresh_imports, pack_wheel

ON = dt.date(2026, 3, 8)
SHEET = (SOURCE / PACKAGE / "regions" / "any.toml").read_text(encoding="utf-8")
PLACE = f"{PACKAGE}/regions/"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The plugin folder."""
    monkeypatch.setenv("BANGFU_PLUGINS", str(tmp_path / "plugins"))
    with fresh_imports(monkeypatch):
        yield tmp_path


def pack(folder: Path, slug: str = "city_2023", **sheets: str) -> Pack:
    """Return a region pack with the example installed, its sheets as given."""
    changes = {f"{PLACE}{name}.toml": text for name, text in sheets.items()}
    install_wheel(folder / "plugins", pack_wheel(folder, changes=changes), ())
    return Policies.load(catalogue=Catalogue.load()).pack(slug)


def test_the_region_s_own_programmes_stay_what_they_were(folder: Path) -> None:
    found = pack(folder)
    assert PACKAGE in found.added
    assert PACKAGE not in found.programmes
    assert found.refused == {}


def test_it_brings_route_notice_and_dated_figures_with_their_source(folder: Path) -> None:
    found = pack(folder)
    assert [(step.kind, step.level) for step in found.route(PACKAGE, 2_000_000)] == [
        ("review", "county"), ("approval", "city"),
    ]  # fmt: skip
    assert found.notice_days(PACKAGE) == found.default_notice_days
    figures = found.figures(PACKAGE, ON)
    assert figures["amount"] == 2_000_000
    assert "article 4" in figures.sources["amount"].en
    assert found.check_override(PACKAGE, "amount", "25000.00") == 2_500_000


def test_what_the_region_has_for_all_its_programmes_holds_for_this_one_too(folder: Path) -> None:
    found = pack(folder)
    assert found.figures(PACKAGE, ON).by_category("several_items") == {
        "deep": 1, "relative": 0, "accidental": 0,
    }  # fmt: skip


def test_the_sheet_of_a_region_comes_before_the_one_for_any(folder: Path) -> None:
    own = (
        SHEET.replace('"20000.00"', '"15000.00"')
        + "\n[notice]\nworking_days = 7\n"
        + ('section = { zh = "第八条", en = "article 8" }\n')
    )
    found = pack(folder, city_2023=own)
    assert found.figures(PACKAGE, ON)["amount"] == 1_500_000
    assert found.notice_days(PACKAGE) == 7


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('programme = "women_illness_aid"', 'programme = "other"', "is not “women_illness_aid”"),
        ("[route]", "[rout]", "route: is missing"),
        ('value = "20000.00"', "value = 20000", "amount.values[1].value: is of the wrong type"),
        ("from = 2020-01-01\n", "", "amount.values[1].from: is missing"),
        ("level = \"city\"", "level = \"moon\"", "level"),
        ("[amount]", "[sum]\n[amount]", "sum: is not known here"),
    ],
)  # fmt: skip
def test_a_faulty_sheet_is_refused_with_file_and_key_and_the_region_works_on(
    old: str, new: str, why: str, folder: Path
) -> None:
    assert old in SHEET
    found = pack(folder, any=SHEET.replace(old, new))
    assert PACKAGE not in found.added
    told = str(found.refused[PACKAGE].message)
    assert told.startswith("women_illness_aid/regions/any.toml: ")
    assert why in told
    assert found.figures("living_aid", dt.date(2023, 6, 30))["months_minimum"] == 8


def test_a_wheel_without_a_sheet_for_the_region_brings_nothing(folder: Path) -> None:
    wheel = pack_wheel(folder, changes={f"{PLACE}guangxi.toml": SHEET})
    install_wheel(folder / "plugins", wheel, ())
    policies = Policies.load(catalogue=Catalogue.load())
    assert policies.pack("guangxi").added == (PACKAGE,)
