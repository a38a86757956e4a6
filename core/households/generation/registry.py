"""Synthetic registries: any number of made-up households, reproducible from a seed.

Everything is drawn in arrays, block by block, so that a registry of a province takes a minute and
little memory. A registry of few households is the beginning of one of many with the same seed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from core.errors import InvalidError, _
from core.households.generation.figures import draw_figures
from core.households.generation.names import draw_names, draw_surnames
from core.households.generation.numbers import (
    IdIssuer,
    make_cards,
    make_credit_codes,
    make_phones,
)
from core.households.generation.people import Heads, Members, draw_heads, draw_members
from core.households.generation.quotas import Aim, Fitted, Judge, Quotas, fit, tell_circumstances
from core.households.generation.traits import describe_heads, describe_members
from core.households.workbook.reading import Columns, Workbook

BLOCK = 5_000
FILING_LEVELS = ("township", "grassroots")
DEFAULT_LINE_FEN = 700_00
_EMPLOYERS = 240
EMPLOYER_KINDS = (
    "钢铁厂", "化工厂", "环卫所", "商贸集团", "能源矿业有限公司", "建筑工程公司", "纺织厂",
    "公交公司", "机械厂", "物业服务公司", "水泥厂", "煤矿",
)  # fmt: skip
_SCHOOLS = {
    "primary": "第一小学", "junior_high": "第三中学", "senior_high": "第一中学",
    "vocational": "职业技术学校", "college": "职业技术学院", "undergraduate": "学院",
}  # fmt: skip

Rng = np.random.Generator


class Located(Protocol):
    """A union with its level and the code of its division, as region packs have them."""

    @property
    def level(self) -> str: ...
    @property
    def division_code(self) -> str: ...


@dataclass(frozen=True)
class Place:
    """A union that files households: its full name and the GB/T 2260 code of its division."""

    unit: str
    division_code: str

    @cached_property
    def locality(self) -> str:
        """The name of its place, for addresses: "钟山区荷城街道"."""
        parts = self.unit.split("/")[:2]
        return "".join(part.removesuffix("工会").removesuffix("总") for part in parts)


def list_places(units: Mapping[str, Located]) -> list[Place]:
    """Return the unions that file households: those below the counties, all if there are none."""
    low = {name: unit for name, unit in units.items() if unit.level in FILING_LEVELS}
    return [Place(name, unit.division_code) for name, unit in (low or units).items()]


def generate(
    places: Sequence[Place],
    households: int,
    seed: int,
    *,
    on: dt.date,
    line_fen: int = DEFAULT_LINE_FEN,
    prefix: str = "BF",
    quotas: Quotas | None = None,
    judge: Judge | None = None,
) -> Iterator[Workbook]:
    """Yield a registry in blocks of households, as files that were filed until a day.

    `line_fen` is the dibao line, fen a month and head, around which incomes are drawn. With
    `quotas` the households are those, each judged by `judge` into the category it is meant for.
    Raises InvalidError without a place, or where the places are too few for so many people.
    """
    if not places:
        raise InvalidError(
            _("There is no union to file households with."),
            remedy=_("Give the region pack an example tree of unions."),
        )
    maker = _Maker(tuple(places), seed, on, line_fen, prefix)
    if quotas is not None and judge is not None:
        maker.aim_at(quotas, judge)
    for first in range(0, households, BLOCK):
        yield maker.make(first, min(BLOCK, households - first))


class _Maker:
    """Makes block after block; what must not repeat across blocks lives here."""

    def __init__(
        self, places: tuple[Place, ...], seed: int, on: dt.date, line_fen: int, prefix: str
    ) -> None:
        self.places, self.seed, self.on, self.line, self.prefix = places, seed, on, line_fen, prefix
        self.divisions = sorted({place.division_code for place in places})
        self.issuer = IdIssuer(self.divisions, on)
        rng = np.random.default_rng([seed, 0])
        self.card_start, self.phone_start = rng.integers(0, 10**8, 2).tolist()
        self.employers = _make_employers(places, rng)
        self.quotas: Quotas | None = None
        self.judge: Judge | None = None

    def aim_at(self, quotas: Quotas, judge: Judge) -> None:
        """Let the households be those of the quotas, as the rules judge them."""
        self.quotas, self.judge = quotas, judge

    def make(self, first: int, count: int) -> Workbook:
        """Return the block that begins with household `first`, cut to `count`."""
        rng = np.random.default_rng([self.seed, 1, first])
        heads = draw_heads(BLOCK, self.on, rng, self._sizes(first, count))
        members = draw_members(heads, self.on, rng)
        columns, family, stated = self._columns(first, count, heads, members, rng)
        cut = int(np.searchsorted(members.household, count))
        return Workbook(
            households={name: column[:count] for name, column in columns.items()},
            members={name: column[:cut] for name, column in family.items()},
            circumstances=stated,
            rows=count,
        )

    def _sizes(self, first: int, count: int) -> NDArray[np.int64] | None:
        if self.quotas is None:
            return None
        sizes = np.ones(BLOCK, dtype=np.int64)
        sizes[:count] = self.quotas.sizes[first : first + count]
        return sizes

    def _columns(
        self, first: int, count: int, heads: Heads, members: Members, rng: Rng
    ) -> tuple[Columns, Columns, Columns]:
        place = rng.integers(0, len(self.places), BLOCK)
        working = rng.random(BLOCK) < 0.55
        students = np.bincount(members.household, members.occupation == "student", BLOCK)
        figures = draw_figures(heads.size, students.astype(np.int64), working, self.line, rng)
        fitted = self._fit(first, count, heads.size, students.astype(np.int64), working, rng)
        if fitted is not None:
            for name, column in vars(figures).items():
                column[:count] = vars(fitted.figures)[name]
        surnames = draw_surnames(BLOCK, rng)
        head = {
            **self._identify(first, heads, place, surnames, rng),
            **describe_heads(heads, members, working, figures, rng),
            **vars(figures),
        }
        family = {
            **self._name(head, members, place, surnames, rng),
            **describe_members(members, figures, working, rng),
        }
        if fitted is None:
            return head, family, {}
        head |= {name: column.tolist() for name, column in fitted.homes.items()}
        return head, family, tell_circumstances(fitted.stated, head["file_number"])

    def _fit(
        self, first: int, count: int, sizes: NDArray[np.int64], students: NDArray[np.int64],
        working: NDArray[np.bool_], rng: Rng,
    ) -> Fitted | None:  # fmt: skip
        if self.quotas is None or self.judge is None:
            return None
        codes = self.quotas.codes[first : first + count]
        aim = Aim(codes, sizes[:count], students[:count], working[:count])
        return fit(aim, self.judge, self.line, rng)

    def _identify(
        self, first: int, heads: Heads, place: NDArray[np.int64], surnames: Any, rng: Rng
    ) -> Columns:
        numbers = np.arange(first, first + BLOCK)
        division = self._division_of(place)
        employer = rng.integers(0, len(self.employers), BLOCK).tolist()
        sites = np.column_stack(
            [rng.integers(1, 200, BLOCK), rng.integers(1, 9, BLOCK), rng.integers(101, 1900, BLOCK)]
        ).tolist()
        spots = [self.places[index] for index in place]
        filed, verified = _dates(self.on, rng)
        return {
            "file_number": [
                f"{self.prefix}{number:08d}" for number in range(first + 1, first + BLOCK + 1)
            ],
            "name": draw_names(surnames, heads.male, rng),
            "id_number": self.issuer.issue(division, heads.birth, heads.male),
            "phone": make_phones(numbers, self.phone_start, rng),
            "card": make_cards(numbers, self.card_start),
            "employer": [self.employers[index][0] for index in employer],
            "employer_code": [self.employers[index][1] for index in employer],
            "address": [
                f"{spot.locality}{number}号{stair}单元{door}"
                for spot, (number, stair, door) in zip(spots, sites, strict=True)
            ],
            "division_code": [spot.division_code for spot in spots],
            "unit": [spot.unit for spot in spots],
            "bank_name": [f"中国建设银行{spot.locality[:3]}支行" for spot in spots],
            "contact_person": draw_names(draw_surnames(BLOCK, rng), rng.random(BLOCK) < 0.5, rng),
            "filed_on": filed,
            "verified_on": verified,
        }

    def _name(
        self,
        head: Columns,
        members: Members,
        place: NDArray[np.int64],
        surnames: Any,
        rng: Rng,
    ) -> Columns:
        owners = members.household
        count = len(owners)
        inherits = (members.relation == "child") & (rng.random(count) < 0.75)
        own = np.where(inherits, surnames[owners], draw_surnames(count, rng))
        towns = [self.places[index].locality[:3] for index in place[owners]]
        return {
            "household": owners.tolist(),
            "file_number": [head["file_number"][owner] for owner in owners.tolist()],
            "name": draw_names(own, members.male, rng),
            "id_number": self.issuer.issue(
                self._division_of(place)[owners], members.birth, members.male
            ),
            "school": [
                f"{town}{_SCHOOLS[stage]}" if stage else ""
                for town, stage in zip(towns, members.stage, strict=True)
            ],
        }

    def _division_of(self, place: NDArray[np.int64]) -> NDArray[np.int64]:
        codes = [self.divisions.index(one.division_code) for one in self.places]
        return np.array(codes, dtype=np.int64)[place]


def _dates(on: dt.date, rng: Rng) -> tuple[list[dt.date], list[dt.date | None]]:
    """Return when files were filed, up to three years ago, and last verified, if ever."""
    age = rng.integers(0, 3 * 365, BLOCK)
    since = np.minimum(rng.integers(0, 400, BLOCK), age)
    never = (age < 365) & (rng.random(BLOCK) < 0.6)
    today = np.datetime64(on, "D")
    filed: list[dt.date] = (today - age).tolist()
    verified: list[dt.date] = (today - since).tolist()
    return filed, [
        None if skip else day for day, skip in zip(verified, never.tolist(), strict=True)
    ]


def _make_employers(places: Sequence[Place], rng: Rng) -> list[tuple[str, str]]:
    """Return employers, each with a name and a credit code of one of the divisions."""
    at = rng.integers(0, len(places), _EMPLOYERS).tolist()
    kinds = rng.choice(EMPLOYER_KINDS, _EMPLOYERS).tolist()
    names = [f"{places[index].locality[:3]}{kind}" for index, kind in zip(at, kinds, strict=True)]
    codes = make_credit_codes([places[index].division_code for index in at], rng)
    return list(zip(names, codes, strict=True))
