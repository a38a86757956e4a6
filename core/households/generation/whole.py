"""A whole region as it was published: households by category, and who is helped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.catalogue import Catalogue
from core.households.generation.quotas import Quotas
from core.households.generation.recipients import Recipients, tell_aid
from core.households.generation.registry import DEFAULT_LINE_FEN, generate, list_places
from core.households.workbook.reading import Workbook
from core.judging import judge_registry
from core.policies import Pack
from core.policies.published import Published

LINE = "dibao_line"


def find_line(pack: Pack, on: dt.date) -> int:
    """Return the dibao line around which incomes are drawn, fen a head and month."""
    return pack.figures(pack.identification, on).values.get(LINE, DEFAULT_LINE_FEN)


@dataclass
class Region:
    """A registry that comes to published figures; `recipients` are known once it was made."""

    catalogue: Catalogue
    pack: Pack
    published: Published
    seed: int
    on: dt.date
    recipients: Recipients = field(default_factory=Recipients)

    def blocks(self) -> Iterator[Workbook]:
        """Yield the registry block by block; the rules of the pack judge it as it was published."""
        quotas, first = Quotas.of(self.published, self.seed), 0
        places, line = list_places(self.pack.unit_names()), find_line(self.pack, self.on)
        for block in generate(
            places, len(quotas), self.seed, on=self.on, line_fen=line, quotas=quotas,
            judge=self._judge,
        ):  # fmt: skip
            self.recipients.take_in(block, quotas.codes[first : first + block.good].tolist())
            first += block.good
            yield block

    def aid(self) -> Iterator[dict[str, Any]]:
        """Yield the rows of the departments' ledger, once all blocks were made."""
        return tell_aid(self.published, self.recipients, self.on, self.seed)

    def _judge(self, facts: Mapping[str, Any]) -> NDArray[np.object_]:
        judged = judge_registry(self.catalogue, self.pack, facts, self.on)
        return np.array(judged.labels, dtype=object)[judged.categories]
