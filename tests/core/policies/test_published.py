"""What a region published is data of its pack, checked like the rest of it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from core.catalogue import Catalogue
from core.policies import TENANTS, Policies, PolicyError

CATALOGUE = Catalogue.load()
PACK = "liupanshui"
TABLE = {
    "three_without": (336, 336), "dibao": (11_498, 17_757), "dibao_marginal": (9_710, 23_678),
    "expenditure_hardship": (4_397, 11_093), "housing_hardship": (5_683, 13_944),
    "worker_hardship": (9_431, 24_434),
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(TENANTS / PACK, tmp_path / PACK)
    return tmp_path


def test_the_pack_holds_the_published_table_to_the_digit() -> None:
    published = Policies.load(catalogue=CATALOGUE).pack(PACK).published
    assert published is not None
    assert {one.code: (one.households, one.people) for one in published.categories} == TABLE
    assert (published.households, published.people) == (41_055, 91_242)
    assert (published.share_of_households, published.share_of_people) == (135, 121)
    assert published.mutual_aid is not None
    assert (published.mutual_aid.units, published.mutual_aid.workers) == (442, 27_951)
    assert published.mutual_aid.raised == 2_795_100_00
    assert [(one.kind, one.recipients, one.amount) for one in published.aid] == [
        ("money", 5_062, 7_355_100_00), ("money", None, 383_180_400_00), ("post", 6_774, 0),
        ("training", 21_114, 0),
    ]  # fmt: skip


def test_the_denominators_give_the_published_shares() -> None:
    pack = Policies.load(catalogue=CATALOGUE).pack(PACK)
    published = pack.published
    assert published is not None
    figures = pack.standards_in_force(published.as_of, (), pack.division_code)
    for part, whole, per_mille in (
        (published.households, figures["urban_households"], published.share_of_households),
        (published.people, figures["urban_people"], published.share_of_people),
    ):
        assert (part * 2000 + whole) // (2 * whole) == per_mille
    note = figures.sources["urban_people"].note
    assert note is not None
    assert "推算" in note.zh


def test_a_pack_without_the_file_has_published_nothing(root: Path) -> None:
    (root / PACK / "published.toml").unlink()
    assert Policies.load(root, CATALOGUE).pack(PACK).published is None


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("households = 41055", "households = 41056", "total.households"),
        ("people = 17757", "people = 17758", "total.people"),
        ("people = 91242", 'people = "91242"', "total.people"),
        ('code = "dibao"', 'code = "rich"', "category[2].code"),
        ('code = "dibao"', 'code = "three_without"', "category[2].code"),
        ("households = 336\npeople = 336", "households = 336\npeople = 335", "category[1].people"),
        ("workers = 27951", "workers = 27950", "mutual_aid.raised"),
        ("units = 442", "units = 442\nfirms = 3", "mutual_aid.firms"),
        ('department = "housing"', 'department = "weather"', "aid[1].department"),
        ('measure = "education"', 'measure = "school"', "aid[2].measure"),
        ('kind = "post"', 'kind = "job"', "aid[3].kind"),
        ('to = "students"', 'to = "pupils"', "aid[2].to"),
        ('amount = "7355100.00"', "amount = 7355100", "aid[1].amount"),
        ('"13.5"', '"13"', "total.share_of_households"),
        ('"12.1"', '"112.1"', "total.share_of_people"),
        ("as_of = 2018-01-14", "as_of = 2018-01-14\ncolour = 1", "colour"),
        ("as_of = 2018-01-14", 'as_of = "2018"', "as_of"),
    ],
)
def test_a_wrong_figure_is_refused_with_file_key_and_remedy(
    root: Path, old: str, new: str, key: str
) -> None:
    file = root / PACK / "published.toml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError) as raised:
        Policies.load(root, CATALOGUE)
    assert (raised.value.file, raised.value.key) == (f"{PACK}/published.toml", key)
    assert str(raised.value.remedy)


def test_scaled_the_proportions_stay_and_the_sum_is_exact() -> None:
    whole = Policies.load(catalogue=CATALOGUE).pack(PACK).published
    assert whole is not None
    for count in (1, 7, 400, 41_055):
        part = whole.scale(count)
        assert part.households == count
        assert all(one.households <= one.people for one in part.categories)
    assert whole.scale(41_055) == whole
    assert whole.as_of == dt.date(2018, 1, 14)
