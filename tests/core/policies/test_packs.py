"""Packs are checked when the system starts: a bad one is refused naming file, key and remedy."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import ModuleType

import pytest
from bangfu_sdk import hookimpl

from core.catalogue import Catalogue
from core.errors import NotFoundError
from core.policies import Policies, PolicyError
from tests.core.policies.packs import SLUG, change, copy_pack

ON = dt.date(2023, 6, 30)
CATALOGUE = Catalogue.load()
LINE = "policy/dibao_line.toml"
LIVING = "policy/living_aid.toml"
SEVERAL = "policy/several_items.toml"
ONE_LINE = 'from = 2023-01-01\ndivision = "520200"\nvalue = "700.00"\n'
SECTION = 'section = { zh = "某", en = "some" }\n'
EIGHT = "[[months_minimum.values]]\nfrom = 2023-01-01\nvalue = 8\n"


def refusal(root: Path) -> PolicyError:
    """Return the error with which the packs below a folder are refused."""
    with pytest.raises(PolicyError) as raised:
        Policies.load(root, CATALOGUE)
    assert str(raised.value.remedy), "every refusal says what to do"
    return raised.value


BAD = [
    ("unknown key", LIVING, "[months_minimum]\n", "[months_minimum]\ncolour = 1\n",
     "months_minimum.colour"),
    ("unknown parameter", LIVING, "[rounding]\n", "[bonus]\n\n[rounding]\n", "bonus"),
    ("unknown shared parameter", LINE, "[dibao_line]\n", "[poverty]\n\n[dibao_line]\n", "poverty"),
    ("unknown key in a value", LINE, 'value = "700.00"', 'value = "700.00"\nwert = 1',
     "dibao_line.values[1].wert"),
    ("missing value", LIVING, EIGHT, "[[months_minimum.values]]\nfrom = 2023-01-01\n",
     "months_minimum.values[1].value"),
    ("missing date", LIVING, EIGHT, "[[months_minimum.values]]\nvalue = 8\n",
     "months_minimum.values[1].from"),
    ("no values", LIVING, EIGHT, "", "months_minimum.values"),
    ("missing category", LIVING, "deep = 100, relative = 80, accidental = 0",
     "deep = 100, relative = 80", "share.values[1].value.accidental"),
    ("unknown category", LIVING, "deep = 100, relative = 80, accidental = 0",
     "deep = 100, relative = 80, accidental = 0, rich = 5", "share.values[1].value.rich"),
    ("not by category", LIVING, "value = { deep = 100, relative = 80, accidental = 0 }",
     "value = 80", "share.values[1].value"),
    ("number as text", LIVING, EIGHT, EIGHT.replace("8", '"8"'), "months_minimum.values[1].value"),
    ("number with a point", LIVING, EIGHT, EIGHT.replace("8", "8.0"),
     "months_minimum.values[1].value"),
    ("truth for a number", LIVING, EIGHT, EIGHT.replace("8", "true"),
     "months_minimum.values[1].value"),
    ("number out of range", LIVING, EIGHT, EIGHT.replace("8", "121"),
     "months_minimum.values[1].value"),
    ("money as a number", LINE, '"700.00"', "700", "dibao_line.values[1].value"),
    ("money as a float", LINE, '"700.00"', "700.00", "dibao_line.values[1].value"),
    ("money with three decimals", LINE, '"700.00"', '"700.001"', "dibao_line.values[1].value"),
    ("no money", LINE, '"700.00"', '"seven hundred"', "dibao_line.values[1].value"),
    ("a line of nothing", LINE, '"700.00"', '"0.00"', "dibao_line.values[1].value"),
    ("date as text", LINE, "from = 2023-01-01", 'from = "2023-01-01"',
     "dibao_line.values[1].from"),
    ("moment for a date", LINE, "from = 2023-01-01", "from = 2023-01-01T00:00:00",
     "dibao_line.values[1].from"),
    ("impossible date", LINE, "from = 2023-01-01", "from = 2023-02-30", ""),
    ("no source", LINE, "section = ", "abschnitt = ", "dibao_line.values[1].section"),
    ("source in one language", LINE, '每人每月", en = ', '每人每月", englisch = ',
     "dibao_line.values[1].section.en"),
    ("empty source", LINE, 'zh = "2023年标准，每人每月"', 'zh = " "',
     "dibao_line.values[1].section.zh"),
    ("flag as a number", SEVERAL, "deep = true", "deep = 1", "several_items.values[1].value.deep"),
    ("bounds turned round", LIVING, "[months_minimum]\noverride = { minimum = 8, maximum = 12 }",
     "[months_minimum]\noverride = { minimum = 12, maximum = 8 }",
     "months_minimum.override.minimum"),
    ("half a bound", LIVING, "[months_minimum]\noverride = { minimum = 8, maximum = 12 }",
     "[months_minimum]\noverride = { minimum = 8 }", "months_minimum.override.maximum"),
    ("no document", LIVING, "document = ", "dokument = ", "document"),
    ("not TOML", LIVING, "[months_minimum]\n", "[months_minimum\n", ""),
    ("programme not used", LIVING, 'programme = "living_aid"', 'programme = "warmth_visit"',
     "programme"),
    ("two files for one programme", LIVING, 'programme = "living_aid"',
     'programme = "golden_autumn"', "programme"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "key"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD]
)
def test_a_bad_figure_is_refused(file: str, old: str, new: str, key: str, tmp_path: Path) -> None:
    change(copy_pack(tmp_path) / file, old, new)
    error = refusal(tmp_path)
    assert (error.file, error.key) == (f"{SLUG}/{file}", key)
    assert error.file in str(error)
    assert error.key in str(error)


REGION = [
    ("unknown key", "identification =", "colour = 1\nidentification =", "colour"),
    ("no name", "name = { zh = \"示范市（2023年方案）\"", "nom = { zh = \"示范市\"", "region.name"),
    ("unknown level", 'level = "city"\ndivision_code', 'level = "village"\ndivision_code',
     "region.level"),
    ("no division code", 'division_code = "520200"', 'division_code = "52"',
     "region.division_code"),
    ("programme without plugin and route", 'programmes = ["living_aid", "medical_relief",',
     'programmes = ["space_travel", "living_aid", "medical_relief",', "route"),
    ("unknown identification", 'identification = "worker_hardship"',
     'identification = "worker_luck"', "identification"),
    ("category nobody judges", 'code = "deep"', 'code = "abysmal"', "category"),
    ("category twice", 'code = "relative"', 'code = "deep"', "category[2].code"),
    ("notice of no days", "working_days = 5", "working_days = 0", "notice.working_days"),
    ("notice days as text", "working_days = 5", 'working_days = "5"', "notice.working_days"),
    ("window nobody knows", 'aid = "calendar_year"', 'aid = "leap_year"', "window.aid"),
    ("programme without a route", 'programmes = ["medical_relief"]\n', "programmes = []\n",
     "route"),
    ("two routes", 'programmes = ["medical_relief"]\n',
     'programmes = ["medical_relief", "living_aid"]\n', "route[2].programmes"),
    ("amount as a number", 'from_amount = "20000.00"', "from_amount = 20000",
     "route[2].steps[4].from_amount"),
    ("route that turns back", 'from_amount = "50000.00"', 'from_amount = "5000.00"',
     "route[2].steps"),
    ("route from above", 'level = "nation", due_days = 20', 'level = "county", due_days = 20',
     "route[2].steps"),
    ("step of no kind", 'kind = "approval", level = "nation"', 'kind = "prayer", level = "nation"',
     "route[2].steps[5].kind"),
    ("step that is never due", "due_days = 20", "due_days = 0", "route[2].steps[5].due_days"),
    ("unit of no level", 'level = "county"\ndivision_code = "520201"',
     'level = "moon"\ndivision_code = "520201"', "unit[1].level"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"), [bad[1:] for bad in REGION], ids=[bad[0] for bad in REGION]
)
def test_a_bad_region_is_refused(old: str, new: str, key: str, tmp_path: Path) -> None:
    change(copy_pack(tmp_path) / "region.toml", old, new)
    error = refusal(tmp_path)
    assert (error.file, error.key) == (f"{SLUG}/region.toml", key)


NEXT = f"{SECTION}\n[[dibao_line.values]]\n{ONE_LINE}"
BEFORE = 'value = "650.00"\ndivision = "520200"\nfrom = 2022-01-01\n'
DATES = [
    ("twice from one day", ONE_LINE + NEXT, True),
    ("overlap", BEFORE + "until = 2023-01-01\n" + NEXT, True),
    ("gap", BEFORE + "until = 2022-12-30\n" + NEXT, True),
    ("ends before it begins", ONE_LINE + "until = 2022-12-31\n", True),
    ("one after the other", BEFORE + "until = 2022-12-31\n" + NEXT, False),
    ("open, then the next", BEFORE + NEXT, False),
]


@pytest.mark.parametrize(("text", "bad"), [row[1:] for row in DATES], ids=[row[0] for row in DATES])
def test_dates_neither_overlap_nor_leave_a_gap(text: str, bad: bool, tmp_path: Path) -> None:
    change(copy_pack(tmp_path) / LINE, ONE_LINE, text)
    if bad:
        assert refusal(tmp_path).key.startswith("dibao_line.values")
        return
    pack = Policies.load(tmp_path, CATALOGUE).pack(SLUG)
    (line,) = (one for one in pack.series["living_aid"] if one.parameter.name == "dibao_line")
    days = (dt.date(2021, 12, 31), dt.date(2022, 12, 31), dt.date(2023, 1, 1))
    held = [line.at(day, "520201") for day in days]
    assert [value.values[""] if value else None for value in held] == [None, 65_000, 70_000]


def test_a_programme_no_plugin_provides_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = copy_pack(tmp_path) / "region.toml"
    path.write_text(path.read_text().replace('"golden_autumn"', '"space_travel"'))
    error = refusal(tmp_path)
    assert (error.file, error.key) == (f"{SLUG}/region.toml", "programmes")
    assert "space_travel" in str(error)
    assert "Install" in str(error.remedy)


def test_a_figure_under_another_name_is_missing(tmp_path: Path) -> None:
    path = copy_pack(tmp_path) / LIVING
    path.write_text(path.read_text().replace("months_minimum", "months_least"))
    assert refusal(tmp_path).key == "months_minimum"


def test_the_smallest_division_with_a_line_of_its_own_counts(tmp_path: Path) -> None:
    own = ONE_LINE.replace("520200", "520281").replace("700", "650")
    value = f"{ONE_LINE}{SECTION}\n[[dibao_line.values]]\n{own}"
    change(copy_pack(tmp_path) / LINE, ONE_LINE, value)
    pack = Policies.load(tmp_path, CATALOGUE).pack(SLUG)
    lines = {
        division: pack.figures("living_aid", ON, division=division)["dibao_line"]
        for division in ("520200", "520201", "520281")
    }
    assert lines == {"520200": 70_000, "520201": 70_000, "520281": 65_000}


def test_a_missing_file_of_a_programme_is_named(tmp_path: Path) -> None:
    (copy_pack(tmp_path) / LIVING).unlink()
    error = refusal(tmp_path)
    assert error.file == f"{SLUG}/{LIVING}"
    assert error.key == "months_minimum"


def test_a_programme_whose_plugin_is_out_of_order_does_not_stop_the_others(tmp_path: Path) -> None:
    """It is known by its name and unavailable; the pack works for everything else."""

    class Rival:
        name = "living_aid"

    def bangfu_programmes() -> list[Rival]:
        return [Rival()]

    copy_pack(tmp_path)
    module = ModuleType("rival")
    module.__dict__["bangfu_programmes"] = hookimpl(bangfu_programmes)
    catalogue = Catalogue.load(extra=[module])
    pack = Policies.load(tmp_path, catalogue).pack(SLUG)
    assert "living_aid" in pack.programmes
    assert pack.figures("golden_autumn", ON)["months_maximum"] == 10
    with pytest.raises(NotFoundError):
        pack.figures("living_aid", ON)


def test_the_packs_that_come_with_the_system_are_in_order() -> None:
    policies = Policies.load()
    assert SLUG in [pack.slug for pack in policies.packs]
    assert policies.pack("city-2023") is policies.pack("city_2023")
    with pytest.raises(NotFoundError, match="city_2023"):
        policies.pack("atlantis")
