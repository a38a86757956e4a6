"""Where a person of a list lives, told by its columns of places, as one of the tenant's unions."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.context import Context
from core.tenancy import Unit

PLACE_WORDS = ("地址", "住址", "住所", "区划", "区县", "县区", "乡镇", "街道", "社区", "村", "工会",
               "户籍地", "所在地", "所属")  # fmt: skip
ENDINGS = re.compile(r"(总工会|社区工会联合会|工会联合会|工会委员会|工会)$")
DIVISION = re.compile(r"(?<!\d)\d{6}(?!\d)")
LEVELS = ("county", "township")
SHORTEST = 2


@dataclass(frozen=True)
class Places:
    """The unions a proposal can be a task of: townships before counties before the whole."""

    root: uuid.UUID
    units: Sequence[tuple[str, Unit]]

    @classmethod
    def of(cls, ctx: Context) -> Places:
        """Return the places of the tenant worked on."""
        units = list(ctx.session.scalars(select(Unit).where(Unit.tenant_id == ctx.tenant_id)))
        root = next(unit for unit in units if unit.parent_id is None)
        named = [(ENDINGS.sub("", unit.name), unit) for unit in units if unit.level in LEVELS]
        deepest_first = sorted(named, key=lambda one: (-one[1].path.count("."), -len(one[0])))
        return cls(root.id, [one for one in deepest_first if len(one[0]) >= SHORTEST])

    def find(self, row: Mapping[str, str]) -> uuid.UUID:
        """Return the union of the place a row names: by name, then by division code."""
        told = " ".join(
            text for title, text in row.items() if any(word in title for word in PLACE_WORDS)
        )
        named = [unit for name, unit in self.units if name in told]
        inside = [
            unit
            for unit in named
            if not any(other.level == "county" for other in named)
            or any(
                unit.path.startswith(county.path) for county in named if county.level == "county"
            )
        ]
        if inside:
            return inside[0].id
        codes = set(DIVISION.findall(told))
        coded = [unit for _name, unit in self.units if unit.division_code in codes]
        return coded[0].id if coded else self.root
